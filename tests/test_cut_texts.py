"""A text that a limit of tokens has cut: no call is taken for whole of which an argument may be missing."""

from __future__ import annotations

import json
from typing import Any

import budget
import pytest
from slips import CALLING

import toolgram
from toolgram import CallEnd, collect
from toolgram.openai import ChunkBuilder
from toolgram.registry import find
from toolgram.runtime.message import Message
from toolgram.testing import read_cases

RM = [{"type": "function", "function": {"name": "rm", "parameters": {"properties": {"path": {"type": "string"}}}}}]
XML = "<tool_call>\n<function=rm>\n<parameter=path>\n/tmp/a\n</parameter>\n"
WHOLE = XML + "</function>\n</tool_call>"


def _whole_calls(message: Message) -> list[tuple[str, Any]]:
    return [(call.name, json.loads(call.arguments)) for call in message.tool_calls if call.complete]


@pytest.mark.parametrize("name", CALLING)
def test_a_whole_call_of_a_cut_text_is_one_of_the_whole_text(name: str) -> None:
    fmt = toolgram.load(name)
    cases = read_cases(find(name).with_suffix(".md"))
    for case in budget.sample(cases, 4):
        of_all = _whole_calls(fmt.parse(case.text, case.tools, case.inside, case.suffix))
        for at in range(1, len(case.text) + 1):
            if not of_all and "`" in case.text[:at]:
                continue  # beside code, what stands behind a call may show that it is an example
            message = fmt.parse(case.text[:at], case.tools, case.inside, case.suffix, cut=True)
            assert all(call in of_all for call in _whole_calls(message)), (case.name, case.text[:at])


@pytest.mark.parametrize("name", CALLING)
def test_a_cut_text_says_the_same_however_it_comes(name: str) -> None:
    fmt = toolgram.load(name)
    for case in read_cases(find(name).with_suffix(".md"))[::4]:
        parser = fmt.parser(case.tools, case.inside, suffix=case.suffix)
        events = [event for character in case.text for event in parser.feed(character)] + parser.finish(cut=True)
        assert collect(events) == fmt.parse(case.text, case.tools, case.inside, case.suffix, cut=True)


def test_what_had_ended_before_the_cut_is_whole() -> None:
    fmt = toolgram.load("qwen3_coder")
    first, second = fmt.parse(WHOLE + "\n" + XML, RM, cut=True).tool_calls
    assert (first.complete, second.complete) == (True, False)
    assert fmt.parse(WHOLE, RM, cut=True).tool_calls[0].complete


def test_arguments_that_are_one_object_are_whole_with_their_bracket() -> None:
    text = '<tool_call>\n{"name": "rm", "arguments": {"path": "/tmp/a"}'
    [call] = toolgram.load("hermes").parse(text, RM, cut=True).tool_calls
    assert (call.complete, call.arguments) == (True, '{"path": "/tmp/a"}')


def test_calls_that_are_not_complete_can_be_left_out() -> None:
    fmt = toolgram.load("qwen3_coder")
    text = WHOLE + "\n<tool_call>\n<function=rm>\n<parameter=path>\n/"
    assert [call.complete for call in fmt.parse(text, RM).tool_calls] == [True, False]
    assert [call.complete for call in fmt.parse(text, RM, incomplete="drop").tool_calls] == [True]
    with pytest.raises(ValueError, match="'keep' or 'drop' is wanted"):
        fmt.parse(text, RM, incomplete="maybe")


def _deltas(text: str, incomplete: str) -> list[dict[str, Any]]:
    parser, builder = toolgram.load("qwen3_coder").parser(RM), ChunkBuilder(incomplete=incomplete)
    batches = [*map(parser.feed, text), parser.finish(cut=True)]
    return [delta for batch in batches for delta in builder.delta(batch)]


def _joined(deltas: list[dict[str, Any]]) -> dict[int, str]:
    calls: dict[int, str] = {}
    for delta in deltas:
        for part in delta.get("tool_calls", ()):
            calls[part["index"]] = calls.get(part["index"], "") + part["function"]["arguments"]
    return calls


def test_a_stream_of_deltas_can_hold_calls_to_their_end() -> None:
    broken = "<tool_call>\n<function=rm>\n<parameter=path>\n/x\n</parameter>\nplease</function>\n</tool_call>\n"
    assert _joined(_deltas(WHOLE + XML, "keep")) == {0: '{"path": "/tmp/a"}', 1: '{"path": "/tmp/a"'}
    assert _joined(_deltas(WHOLE + XML, "drop")) == {0: '{"path": "/tmp/a"}'}
    assert _joined(_deltas(XML, "drop")) == {}
    assert list(_joined(_deltas(broken + WHOLE, "drop"))) == [0, 1]
    with pytest.raises(ValueError, match="is wanted"):
        ChunkBuilder(incomplete="maybe")


def test_the_calls_that_are_sent_are_numbered_without_gaps() -> None:
    builder = ChunkBuilder(incomplete="drop")
    start, end = toolgram.CallStart, toolgram.CallEnd
    assert builder.delta([start(0, "f", None), toolgram.ArgumentsDelta(0, "{"), CallEnd(0, False)]) == []
    [delta] = builder.delta([start(1, "g", "call_1"), end(1, True)])
    assert delta["tool_calls"][0]["index"] == 0
    assert builder.finish_reason("stop") == "tool_calls"
