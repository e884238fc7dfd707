"""What was read before is not read again, and what comes out is what reading gives: delta for delta, for every format.

Each answer is read several times with one set of tools, so that the later readings follow what the first ones left, and
beside each there is a parser that remembers nothing.
"""

from __future__ import annotations

import pickle
import random
import re
from collections.abc import Iterator, Sequence

import budget
import pytest
from mutated_pages import mutated_page
from strategies import page

import toolgram
from toolgram import ArgumentsDelta, Event, Format, Parser
from toolgram.registry import format_paths
from toolgram.runtime.memory import follower, moments
from toolgram.runtime.memory.event_lists import drop_first, weight_of
from toolgram.runtime.memory.follower import BEHIND_MAX
from toolgram.runtime.schema.tools import ToolSet
from toolgram.testing import merge, short_tool

FORMATS = [path.stem for path in format_paths()]
each_format = pytest.mark.parametrize("name", FORMATS)
READINGS = 4
TOKEN = re.compile(r" ?[^\W\d_]{1,8}|\d{1,3}|\n+ *|\s| ?[^\w\s]{1,3}|.", re.DOTALL)
CITY = [short_tool("get_weather", {"city": "string", "days": "integer"})]
CALL = '<tool_call>\n{"name": "get_weather", "arguments": {"city": "Rome", "days": 3}}\n</tool_call>'
HERMES = {"<tool_call>": 1, "</tool_call>": 2}
Delta = tuple[str, Sequence[int] | None]


@pytest.fixture
def tools() -> ToolSet:
    """Tools that no other test has read with."""
    return ToolSet(CITY)


def tokens(text: str) -> list[str]:
    return TOKEN.findall(text)


def beside(parser: Parser) -> Parser:
    """A parser that remembers nothing from here on."""
    parser._follower = follower.Follower(parser._run, parser._turns, is_new=False)
    parser._follower._memory = follower.NO_MEMORY
    return parser


def known(parser: Parser) -> tuple[object, ...]:
    """What a parser says of itself."""
    marks = parser.held_mark, parser.held_chars, parser.held_source
    return *marks, parser.is_undecided, parser.repairs, parser.reads


def compare(one: Parser, other: Parser, deltas: Sequence[Delta], asks: Iterator[bool]) -> None:
    """Both say the same behind each delta, and of themselves where that is asked for."""
    so_far = ""
    for text, ids in deltas:
        so_far += text
        assert one.feed(text, ids) == other.feed(text, ids), so_far
        if next(asks):
            assert known(one) == known(other), so_far
    assert one.finish() == other.finish(), so_far
    if next(asks):
        assert known(one) == known(other), so_far


def chances(chance: random.Random) -> Iterator[bool]:
    """Now and then, in half of all answers; never in the others."""
    odds = chance.choice((0.0, 0.1))
    while True:
        yield chance.random() < odds


@each_format
def test_the_cases_of_pages_are_followed_as_they_are_read(name: str) -> None:
    fmt, chance = toolgram.load(name), random.Random(name)
    for case in budget.sample(page(name), 4):
        known_tools = toolgram.tools(case.tools)
        for _ in range(READINGS):
            pair = [fmt.parser(known_tools, inside=case.inside, suffix=case.suffix) for _ in range(2)]
            compare(pair[0], beside(pair[1]), [(text, None) for text in tokens(case.text)], chances(chance))


@each_format
def test_broken_texts_are_followed_as_they_are_read(name: str) -> None:
    fmt, chance = toolgram.load(name), random.Random(name)
    for _ in range(budget.examples()):
        text, given, inside, suffix = mutated_page(name, chance)
        known_tools, is_served = toolgram.tools(given or ()), chance.random() < 0.5
        cut = list if chance.random() < 0.3 else tokens
        for _ in range(READINGS):
            pair = [Parser(fmt.prepared, known_tools, inside, suffix=suffix, served=is_served) for _ in range(2)]
            compare(pair[0], beside(pair[1]), [(delta, None) for delta in cut(text)], chances(chance))


READS_ALL = {
    name: "a suffix of the text decides which machine goes on"
    for name in FORMATS
    if toolgram.load(name).prepared.suffix
} | {
    name: "something else listens to all text"
    for name in FORMATS
    if toolgram.load(name).prepared.has_citations or toolgram.load(name).prepared.drops_echo
}


def whole(fmt: Format, text: str, tools: ToolSet) -> list[Event]:
    parser = fmt.parser(tools)
    return parser.feed(text) + parser.finish()


def read(parser: Parser, deltas: Sequence[Delta]) -> list[Event]:
    return [event for delta in deltas for event in parser.feed(*delta)]


@each_format
def test_nothing_is_read_of_an_answer_that_came_before(name: str) -> None:
    fmt = toolgram.load(name)
    case = next(case for case in page(name) if case.inside is None and case.suffix is None)
    known_tools = ToolSet(case.tools)
    deltas: list[Delta] = [(text, None) for text in tokens(case.text)]
    for _ in range(2 + len(deltas) // follower.LESSON + 2):
        events = read(fmt.parser(known_tools), deltas)
    parser = fmt.parser(known_tools)
    assert read(parser, deltas) == events
    assert (parser._run.work > 0) == (name in READS_ALL), name
    assert merge(events + parser.finish()) == merge(whole(fmt, case.text, known_tools))


def test_other_arguments_are_followed_as_well(tools: ToolSet) -> None:
    fmt = toolgram.load("hermes")
    for city in ("Rome", "Paris", "Lima", "Oslo", "Bern", "Kyiv"):
        parser = fmt.parser(tools)
        events = read(parser, [(text, None) for text in tokens(CALL.replace("Rome", city))])
        assert f'"city": "{city}", "days": 3}}' in "".join(getattr(event, "text", "") for event in events)
    assert parser._run.work == 0  # the string is plain text, and nothing else is new


@pytest.mark.parametrize("name", ["hermes", "qwen3_coder", "deepseek_v31", "glm45", "kimi_k2", "openai"])
def test_other_numbers_are_followed_as_well(name: str) -> None:
    fmt = toolgram.load(name)
    case = next(one for one in page(name) if "days" in one.text and not one.inside)
    known_tools = ToolSet(case.tools)
    assert "3" in case.text
    for days in range(4, 12):
        read(fmt.parser(known_tools), [(text, None) for text in tokens(case.text.replace("3", str(days)))])
    parser = fmt.parser(known_tools)
    text = case.text.replace("3", "271")
    events = read(parser, [(delta, None) for delta in tokens(text)])
    assert parser._run.work == 0
    assert merge(events + parser.finish()) == merge(whole(fmt, text, known_tools))


@each_format
def test_what_is_another_kind_of_number_is_read(name: str) -> None:
    fmt, chance = toolgram.load(name), random.Random(name)
    case = next((one for one in page(name) if "days" in one.text and not (one.inside or one.suffix)), page(name)[0])
    known_tools = ToolSet(case.tools)
    for number in (
        "4",
        "5",
        "17",
        "6",
        "8",
        "0",
        "007",
        "1.5",
        "3e5",
        "9e308",
        "2E400",
        "12345",
        "-4",
        "5 6",
        "1_0",
        "3x",
    ):
        text = case.text.replace("3", number)
        pair = [fmt.parser(known_tools) for _ in range(2)]
        compare(pair[0], beside(pair[1]), [(delta, None) for delta in tokens(text)], chances(chance))


def test_a_call_behind_others_has_its_own_index(tools: ToolSet) -> None:
    fmt = toolgram.load("hermes")
    text = "\n".join([CALL] * 5)
    for _ in range(READINGS):
        parser = fmt.parser(tools)
        events = read(parser, [(delta, None) for delta in tokens(text)]) + parser.finish()
        assert merge(events) == merge(whole(fmt, text, tools))


def test_a_spelled_token_is_not_taken_for_the_token_that_came_before(tools: ToolSet) -> None:
    fmt = toolgram.load("hermes")
    body = [(text, [9]) for text in tokens(CALL[len("<tool_call>") : -len("</tool_call>")])]
    real = [("<tool_call>", [1]), *body, ("</tool_call>", [2])]
    spelled = [("<tool_call>", [9, 9, 9]), *body, ("</tool_call>", [9, 9, 9])]
    for _ in range(READINGS):
        assert len(read(fmt.parser(tools, token_ids=HERMES), real)) > 3
        parser = fmt.parser(tools, token_ids=HERMES)
        events = merge(read(parser, spelled) + parser.finish())
        assert events == [toolgram.ContentDelta(CALL)]


def test_a_token_whose_text_comes_late_is_not_taken_for_a_spelled_one(tools: ToolSet) -> None:
    fmt = toolgram.load("hermes")
    body = [(text, [9]) for text in tokens(CALL[len("<tool_call>") : -len("</tool_call>")])]
    spelled = [("<tool_call>", [9, 9, 9]), *body, ("</tool_call>", [9, 9, 9])]
    late = [("", [1]), ("<tool_call>", [9]), *body, ("</tool_call>", [2])]
    for _ in range(READINGS):
        read(fmt.parser(tools, token_ids=HERMES), spelled)
    for _ in range(READINGS):
        parser = fmt.parser(tools, token_ids=HERMES)
        events = merge(read(parser, late) + parser.finish())
        assert [type(event).__name__ for event in events] == ["CallStart", "ArgumentsDelta", "CallEnd"]


def test_what_is_remembered_stays_in_its_process(tools: ToolSet) -> None:
    size = len(pickle.dumps(tools))
    for _ in range(READINGS):
        read(toolgram.load("hermes").parser(tools), [(text, None) for text in tokens(CALL)])
    assert tools.memories
    assert len(pickle.dumps(tools)) == size


def test_a_moment_is_whole_when_it_is_known(tools: ToolSet, monkeypatch: pytest.MonkeyPatch) -> None:
    """Other threads may come there at once."""
    seen: list[tuple[moments.Moment, dict[str, object]]] = []
    learn = moments.Memory.learn

    def noting(memory: moments.Memory, before: moments.Moment, delta: str, moment: moments.Moment) -> None:
        learn(memory, before, delta, moment)
        assert before.next[delta] is moment
        seen.append((moment, said(moment)))

    def said(moment: moments.Moment) -> dict[str, object]:
        return {name: getattr(moment, name) for name in moments.Moment.__slots__ if name not in ("next", "end")}

    monkeypatch.setattr(moments.Memory, "learn", noting)
    for text in ("Look.\n" + CALL, "\n".join([CALL] * 3)):
        for _ in range(READINGS):
            parser = toolgram.load("hermes").parser(tools)
            read(parser, [(delta, None) for delta in tokens(text)])
            parser.finish()
    assert seen
    assert all(said(moment) == then for moment, then in seen)


def test_the_run_is_never_far_behind(tools: ToolSet) -> None:
    fmt = toolgram.load("hermes")
    text = '<tool_call>\n{"name": "get_weather", "arguments": {"a": [' + ", ".join(["1"] * BEHIND_MAX) + "]}}"
    deltas: list[Delta] = [(delta, None) for delta in tokens(text)]
    for _ in range(len(deltas) // follower.LESSON + 3):
        parser = fmt.parser(tools)
        events = []
        for delta in deltas:
            events += parser.feed(*delta)
            assert parser._follower is None or len(parser._follower.lag) <= BEHIND_MAX
    assert parser._run.work > 0
    assert merge(events) == merge(fmt.parser(tools).feed(text))


def test_a_memory_is_bounded(tools: ToolSet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moments, "MOMENTS_MAX", 50)
    fmt = toolgram.load("hermes")
    for number in range(40):
        for _ in range(3):
            read(fmt.parser(tools), [(text, None) for text in tokens(CALL.replace("3", str(number)))])
    (memory,) = tools.memories.values()
    assert memory._count <= 50  # type: ignore[attr-defined]
    for name in FORMATS[:20]:
        toolgram.load(name).parser(tools).feed("a")
    assert len(tools.memories) <= moments.MEMORIES_MAX


@pytest.mark.parametrize("went_out", ['{"city":', '{"city": "'], ids=["too little", "too much"])
def test_what_went_out_is_made_even(tools: ToolSet, went_out: str) -> None:
    """No text is lost or doubled even if a memory were wrong about when it comes out."""
    fmt = toolgram.load("hermes")
    deltas: list[Delta] = [(text, None) for text in tokens(CALL)]
    for _ in range(3):
        right = read(fmt.parser(tools), deltas)
    parser = fmt.parser(tools)
    events: list[Event] = []
    for delta in deltas:
        events += parser.feed(*delta)
        if events and parser.held_mark and not any(isinstance(event, ArgumentsDelta) for event in events[:-1]):
            assert parser._follower is not None
            moment = parser._follower.moment
            if moment.events and isinstance(moment.events[-1], ArgumentsDelta):
                parser._follower._went += len(went_out) - len(moment.events[-1].text)
                events[-1] = ArgumentsDelta(0, went_out)
                assert parser.held_chars >= 0  # the run catches up
    assert merge(events) == merge(right)


def test_the_first_events_are_dropped_by_their_weight() -> None:
    events = [toolgram.CallStart(0, "f", None), ArgumentsDelta(0, "{}"), toolgram.CallEnd(0, True)]
    assert weight_of(events) == 4
    assert drop_first(events, 0) == events
    assert drop_first(events, 2) == [ArgumentsDelta(0, "}"), toolgram.CallEnd(0, True)]
    assert drop_first(events, 4) == []
