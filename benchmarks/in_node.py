"""What reading costs in Node: our package, beside its Python twin, `@ai-sdk-tool/parser` and `partial-json`.

    npm ci --prefix typescript/benchmarks && python benchmarks/in_node.py --write

In: the texts of `workloads.py`, and one of each kind at several lengths. Out: tables of microseconds a delta, of the
longest single delta, and of what a parser keeps; with `--write` they go into docs/typescript.md. `--only` chooses
texts, `--rounds` says how often each is read.

The engines of one process take a sample of a text in turns, and the processes take turns, too. Medians count.
`typescript/benchmarks/samples.mjs` is the half that runs in Node; it takes the package as it is installed.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tables import machine_name, put_between
from workloads import TOOLS, Workload, answer, prose, rows, tokens, workloads

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "typescript" / "benchmarks"
PAGE = ROOT / "docs" / "typescript.md"
BEGIN, END = "<!-- speed: benchmarks/in_node.py --write -->", "<!-- end -->"
FORMATS = ("hermes", "qwen3_coder", "deepseek_v31", "glm45")
TEXTS = ("short", "calls32", "deep", "code", "argument", "content")
LENGTHS = (250, 1_000, 4_000, 16_000, 64_000, 1_000_000)
ENGINES = ("toolgram", "ai-sdk-tool", "partial-json")
HEADS = {"toolgram": "toolgram", "ai-sdk-tool": "`@ai-sdk-tool/parser`", "partial-json": "`partial-json`"}


class Process:
    """A process that takes samples: it answers each line with a line."""

    def __init__(self, command: list[str]) -> None:
        self._command = command
        self._child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT)

    def send(self, line: str) -> None:
        assert self._child.stdin is not None
        print(line, file=self._child.stdin, flush=True)

    def answer(self) -> Any:
        assert self._child.stdout is not None
        line = self._child.stdout.readline()
        if not line:
            raise SystemExit(f"{' '.join(self._command)[:200]} ended too early")
        return json.loads(line)

    def ask(self, what: str) -> Any:
        self.send(what)
        return self.answer()


def lengths() -> Iterator[dict[str, Any]]:
    """One text of each kind, at each length."""
    for length in LENGTHS:
        for format_id in FORMATS:
            for kind, text in (
                ("content", answer(format_id, prose(length))),
                ("string argument", answer(format_id, "", ("write_file", {"path": "a.txt", "text": prose(length)}))),
                ("JSON argument", answer(format_id, "", ("search", {"query": "x", "filters": rows(length)}))),
            ):
                yield {"kind": kind, "format": format_id, "length": length, "deltas": tokens(text)}


def asked_of(chosen: list[Workload]) -> dict[str, Any]:
    texts = [
        {"key": one.key, "format": one.format_id, "deltas": one.deltas(), "content": one.content, "calls": one.calls}
        for one in chosen
    ]
    return {"workloads": texts, "tools": TOOLS, "lengths": list(lengths())}


def table(head: list[str], lines: list[list[str]]) -> str:
    rule = ["---"] + ["---:"] * (len(head) - 1)
    return "\n".join(f"| {' | '.join(line)} |" for line in [head, rule, *lines])


def beside(value: float | None, ours: float | None, mark: str = "") -> str:
    """A figure, and how many times ours it is."""
    if value is None:
        return ""
    times = f" ({value / ours:,.1f}x)" if ours and value != ours else ""
    return f"{value:,.2f}{times}{mark}"


def of_texts(chosen: list[Workload], rounds: list[dict[str, float]], twin: dict[str, float], right: Any) -> str:
    lines = []
    for one in chosen:
        cells = []
        ours = None
        for engine in ENGINES:
            key = f"{engine} {one.key}"
            value = statistics.median(found[key] for found in rounds) if key in rounds[0] else None
            ours = value if engine == "toolgram" else ours
            is_wrong = " *wrong*" if right.get(key, True) is not True else ""
            cells.append(beside(value, ours, is_wrong))
        python = twin[one.key] / len(one.deltas())
        lines.append([f"`{one.format_id}` {one.name}", cells[0], beside(python, ours), *cells[1:]])
    return table(["text", HEADS["toolgram"], "Python twin", *list(HEADS.values())[1:]], lines)


def of_lengths(found: list[list[Any]]) -> str:
    by_key = {(engine, kind, name, length): row for engine, kind, name, length, *row in found}
    lines = []
    for kind, name in dict.fromkeys(key[1:3] for key in by_key):
        for engine in ENGINES:
            cells = [by_key.get((engine, kind, name, length)) for length in LENGTHS]
            if any(cells):
                figures = [f"{cell[0]:,.2f}{' *stopped*' if cell[2] else ''}" if cell else "" for cell in cells]
                lines.append([f"`{name}` {kind}, {HEADS[engine]}", *figures])
    return table(["microseconds a delta", *(f"{length:,}" for length in LENGTHS)], lines)


def of_longest(curve: list[list[Any]], kept: list[list[Any]]) -> str:
    """What one delta costs at most in our parser, and what it keeps."""
    longest = {tuple(row[1:4]): row[5] for row in curve if row[0] == "toolgram"}
    memory = {tuple(row[1:4]): row[4] for row in kept if row[0] == "toolgram"}
    ends = (LENGTHS[2], LENGTHS[-1])
    lines = [
        [f"`{name}` {kind}"]
        + [f"{longest[kind, name, length]:,.0f}" for length in ends]
        + [f"{memory[kind, name, length] / 1000:,.0f}" for length in ends]
        for kind, name in dict.fromkeys(key[:2] for key in longest)
    ]
    heads = [f"longest delta at {length:,}" for length in ends] + [f"kept at {length:,}, kB" for length in ends]
    return table(["text", *heads], lines)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rounds", type=int, default=15)
    options.add_argument("--only", default="", help="texts with this in their name, as `hermes:content`")
    options.add_argument("--short", action="store_true", help="no lengths")
    options.add_argument("--write", action="store_true", help="into docs/typescript.md")
    asked = options.parse_args()
    chosen = [one for one in workloads(FORMATS) if one.name in TEXTS and asked.only in one.key]
    node = Process(["node", "--expose-gc", str(FOLDER / "samples.mjs")])
    node.send(json.dumps(asked_of(chosen)))
    right = node.answer()["right"]
    wanted = {"engines": ["toolgram"], "formats": FORMATS, "only": [one.key for one in chosen]}
    python = Process([sys.executable, str(Path(__file__).with_name("samples.py")), json.dumps(wanted)])
    python.answer()
    rounds, twins = [], []
    for number in range(asked.rounds):
        rounds.append(node.ask('"round"'))
        twins += [python.ask("round")["toolgram"]] if number < 5 else []
    twin = {key: statistics.median(found[key] for found in twins) / 1000 for key in twins[0]}
    parts = [of_texts(chosen, rounds, twin, right)]
    if not asked.short:
        curve = node.ask('"curve"')
        parts += [of_lengths(curve), of_longest(curve, node.ask('"memory"'))]
    print("\n\n".join(parts))
    if asked.write:
        version = subprocess.check_output(["node", "--version"], text=True).strip()
        words = f"Microseconds a delta on {machine_name()}, Node {version}, Python {sys.version.split()[0]}."
        put_between(PAGE, BEGIN, END, [words, *parts])


if __name__ == "__main__":
    main()
