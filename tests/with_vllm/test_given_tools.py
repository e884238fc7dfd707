"""Tools that cannot be read or called never end an answer in the server: the log says it, and the others are read."""

from __future__ import annotations

import json
import logging
from types import SimpleNamespace
from typing import Any

import pytest
from composed import asked

pytestmark = pytest.mark.vllm

SCHEMA = {"type": "object", "properties": {"k": {"type": "integer"}}}
TOOL = {"type": "function", "function": {"name": "f", "parameters": SCHEMA}}
TEXT = "<tool_call>\n<function=f>\n<parameter=k>\n5\n</parameter>\n</function>\n</tool_call>"


@pytest.fixture
def log(plugin: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    tool_half(plugin).fmt._told.clear()
    monkeypatch.setattr(logging.getLogger("vllm"), "propagate", True)
    caplog.set_level(logging.WARNING)
    return caplog


def tool_half(plugin: Any) -> Any:
    return next(one for one in plugin("qwen3_coder").PARSERS if hasattr(one, "extract_tool_calls"))


def calls(plugin: Any, tokenizer: Any, tools: Any) -> list[tuple[str, str]]:
    """The calls of a whole answer to a request whose tools vLLM itself would not let through."""
    request = SimpleNamespace(**vars(asked(tool_choice="auto")) | {"tools": tools}, model_fields_set=set())
    parser = tool_half(plugin)(tokenizer, tools)
    request = parser.adjust_request(request)
    found = parser.extract_tool_calls(TEXT, request)
    return [(call.function.name, call.function.arguments) for call in found.tool_calls]


@pytest.mark.parametrize(
    "tools",
    [
        lambda: (tool for tool in [TOOL]),
        lambda: [{"type": "function", "function": {"name": "f", "parameters": json.dumps(SCHEMA)}}],
    ],
)
def test_tools_of_any_kind_are_read(tools: Any, plugin: Any, tokenizer: Any) -> None:
    assert calls(plugin, tokenizer, tools()) == [("f", '{"k": 5}')]


def test_a_tool_that_cannot_be_read_is_said_once(plugin: Any, tokenizer: Any, log: Any) -> None:
    for _ in range(2):
        assert calls(plugin, tokenizer, [{"type": "function", "function": {}}, TOOL]) == [("f", '{"k": 5}')]
    said = [text for text in log.messages if "has no name" in text]
    assert said == ["of a request's tools: tool 1 has no name, in a dict"]


@pytest.mark.parametrize("tools", ["[]", {"f": TOOL}, 5])
def test_tools_that_are_none_are_said(tools: Any, plugin: Any, tokenizer: Any, log: Any) -> None:
    assert calls(plugin, tokenizer, tools) == [("f", '{"k": "5"}')]
    assert any("a list of tools is wanted" in text for text in log.messages)


def test_a_name_that_cannot_be_called_is_said(plugin: Any, tokenizer: Any, log: Any) -> None:
    long = {"type": "function", "function": {"name": "x" * 200, "parameters": SCHEMA}}
    assert calls(plugin, tokenizer, [long, TOOL]) == [("f", '{"k": 5}')]
    assert any("longer than 128 characters" in text for text in log.messages)
