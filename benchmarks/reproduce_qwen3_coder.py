"""Qwen3-Coder's tool calls through the chat server of any vLLM version, with its own parsers and with ours.

    python benchmarks/reproduce_qwen3_coder.py SOURCES [VERSION ...]
    python benchmarks/reproduce_qwen3_coder.py SOURCES --fetch 0.11.0 0.24.0

`SOURCES/VERSION/vllm` holds the Python files of that version's wheel. `--fetch` puts them there: it downloads the wheel
with pip (300 to 500 MB) and keeps its Python files (10 to 30 MB). All else works offline, without a GPU, torch or an
installed vLLM: `pip install pydantic openai` is enough.

The same answer of a model goes through each version's own serving class and parsers, then through the same serving
class with `generated/vllm/qwen3_coder.py` loaded as the plugin flags load it. `docs/investigation.md` explains it.
"""

from __future__ import annotations

import argparse
import itertools
import json
import logging
import multiprocessing
import re
import subprocess
import sys
import tempfile
import zipfile
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "with_vllm"))

from unpacked import Received, Unpacked  # noqa: E402  one home for what runs a vLLM that is not installed

PLUGIN = ROOT / "generated" / "vllm" / "qwen3_coder.py"
MARKUP = ["<tool_call>", "</tool_call>", "<think>", "</think>"]  # single tokens in Qwen3-Coder's vocabulary
TOOLS: list[dict[str, Any]] = [
    {
        "type": "function",
        "function": {
            "name": "get_weather",
            "parameters": {
                "type": "object",
                "properties": {"city": {"type": "string"}, "days": {"type": "integer"}},
                "required": ["city"],
            },
        },
    }
]
TEXT = "I'll look it up."
FUNCTION = (
    "<function=get_weather>\n<parameter=city>\nParis\n</parameter>\n<parameter=days>\n3\n</parameter>\n</function>\n"
)
CALL = ("get_weather", {"city": "Paris", "days": 3})
WHOLE = 10_000  # more tokens than there are


@dataclass(frozen=True)
class Scene:
    """One way to ask: the server's options, what the model writes, and how many tokens come at a time."""

    name: str
    says: str
    output: str
    reasoning: bool = False
    tokens: int = 1


WRITTEN = f"{TEXT}\n\n<tool_call>\n{FUNCTION}</tool_call>"
BARE = f"{TEXT}\n\n{FUNCTION}</tool_call>"
SCENES = (
    Scene("reasoning parser", "--reasoning-parser, a model that does not think", WRITTEN, reasoning=True),
    Scene("no opener", "no reasoning parser, the model leaves out <tool_call>", BARE),
    Scene("both", "--reasoning-parser, and the model leaves out <tool_call>", BARE, reasoning=True),
    Scene("10 tokens a delta", "no reasoning parser, 10 tokens a delta", WRITTEN, tokens=10),
    Scene("one delta", "no reasoning parser, the whole answer in one delta", WRITTEN, tokens=WHOLE),
    Scene("plain", "no reasoning parser, one token a delta, nothing left out", WRITTEN),
)
PARSERS = ("vLLM", "toolgram")
OLDEST = "0.10.2"  # of the plugin's span
Heard = dict[tuple[str, str, bool], Received]  # scene, parser, streamed


def listen(folder: Path, *, thinking: bool) -> Heard:
    """Play every scene in one version. Its parsers first: ours take their names."""
    logging.disable(logging.CRITICAL)
    version = Unpacked(folder, MARKUP)
    template = {} if thinking else {"enable_thinking": False}
    heard: Heard = {}
    for parser in PARSERS:
        if parser == "toolgram":
            if _order(folder.name) < _order(OLDEST):
                break
            version.load_plugin(PLUGIN)
        for scene in SCENES:
            names = {"tool_parser": "qwen3_coder", "reasoning_parser": ""}
            if scene.reasoning:
                names["reasoning_parser"] = "qwen3" if parser == "vLLM" else "qwen3_coder"
            for streamed in (True, False):
                tokens = scene.tokens if streamed else None
                answer = version.ask(scene.output, TOOLS, **names, tokens=tokens, template=template)
                heard[scene.name, parser, streamed] = answer
    return heard


def verdict(received: Received) -> str:
    """What is wrong with an answer, in few words; `right` when nothing is."""
    if received.error:
        return "error"
    for place in ("content", "reasoning"):
        if "<function=" in getattr(received, place):
            return f"markup in {place}"
    if not received.calls:
        return "call lost"
    if len(received.calls) > 1 or not _is_the_call(*received.calls[0]):
        return "arguments broken"
    if received.reasoning:
        return "text as reasoning"
    if received.content.strip() != TEXT:
        return "text lost"
    return "right" if received.finish == "tool_calls" else f"finish {received.finish}"


def _is_the_call(name: str, arguments: str) -> bool:
    try:
        return (name, json.loads(arguments)) == CALL
    except ValueError:
        return False


def show(version: str, heard: Heard) -> None:
    """Print what the client gets of every scene."""
    for scene in SCENES:
        print(f"\nvLLM {version}: {scene.says}")
        rows = [("parser", "stream", "content", "reasoning", "tool_calls", "finish_reason", "")]
        for parser, streamed in itertools.product(PARSERS, (True, False)):
            received = heard.get((scene.name, parser, streamed))
            if received is not None:
                calls = " ".join(f"{name} {arguments}" for name, arguments in received.calls)
                cells = (_short(received.content), _short(received.reasoning), _short(calls, 44))
                judged = verdict(received)
                mark = "" if judged == "right" else f"<- {judged}"
                rows.append((parser, str(streamed).lower(), *cells, received.finish or received.error or "-", mark))
        _table(rows)


def summary(heard: dict[str, Heard]) -> None:
    """Print one line a version: how each scene ends when it is streamed."""
    for parser in PARSERS:
        print(f"\n{parser}'s parsers, streamed (*: right when it is not streamed)")
        rows = [("version", *(scene.name for scene in SCENES))]
        for version, answers in heard.items():
            if (SCENES[0].name, parser, True) not in answers:
                continue
            cells = []
            for scene in SCENES:
                streamed, whole = (verdict(answers[scene.name, parser, way]) for way in (True, False))
                differs = "*" if whole == "right" else f" ({whole})"
                cells.append(streamed if streamed == whole else streamed + differs)
            rows.append((version, *cells))
        _table(rows)


def deltas(heard: Heard, scene: str) -> dict[str, object]:
    """What a client is sent of a scene when it is streamed, by each parser: the deltas, and how the answer ends."""
    streamed = {parser: heard[scene, parser, True] for parser in PARSERS}
    return {parser: {"deltas": one.deltas, "finish_reason": one.finish} for parser, one in streamed.items()}


def _short(text: str, width: int = 26) -> str:
    shown = json.dumps(text, ensure_ascii=False)[1:-1].replace('\\"', '"')
    return (shown if len(shown) <= width else shown[: width - 3] + "...") or "-"


def _table(rows: list[tuple[str, ...]]) -> None:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def fetch(sources: Path, version: str) -> None:
    """Put the Python files of a version's wheel into SOURCES/VERSION."""
    sources.mkdir(parents=True, exist_ok=True)
    platforms = ("manylinux1_x86_64", "manylinux2014_x86_64", "manylinux_2_28_x86_64", "manylinux_2_31_x86_64")
    options = [f"--platform={platform}" for platform in (*platforms, "manylinux_2_35_x86_64")]
    with tempfile.TemporaryDirectory(dir=sources) as folder:
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"]
        subprocess.run([*pip, "--python-version=3.11", *options, "--dest", folder, f"vllm=={version}"], check=True)
        [wheel] = Path(folder).glob("*.whl")
        with zipfile.ZipFile(wheel) as files:
            wanted = [name for name in files.namelist() if name.startswith("vllm/") and name.endswith(".py")]
            files.extractall(sources / version, wanted)


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("sources", type=Path)
    options.add_argument("versions", nargs="*", help="all that SOURCES holds, when none is given")
    options.add_argument("--fetch", action="store_true", help="download what SOURCES lacks, with pip")
    options.add_argument("--summary", action="store_true", help="only the table of versions")
    options.add_argument("--deltas", metavar="SCENE", help="print what a client is sent of a scene, as JSON, and end")
    options.add_argument("--no-thinking", action="store_true", help="ask with enable_thinking = false")
    given = options.parse_intermixed_args()
    sources: Path = given.sources
    versions = given.versions or sorted((path.parent.name for path in sources.glob("*/vllm")), key=_order)
    missing = [version for version in versions if not (sources / version / "vllm").is_dir()]
    if missing and given.fetch:
        for version in missing:
            fetch(sources, version)
    elif missing or not versions:
        wanted = " ".join(missing or ["0.11.0", "0.19.0", "0.33.0"])
        print(f"no vLLM in {sources}; with a network:\n    python {sys.argv[0]} {sources} --fetch {wanted}")
        return 2
    heard = {}
    for version in versions:
        # A process for each: they are all called `vllm`.
        with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as process:
            heard[version] = process.submit(listen, sources / version, thinking=not given.no_thinking).result()
        if not given.summary and not given.deltas:
            show(version, heard[version])
    if given.deltas:
        sent = {version: deltas(answers, given.deltas) for version, answers in heard.items()}
        print(re.sub(r"\[\n +(\".*\"),\n +(\".*\")\n +\]", r"[\1, \2]", json.dumps(sent, indent=1)))
        return 0
    summary(heard)
    ours = [received for answers in heard.values() for (_, parser, _), received in answers.items() if parser != "vLLM"]
    return int(any(verdict(received) != "right" for received in ours))


def _order(version: str) -> list[int]:
    return [int(part) for part in version.split(".") if part.isdigit()]


if __name__ == "__main__":
    sys.exit(main())
