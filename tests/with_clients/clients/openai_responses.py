"""The `openai` client: Responses, whole and streamed."""

from __future__ import annotations

from typing import Any

import workshop
from openai import OpenAI

TOOLS = [
    {
        "type": "function",
        "name": name,
        "description": tool.__doc__,
        "parameters": workshop.schema(name),
        "strict": False,
    }
    for name, tool in workshop.TOOLS.items()
]


def ask(job: dict[str, Any], ask: dict[str, Any]) -> None:
    client = OpenAI(base_url=job["base_url"], api_key="none")
    said: list[Any] = [{"role": "user", "content": ask["question"]}]
    options = {"max_output_tokens": ask["max_tokens"]} if "max_tokens" in ask else {}
    for _ in range(workshop.TURNS_MAX):
        request = {"model": "toy", "input": said, "tools": TOOLS, "store": False, **options}
        answer = client.responses.create(**request) if ask["way"] == "whole" else _streamed(client, request)
        calls = [item for item in answer.output if item.type == "function_call"]
        reasoning = [item for item in answer.output if item.type == "reasoning"]
        workshop.now.texts.append(answer.output_text)
        workshop.now.thoughts.append("".join(part.text for item in reasoning for part in item.content or []))
        workshop.now.finishes.append(answer.status)
        workshop.now.tokens.append(answer.usage.output_tokens)
        said += [item.model_dump(exclude_none=True) for item in answer.output if item.type != "reasoning"]
        for call in calls:
            result = workshop.run(call.name, call.arguments)
            said.append({"type": "function_call_output", "call_id": call.call_id, "output": result})
        if not calls or answer.status != "completed":
            return


def _streamed(client: OpenAI, request: dict[str, Any]) -> Any:
    """The last event has the answer; what its deltas say must be the same."""
    arguments: dict[str, str] = {}
    done: dict[str, str] = {}
    answer = None
    for event in client.responses.create(**request, stream=True):
        if event.type == "response.function_call_arguments.delta":
            arguments[event.item_id] = arguments.get(event.item_id, "") + event.delta
        elif event.type == "response.function_call_arguments.done":
            done[event.item_id] = event.arguments
        elif event.type in ("response.completed", "response.incomplete"):
            answer = event.response
    if {item: text for item, text in done.items() if text} != arguments:
        raise RuntimeError(f"the deltas say {arguments}, the end says {done}")
    return answer


if __name__ == "__main__":
    workshop.work(ask)
