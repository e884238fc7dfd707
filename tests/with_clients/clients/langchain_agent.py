"""`langchain`'s agent, which runs on `langgraph`, with `langchain-openai`: whole and streamed."""

from __future__ import annotations

from typing import Any

import workshop
from langchain.agents import create_agent
from langchain_openai import ChatOpenAI


def ask(job: dict[str, Any], ask: dict[str, Any]) -> None:
    options = {key: ask[key] for key in ("max_tokens", "stop") if key in ask}
    if "stop" in options:
        options["stop_sequences"] = options.pop("stop")
    streamed = ask["way"] == "streamed"
    model = ChatOpenAI(
        model="toy", base_url=job["base_url"], api_key="none", streaming=streamed, stream_usage=True, **options
    )
    agent = create_agent(model, tools=list(workshop.TOOLS.values()))
    asked: Any = {"messages": [{"role": "user", "content": ask["question"]}]}
    limit: Any = {"recursion_limit": 2 * workshop.TURNS_MAX}
    messages: list[Any] = []
    if streamed:
        for _, update in agent.stream(asked, limit, stream_mode=["messages", "updates"]):
            if isinstance(update, dict):
                messages += [message for step in update.values() for message in step["messages"]]
    else:
        messages = agent.invoke(asked, limit)["messages"]
    for message in messages:
        if message.type == "ai":
            workshop.now.texts.append(message.content)
            workshop.now.finishes.append(message.response_metadata.get("finish_reason"))
            workshop.now.tokens.append((message.usage_metadata or {}).get("output_tokens", 0))
            workshop.now.raw += [call["args"] for call in message.invalid_tool_calls]


if __name__ == "__main__":
    workshop.work(ask)
