"""Hostile texts cost no more a character than friendly ones, and raise nothing (design.md, promises 5 and 6).

Work is counted by the parser, not timed. Places inside a format come from its own page: a good text, cut behind every
delimiter and in the middle of every value.
"""

from __future__ import annotations

import pytest
from strategies import delimiters, split_at_delimiters

import toolgram
from toolgram import Message, collect
from toolgram.registry import format_paths
from toolgram.testing import Case, read_cases

FORMATS = [path.stem for path in format_paths()]
PAGES = {path.stem: {case.name: case for case in read_cases(path.with_suffix(".md"))} for path in format_paths()}
SLACK = 20_000  # counted work that does not grow with the text: windows of a bounded size are filled first
SMALL = 1_000
UNITS = ["<", " ", "\n", '"', "\\", "[", "{", "(", "a", "1", "'", '{"a":', "[1,", "<|", "</", "a=", ", ", "'''"]

each_format = pytest.mark.parametrize("name", FORMATS)


def run(name: str, tools: list[dict[str, object]], text: str, size: int) -> tuple[Message, int]:
    parser = toolgram.load(name).parser(tools)
    events = [event for at in range(0, len(text), size) for event in parser.feed(text[at : at + size])]
    message = collect(events + parser.finish())
    return message, parser.work


def places(case: Case, name: str) -> list[str]:
    """The beginnings of a good text that end behind a delimiter or inside a text."""
    found = [""]
    before = ""
    for part in split_at_delimiters(case.text, delimiters(name)):
        if len(part) > 4:
            found.append(before + part[: len(part) // 2])
        before += part
        found.append(before)
    return found


def hostile(unit: str, times: int) -> str:
    return (unit * (times // len(unit) + 1))[:times]


@each_format
def test_a_unit_repeated_for_ever_stays_linear_wherever_it_stands(name: str) -> None:
    units = [*UNITS, *delimiters(name), *(one[:-1] for one in delimiters(name) if len(one) > 1)]
    cases = [PAGES[name][title] for title in ("Two calls", "Reasoning") if title in PAGES[name]]
    starts = [(case, start) for case in cases for start in places(case, name)]
    for number, (case, start) in enumerate(starts):
        for offset, unit in enumerate(units):
            if (number + offset) % 5:  # a fifth of all pairs: each unit and each place many times
                continue
            size = (1, 61, 10**9)[(number + offset) // 5 % 3]
            small = run(name, case.tools, start + hostile(unit, SMALL), size)[1]
            large = run(name, case.tools, start + hostile(unit, 10 * SMALL), size)[1]
            assert large <= 11 * (small + SLACK), (start, unit, size)


@each_format
def test_a_million_openers_that_never_come_are_text(name: str) -> None:
    for unit in ("<", delimiters(name)[-1][:-1] or "<"):
        work = {}
        for times in (100_000, 1_000_000):
            text = "so " + hostile(unit, times)
            message, work[times] = run(name, [], text, 4096)
            assert message.content == text
        assert work[1_000_000] <= 11 * work[100_000]


def whole_and_open(name: str) -> tuple[Case, str, str]:
    """The case with a value of a known text, and that text's surroundings up to it and behind it."""
    case = PAGES[name]["Unicode"]
    city = "東京"
    at = case.text.index(city)
    return case, case.text[:at], case.text[case.text.index(city) + len(city) :]


@each_format
def test_megabytes_of_blanks_before_a_closer_are_the_value(name: str) -> None:
    case, before, behind = whole_and_open(name)
    work = {}
    for times in (100_000, 1_000_000):
        message, work[times] = run(name, case.tools, before + " " * times + behind, 4096)
        assert [call.complete for call in message.tool_calls] == [True]
        assert len(message.tool_calls[0].arguments) > times
    assert work[1_000_000] <= 11 * work[100_000]


@each_format
@pytest.mark.parametrize("unit", ["[", '{"a": ', "(", "[{"])
def test_a_hundred_thousand_levels_are_read_without_recursion(name: str, unit: str) -> None:
    page = PAGES[name]
    case = page["Every argument type"]
    values = case.text.index("[1, 2, 3]")
    work = {}
    for levels in (10_000, 100_000):
        text = case.text[:values] + unit * levels
        _, work[levels] = run(name, case.tools, text, 4096)
    assert work[100_000] <= 11 * (work[10_000] + SLACK)


@each_format
def test_a_value_that_never_ends_is_never_whole(name: str) -> None:
    case, before, _ = whole_and_open(name)
    work = {}
    for times in (100_000, 1_000_000):
        message, work[times] = run(name, case.tools, before + "x" * times, 4096)
        [call] = message.tool_calls
        assert not call.complete
        assert call.arguments.endswith("x" * times)
    assert work[1_000_000] <= 11 * work[100_000]


@each_format
def test_a_call_costs_the_same_whatever_came_before(name: str) -> None:
    case = PAGES[name]["Two calls"]
    work = {}
    for count in (50, 500):
        message, work[count] = run(name, case.tools, (case.text + "\n") * count, 256)
        assert message.tool_calls
    assert work[500] <= 11 * work[50]


@each_format
def test_a_long_text_at_once_is_read_as_in_pieces(name: str) -> None:
    """Windows that bound the work end nothing too early."""
    for case in PAGES[name].values():
        text = case.text + "\n" + "x < y " * 2000
        whole, pieces = run(name, case.tools, text, 10**9)[0], run(name, case.tools, text, 61)[0]
        assert whole == pieces, case.name
