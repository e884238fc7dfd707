"""Events become the deltas that OpenAI's clients know."""

from __future__ import annotations

import re
from typing import Any

import pytest

import toolgram
from toolgram import ArgumentsDelta, CallEnd, CallStart, Citation, ContentDelta, ReasoningDelta, collect
from toolgram.openai import ChunkBuilder

TEXT = (
    "<think>hm</think>I look.\n"
    '<tool_call>{"name": "f", "arguments": {"a": "x y z"}}</tool_call>'
    '<tool_call>{"name": "g", "arguments": {}}</tool_call>'
)


def _deltas(text: str, size: int) -> list[dict[str, Any]]:
    parser, builder = toolgram.load("hermes").parser(), ChunkBuilder()
    chunks = [text[at : at + size] for at in range(0, len(text), size)]
    batches = [*(parser.feed(chunk) for chunk in chunks), parser.finish()]
    return [delta for batch in batches for delta in builder.delta(batch)]


def test_a_call_begins_once_with_id_type_and_whole_name() -> None:
    [first, second] = ChunkBuilder().delta(
        [CallStart(0, "f", "call_1"), ArgumentsDelta(0, '{"a": '), ArgumentsDelta(0, "1}")]
    )
    function = {"name": "f", "arguments": ""}
    assert first == {"tool_calls": [{"index": 0, "id": "call_1", "type": "function", "function": function}]}
    assert second == {"tool_calls": [{"index": 0, "function": {"arguments": '{"a": 1}'}}]}


def test_a_call_without_id_gets_one_of_its_own() -> None:
    starts = ChunkBuilder().delta([CallStart(0, "f", None), CallStart(1, "f", None)])
    ids = [start["tool_calls"][0]["id"] for start in starts]
    assert len(set(ids)) == 2
    assert all(one.startswith("call_") for one in ids)


def test_an_id_is_as_long_as_the_format_wants_it() -> None:
    mistral, hermes = toolgram.load("mistral"), toolgram.load("hermes")
    assert (mistral.call_id_length, toolgram.load("mistral_prev11").call_id_length) == (9, 9)
    [call] = mistral.parse("[TOOL_CALLS]f[ARGS]{}").to_openai()["tool_calls"]
    [start] = ChunkBuilder(mistral.call_id_length).delta([CallStart(0, "f", None)])
    for one in (call["id"], start["tool_calls"][0]["id"]):
        assert re.fullmatch("[a-zA-Z0-9]{9}", one)
    [call] = hermes.parse('<tool_call>{"name": "f", "arguments": {}}</tool_call>').to_openai()["tool_calls"]
    assert call["id"].startswith("call_")


def test_an_id_of_the_model_is_kept() -> None:
    [start] = ChunkBuilder(9).delta([CallStart(0, "f", "functions.f:0")])
    assert start["tool_calls"][0]["id"] == "functions.f:0"


def test_nothing_gives_no_delta() -> None:
    assert ChunkBuilder().delta([]) == []
    assert ChunkBuilder().delta([CallEnd(0, True)]) == []
    assert ChunkBuilder().delta([ContentDelta(""), ArgumentsDelta(0, "")]) == []


def test_order_is_kept() -> None:
    events = [ReasoningDelta("a"), ReasoningDelta("b"), ContentDelta("c"), ReasoningDelta("d")]
    assert ChunkBuilder().delta(events) == [{"reasoning": "ab"}, {"content": "c"}, {"reasoning": "d"}]


def test_citations_of_the_content_are_annotations() -> None:
    cited = Citation(6, 11, "sunny", "0:[1]", "content")
    events = [ReasoningDelta("Hm"), Citation(0, 2, "Hm", "0", "reasoning"), ContentDelta("It is sunny"), cited]
    entry = {
        "type": "citation",
        "citation": {"start_index": 6, "end_index": 11, "text": "sunny", "source": "0:[1]"},
    }
    assert ChunkBuilder().delta(events) == [
        {"reasoning": "Hm"},
        {"content": "It is sunny"},
        {"annotations": [entry]},
    ]
    assert ChunkBuilder().delta([cited, cited]) == [{"annotations": [entry, entry]}]
    assert collect(events).to_openai()["annotations"] == [entry]
    assert "annotations" not in collect(events[:3]).to_openai()


def test_arguments_of_two_calls_stay_apart() -> None:
    deltas = ChunkBuilder().delta([ArgumentsDelta(0, "}"), ArgumentsDelta(1, "{")])
    assert [delta["tool_calls"][0]["index"] for delta in deltas] == [0, 1]


@pytest.mark.parametrize(
    ("ends", "engine", "reason"),
    [
        ([], "stop", "stop"),
        ([True], "stop", "tool_calls"),
        ([True], "length", "length"),
        ([True], "content_filter", "content_filter"),
        ([True, False], "stop", "tool_calls"),
        ([False], "stop", "stop"),
        ([False], "length", "length"),
        ([False], "tool_calls", "stop"),
        ([True], "tool_calls", "tool_calls"),
        ([True], None, None),
    ],
)
def test_finish_reason(ends: list[bool], engine: str | None, reason: str | None) -> None:
    builder = ChunkBuilder()
    builder.delta([CallEnd(index, complete) for index, complete in enumerate(ends)])
    assert builder.finish_reason(engine) == reason


@pytest.mark.parametrize("size", [1, 3, 7, 1000])
def test_deltas_are_of_the_client_library_s_own_type_and_rebuild_the_message(size: int) -> None:
    chunk = pytest.importorskip("openai.types.chat.chat_completion_chunk")
    content, reasoning, calls = "", "", dict[int, dict[str, str]]()
    for given in _deltas(TEXT, size):
        delta = chunk.ChoiceDelta.model_validate(given, strict=True)
        assert delta.model_dump(exclude_unset=True) == given
        content += delta.content or ""
        reasoning += given.get("reasoning", "")
        for entry in delta.tool_calls or ():
            if entry.id:
                assert entry.index not in calls
                calls[entry.index] = {"name": entry.function.name, "arguments": ""}
            assert (entry.type == "function") == bool(entry.id)
            calls[entry.index]["arguments"] += entry.function.arguments
    message = toolgram.load("hermes").parse(TEXT)
    assert (content, reasoning) == (message.content, message.reasoning)
    assert list(calls.values()) == [{"name": call.name, "arguments": call.arguments} for call in message.tool_calls]
