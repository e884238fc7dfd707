"""`pydantic-ai`: its agent, whole and streamed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable
from typing import Any

import workshop
from pydantic_ai import Agent, Tool, UsageLimits
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.providers.openai import OpenAIProvider


def ask(job: dict[str, Any], ask: dict[str, Any]) -> None:
    asyncio.run(_ask(job, ask))


async def _listen(_: Any, events: AsyncIterable[Any]) -> None:
    async for _event in events:
        pass


async def _ask(job: dict[str, Any], ask: dict[str, Any]) -> None:
    model = OpenAIChatModel("toy", provider=OpenAIProvider(base_url=job["base_url"], api_key="none"))
    settings: Any = {"max_tokens": ask.get("max_tokens", 1000)}
    if "stop" in ask:
        settings["stop_sequences"] = ask["stop"]
    tools = [Tool(tool, strict=None if ask["strict"] else False) for tool in workshop.TOOLS.values()]
    agent: Agent[None, str] = Agent(model, tools=tools, model_settings=settings, retries=1)
    limits = UsageLimits(request_limit=workshop.TURNS_MAX)
    handler = _listen if ask["way"] == "streamed" else None  # with a handler every answer is streamed
    done = await agent.run(ask["question"], usage_limits=limits, event_stream_handler=handler)
    messages = done.all_messages()
    for message in messages:
        if message.kind == "response":
            parts = message.parts
            workshop.now.texts.append("".join(part.content for part in parts if part.part_kind == "text"))
            workshop.now.thoughts.append("".join(part.content for part in parts if part.part_kind == "thinking"))
            workshop.now.finishes.append(message.finish_reason)
            workshop.now.tokens.append(message.usage.output_tokens)


if __name__ == "__main__":
    workshop.work(ask)
