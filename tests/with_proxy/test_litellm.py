"""The callback in the real LiteLLM: in a program, and in LiteLLM's own proxy."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from crowd import TOOL
from servers import Process, free_port

litellm = pytest.importorskip("litellm")
CALL = "<tool_call>\n<function=f>\n<parameter=a>\nx\n</parameter>\n</function>\n</tool_call>"
TEXT = f"<think>\nhm\n</think>\n\nI look.\n{CALL}"
TOOLS = [{"type": "function", "function": TOOL}]
MESSAGES = [{"role": "user", "content": "x"}]
CONFIGURATION = """\
model_list:
  - model_name: coder
    litellm_params: {model: hosted_vllm/toy, api_base: "%s/v1", api_key: none, extra_body: {mock: %s}}
  - model_name: other
    litellm_params: {model: hosted_vllm/toy, api_base: "%s/v1", api_key: none, extra_body: {mock: %s}}
litellm_settings:
  callbacks: repair.callback
general_settings:
  master_key: %s
"""
KEY = "sk-" + "0123456789abcdef" * 4
CALLBACK = """\
from toolgram.litellm import ToolgramCallback

callback = ToolgramCallback({"coder*": "qwen3_coder"})
"""


def _callback() -> Any:
    from toolgram.litellm import ToolgramCallback

    return ToolgramCallback({"coder*": "qwen3_coder"})


def test_a_whole_answer_in_a_program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(litellm, "callbacks", [_callback()])
    asked = {"messages": MESSAGES, "tools": TOOLS, "mock_response": TEXT}
    answer = asyncio.run(litellm.acompletion(model="openai/coder-7b", **asked))
    [choice] = answer.choices
    assert (choice.message.reasoning_content, choice.message.content) == ("hm", "I look.")
    assert (choice.message.tool_calls[0].function.arguments, choice.finish_reason) == ('{"a": "x"}', "tool_calls")
    assert type(answer) is litellm.ModelResponse
    left_alone = asyncio.run(litellm.acompletion(model="openai/other", **asked))
    assert left_alone.choices[0].message.content == TEXT


def test_a_stream_through_the_hook_of_litellm_s_proxy() -> None:
    async def read(model: str) -> list[Any]:
        asked = {"messages": MESSAGES, "tools": TOOLS}
        stream = await litellm.acompletion(model=f"openai/{model}", stream=True, mock_response=TEXT, **asked)
        hook = _callback().async_post_call_streaming_iterator_hook(None, stream, {"model": model, **asked})
        return [chunk async for chunk in hook]

    chunks = asyncio.run(read("coder-7b"))
    assert {type(chunk) for chunk in chunks} == {litellm.ModelResponseStream}
    deltas = [chunk.choices[0].delta for chunk in chunks if chunk.choices]
    assert "".join(getattr(delta, "reasoning_content", None) or "" for delta in deltas) == "hm"
    assert "".join(delta.content or "" for delta in deltas) == "I look."
    calls = [call for delta in deltas for call in delta.tool_calls or []]
    assert "".join(call.function.arguments for call in calls) == '{"a": "x"}'
    assert chunks[-1].choices[0].finish_reason == "tool_calls"
    plain = asyncio.run(read("other"))
    assert "".join(chunk.choices[0].delta.content or "" for chunk in plain) == TEXT


@pytest.fixture(scope="module")
def litellm_proxy(mock: Process, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    """LiteLLM's proxy, with the callback in its configuration."""
    folder = tmp_path_factory.mktemp("litellm")
    told = json.dumps({"pieces": [TEXT[at : at + 7] for at in range(0, len(TEXT), 7)]})
    (folder / "config.yaml").write_text(CONFIGURATION % (mock.url, told, mock.url, told, KEY))
    (folder / "repair.py").write_text(CALLBACK)
    program = Path(sys.executable).parent / "litellm"
    if not program.exists():
        pytest.skip("LiteLLM's proxy is not installed")
    command = [str(program), "--config", str(folder / "config.yaml"), "--host", "127.0.0.1", "--port", str(free_port())]
    running = Process(command, folder / "log", "/health/liveliness")
    yield running
    running.stop()


@pytest.mark.parametrize("stream", [True, False])
def test_litellm_s_own_proxy(litellm_proxy: Process, stream: bool) -> None:
    async def ask(model: str) -> str:
        body = {"model": model, "messages": MESSAGES, "tools": TOOLS, "stream": stream}
        url = litellm_proxy.url + "/v1/chat/completions"
        headers = {"Authorization": f"Bearer {KEY}"}
        async with aiohttp.ClientSession() as session, session.post(url, json=body, headers=headers) as response:
            return await response.text()

    found = asyncio.run(ask("coder"))
    assert '"tool_calls"' in found
    assert "<function=" not in found
    assert '"finish_reason":"tool_calls"' in found.replace(" ", "")
    assert '"tool_calls":[' not in asyncio.run(ask("other")).replace(" ", "")
