"""What reading costs: toolgram beside another checkout of it, a compiled one, and the libraries of others.

    python benchmarks/peers.py [PYTHON ...] [--compiled PYTHON] [--write]
    python benchmarks/peers.py --against SRC [--source SRC] [--only TEXT,...]

Each PYTHON is one that can import some of vLLM, transformers, sglang and openai-harmony; what it cannot import is left
out. `--compiled` is a Python in which a compiled toolgram is installed, `--against` the `src` folder of another
checkout. openai-harmony loads its vocabulary from the network, or from the folder that TIKTOKEN_ENCODINGS_BASE names.

The texts stand in `workloads.py`, how each library is asked in `readers.py`, how a sample is taken in `samples.py`.
Each Python is a process. All take their samples in turns, round by round, and what is shown is the median of the
rounds. In brackets is how many times longer another library takes than ours. `--write` puts the tables and the plot
into `docs/speed.md`.
"""

from __future__ import annotations

import argparse
import datetime
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

import curves
from processes import Process, Results
from tables import machine_name, put_between
from workloads import MEGABYTE, NEW, WRITERS, Workload, workloads

BEGIN = time.monotonic()
ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "speed.md"
MARKS = ("<!-- results: benchmarks/peers.py --write -->", "<!-- end -->")
PEERS = ["toolgram", "plugin", "vllm", "hugging face", "sglang", "harmony"]
TITLES = {
    "toolgram": "toolgram",
    "against": "the other checkout",
    "compiled": "compiled",
    "hugging face": "Hugging Face",
    "sglang": "SGLang",
    "harmony": "Harmony",
    "plugin": "in vLLM: plugin",
    "vllm": "in vLLM: its own",
    "floor": "floor",
}
GENERATED = f"import sys; sys.path.insert(0, {str(ROOT / 'generated' / 'python')!r}); import hermes"
# What is imported where a library is to read hermes, or what it has that is nearest to that.
IMPORTS = {
    "toolgram": ("import toolgram", "import toolgram.runtime.parser", "import toolgram; toolgram.load('hermes')"),
    "vllm": ("from vllm.tool_parsers import ToolParserManager as T; T.get_tool_parser('hermes')",),
    "hugging face": ("from transformers.utils.chat_parsing import ResponseParser",),
    "sglang": ("import sglang.srt.function_call.function_call_parser",),
    "harmony": ("import openai_harmony",),
}


def shown(workload: Workload, nanoseconds: float) -> float:
    """Megabytes a second, or microseconds: of a delta, of a message, of a parser."""
    if workload.name.endswith("1m"):
        return len(workload.text) / MEGABYTE / (max(nanoseconds, 1) / 1e9)
    return nanoseconds / 1000 / max(1, len(workload.deltas()))


def cell(results: Results, column: str, workload: Workload) -> str:
    """The figure of a library and a text; in brackets how many times longer it takes than ours."""
    right = results.right(column, workload.key)
    value, times = results.value(column, workload.key), results.times_ours(column, workload.key)
    if value is None:
        return right if isinstance(right, str) else ""
    ratio = f" ({times:.2f})" if times is not None and column not in ("toolgram", "floor", "plugin") else ""
    return _figure(shown(workload, value)) + ratio + ("" if right is True else f" {right or 'wrong'}")


def _figure(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


# --- tables ---------------------------------------------------------------------------------------------------------

IN_DELTAS = ("short", "calls32", "deep", "code", "argument", "content")
SECTIONS = {
    "Microseconds a delta, of an answer in deltas of a token:": IN_DELTAS,
    "The same of answers that nobody has read before, each with other words and numbers:": NEW,
    "Microseconds for a short answer in one piece, and for a parser with its tools that reads nothing:": (
        "whole",
        "constructor",
    ),
    "Megabytes a second, of an answer of a megabyte in one piece:": ("json1m", "code1m"),
}


def table(head: Iterable[str], rows: Iterable[Iterable[str]], texts: int = 1) -> str:
    """In Markdown; the first columns are texts, the others figures."""
    cells = list(head)
    lines = ["| " + " | ".join(cells) + " |", "|---" * texts + "|---:" * (len(cells) - texts) + "|"]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in rows)])


def main_tables(results: Results, chosen: list[Workload], fast: dict[str, float]) -> list[str]:
    """By kind of figure; `fast` has the shares of deltas on our fast path, if they were asked for."""
    parts = []
    columns = [column for column in TITLES if column in results.columns]
    for title, names in SECTIONS.items():
        has_share = bool(fast) and names == IN_DELTAS
        rows = [
            [one.name, f"`{one.format_id}`", *(cell(results, column, one) for column in columns)]
            + ([f"{fast.get(one.key, 0):.0%}"] if has_share else [])
            for one in chosen
            if one.name in names
        ]
        if rows:
            head = ["text", "format", *(TITLES[column] for column in columns), *(["fast path"] if has_share else [])]
            parts += [title, table(head, rows, texts=2)]
    return parts


def more_tables(results: Results) -> list[str]:
    """The longest delta, what is kept, and the imports."""
    columns = [column for column in TITLES if column in results.columns and column != "floor"]
    longest: dict[tuple[str, str], dict[int, str]] = {}
    kept: dict[tuple[str, str], str] = {}
    formats: dict[str, None] = {}
    for column in columns:
        name, engine = results.columns[column]
        for found, format_id, length, _, most, is_cut in results.processes[name].curve:
            formats[format_id] = None
            if found == engine:
                longest.setdefault((column, format_id), {})[length] = ("> " if is_cut else "") + _figure(most / 1000)
        for found, format_id, count in results.processes[name].memory:
            if found == engine:
                kept[column, format_id] = f"{count / 1000:,.0f}"
    head = ["format", *(TITLES[column] for column in columns)]
    last = {key: list(by_length.values())[-1] for key, by_length in longest.items()}
    return [
        f"The longest single delta, in milliseconds, of an argument of {curves.LENGTH_MAX:,} characters:",
        table(head, [[f"`{one}`", *(last.get((column, one), "") for column in columns)] for one in formats]),
        "Kilobytes that a parser keeps of an argument of 16,000 characters while it is still open:",
        table(head, [[f"`{one}`", *(kept.get((column, one), "") for column in columns)] for one in formats]),
    ]


BYTECODE = tempfile.TemporaryDirectory(prefix="bytecode-")


def imports(results: Results, rounds: int) -> list[str]:
    """Seconds of the processor for an import in a new process, without those of the interpreter alone."""
    tasks: list[tuple[str, str, Process]] = []
    for column, place in results.columns.items():
        process = results.processes[place.process]
        tasks += [(column, code, process) for code in IMPORTS.get(place.engine, ())]
        tasks += [(column, GENERATED, process)] if column == "toolgram" else []
    took: dict[tuple[str, str], list[float]] = {}
    for number in range(rounds + 1):  # the first one compiles modules: nobody else's bytecode is used
        note(f"imports, round {number}")
        bare = {process.python: _import_seconds(process, "pass") for _, _, process in tasks}
        for column, code, process in tasks:
            seconds = _import_seconds(process, code) - bare[process.python]
            if number:
                took.setdefault((column, code), []).append(seconds)
    rows = [
        [TITLES[column], f"`{_short(code)}`", f"{statistics.median(one):.3f}"] for (column, code), one in took.items()
    ]
    return ["Seconds of an import, in a new process:", table(["library", "what", "seconds"], rows, texts=2)]


def _short(code: str) -> str:
    """Without what only sets a path."""
    return "import hermes" if code == GENERATED else code


def _import_seconds(process: Process, code: str) -> float:
    environment = {**process.environment, "PYTHONPYCACHEPREFIX": BYTECODE.name}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([process.python, "-c", code], check=True, env=environment, stderr=subprocess.DEVNULL, cwd="/")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


# --- the command ----------------------------------------------------------------------------------------------------


def note(text: str) -> None:
    """Say how far it is, where nothing else is written."""
    print(f"{time.monotonic() - BEGIN:6.0f} s  {text}", file=sys.stderr, flush=True)


def started(given: argparse.Namespace, formats: list[str], only: list[str]) -> dict[str, Process]:
    asked = {"formats": formats, "only": only}
    ours = {**asked, "engines": ["toolgram"]}
    found = {"toolgram": Process(sys.executable, given.source, {**asked, "engines": ["toolgram", "floor"]})}
    if given.against:
        found["against"] = Process(sys.executable, given.against, ours)
    if given.compiled:
        found["compiled"] = Process(given.compiled, "", ours)
    for number, python in enumerate(given.pythons):
        found[f"peers {number}"] = Process(python, given.source, {**asked, "engines": PEERS})
    note("each text is read once")
    for process in found.values():
        process.begin()
    return found


def described(results: Results) -> str:
    """What was measured where."""
    titles = {**TITLES, "vllm": "vLLM"}
    names = [f"{titles[column]} {release}" for column, release in results.versions() if release]
    return f"{datetime.date.today()}, Python {platform.python_version()}, {machine_name()}; {', '.join(names)}."


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("pythons", nargs="*", metavar="PYTHON", help="a Python that can import other libraries")
    options.add_argument("--compiled", metavar="PYTHON", help="a Python in which a compiled toolgram is installed")
    options.add_argument("--against", metavar="SRC", help="the src folder of another checkout")
    options.add_argument(
        "--source", default=str(ROOT / "src"), metavar="SRC", help='the src folder to measure; "": what is installed'
    )
    options.add_argument("--only", default="", metavar="TEXT,...", help="names, formats, or FORMAT:NAME")
    options.add_argument("--formats", help=f"of {','.join(WRITERS)}; all, or the first two with --against")
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--write", action="store_true", help="put the results into docs/speed.md")
    given = options.parse_args()
    formats = given.formats.split(",") if given.formats else list(WRITERS)[: 2 if given.against else None]
    only = given.only.split(",")
    processes = started(given, formats, only)
    for number in range(given.rounds):
        note(f"round {number + 1}")
        for process in processes.values():
            process.rounds.append(process.ask("round"))
    results = Results(processes)
    chosen = [one for one in workloads(formats) if one.is_one_of(only)]
    is_all = not given.only and not given.against
    parts = [
        described(results),
        *main_tables(results, chosen, processes["toolgram"].ask("fast path") if is_all else {}),
    ]
    if is_all:
        for what in ("curve", "memory"):
            note(what)
            for process in processes.values():
                setattr(process, what, process.ask(what))
        parts += [*more_tables(results), *imports(results, rounds=3)]
    print("\n\n".join(parts))
    if given.write and is_all:
        put_between(PAGE, *MARKS, parts)
        curves.write(results, TITLES)


if __name__ == "__main__":
    main()
