"""SGLang's own detectors beside ours: the same texts, through the same serving classes.

    PYTHON benchmarks/in_sglang.py [--only NAME,...] [--write]

PYTHON is one that can import sglang. The texts are the cases of a format's page and those of `tests/field_cases` whose
calls are complete. Each is read whole, and streamed in deltas of 1, 4, 13 and 64 characters; a special token counts as
one, since a server sends it whole. Both is done by SGLang's
`OpenAIServingChat` (`tests/with_sglang/serving.py`), with its parsers and with ours. A reasoning parser is at work
where a case has thoughts, and where the format puts its text into messages. Blanks around content and thoughts do not
count. Who reads a text for ten seconds is taken to read it wrongly.

    right           whole and at every size the message that the case expects
    leaks           a delimiter of the format is in content or thoughts where none is expected
    depends         what a client gets depends on the size of the deltas, or on whether it asked for a stream
    µs a delta      of a tool detector alone, on the longest call among the cases, four characters a delta; both take
                    their turns round by round, and the median counts

`--write` puts the table into `docs/sglang-plugin.md`.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import logging
import re
import signal
import statistics
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tests" / "with_sglang")]

import toolgram_sglang  # noqa: E402

toolgram_sglang.register()
from serving import Words, asked, cut, server, streamed, whole  # noqa: E402
from sglang.srt.entrypoints.openai.protocol import Tool  # noqa: E402
from sglang.srt.function_call.function_call_parser import FunctionCallParser  # noqa: E402
from tables import put_between  # noqa: E402

import toolgram  # noqa: E402
from toolgram.grammars.outline import literals_in, read_outline  # noqa: E402
from toolgram.registry import formats_dir  # noqa: E402
from toolgram.runtime.tables.suffix import with_suffix  # noqa: E402
from toolgram.testing import read_cases  # noqa: E402

PAGE = ROOT / "docs" / "sglang-plugin.md"
MARKS = ("<!-- results: benchmarks/in_sglang.py --write -->", "<!-- end -->")
SIZES = (1, 4, 13, 64)
ROUNDS = 15
SECONDS_MAX = 10
# SGLang's tool-call parser and reasoning parser, and the format that both are for.
PAIRS = (
    ("apertus2509", "apertus2509", "apertus"),
    ("beam", "beam", "beam"),
    ("deepseekv3", None, "deepseek_v3"),
    ("deepseekv31", "deepseek-v3", "deepseek_v31"),
    ("deepseekv32", "deepseek-v3", "deepseek_v32"),
    ("dots", "dots", "dots"),
    ("gemma4", "gemma4", "gemma4"),
    ("gigachat3", None, "gigachat3"),
    ("glm45", "glm45", "glm45"),
    ("gpt-oss", "gpt-oss", "openai"),
    ("hermes", "qwen3", "hermes"),
    ("inkling", "inkling", "inkling"),
    ("interns1", None, "internlm"),
    ("kimi_k2", "kimi_k2", "kimi_k2"),
    ("lfm2", None, "lfm2"),
    ("llama3", None, "llama3_json"),
    ("mimo", "mimo", "mimo"),
    ("minicpm5", None, "minicpm5"),
    ("minimax-m2", "minimax", "minimax_m2"),
    ("minimax-m3", "minimax-m3", "minimax_m3"),
    ("mistral", "mistral", "mistral"),
    ("poolside_v1", "poolside_v1", "poolside_v1"),
    ("pythonic", None, "pythonic"),
    ("qwen3_coder", "qwen3", "qwen3_coder"),
    ("step3", "step3", "step3"),
)


class Text(NamedTuple):
    """A case: what a model has written, and what is to come of it."""

    text: str
    tools: Any
    opens: bool
    content: str
    reasoning: str
    calls: list[tuple[str, str]]


class Score(NamedTuple):
    right: int
    leaks: int
    depends: int


def texts_of(format_id: str) -> list[Text]:
    """The cases of a format that a server can be asked for."""
    found = []
    for case in read_cases(formats_dir() / f"{format_id}.md"):
        said = case.expected
        if case.tools and not case.suffix and case.inside in (None, "reasoning"):
            calls = [(call.name, call.arguments, call.complete) for call in said.calls]
            found.append((case.text, case.tools, case.inside is not None, said.content, said.reasoning, calls))
    for path in (ROOT / "tests" / "field_cases").glob("*.json"):
        for case in json.loads(path.read_text(encoding="utf-8")):
            if case["format"] == format_id and case["tools"] and case["expect"]["tool_calls"]:
                said = case["expect"]
                calls = [(call["name"], json.dumps(call["arguments"]), True) for call in said["tool_calls"]]
                opens, raw = case["start_in_reasoning"], case["raw"]
                if case["compare"]["content"] != "ignore" and not said.get("incomplete_tail_allowed"):
                    found.append((raw, case["tools"], opens, said["content"], said["reasoning"], calls))
    return [
        Text(text, tools, opens, content or "", reasoning or "", [(name, said) for name, said, _ in calls])
        for text, tools, opens, content, reasoning, calls in found
        if all(complete for *_, complete in calls)
    ]


def heard(read: Any, *arguments: Any) -> Any:
    """What a client gets, as far as it counts; the name of the error where there was one."""
    try:
        signal.alarm(SECONDS_MAX)
        with contextlib.redirect_stdout(io.StringIO()):
            got = read(*arguments)
        calls = [(name, json.dumps(json.loads(said or "{}"), sort_keys=True)) for name, said in got.calls]
    except Exception as error:
        return type(error).__name__, "", []
    finally:
        signal.alarm(0)
    return got.content.strip(), got.reasoning.strip(), calls


def score(tool: str, reasoning: str | None, fmt: Any, texts: list[Text]) -> Score:
    """How two parsers read the texts of a format."""
    words = Words([with_suffix(token, "") for token in fmt.machine.special_tokens])
    marks = delimiters(fmt)
    hosts = {
        (opens, thinks): server(tool, reasoning if thinks else None, words, opens=opens, default=False)
        for opens in (False, True)
        for thinks in (False, True)
    }
    right = leaks = depends = 0
    for one in texts:
        calls = [(name, json.dumps(json.loads(said), sort_keys=True)) for name, said in one.calls]
        wanted = one.content.strip(), one.reasoning.strip(), calls
        # Some of SGLang's reasoning parsers take every answer to begin in thoughts: they are for those that have some.
        host = hosts[one.opens, one.opens or bool(one.reasoning) or fmt.prepared.wraps_content]
        cuts = [deltas_of(one.text, words.get_vocab(), size) for size in SIZES]
        ways = [heard(streamed, host, asked(one.tools, stream=True), deltas) for deltas in cuts]
        ways.append(heard(whole, host, asked(one.tools), one.text))
        right += all(got == wanted for got in ways)
        depends += any(got != ways[0] for got in ways)
        shown = wanted[0] + wanted[1]
        leaks += any(mark in got[0] + got[1] and mark not in shown for got in ways for mark in marks)
    return Score(right, leaks, depends)


def deltas_of(text: str, tokens: Iterable[str], size: int) -> list[str]:
    """A text in deltas of so many characters; a special token counts as one, since it always comes whole."""
    parts = re.findall("|".join([*map(re.escape, sorted(tokens, key=len, reverse=True)), "."]), text, re.DOTALL)
    return ["".join(parts[at : at + size]) for at in range(0, len(parts), size)] or [""]


def delimiters(fmt: Any) -> list[str]:
    """The delimiters of a format that are no words of a text."""
    literals = literals_in(read_outline(fmt.table["outline"], ""))
    return [text.strip() for text in literals if len(text.strip()) > 3 and not text.strip().strip('"{}[]:,').isalnum()]


def times(parsers: list[str], texts: list[Text]) -> list[float]:
    """The microseconds a delta of some tool detectors."""
    calling = [one for one in texts if one.calls and not one.reasoning and not one.opens]
    if not calling:
        return [float("nan")] * len(parsers)
    longest = max(calling, key=lambda one: len(one.text))
    tools = [Tool(**tool) for tool in longest.tools]
    deltas = cut(longest.text, 4)
    found: list[list[float]] = [[] for _ in parsers]
    for _ in range(ROUNDS):
        for row, name in zip(found, parsers, strict=True):
            parser = FunctionCallParser(tools, name)
            begin = time.perf_counter()
            for delta in deltas:
                parser.parse_stream_chunk(delta)
            parser.parse_stream_end()
            row.append((time.perf_counter() - begin) / len(deltas) * 1e6)
    return [statistics.median(row) for row in found]


def too_slow(*_: Any) -> None:
    """What happens to who reads for too long."""
    raise TimeoutError


def main() -> None:
    """Run the comparison."""
    reader = argparse.ArgumentParser(description="SGLang's own detectors beside ours.")
    reader.add_argument("--only", default="", help="formats, by their ids")
    reader.add_argument("--write", action="store_true", help="put the table into docs/sglang-plugin.md")
    given = reader.parse_args()
    logging.disable(logging.CRITICAL)
    signal.signal(signal.SIGALRM, too_slow)
    lines = [
        "| format | SGLang's parsers | texts | right | leaks | depends on the deltas | µs a delta |",
        "|---|---|---|---|---|---|---|",
    ]
    for tool, reasoning, format_id in PAIRS:
        if given.only and format_id not in given.only.split(","):
            continue
        fmt, texts = toolgram.load(format_id), texts_of(format_id)
        name = f"toolgram_{format_id}"
        ours = score(name, name if fmt.machine.reasoning_closers else None, fmt, texts)
        theirs = score(tool, reasoning, fmt, texts)
        fast, slow = times([name, tool], texts)
        pairs = [f"{one} / {other}" for one, other in zip(ours, theirs, strict=True)]
        parsers = ", ".join(f"`{one}`" for one in (tool, reasoning) if one)
        cells = [f"`{format_id}`", parsers, str(len(texts)), *pairs, f"{fast:.0f} / {slow:.0f}"]
        lines.append(f"| {' | '.join(cells)} |")
        print(lines[-1], flush=True)
    if given.write:
        put_between(PAGE, *MARKS, ["\n".join(lines)])


if __name__ == "__main__":
    main()
