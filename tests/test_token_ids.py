"""Special tokens by their ids: what stands where does not depend on how many tokens come at once, or how late.

The random texts are those of `token_texts.py`. `pytest tests/test_token_ids.py --token-texts 1000000` tries so many,
spread over the formats; a failure names the seed of its text, and `random_text(format, seed)` makes it again.
"""

from __future__ import annotations

import itertools
import json
import random
from collections.abc import Iterator

import budget
import pytest
from token_texts import FORMATS, in_groups, late, random_text, read

import toolgram
from toolgram import ArgumentsDelta, CallEnd, CallStart, ContentDelta, Event, collect
from toolgram.testing import merge, short_tool

PING, WRITE = short_tool("ping", {}), short_tool("write_file", {"path": "string", "content": "string"})
OPEN, CLOSE = 1, 2
HERMES = {"<tool_call>": OPEN, "</tool_call>": CLOSE}
LAG = 12  # characters that a server holds back for a stop string of thirteen


def test_a_token_inside_an_argument_does_not_arm_what_is_quoted_later() -> None:
    parser = toolgram.load("hermes").parser([PING, WRITE], token_ids=HERMES)
    real = '{"name": "write_file", "arguments": {"path": "a", "content": "'
    quoted = '\nDone. The page says <tool_call>{"name": "ping", "arguments": {}}</tool_call> ok'
    deltas = [
        ("<tool_call>", [OPEN]),
        (real, [9]),
        ("<tool_call>", [OPEN]),
        (' opens"}}', [9]),
        ("</tool_call>", [CLOSE]),
    ]
    message = collect(read(parser, iter([*deltas, *((one, [9]) for one in quoted)])))
    assert [(call.name, json.loads(call.arguments)["content"]) for call in message.tool_calls] == [
        ("write_file", "<tool_call> opens")
    ]
    assert message.content == quoted[1:]


def spelled_before_real(decode: bool) -> list[Event]:
    texts = {3: "Say ", 4: "<tool", 5: "_call>", 6: ': {"name": "write_file", "arguments": {}}', 7: "</tool_call>\n"}
    texts |= {8: '{"name": "ping", "arguments": {}}', OPEN: "<tool_call>", CLOSE: "</tool_call>"}
    ids = [3, 4, 5, 6, 7, OPEN, 8, CLOSE]
    reads = (lambda numbers: "".join(map(texts.__getitem__, numbers))) if decode else None
    parser = toolgram.load("hermes").parser([PING, WRITE], token_ids=HERMES, decode=reads)
    return parser.feed("".join(map(texts.__getitem__, ids)), ids) + parser.finish()


def test_a_spelled_token_before_the_real_one_in_one_delta() -> None:
    message = collect(spelled_before_real(decode=True))
    assert [call.name for call in message.tool_calls] == ["ping"]
    assert message.content == 'Say <tool_call>: {"name": "write_file", "arguments": {}}</tool_call>'


def test_where_nothing_tells_which_of_them_is_real_none_is() -> None:
    assert not any(isinstance(event, CallStart) for event in spelled_before_real(decode=False))


def test_ids_that_the_tokenizer_does_not_know_leave_the_text_to_tell() -> None:
    def refuse(_: list[int]) -> str:
        raise KeyError

    parser = toolgram.load("hermes").parser([PING], token_ids=HERMES, decode=refuse)
    text = '<tool_call>{"name": "ping", "arguments": {}}</tool_call>'
    events = parser.feed(text, [OPEN, 77, 78, CLOSE]) + parser.finish()
    assert [type(event) for event in events] == [CallStart, ArgumentsDelta, CallEnd]


def test_an_id_whose_text_never_comes_arms_nothing_for_ever() -> None:
    parser = toolgram.load("hermes").parser([PING], token_ids=HERMES)
    events = parser.feed("", [OPEN]) + parser.feed("All is well. " * 30, [5])
    events += parser.feed('<tool_call>{"name": "ping", "arguments": {}}</tool_call>', [6, 7]) + parser.finish()
    assert all(isinstance(event, ContentDelta) for event in events)


@pytest.mark.parametrize("name", FORMATS)
def test_how_many_tokens_come_at_once_changes_nothing(name: str) -> None:
    for seed in range(-(-budget.token_texts() // len(FORMATS))):
        sample = random_text(name, seed)
        draw = random.Random(seed)
        one = read(sample.parser(), in_groups(sample, itertools.repeat(1)))
        expected = merge(one)
        assert merge(read(sample.parser(decodes=False), in_groups(sample, itertools.repeat(1)))) == expected, sample
        assert merge(read(sample.parser(), in_groups(sample, itertools.repeat(len(sample.tokens) + 1)))) == expected, (
            sample
        )
        some = [draw.randint(1, 8) for _ in sample.tokens]
        assert merge(read(sample.parser(), in_groups(sample, iter(some)))) == expected, (sample, some)
        lag = draw.randint(1, 40)
        deltas = late(in_groups(sample, iter(some)), lag)
        assert merge(read(sample.parser(), deltas)) == expected, (sample, some, lag)


def test_tokens_beside_spelled_halves_of_themselves() -> None:
    """`｜DSML｜` begins as it ends: with a half before or behind it, its characters stand there once more."""
    texts = {
        1: "｜DSML｜",
        2: "｜DSML",
        3: "DSML｜",
        4: "<",
        5: 'invoke name="ping">\n</',
        6: "invoke>",
        7: "tool_calls>\n",
    }
    ids = [2, 1, 3, 4, 1, 7, 4, 1, 5, 1, 6]

    def decode(numbers: list[int]) -> str:
        return "".join(map(texts.__getitem__, numbers))

    def events(deltas: Iterator[tuple[str, list[int]]]) -> list[Event]:
        return merge(read(toolgram.load("deepseek_v4").parser([PING], token_ids={texts[1]: 1}, decode=decode), deltas))

    expected = events((texts[number], [number]) for number in ids)
    assert [event.name for event in expected if isinstance(event, CallStart)] == ["ping"]
    for lag in range(13):
        assert events(late(iter([(decode(ids), ids)]), lag)) == expected
        assert events(late(((texts[number], [number]) for number in ids), lag)) == expected
