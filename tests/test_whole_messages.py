"""A text that is parsed whole says what it says when it is fed to a parser: what is read at once, and what is left.

The texts are those of test_whole_calls.py. `feed` and `finish` read them by the steps.
"""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import budget
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mutated_pages import mutated_page
from slips import CALLING
from strategies import page, samples
from test_features import CASES as FEATURES
from test_field_cases import field_cases
from test_whole_calls import BY_STEPS, FORMATS, each_format, registers

import toolgram
from toolgram import Format, Message, Parser, collect
from toolgram.runtime import whole_text
from toolgram.runtime.core.flat_object import end_of_flat_object
from toolgram.runtime.core.whole_message import WholeMessage
from toolgram.runtime.near_json.quotes import Evidence
from toolgram.runtime.near_json.whole import whole_value
from toolgram.testing import short_tool

TOOLS = [short_tool("get_weather", {"city": "string", "days": "integer"})]
CODE = "code"  # of which a run that takes over knows no more than that none is open


def by_steps(fmt: Format, text: str, *, cut: bool = False, **options: Any) -> Message:
    """The message, read by a parser from the beginning."""
    parser = fmt.parser(**options)
    return collect([*parser.feed(text), *parser.finish(cut=cut)], fmt.call_id_length)


def same(fmt: Format, text: str, *, cut: bool = False, **options: Any) -> None:
    """Both readings agree, and so do the registers of a parser that took over and of one that read all."""
    assert fmt.parse(text, cut=cut, **options) == by_steps(fmt, text, cut=cut, **options)
    if options["suffix"] is not None or options["tools"] is None:
        return
    read = WholeMessage(fmt.prepared, toolgram.tools(options["tools"]), options["inside"])
    if not read.read(text) and read.position:
        one, other = fmt.parser(**options), fmt.parser(**options)
        one.feed_behind(read, text)
        other.feed(text)
        if other.held_source.strip():
            return  # it waits for more, where the one that took over knows that none comes
        known, wanted = registers(one), registers(other)
        known[0].pop(CODE), wanted[0].pop(CODE)
        assert known == wanted, (text, read.position)


@each_format
def test_the_cases_of_pages_say_the_same(name: str) -> None:
    for case in budget.sample(page(name), 6):
        same(toolgram.load(name), case.text, tools=case.tools, inside=case.inside, suffix=case.suffix)


@pytest.mark.parametrize("path", sorted({path for path, _ in FEATURES}), ids=lambda path: path.stem)
def test_features_say_the_same(path: Path) -> None:
    for case in [case for other, case in FEATURES if other == path]:
        same(toolgram.load(path), case.text, tools=case.tools, inside=case.inside, suffix=case.suffix)


@pytest.mark.parametrize("case", field_cases())
def test_recorded_answers_say_the_same(case: dict[str, Any]) -> None:
    inside = "reasoning" if case["start_in_reasoning"] else None
    same(toolgram.load(case["format"]), case["raw"], tools=case["tools"], inside=inside, suffix=None)


@each_format
@settings(max_examples=(budget.examples() + 2) // 3, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_random_texts_say_the_same(name: str, data: st.DataObject) -> None:
    sample = data.draw(samples(name))
    cut = data.draw(st.booleans())
    same(toolgram.load(name), sample.text, cut=cut, tools=sample.tools, inside=sample.inside, suffix=None)


@each_format
def test_mutated_pages_say_the_same(name: str) -> None:
    chance = random.Random(name)
    for _ in range(4 * budget.examples()):
        text, tools, inside, suffix = mutated_page(name, chance)
        same(toolgram.load(name), text, cut=chance.random() < 0.2, tools=tools, inside=inside, suffix=suffix)


# --- what is read at once -------------------------------------------------------------------------------------------

# Formats in which a call is read at once, but not all that stands around it.
NOT_WHOLE = {"inkling": "words stand in a header"}


@pytest.fixture
def no_parser(monkeypatch: pytest.MonkeyPatch) -> None:
    """No parser is made of a text."""

    def refuse(*_: Any) -> Parser:
        raise AssertionError("a parser is made")

    monkeypatch.setattr(whole_text, "Parser", refuse)


@pytest.mark.usefixtures("no_parser")
@pytest.mark.parametrize("name", [name for name in CALLING if name not in BY_STEPS and name not in NOT_WHOLE])
@pytest.mark.parametrize("title", ["One call", "Text around"])
def test_a_message_of_a_page_is_read_without_a_parser(name: str, title: str) -> None:
    case = next((case for case in page(name) if case.name == title), None)
    if case is not None:
        assert toolgram.load(name).parse(case.text, case.tools, case.inside).tool_calls


# Formats in which a text without any markup may be the name of a call, or a header.
NAMES_FIRST = {"functionary_v32", "glm4", "inkling"}


@pytest.mark.usefixtures("no_parser")
@pytest.mark.parametrize("name", [name for name in FORMATS if name not in NAMES_FIRST])
def test_plain_text_is_read_without_a_parser(name: str) -> None:
    text = "Rome is fine.\n\nTokyo is fine, too."
    assert toolgram.load(name).parse(text, TOOLS).content == text


WRITTEN = {
    "hermes": '<tool_call>\n{"name": "get_weather", "arguments": {"city": "Rome", "days": 2}}\n</tool_call>',
    "openai": '<|channel|>commentary to=functions.get_weather <|constrain|>json<|message|>{"city": "Rome", "days": 2}',
}


@pytest.mark.usefixtures("no_parser")
@pytest.mark.parametrize(
    ("name", "text", "content", "calls"),
    [
        ("hermes", "A <b>bold</b> word, `code` and 1 < 2.", "A <b>bold</b> word, `code` and 1 < 2.", 0),
        ("hermes", f"Look.\n{WRITTEN['hermes']}\n{WRITTEN['hermes']}\nDone.<|im_end|>\n", "Look.\n\n\nDone.", 2),
        ("openai", f"{WRITTEN['openai']}<|call|>", None, 1),
        ("openai", f"<|channel|>final<|message|>Hi<|end|><|start|>assistant{WRITTEN['openai']}<|call|>", "Hi", 1),
        ("openai", f"{WRITTEN['openai']}<|call|><|start|>assistant{WRITTEN['openai']}<|call|>\n", None, 2),
    ],
)
def test_texts_and_calls_are_read_without_a_parser(name: str, text: str, content: str | None, calls: int) -> None:
    message = toolgram.load(name).parse(text, TOOLS)
    assert (message.content, len(message.tool_calls)) == (content, calls)


def test_the_steps_go_on_where_something_is_not_plain() -> None:
    """The first call is not read again, and the one that is not plain is not tried again."""
    fmt, second = toolgram.load("hermes"), WRITTEN["hermes"].replace(", ", " ; ")
    text = f"{WRITTEN['hermes']}\n{second}"
    read = WholeMessage(fmt.prepared, toolgram.tools(TOOLS), None)
    assert not read.read(text)
    assert read.position == len(WRITTEN["hermes"])
    parser = fmt.parser(TOOLS)
    parser.feed_behind(read, text)
    assert parser.work < 4 * len(second)
    assert len(fmt.parse(text, TOOLS).tool_calls) == 2


def test_a_code_fence_is_known_to_the_steps() -> None:
    """Of the code that is open nothing is handed over: the steps read all of the text."""
    text = f"So:\n```\nwrite\n{WRITTEN['hermes']}\n```\nand no more."
    assert toolgram.load("hermes").parse(text, TOOLS).tool_calls == ()


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("Hi", 2),
        ("Hi<|im_end|>", 2),
        ("Hi <|im_end|> \n<|endoftext|>\n", 3),
        ("Hi<|im_end|> there", -1),
        ("Hi<|im_end|>" + " " * 64, -1),
        ("Hi<|im_e", 8),
        ("<|im_start|>assistant\nHi", -1),
        ("<|im_st", -1),
    ],
)
def test_where_a_whole_turn_ends(text: str, end: int) -> None:
    marks = toolgram.load("hermes").prepared.turns
    assert marks is not None
    assert marks.end_of_turn(text) == end


# --- flat objects ---------------------------------------------------------------------------------------------------

MEMBERS = ['"a": 1', '"b": "x"', '"c": "\\n\\"y"', '"d": null', '"e": -0', '"f": 1.5', '"a": ""', '"g":2', '"h": [1]']
BEHIND = ["", "}", " ", "\n", "</c>", "</", "x", '"', "'", ","]


@settings(max_examples=20 * budget.examples(), deadline=None)
@given(st.lists(st.sampled_from(MEMBERS), max_size=10), st.lists(st.sampled_from(BEHIND), max_size=3), st.booleans())
def test_a_flat_object_is_what_json_would_write(members: list[str], behind: list[str], final: bool) -> None:
    text = "{" + ", ".join(members) + "}" + "".join(behind)
    end = end_of_flat_object(text, 0, ("</c>",), final=final)
    assert end < 0 or whole_value(text, 0, 512, Evidence((), False, ("</c>",)), final) == (text[:end], end)


def test_small_objects_are_flat() -> None:
    assert end_of_flat_object('{"city": "Rome", "days": 3}}', 0, (), final=False) == 27
    assert end_of_flat_object('{"text": "a\\nb"}', 0, (), final=True) == 16
