"""`openai-agents`: its runner over chat completions, whole and streamed; its tools are strict by default."""

from __future__ import annotations

import asyncio
from typing import Any

import workshop
from agents import Agent, ModelSettings, OpenAIChatCompletionsModel, Runner, function_tool, set_tracing_disabled
from agents.items import MessageOutputItem, ReasoningItem, ToolCallItem
from openai import AsyncOpenAI

set_tracing_disabled(True)
CAN_BE_STRICT = ("write_file", "run_shell_command")  # all that they take is required


def ask(job: dict[str, Any], ask: dict[str, Any]) -> None:
    asyncio.run(_ask(job, ask))


async def _ask(job: dict[str, Any], ask: dict[str, Any]) -> None:
    async with AsyncOpenAI(base_url=job["base_url"], api_key="none") as client:
        await _ask_agent(OpenAIChatCompletionsModel("toy", client), ask)


async def _ask_agent(model: OpenAIChatCompletionsModel, ask: dict[str, Any]) -> None:
    tools: list[Any] = [
        function_tool(tool, strict_mode=ask["strict"] and name in CAN_BE_STRICT)
        for name, tool in workshop.TOOLS.items()
    ]
    stop = {"extra_args": {"stop": ask["stop"]}} if "stop" in ask else {}
    settings = ModelSettings(max_tokens=ask.get("max_tokens"), include_usage=True, **stop)
    agent = Agent("worker", tools=tools, model=model, model_settings=settings)
    if ask["way"] == "whole":
        done: Any = await Runner.run(agent, ask["question"], max_turns=workshop.TURNS_MAX)
    else:
        done = Runner.run_streamed(agent, ask["question"], max_turns=workshop.TURNS_MAX)
        async for _ in done.stream_events():
            pass
    for item in done.new_items:
        if isinstance(item, MessageOutputItem):
            workshop.now.texts.append("".join(part.text for part in item.raw_item.content))
        elif isinstance(item, ReasoningItem):
            workshop.now.thoughts.append("".join(part.text for part in item.raw_item.content or item.raw_item.summary))
        elif isinstance(item, ToolCallItem):
            workshop.now.raw.append(item.raw_item.arguments)
    workshop.now.tokens = [answer.usage.output_tokens for answer in done.raw_responses]


if __name__ == "__main__":
    workshop.work(ask)
