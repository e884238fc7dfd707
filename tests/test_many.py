"""Many messages, read by several processes: the same messages, in order, as they are asked for (many.py)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count, islice

import pytest

import toolgram
from toolgram.many import BATCH, WAITING

TOOLS = [{"type": "function", "function": {"name": "f", "parameters": {"properties": {"k": {"type": "integer"}}}}}]
HERMES = toolgram.load("hermes")


def answers() -> Iterator[str]:
    """Answers without an end."""
    for number in count():
        yield f'{number}\n<tool_call>\n{{"name": "f", "arguments": {{"k": {number}}}}}\n</tool_call>'


def test_the_messages_are_those_of_parse_in_the_order_of_the_texts() -> None:
    texts = list(islice(answers(), 3 * BATCH + 1))
    assert list(HERMES.parse_many(texts, TOOLS, processes=2)) == [HERMES.parse(text, TOOLS) for text in texts]


def test_texts_are_asked_for_as_the_messages_are() -> None:
    asked: list[str] = []
    texts = (asked.append(text) or text for text in answers())  # type: ignore[func-returns-value]
    messages = HERMES.parse_many(texts, TOOLS, processes=1)
    assert next(messages).content == "0"
    assert len(asked) <= (WAITING + 2) * BATCH
    messages.close()  # type: ignore[attr-defined]


def test_options_are_those_of_parse() -> None:
    cut = '<tool_call>{"name": "f", "arguments": {"k": '
    (kept,) = HERMES.parse_many([cut], TOOLS, processes=1)
    (dropped,) = HERMES.parse_many([cut], TOOLS, processes=1, incomplete="drop")
    assert (len(kept.tool_calls), dropped.tool_calls) == (1, ())
    assert list(HERMES.parse_many([], TOOLS)) == []


def test_what_is_wrong_is_said_before_a_process_begins() -> None:
    with pytest.raises(ValueError, match="tool 1 has an empty name"):
        HERMES.parse_many(answers(), [{"function": {"name": ""}}])
    with pytest.raises(ValueError, match="cannot begin inside"):
        HERMES.parse_many(answers(), TOOLS, "nowhere")
    with pytest.raises(ValueError, match="is wanted"):
        HERMES.parse_many(answers(), TOOLS, incomplete="no")
