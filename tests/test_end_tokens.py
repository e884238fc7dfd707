"""End tokens that no server has taken away: each case of each format, with each of its end tokens behind it.

A text with its end token must give what it gives without: that is what a server's parser gets to see. In a sentence the
token is text. A token whose id came with it ends the turn at once.
"""

from __future__ import annotations

import budget
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import toolgram
from toolgram import Message, collect
from toolgram.registry import find, format_paths
from toolgram.runtime.parser import Parser
from toolgram.runtime.tables import turn_marks
from toolgram.runtime.tables.turn_marks import TurnMarks
from toolgram.spec import read_spec
from toolgram.testing import Case, read_cases

# Any model writes `guided_json`, `lm_studio` and `name_tags`; of the others no tokenizer and no template was at hand.
UNKNOWN = ["guided_json", "hf", "lm_studio", "name_tags", "sarashina", "telechat4"]
FORMATS = [path.stem for path in format_paths() if path.stem not in UNKNOWN]
SIZES = (1, 2, 5, 10**6)


def end_tokens(name: str) -> list[str]:
    spec, _ = read_spec(find(name))
    assert spec is not None
    return spec.meta.end_tokens


def read(name: str, case: Case, text: str, size: int) -> Message:
    parser = toolgram.load(name).parser(case.tools, case.inside, suffix=case.suffix)
    events = [event for at in range(0, len(text), size) for event in parser.feed(text[at : at + size])]
    return collect(events + parser.finish())


def test_every_format_names_its_end_tokens() -> None:
    assert [path.stem for path in format_paths() if not end_tokens(path.stem)] == UNKNOWN


@pytest.mark.parametrize("name", FORMATS)
def test_behind_a_text_they_change_nothing(name: str) -> None:
    for case in budget.sample(read_cases(find(name).with_suffix(".md")), 2):
        wanted = read(name, case, case.text, 10**6)
        for token in end_tokens(name):
            for behind in (token, f"{token}\n", f"{token}\n{token}"):
                for size in SIZES:
                    assert read(name, case, case.text + behind, size) == wanted, (case.name, behind, size)


@pytest.mark.parametrize("name", FORMATS)
def test_in_a_sentence_they_are_text(name: str) -> None:
    machine = toolgram.load(name).machine
    for token in [token for token in end_tokens(name) if token not in machine.end_delimiters]:
        for text in (f"The token {token} ends a turn.", f"It ends with `{token}`", f'It ends with "{token}".'):
            for size in (1, 10**6):
                parser = toolgram.load(name).parser([])
                events = [event for at in range(0, len(text), size) for event in parser.feed(text[at : at + size])]
                message = collect(events + parser.finish())
                assert (message.content or message.reasoning or "") == text, (token, size)


@pytest.mark.parametrize("name", [name for name in FORMATS if "reasoning" in toolgram.load(name).prepared.inside])
def test_in_thoughts_they_end_the_thoughts(name: str) -> None:
    for token in end_tokens(name):
        parser = toolgram.load(name).parser([], "reasoning")
        message = collect([*parser.feed(f"A city, no days.{token}"), *parser.finish()])
        assert (message.reasoning, message.content) == ("A city, no days.", None), token


@pytest.mark.parametrize("name", [name for name in FORMATS if toolgram.load(name).machine.turn_openers])
def test_the_next_turn_goes_on_with_the_message(name: str) -> None:
    """Each end token before each opener, behind the sample call of the page and an answer."""
    fmt = toolgram.load(name)
    ends = [token for token in end_tokens(name) if token not in fmt.machine.end_delimiters]
    for case in [case for case in read_cases(find(name).with_suffix(".md")) if case.name == "One call"]:
        for turn in [f"{token}\n{opener}\n" for token in ends for opener in fmt.machine.turn_openers]:
            wanted = read(name, case, case.text, 10**6)
            for size in SIZES:
                assert read(name, case, f"{case.text}{turn}", size) == wanted
                again = read(name, case, f"{case.text}{turn}{case.text}", size)
                assert again.tool_calls == (*wanted.tool_calls, *wanted.tool_calls), (turn, size)


IDS = {"<|im_end|>": 7, "<tool_call>": 8, "</tool_call>": 9}


def test_a_token_whose_id_came_counts_at_once() -> None:
    parser = toolgram.load("hermes").parser([], token_ids=IDS)
    assert collect(parser.feed("Hello.<|im_end|> More.", [1, 7, 2])).content == "Hello.\nMore."
    assert collect(parser.finish()).content is None


def test_a_token_without_its_id_is_text() -> None:
    parser = toolgram.load("hermes").parser([], token_ids=IDS)
    assert collect([*parser.feed("Hello.<|im_end|>", [1, 2, 3]), *parser.finish()]).content == "Hello.<|im_end|>"


def test_a_server_s_parser_holds_nothing_for_them() -> None:
    parser = Parser(toolgram.load("hermes").prepared, [], served=True)
    assert collect(parser.feed("Hello.<|im_end|>\n<|im_start|>assistant")).content == (
        "Hello.<|im_end|>\n<|im_start|>assistant"
    )


TOKENS = ("<|im_end|>", "<|im|>", "[EOS]", "<_end>", "</s>", "<<x>>")


@given(st.lists(st.sampled_from((*TOKENS, "<", "<|", "[", "[E", "<|im_en", "<_", "a", " x", "<<x")), max_size=12))
@settings(max_examples=200, deadline=None)
def test_in_a_long_text_no_token_is_passed_by(parts: list[str]) -> None:
    """Nor what may become one at the end."""
    text, marks = "".join(parts), TurnMarks(TOKENS, (), ("<|im_start|>",))
    places = [at for at in range(len(text)) if marks.token(text, at) or marks.may_come(text, at, TOKENS)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(turn_marks, "PASSED_MIN", -99)
        found = marks.first_in(text)
    assert not places or (found is not None and found.start() <= places[0])


def test_what_only_begins_like_one_is_not_looked_at() -> None:
    """Neither from the beginning of a long text nor up to its end."""
    marks = TurnMarks(TOKENS, (), ("<|im_start|>",))
    assert marks.first("so <|x" * 100) is not None
    found = marks.first_in("so <|x" * 100 + " <_end> " + "so <|x" * 100)
    assert found is not None
    assert found.start() == 601
    assert marks.first_in("so <|x" * 100 + "so [y and on it goes") is None
    assert not marks.may_come("<|im" + "_" * 100, 0, TOKENS)
