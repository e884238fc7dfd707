"""The `openai` client: chat completions, whole, streamed, and with its stream helper."""

from __future__ import annotations

from typing import Any

import workshop
from openai import OpenAI
from openai.types.chat import ChatCompletion

TOOLS = [
    {"type": "function", "function": {"name": name, "description": tool.__doc__, "parameters": workshop.schema(name)}}
    for name, tool in workshop.TOOLS.items()
]


def ask(job: dict[str, Any], ask: dict[str, Any]) -> None:
    client = OpenAI(base_url=job["base_url"], api_key="none")
    messages: list[Any] = [{"role": "user", "content": ask["question"]}]
    options = {key: ask[key] for key in ("max_tokens", "stop") if key in ask}
    for _ in range(workshop.TURNS_MAX):
        answer = _ways[ask["way"]](client, {"model": "toy", "messages": messages, "tools": TOOLS, **options})
        [choice] = answer.choices
        message = choice.message
        workshop.now.texts.append(message.content or "")
        workshop.now.thoughts.append(getattr(message, "reasoning", None) or "")
        workshop.now.finishes.append(choice.finish_reason)
        workshop.now.tokens.append(answer.usage.completion_tokens)
        messages.append(message.model_dump(exclude_none=True))
        for call in message.tool_calls or []:
            result = workshop.run(call.function.name, call.function.arguments)
            messages.append({"role": "tool", "tool_call_id": call.id, "content": result})
        if not message.tool_calls or choice.finish_reason != "tool_calls":
            return


def _whole(client: OpenAI, request: dict[str, Any]) -> Any:
    return client.chat.completions.create(**request)


def _streamed(client: OpenAI, request: dict[str, Any]) -> Any:
    """The pieces put together by hand, as most programs do it."""
    said = {"content": "", "reasoning": ""}
    calls: list[dict[str, Any]] = []
    finish, usage = None, None
    for chunk in client.chat.completions.create(**request, stream=True, stream_options={"include_usage": True}):
        usage = chunk.usage or usage
        for choice in chunk.choices:
            finish = choice.finish_reason or finish
            for key in said:
                said[key] += getattr(choice.delta, key, None) or ""
            for part in choice.delta.tool_calls or []:
                if part.index == len(calls):
                    calls.append({"id": part.id, "type": "function", "function": {"name": "", "arguments": ""}})
                function = calls[part.index]["function"]
                function["name"] += part.function.name or ""
                function["arguments"] += part.function.arguments or ""
    message = {"role": "assistant", **said, "tool_calls": calls or None}
    choices = [{"index": 0, "finish_reason": finish, "message": message}]
    return ChatCompletion.model_validate(
        {"id": "", "created": 0, "model": "toy", "object": "chat.completion", "choices": choices, "usage": usage}
    )


def _helper(client: OpenAI, request: dict[str, Any]) -> Any:
    with client.chat.completions.stream(**request, stream_options={"include_usage": True}) as stream:
        for _ in stream:
            pass
        return stream.get_final_completion()


_ways = {"whole": _whole, "streamed": _streamed, "helper": _helper}

if __name__ == "__main__":
    workshop.work(ask)
