"""Where the grammar of a request takes hold: where a call begins, and not where its opener is spoken of.

For every format: a mention of an opener in prose is text for the grammar and for the parser; a call that begins behind
a sentence, in thoughts that nothing closes, or in thoughts that the prompt opened, is let through and read.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
from call_writer import CallWriter
from derivations import takes
from test_grammars import CALLING, SUFFIX, grammar_of, outline_of, suffix_of, tokens_of, wishes_of

import toolgram
from toolgram.grammars.builder import GrammarBuilder
from toolgram.grammars.expressions import Grammar
from toolgram.grammars.headers import words_of_headers
from toolgram.grammars.triggers import CallTrains, text_without_trains
from toolgram.runtime.tables.suffix import with_suffix

# No tool that is required has arguments: the shortest calls.
SCHEMAS: dict[str, Any] = {"now": {"type": "object", "properties": {}}}
TOOLS = [{"type": "function", "function": {"name": name, "parameters": made}} for name, made in SCHEMAS.items()]
# Headers and words stand in prose as little as ever, and one format has no text outside of a message.
IN_MESSAGES_ONLY = "solar_open"
SPOKEN_OF = [
    name
    for name in CALLING
    if "free" in wishes_of(name)
    and not words_of_headers(outline_of(name)) & {*outline_of(name).barred_from("content")}
    and name != IN_MESSAGES_ONLY
]
THINKING = [name for name in CALLING if "open" in wishes_of(name)]


@cache
def grammar(format_id: str, **wishes: Any) -> Grammar:
    return grammar_of(format_id, SCHEMAS, **wishes)


def call_of(format_id: str) -> str:
    found = (CallWriter(outline_of(format_id), "now", {}, seed).answer() for seed in range(40))
    return next(
        text for text in found if text and takes(grammar(format_id, is_forced=True), text, tokens_of(format_id))
    )


def read(format_id: str, text: str, inside: str | None = None) -> Any:
    spec = toolgram.load(format_id)
    tokens = {token: number for token, number in tokens_of(format_id).items() if token in text}
    parser = spec.parser(TOOLS, inside, token_ids=tokens, suffix=suffix_of(format_id))
    ids = [tokens[token] for token in _in_order(text, tokens)]
    return toolgram.collect([*parser.feed(text, ids), *parser.finish()])


def _in_order(text: str, tokens: dict[str, int]) -> list[str]:
    """The special tokens of a text, as they stand in it."""
    found = []
    at = 0
    while at < len(text):
        here = max((token for token in tokens if text.startswith(token, at)), key=len, default="")
        found += [here] if here else []
        at += len(here) or 1
    return found


@pytest.mark.parametrize("format_id", SPOKEN_OF)
def test_an_opener_that_is_spoken_of_is_text(format_id: str) -> None:
    openers = CallTrains(outline_of(format_id), SCHEMAS).by_opener
    assert openers
    free, tokens = grammar(format_id, is_forced=False), tokens_of(format_id)
    for opener, trains in openers.items():
        if (opener,) in trains:
            continue  # nothing must follow it
        for text in (f"I write {opener} when I call.", f"{opener} opens a call", f"a call begins with {opener}"):
            assert takes(free, text, tokens), text
            assert takes(free, f"{text} {call_of(format_id)}", tokens), text
            assert not read(format_id, text).tool_calls, text


INNER = {
    name: [
        opener
        for opener, trains in CallTrains(outline_of(name), SCHEMAS).by_opener.items()
        if not any(token in opener for token in outline_of(name).tokens)
        and any(train[1:] == ("now",) for train in trains)
    ]
    for name in SPOKEN_OF
    if outline_of(name).tokens
}


@pytest.mark.parametrize("format_id", [name for name, openers in INNER.items() if openers])
def test_an_inner_opener_calls_only_with_the_name_of_a_tool(format_id: str) -> None:
    """Without the special token in front of it an undeclared name is text for the parser, and so for the grammar."""
    free, tokens = grammar(format_id, is_forced=False), tokens_of(format_id)
    for opener in INNER[format_id]:
        text = f"My calls begin with {opener}NAME and so on, that is all."
        assert takes(free, text, tokens), text
        assert not read(format_id, text).tool_calls, text
        assert not takes(free, f"{opener}now and so on", tokens), opener


@pytest.mark.parametrize("format_id", THINKING)
def test_a_forced_call_comes_behind_a_sentence(format_id: str) -> None:
    forced = grammar(format_id, is_forced=True, may_be_open=True)
    call, tokens = call_of(format_id), tokens_of(format_id)
    for text in (call, f"I will look it up.\n\n{call}", f"I will look it up.{call}"):
        assert takes(forced, text, tokens), text
        assert not takes(forced, text.replace("now", "never"), tokens), text
        for inside in (None, "reasoning"):
            assert [one.name for one in read(format_id, text, inside).tool_calls] == ["now"], text
    assert not takes(forced, "I will look it up.", tokens)


@pytest.mark.parametrize("format_id", THINKING)
def test_a_forced_call_ends_thoughts_that_nothing_closes(format_id: str) -> None:
    opener = toolgram.load(format_id).machine.reasoning_openers
    opener = [with_suffix(one, SUFFIX) for one in opener]
    text = f"{opener[0]}I will look it up.\n{call_of(format_id)}"
    assert takes(grammar(format_id, is_forced=True), text, tokens_of(format_id)), text
    assert [one.name for one in read(format_id, text).tool_calls] == ["now"], text


@pytest.mark.parametrize("format_id", SPOKEN_OF)
def test_the_only_call_that_there_may_be_is_the_last_of_the_answer(format_id: str) -> None:
    call, tokens = call_of(format_id), tokens_of(format_id)
    single = grammar(format_id, is_forced=False, is_single=True)
    assert takes(single, f"Now: {call}", tokens), call
    assert takes(single, "No call at all.", tokens)
    assert not takes(single, f"{call} and more", tokens), call
    assert not takes(single, f"{call}\n{call}", tokens), call


@pytest.mark.parametrize("format_id", [*SPOKEN_OF, IN_MESSAGES_ONLY])
def test_prose_stands_outside_of_messages(format_id: str) -> None:
    is_let_through = takes(grammar(format_id, is_forced=False), "a sentence", {})
    assert is_let_through == (format_id != IN_MESSAGES_ONLY)


def test_text_in_which_no_train_stands() -> None:
    builder = GrammarBuilder({})
    root = text_without_trains(builder, [("<a>", "<b="), ("<b>",)])
    made = builder.finish(root)
    for text in ("", "<a>", "<a> <b", "<a> x <b=", "<<a>", "<a><a>", "a < b"):
        assert takes(made, text, {}), text
    for text in ("<a><b=", "x <a> \n\t<b= y", "<a><a><b=", "<b>", "<a> <b>", "<<b>"):
        assert not takes(made, text, {}), text
