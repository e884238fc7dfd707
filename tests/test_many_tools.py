"""Names among many tools: they mean what their definition says, and cost among thousands what they cost among few.

Work is counted in bytecodes that the interpreter runs, and not in time.
"""

from __future__ import annotations

import random
import re
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import budget
import pytest

import toolgram
from toolgram.registry import format_paths
from toolgram.runtime.schema.sorted_names import SortedNames
from toolgram.runtime.schema.tools import NAMESPACE, NUMBER, ROOTS, ToolSet
from toolgram.testing.cases import read_cases

FORMATS = [path for path in format_paths() if toolgram.load(path.stem).machine.outline["rules"].get("tool_call")]
MANY = 4000


def tools_of(names: list[str]) -> list[dict[str, Any]]:
    return [{"type": "function", "function": {"name": name, "parameters": {}}} for name in names]


# --- the definition ---------------------------------------------------------------------------------------------------


def stands_in(name: str, text: str) -> bool:
    """Whether a name stands somewhere in a text between the separators of a namespace or a number."""
    for found in re.finditer(f"(?={re.escape(name)})", text):
        before, after = text[: found.start()], text[found.start() + len(name) :]
        is_rooted = before.rstrip("_-.:/") in ROOTS
        begins = not before or is_rooted or before.endswith(NAMESPACE)
        is_numbered = NUMBER(after) is not None and (is_rooted or not after[0].isdigit())
        if begins and (not after or after.startswith(NAMESPACE) or is_numbered):
            return True
    return False


def inside(names: list[str], text: str) -> str | None:
    if re.fullmatch(r"[\w.\-:/@#]+", text) is None:
        return None
    found = [name for name in names if stands_in(name, text)]
    longest = max(found, key=len, default=None)
    return longest if longest is not None and all(name in longest for name in found) else None


PIECES = ["a", "b", "ab", "exec", "functions", "function", ".", ":", "/", "@", "_", "__", "-", "#", "1", "5", " ", "s"]


def text_of_pieces(draw: random.Random, most: int) -> str:
    return "".join(draw.choices(PIECES, k=draw.randint(1, most)))


@pytest.mark.parametrize("seed", range(40 if not budget.full else 400))
def test_names_mean_what_their_definition_says(seed: int) -> None:
    draw = random.Random(seed)
    names = [text_of_pieces(draw, 3) for _ in range(draw.randint(1, 12))]
    plain = list(dict.fromkeys(name for name in names if name == name.strip() and not name.startswith("functions.")))
    tools = ToolSet(tools_of(plain))
    for _ in range(60):
        text = text_of_pieces(draw, 6)
        single = tools.single(text)
        assert tools.resolve(text) == (single if single in plain else inside(plain, single) or single), (plain, text)
        assert tools.is_prefix(text) == any(f"{name}.{name}".startswith(text) for name in plain), (plain, text)
        ends = draw.sample(range(len(text) + 1), min(3, len(text)))
        means = next((end for end in ends if end and tools.means(text[:end])), None)
        if " " not in text:
            assert tools.first_that_means(text, [end for end in ends if end]) == means, (plain, text)
        listed = SortedNames(names)
        begun = sorted({name for name in names if text.startswith(name)}, key=len, reverse=True)
        assert list(listed.beginnings_of(text)) == begun
        assert listed.any_begins_with(text) == any(name.startswith(text) for name in names)
        assert listed.any_goes_on_from(text) == any(name.startswith(text) and name != text for name in names)
        at = draw.randrange(len(text))
        assert listed.may_begin(text, at) or not any(text.startswith(name, at) for name in names)


def test_no_names_at_all() -> None:
    empty = SortedNames([])
    assert not empty
    assert not empty.any_begins_with("")
    assert list(empty.beginnings_of("a")) == []


# --- the work ---------------------------------------------------------------------------------------------------------


def bytecodes_of(run: Callable[[], object]) -> int:
    """How many bytecodes a function and those that it calls run."""
    count = 0

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal count
        frame.f_trace_opcodes, frame.f_trace_lines = True, False
        count += event == "opcode"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        run()
    finally:
        sys.settrace(before)
    return count


def many(tools: Any, count: int) -> list[dict[str, Any]]:
    """The tools of a case behind others, whose names begin as theirs and as each other; of names of all characters."""
    name = tools[0]["function"]["name"]
    others = [f"{name[: number % len(name)]}{mark}{number}" for number in range(count // 4) for mark in "_-.x"]
    odd = [f"({number})" for number in range(count // 40)]
    keys = {f"key_{number}": {"type": "string"} for number in range(count // 10)}
    schema = {"type": "object", "properties": keys}
    found = [{"type": "function", "function": {"name": name, "parameters": schema}} for name in (*others, *odd)]
    return [*found, *tools]


@pytest.mark.parametrize("path", budget.sample(FORMATS, 8), ids=lambda path: path.stem)
def test_a_name_among_thousands_costs_what_it_costs_among_few(path: Any) -> None:
    """The first call of the page, character by character; also cut off, so that all of its beginnings are weighed."""
    fmt = toolgram.load(path.stem)
    case = next(case for case in read_cases(path.with_suffix(".md")) if case.tools and case.expected.calls)
    counts = []
    for count in (40, MANY):
        tools = many(case.tools, count)
        parsers = [fmt.parser(tools), fmt.parser(tools)]
        bytecodes_of(lambda: read_slowly(parsers[0], case.text))  # noqa: B023  it runs at once
        counts.append(bytecodes_of(lambda: read_slowly(parsers[1], case.text)))  # noqa: B023
    assert counts[1] < 1.3 * counts[0], counts


def read_slowly(parser: Any, text: str) -> None:
    for character in text:
        parser.feed(character)
    parser.finish()
