"""The clock beside the counters: ten times the text takes about ten times as long, for friendly texts and hostile ones.

    python benchmarks/linear.py [FORMAT ...]

Needs nothing but toolgram. The parser counts its own work, and `tests/test_promises.py` compares the counts; what it
forgot to count (a copy of the buffer, a long join) shows only here. For each format and each text, messages of 100 kB
and of 1 MB are read, in deltas of 64 characters and at once.

The table shows how many times longer the large one took: 10 is linear, 100 quadratic. Above `RATIO_MAX`, measured
twice, the text is marked and the exit status is 1. The limit is 25 because a text that no longer fits into a cache may
cost twice as much a character. What takes less than `SECONDS_MIN` is fast enough whatever its ratio: at a megabyte, a
copy of everything that is made for each delta takes longer.

All formats take about ten minutes, a single one ten seconds.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "src"))

import toolgram  # noqa: E402
from toolgram.registry import find, format_paths  # noqa: E402
from toolgram.testing import Case, read_cases  # noqa: E402

SMALL, LARGE = 100_000, 1_000_000  # characters
RATIO_MAX = 25
SECONDS_MIN = 0.1
SIZES = (64, LARGE)  # of a delta
UNITS = {"blanks": " ", "brackets": "[", "members": '{"a":', "quotes": '"', "backslashes": "\\", "half tags": "</"}


def texts(cases: list[Case], length: int) -> Iterator[tuple[str, list[dict[str, Any]], str]]:
    """Name, tools and text, each of about a length."""
    yield "prose", [], repeated("It is sunny, 21 < 25 degrees.\n", length)
    calling = [case for case in cases if case.expected.calls and case.inside is None]
    if not calling:
        return
    case = max(calling, key=lambda case: (len(case.expected.calls) == 1, case.expected.calls[0].arguments != "{}"))
    name, text = case.expected.calls[0].name, case.text
    opener = text[: text.find(name)]
    yield "calls", case.tools, repeated(text + "\n", length)
    yield "openers", case.tools, repeated(opener, length)
    yield "refused names", case.tools, repeated(opener + "no such name\n", length)
    yield "a name without end", case.tools, opener + repeated("x ", length)
    value = text.find(name) + len(name) + (len(text) - text.find(name) - len(name)) // 2
    for what, unit in UNITS.items():
        yield f"{what} in a call", case.tools, text[:value] + repeated(unit, length) + text[value:]


def repeated(unit: str, length: int) -> str:
    return unit * (length // max(len(unit), 1) + 1)


def seconds(format_id: str, tools: list[dict[str, Any]], text: str, size: int) -> float:
    """The processor time that it takes to read a text."""
    parser = toolgram.load(format_id).parser(tools)
    begin = time.process_time()
    for at in range(0, len(text), size):
        parser.feed(text[at : at + size])
    parser.finish()
    return time.process_time() - begin


def ratio(format_id: str, tools: list[dict[str, Any]], small: str, large: str, size: int) -> tuple[float, bool]:
    """How many times longer the large text takes, as if it were ten times the small one; whether that is too much."""
    for _ in range(2):  # a second time where something else may have run meanwhile
        least = min(seconds(format_id, tools, small, size) for _ in range(3))
        took = seconds(format_id, tools, large, size)
        times = took / max(least, 1e-6) * (len(small) * 10 / len(large))
        if times <= RATIO_MAX or took < SECONDS_MIN:
            return times, False
    return times, True


def main(format_ids: list[str]) -> int:
    print(f"{'format':24}{'text':28}" + "".join(f"{_size(size):>14}" for size in SIZES))
    slow = 0
    for format_id in format_ids:
        cases = read_cases(find(format_id).with_suffix(".md"))
        for (what, tools, small), (_, _, large) in zip(texts(cases, SMALL), texts(cases, LARGE), strict=True):
            ratios = [ratio(format_id, tools, small, large, size) for size in SIZES]
            is_slow = any(too_much for _, too_much in ratios)
            slow += is_slow
            row = "".join(f"{times:14.1f}" for times, _ in ratios)
            print(f"{format_id:24}{what:28}{row}{'  more than linear' if is_slow else ''}", flush=True)
    print(f"{slow} texts are slow")
    return 1 if slow else 0


def _size(size: int) -> str:
    return "at once" if size == LARGE else f"deltas of {size}"


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:] or [path.stem for path in format_paths()]))
