"""The `anthropic` client at vLLM's `/v1/messages`, whole and streamed."""

from __future__ import annotations

from typing import Any

import workshop
from anthropic import Anthropic

TOOLS = [
    {"name": name, "description": tool.__doc__, "input_schema": workshop.schema(name)}
    for name, tool in workshop.TOOLS.items()
]


def ask(job: dict[str, Any], ask: dict[str, Any]) -> None:
    client = Anthropic(base_url=job["base_url"].removesuffix("/v1"), api_key="none")
    messages: list[Any] = [{"role": "user", "content": ask["question"]}]
    options = {"stop_sequences": ask["stop"]} if "stop" in ask else {}
    for _ in range(workshop.TURNS_MAX):
        request = {"model": "toy", "messages": messages, "tools": TOOLS, "max_tokens": ask.get("max_tokens", 1000)}
        answer = _answer(client, request | options, ask["way"])
        parts: dict[str, list[Any]] = {"text": [], "thinking": [], "tool_use": []}
        for part in answer.content:
            parts[part.type].append(part)
        workshop.now.texts.append("".join(part.text for part in parts["text"]))
        workshop.now.thoughts.append("".join(part.thinking for part in parts["thinking"]))
        workshop.now.finishes.append(answer.stop_reason)
        workshop.now.tokens.append(answer.usage.output_tokens)
        if answer.stop_reason != "tool_use":
            workshop.now.raw += [str(part.input) for part in parts["tool_use"]]
            return
        results = [
            {"type": "tool_result", "tool_use_id": part.id, "content": workshop.TOOLS[part.name](**part.input)}
            for part in parts["tool_use"]
        ]
        said = [part.model_dump(exclude_none=True) for kind in ("text", "tool_use") for part in parts[kind]]
        messages += [{"role": "assistant", "content": said}, {"role": "user", "content": results}]


def _answer(client: Anthropic, request: dict[str, Any], way: str) -> Any:
    if way == "whole":
        return client.messages.create(**request)
    with client.messages.stream(**request) as stream:
        return stream.get_final_message()


if __name__ == "__main__":
    workshop.work(ask)
