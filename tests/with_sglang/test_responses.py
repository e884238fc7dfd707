"""The endpoint of Responses: its own reading of a whole answer, with our detectors."""

from __future__ import annotations

from typing import Any

import pytest
from serving import Words, server
from sglang.srt.entrypoints.openai.protocol import ResponsesRequest
from sglang.srt.entrypoints.openai.serving_responses import OpenAIServingResponses

pytestmark = pytest.mark.sglang

TOOL = {"type": "function", "name": "get_weather", "parameters": {"properties": {"city": {"type": "string"}}}}
CALL = '<tool_call>\n{"name": "get_weather", "arguments": {"city": "Rome"}}\n</tool_call>'


def read(text: str, **more: Any) -> Any:
    """An answer's reasoning, content, calls, and the calls that were cut off."""
    chat = server("toolgram_hermes", "toolgram_hermes", Words(), default=False)
    host = object.__new__(OpenAIServingResponses)
    host.__dict__.update(chat.__dict__)
    request = ResponsesRequest(model="m", input="x", tools=[TOOL], **more)
    parse = getattr(host, "_parse_text_output", None)
    if parse is None:
        pytest.skip("this version has it in one piece with the rest")
    found = parse(request, text, host._response_tools_to_chat_tools(request), require_reasoning=False)
    reasoning, content, calls, incomplete = found
    return reasoning, content, [(call.name, call.parameters) for call in calls], incomplete


def test_an_item_of_each_kind() -> None:
    got = read(f"<think>hm</think>\n\nLook.\n{CALL}")
    assert got == ("hm", "Look.", [("get_weather", '{"city": "Rome"}')], set())


def test_a_call_that_was_cut_off_is_told() -> None:
    got = read(f"<think>hm</think>\n\n{CALL[:60]}")
    assert got[2:] == ([("get_weather", '{"city": "R')], {0})
