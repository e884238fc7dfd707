"""Plain deltas that go out without `feed`, as the vLLM plugin sends them: all else is what `feed` makes of it."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence

import pytest
from token_texts import FORMATS, in_groups, late, random_text, special_ids

import toolgram
from toolgram import ArgumentsDelta, ContentDelta, Event, Parser, ReasoningDelta
from toolgram.runtime.core.output import CONTENT, REASONING
from toolgram.testing import short_tool

Delta = tuple[str, Sequence[int]]
TEXTS = 6  # of each format
MOST = 5  # deltas of which the parser is told together


def event_of(channel: int, text: str) -> Event:
    if channel == CONTENT:
        return ContentDelta(text)
    return ReasoningDelta(text) if channel == REASONING else ArgumentsDelta(channel, text)


def read_past(parser: Parser, deltas: Iterable[Delta], special: Iterable[int] = ()) -> tuple[list[list[Event]], int]:
    """The events of each delta, those of plain ones without `feed`; and how many were fed."""
    passed: list[Delta] = []
    found: list[list[Event]] = []
    fed = 0
    numbers = frozenset(special)
    for text, ids in deltas:
        search, channel = parser.plain_path
        if text and search(text) is None and numbers.isdisjoint(ids) and len(passed) < MOST:
            passed.append((text, ids))
            found.append([event_of(channel, text)])
            continue
        parser.pass_by(passed, "".join(one for one, _ in passed))
        passed = []
        found.append(parser.feed(text, ids))
        fed += 1
    parser.pass_by(passed, "".join(one for one, _ in passed))
    return [*found, parser.finish()], fed


@pytest.mark.parametrize("lag", [0, 9])
@pytest.mark.parametrize("name", FORMATS)
def test_what_comes_behind_plain_deltas_is_read_as_if_they_had_been_fed(name: str, lag: int) -> None:
    for seed in range(TEXTS):
        text = random_text(name, seed)
        deltas = list(late(in_groups(text, itertools.repeat(1 + seed % 3)), lag))
        fed, past = text.parser(), text.parser()
        expected = [*[fed.feed(*delta) for delta in deltas], fed.finish()]
        assert read_past(past, deltas, special_ids(name).values())[0] == expected, str(text)
        assert past.repairs == fed.repairs


@pytest.mark.parametrize("name", ["command_r", "cohere_command3"])
def test_the_places_of_citations_are_counted_in_plain_deltas(name: str) -> None:
    for case in toolgram.testing.read_cases(toolgram.registry.find(name).with_suffix(".md")):
        deltas = [(part, [1]) for part in case.text.replace(" ", "\0 ").split("\0")]
        fed, past = (toolgram.load(name).parser(case.tools, case.inside) for _ in range(2))
        assert read_past(past, deltas)[0] == [*[fed.feed(*delta) for delta in deltas], fed.finish()], case.name


def test_prose_is_not_fed() -> None:
    """Prose in content and in an argument: what is fed is what stands around it."""
    begin = '<tool_call>\n{"name": "write_file", "arguments": {"content": "'
    words = [" word"] * 100
    deltas = [(text, [1]) for text in ["So", *words, "\n", begin, "a", *words, '"}}\n</tool_call>']]
    parser = toolgram.load("hermes").parser([short_tool("write_file", {"content": "string"})])
    events, fed = read_past(parser, deltas)
    [call] = toolgram.collect(event for some in events for event in some).tool_calls
    assert call.complete
    assert fed < len(deltas) / 4
