"""Hostile texts cost no more a character than friendly ones, and raise nothing (docs/rules.md, promises 5 and 6).

Work is counted by the parser, not timed. Places inside a format come from its own page: a good text, cut behind every
delimiter and in the middle of every value.
"""

from __future__ import annotations

import json

import budget
import pytest
from strategies import delimiters, page, spec_of, split_at_delimiters

import toolgram
from toolgram import Message, collect
from toolgram.registry import format_paths
from toolgram.runtime.tables.limits import BLANKS_MAX, PROSE_MAX
from toolgram.testing import Case

FORMATS = [path.stem for path in format_paths()]
PAGES = {name: {case.name: case for case in page(name)} for name in FORMATS}
# Two windows of blanks, each copied at every character: until both are full, behind all that may be prose in a call.
SLACK = 2 * BLANKS_MAX * (2 * BLANKS_MAX + PROSE_MAX)
SMALL = 1_000 if budget.full else 400
LARGE = 1_000_000 if budget.full else 20_000
PAIRS = 301  # of a place in a text and a unit to repeat there; no multiple of the number of sizes
LITTLE = 100  # counted work a character of what is made to be slow
SIZES = (1, 61, 10**9)
UNITS = ["<", " ", "\n", '"', "\\", "[", "{", "(", "a", "1", "'", '{"a":', "[1,", "<|", "</", "a=", ", ", "'''"]

each_format = pytest.mark.parametrize("name", FORMATS)
each_calling_format = pytest.mark.parametrize("name", [name for name in FORMATS if "tool_call" in spec_of(name).rules])


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
    cases_by_name = PAGES[name]
    longest = max(cases_by_name.values(), key=lambda case: len(case.expected.calls))
    cases = [longest, *(cases_by_name[title] for title in ("Two calls", "Reasoning") if title in cases_by_name)]
    starts = [(case, start) for case in cases for start in places(case, name)]
    pairs = [(*starts[n % len(starts)], units[n % len(units)], SIZES[n % len(SIZES)]) for n in range(PAIRS)]
    for case, start, unit, size in budget.sample(pairs, 3):
        small = run(name, case.tools, start + hostile(unit, SMALL), size)[1]
        large = run(name, case.tools, start + hostile(unit, 10 * SMALL), size)[1]
        assert large <= 11 * (small + SLACK), (start, unit, size)


@each_format
def test_openers_that_never_come_are_text(name: str) -> None:
    known = delimiters(name)
    never = next((one[:-1] for one in reversed(known) if not any(other in one[:-1] * 2 for other in known)), "<")
    for unit in ("<", never or "<"):
        work = {}
        for times in (LARGE // 10, LARGE):
            text = "so " + hostile(unit, times)
            message, work[times] = run(name, [], text, 4096)
            assert message.content == text
        assert work[LARGE] <= 11 * work[LARGE // 10]


def around(name: str, *values: str) -> tuple[Case, str, str]:
    """A case with one whole call that holds one of the values once; what stands before the value, and behind it."""
    for value in values:
        for case in PAGES[name].values():
            before, _, behind = case.text.partition(value)
            calls = case.expected.calls
            if len(calls) == 1 and calls[0].complete and value in calls[0].arguments and value not in behind:
                return case, before, behind
    raise AssertionError(f"the page of {name} has no case of one call with one of the values {values}")


@each_calling_format
def test_a_flood_of_blanks_before_a_closer_are_the_value(name: str) -> None:
    case, before, behind = around(name, "東京", "Tokyo")
    work = {}
    for times in (LARGE // 10, LARGE):
        message, work[times] = run(name, case.tools, before + " " * times + behind, 4096)
        assert [call.complete for call in message.tool_calls] == [True]
        assert len(message.tool_calls[0].arguments) > times - 2 * BLANKS_MAX  # what a spec trims at either end
    assert work[LARGE] <= 11 * work[LARGE // 10]


@each_calling_format
@pytest.mark.parametrize("unit", ["[", '{"a": ', "(", "[{"])
def test_any_number_of_levels_is_read_without_recursion(name: str, unit: str) -> None:
    case, before, _ = around(name, "[1, 2, 3]", "東京", "Tokyo")
    work = {}
    for levels in (LARGE // 100, LARGE // 10):
        text = before + unit * levels
        _, work[levels] = run(name, case.tools, text, 4096)
    assert work[LARGE // 10] <= 11 * (work[LARGE // 100] + SLACK)


@each_calling_format
@pytest.mark.parametrize("levels", [1_000, LARGE // 10])
def test_a_value_of_any_depth_ends_as_json_that_readers_take(name: str, levels: int) -> None:
    """What is deeper than the limit comes out in some way that JSON readers of every language can read."""
    case, before, behind = around_structure(name)
    pairs = brackets(name)
    for opener, closer in budget.sample(pairs, 2):
        text = before + opener * levels + "1" + closer * levels + behind
        for tools in (case.tools, []):
            calls = run(name, tools, text, 4096)[0].tool_calls
            assert all(isinstance(json.loads(call.arguments), dict) for call in calls if call.complete)
            assert opener != "[" or any(call.complete for call in calls) or not tools


def around_structure(name: str) -> tuple[Case, str, str]:
    """A case with one whole call, and what stands around an array or an object in it; else around a string."""
    found = [case for case in PAGES[name].values() if len(case.expected.calls) == 1 and case.expected.calls[0].complete]
    values = [(case, value) for case in found for value in json.loads(case.expected.calls[0].arguments).values()]
    for case, value in sorted(values, key=lambda pair: not isinstance(pair[1], list | dict)):
        for text in (json.dumps(value), json.dumps(value, separators=(",", ":")), repr(value), str(value)):
            if value and case.text.count(text) == 1:
                before, _, behind = case.text.partition(text)
                return case, before, behind
    raise AssertionError(f"the page of {name} has no case of one call with a value")


def brackets(name: str) -> list[tuple[str, str]]:
    """How a level is opened and closed: in JSON, in what looks like it, by elements where the format has them."""
    found = [("[", "]"), ('{"a": ', "}"), ("{a:", "}"), ("(", ")"), ('[{"a": ', "}]")]
    for tags in [state.tags for state in toolgram.load(name).machine.states if state.tags is not None]:
        closer = tags.close if tags.close_end is None else f"{tags.close}a{tags.close_end}"
        found.append((f"{tags.open}a{tags.open_end}", closer))
    return found


@each_calling_format
def test_a_value_that_never_ends_is_never_whole(name: str) -> None:
    case, before, _ = around(name, "東京", "Tokyo")
    work = {}
    for times in (LARGE // 10, LARGE):
        message, work[times] = run(name, case.tools, before + "x" * times, 4096)
        if toolgram.load(name).machine.commit == "section":
            assert message.content is not None
            assert message.content.endswith("x" * times)
            continue
        [call] = message.tool_calls
        assert not call.complete
        assert call.arguments.endswith("x" * times)
    assert work[LARGE] <= 11 * work[LARGE // 10]


@each_calling_format
def test_a_call_costs_the_same_whatever_came_before(name: str) -> None:
    case = next(case for case in PAGES[name].values() if case.expected.calls)
    work = {}
    for count in (20, 200):
        message, work[count] = run(name, case.tools, (case.text + "\n") * count, 256)
        assert message.tool_calls
    assert work[200] <= 11 * work[20]


@each_format
def test_a_long_text_at_once_is_read_as_in_pieces(name: str) -> None:
    """Windows that bound the work end nothing too early."""
    for case in budget.sample([*PAGES[name].values()], 5):
        text = case.text + "\n" + "x < y " * 2000
        whole, pieces = run(name, case.tools, text, 10**9)[0], run(name, case.tools, text, 61)[0]
        assert whole == pieces, case.name


@each_calling_format
def test_an_object_that_begins_again_and_again_costs_little(name: str) -> None:
    """A quote that begins no key is read once, though what it stands in is text, and the next one may begin a key."""
    case = next(case for case in PAGES[name].values() if case.expected.calls)
    called = case.expected.calls[0].name
    behind_name = case.text[: case.text.index(called) + len(called)] + '", '
    for start in (behind_name, behind_name + '"parameters": {}, "parameters"', case.text + '; {"name": "p'):
        before = run(name, case.tools, start, 10**9)[1]
        for unit in (";{'", "[{'"):
            assert run(name, case.tools, start + hostile(unit, 1500), 7)[1] - before <= 1500 * LITTLE, (start, unit)


@each_calling_format
def test_what_fails_at_each_character_costs_little(name: str) -> None:
    """A value, a name or a closer that is none after all, again and again: nothing is looked at again and again."""
    case = PAGES[name]["One call"] if "One call" in PAGES[name] else next(iter(PAGES[name].values()))
    closers = toolgram.load(name).machine.call_closers[:2]
    units = ["[a,", "a:", "a(", "{a,", *(f"{closer}{tail}" for closer in closers for tail in ("a ", "',"))]
    for before in places(case, name):
        for unit in budget.sample(units, 2):
            parser = toolgram.load(name).parser(case.tools)
            parser.feed(before)
            text, begin = hostile(unit, 3 * SMALL), parser.work
            parser.feed(text)
            assert parser.work - begin < LITTLE * len(text), (before, unit, (parser.work - begin) / len(text))
