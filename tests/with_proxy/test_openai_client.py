"""The real `openai` client: what it returns is repaired, and it is content with what the proxy sends."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from crowd import TOOL
from servers import Process

import toolgram
from toolgram.openai import repair

openai = pytest.importorskip("openai")

CALL = "<tool_call>\n<function=f>\n<parameter=a>\nx\n</parameter>\n</function>\n</tool_call>"
PIECES = ["<think>\nhm", "\n</think>\n\nI look.\n", CALL[:30], CALL[30:]]
CHAT_TOOLS: Any = [{"type": "function", "function": TOOL}]
FLAT_TOOLS: Any = [{"type": "function", **TOOL}]
CHAT = {"model": "toy", "messages": [{"role": "user", "content": "x"}], "tools": CHAT_TOOLS}
RESPONSE = {"model": "toy", "input": "x", "tools": FLAT_TOOLS}
MORE = {"extra_body": {"mock": {"pieces": PIECES}}}


def _client(server: Process, kind: Any = None) -> Any:
    return (kind or openai.OpenAI)(base_url=server.url + "/v1", api_key="none", max_retries=0)


def _said(chunks: list[Any]) -> tuple[str, str, str, str | None]:
    choices = [choice for chunk in chunks for choice in chunk.choices]
    calls = [call for choice in choices for call in choice.delta.tool_calls or []]
    return (
        "".join(getattr(choice.delta, "reasoning", None) or "" for choice in choices),
        "".join(choice.delta.content or "" for choice in choices),
        "".join(call.function.arguments for call in calls),
        choices[-1].finish_reason,
    )


RIGHT = ("hm", "I look.", '{"a": "x"}', "tool_calls")


def test_streams_of_chats_are_repaired_sync_and_async(mock: Process) -> None:
    with repair(
        _client(mock).chat.completions.create(**CHAT, **MORE, stream=True), "qwen3_coder", CHAT_TOOLS
    ) as stream:
        chunks = list(stream)
        assert stream.response.status_code == 200  # what it does not know is the client's
    assert {type(chunk).__name__ for chunk in chunks} == {"ChatCompletionChunk"}
    assert _said(chunks) == RIGHT

    async def read() -> list[Any]:
        client = _client(mock, openai.AsyncOpenAI)
        stream = await client.chat.completions.create(**CHAT, **MORE, stream=True)
        return [chunk async for chunk in repair(stream, toolgram.load("qwen3_coder"), CHAT_TOOLS)]

    assert _said(asyncio.run(read())) == RIGHT


def test_whole_chats_are_repaired(mock: Process) -> None:
    answer = _client(mock).chat.completions.create(**CHAT, **MORE)
    [choice] = repair(answer, "qwen3_coder", CHAT_TOOLS).choices
    assert type(choice).__name__ == "Choice"
    [call] = choice.message.tool_calls
    assert (choice.message.reasoning, choice.message.content, call.function.arguments, choice.finish_reason) == RIGHT
    assert choice.message.model_dump(exclude_unset=True)["tool_calls"][0]["type"] == "function"
    plain = _client(mock).chat.completions.create(**CHAT, extra_body={"mock": {"pieces": ["Hi"]}})
    assert repair(plain, "qwen3_coder", CHAT_TOOLS) is plain


@pytest.mark.parametrize("stream", [True, False])
def test_responses_are_repaired(mock: Process, stream: bool) -> None:
    answer = repair(_client(mock).responses.create(**RESPONSE, **MORE, stream=stream), "qwen3_coder", FLAT_TOOLS)
    answer = [*answer][-1].response if stream else answer
    assert [type(item).__name__ for item in answer.output] == [
        "ResponseReasoningItem",
        "ResponseOutputMessage",
        "ResponseFunctionToolCall",
    ]
    assert (answer.output_text, answer.output[2].arguments) == ("I look.", '{"a": "x"}')


def test_the_client_and_its_helper_are_content_with_the_proxy(proxy: Process) -> None:
    client = _client(proxy)
    assert _said(list(client.chat.completions.create(**CHAT, **MORE, stream=True))) == RIGHT
    with client.chat.completions.stream(**CHAT, **MORE) as stream:
        for _ in stream:
            pass
        [choice] = stream.get_final_completion().choices
    assert (choice.message.content, choice.message.tool_calls[0].function.arguments) == RIGHT[1:3]
    with client.responses.stream(**RESPONSE, **MORE) as events:
        kinds = [event.type for event in events]
        final = events.get_final_response()
    assert "response.function_call_arguments.done" in kinds
    assert (final.output_text, final.output[2].arguments) == RIGHT[1:3]


def test_a_stream_that_the_server_breaks_off_is_an_error_of_the_client(proxy: Process) -> None:
    more = {"extra_body": {"mock": {"pieces": PIECES, "die": 2}}}
    stream = _client(proxy).chat.completions.create(**CHAT, **more, stream=True)
    with pytest.raises(openai.APIConnectionError):
        list(stream)
