"""The three doors of a vLLM server, asked alike.

In: a door, a question, the tools, a choice. Out: what a client received, the same shape whatever the door.
"""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

DOORS = ("chat", "responses", "messages")
SECONDS = 120


@dataclass
class Answer:
    """What a client has received. `finish` is in the words of Chat Completions; None where the door does not say."""

    content: str = ""
    reasoning: str = ""
    calls: list[list[str]] = field(default_factory=list)  # name and arguments
    finish: str | None = None


def ask(door: str, base_url: str, question: str, tools: list[dict[str, Any]], choice: str, *, stream: bool) -> Answer:
    """Ask a question. `choice` is none, auto, required, or the name of a function."""
    make = {"chat": _chat, "responses": _responses, "messages": _messages}[door]
    body, path, read_whole, read_stream = make(question, tools, choice)
    request = urllib.request.Request(
        base_url + path,
        json.dumps({"model": "toy", "temperature": 0.0, "stream": stream, **body}).encode(),
        {"content-type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=SECONDS) as response:
        return read_stream(_events(response)) if stream else read_whole(json.load(response))


def _events(response: Any) -> Iterator[dict[str, Any]]:
    for line in response:
        if line.startswith(b"data: {"):
            yield json.loads(line[6:])


# --- Chat Completions ---


def _chat(question: str, tools: list[dict[str, Any]], choice: str) -> Any:
    is_named = choice not in ("none", "auto", "required")
    body = {
        "messages": [{"role": "user", "content": question}],
        "max_tokens": 700,
        "tools": tools,
        "tool_choice": {"type": "function", "function": {"name": choice}} if is_named else choice,
    }
    return body, "/chat/completions", _chat_whole, _chat_stream


def _chat_whole(answer: dict[str, Any]) -> Answer:
    [choice] = answer["choices"]
    return _hear_chat(Answer(), choice["message"], choice["finish_reason"])


def _chat_stream(chunks: Iterator[dict[str, Any]]) -> Answer:
    heard = Answer()
    for chunk in chunks:
        for choice in chunk["choices"]:
            _hear_chat(heard, choice["delta"], choice["finish_reason"])
    return heard


def _hear_chat(heard: Answer, part: dict[str, Any], finish: str | None) -> Answer:
    heard.content += part.get("content") or ""
    heard.reasoning += part.get("reasoning") or ""
    heard.finish = finish or heard.finish
    for number, call in enumerate(part.get("tool_calls") or []):
        index = call.get("index", number)
        if index == len(heard.calls):
            assert call["id"]
            heard.calls.append(["", ""])
        heard.calls[index][0] += call["function"].get("name") or ""
        heard.calls[index][1] += call["function"].get("arguments") or ""
    return heard


# --- Responses ---


def _responses(question: str, tools: list[dict[str, Any]], choice: str) -> Any:
    is_named = choice not in ("none", "auto", "required")
    body = {
        "input": question,
        "max_output_tokens": 700,
        "tools": [{"type": "function", **tool["function"]} for tool in tools],
        "tool_choice": {"type": "function", "name": choice} if is_named else choice,
    }
    return body, "/responses", _responses_whole, _responses_stream


def _responses_whole(answer: dict[str, Any]) -> Answer:
    heard = Answer()
    for item in answer["output"]:
        texts = "".join(part["text"] for part in item.get("content") or [])
        if item["type"] == "message":
            heard.content += texts
        elif item["type"] == "reasoning":
            heard.reasoning += texts
        else:
            heard.calls.append([item["name"], item["arguments"]])
    return heard


def _responses_stream(events: Iterator[dict[str, Any]]) -> Answer:
    """What the deltas say; the last event must say the same of its calls."""
    heard, last = Answer(), None
    calls: dict[int, list[str]] = {}
    for event in events:
        if event["type"] == "response.output_item.added" and event["item"]["type"] == "function_call":
            calls[event["output_index"]] = [event["item"]["name"], ""]
        elif event["type"] == "response.function_call_arguments.delta":
            calls[event["output_index"]][1] += event["delta"]
        elif event["type"] == "response.output_text.delta":
            heard.content += event["delta"]
        elif event["type"] == "response.reasoning_text.delta":
            heard.reasoning += event["delta"]
        elif event["type"] == "response.completed":
            last = _responses_whole(event["response"])
    heard.calls = list(calls.values())
    assert last is not None, "a response ends with `response.completed`"
    assert last.calls == heard.calls
    return heard


# --- Messages ---


def _messages(question: str, tools: list[dict[str, Any]], choice: str) -> Any:
    functions = [tool["function"] for tool in tools]
    words = {"none": "none", "auto": "auto", "required": "any"}
    body = {
        "messages": [{"role": "user", "content": question}],
        "max_tokens": 700,
        "tools": [{"name": one["name"], "input_schema": one["parameters"]} for one in functions],
        "tool_choice": {"type": words[choice]} if choice in words else {"type": "tool", "name": choice},
    }
    return body, "/messages", _messages_whole, _messages_stream


STOP_REASONS = {"tool_use": "tool_calls", "end_turn": "stop", "max_tokens": "length", "stop_sequence": "stop"}


def _messages_whole(answer: dict[str, Any]) -> Answer:
    heard = Answer(finish=STOP_REASONS[answer["stop_reason"]])
    for block in answer["content"]:
        if block["type"] == "tool_use":
            heard.calls.append([block["name"], json.dumps(block["input"])])
        else:
            heard.content += block.get("text") or ""
            heard.reasoning += block.get("thinking") or ""
    return heard


def _messages_stream(events: Iterator[dict[str, Any]]) -> Answer:
    heard = Answer()
    calls: dict[int, list[str]] = {}
    for event in events:
        if event["type"] == "content_block_start" and event["content_block"]["type"] == "tool_use":
            calls[event["index"]] = [event["content_block"]["name"], ""]
        elif event["type"] == "content_block_delta":
            heard.content += event["delta"].get("text") or ""
            heard.reasoning += event["delta"].get("thinking") or ""
            if event["delta"].get("partial_json"):
                calls[event["index"]][1] += event["delta"]["partial_json"]
        elif event["type"] == "message_delta":
            heard.finish = STOP_REASONS[event["delta"]["stop_reason"]]
    heard.calls = list(calls.values())
    return heard
