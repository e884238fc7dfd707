"""An unpacked vLLM, of any version, whose chat server answers without torch, a GPU or an installed vLLM.

In: a folder with the `vllm/*.py` of a wheel, and text that the caller gives instead of a model. Out: `Received`, what a
client gets: that version's serving class and parsers have made it.

Needs pydantic and openai; `stand_ins.py` says how the rest is done without.
"""

from __future__ import annotations

import asyncio
import importlib
import inspect
import json
import types
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from stand_ins import install, stand_in
from tokens import Tokenizer


class _Output(types.SimpleNamespace):
    """What the engine gives the server; fields of other versions are None."""

    def __getattr__(self, name: str) -> None:
        if name.startswith("__"):
            raise AttributeError(name)


@dataclass
class Received:
    """What a client makes of an answer."""

    content: str = ""
    reasoning: str = ""
    calls: list[tuple[str, str]] = field(default_factory=list)  # name and arguments
    finish: str | None = None
    error: str = ""
    deltas: list[tuple[str, str]] = field(default_factory=list)  # of a stream: (`content`, text), (`name`, text), ...


class Unpacked:
    """One version's chat server."""

    def __init__(self, folder: Path, markup: list[str]) -> None:
        install(folder)
        self.tokenizer = Tokenizer(markup)
        self._serving = _first(
            "vllm.entrypoints.openai.chat_completion.serving", "vllm.entrypoints.openai.serving_chat"
        )
        self._managers = (
            _first("vllm.tool_parsers", "vllm.entrypoints.openai.tool_parsers").ToolParserManager,
            _first("vllm.reasoning").ReasoningParserManager,
        )

    def load_plugin(self, path: Path) -> None:
        """What the flag --tool-parser-plugin does (and --reasoning-parser-plugin, where there is one)."""
        self._managers[0].import_tool_parser(str(path))

    def ask(
        self,
        text: str,
        tools: list[dict[str, Any]],
        *,
        tool_parser: str,
        reasoning_parser: str,
        tokens: int | None,
        template: dict[str, Any],
    ) -> Received:
        """Send a chat request that is answered with `text`: streamed in deltas of `tokens` each, or whole (None).

        `template` are the request's arguments of the chat template.
        """
        server = self._server(tool_parser, reasoning_parser)
        messages = [{"role": "user", "content": "?"}]
        request = self._serving.ChatCompletionRequest(
            model="m",
            messages=messages,
            tools=tools,
            tool_choice="auto",
            stream=tokens is not None,
            chat_template_kwargs=template,
        )
        prompt = self.tokenizer.encode(f"{Tokenizer.TURN}user\n?{Tokenizer.END}\n{Tokenizer.TURN}assistant\n")
        if tokens is None:
            outputs = [self._output(prompt, self.tokenizer.encode(text), is_last=True)]
            answer = asyncio.run(self._call(server.chat_completion_full_generator, server, request, outputs))
            return _whole(answer)
        ids = self.tokenizer.encode(text)
        parts = [ids[at : at + tokens] for at in range(0, len(ids), tokens)]
        outputs = [self._output(prompt, part, is_last=False) for part in parts]
        outputs.append(self._output(prompt, [self.tokenizer.eos_token_id], is_last=True))

        async def stream() -> list[str]:
            chunks = self._call(server.chat_completion_stream_generator, server, request, outputs)
            return [chunk async for chunk in chunks]

        return _streamed(asyncio.run(stream()))

    def _server(self, tool_parser: str, reasoning_parser: str) -> Any:
        chat = self._serving.OpenAIServingChat
        given = {
            "response_role": "assistant",
            "enable_auto_tools": True,
            "tool_parser": tool_parser,
            "reasoning_parser": reasoning_parser,
            "default_chat_template_kwargs": {},
        }
        names = list(inspect.signature(chat.__init__).parameters)[1:]
        wanted = ("engine_client", "model_config", "models", "openai_serving_render", "online_renderer")
        others = ("request_logger", "chat_template", "chat_template_content_format")
        given = {name: value for name, value in given.items() if name in names}
        given |= {name: stand_in(name) for name in wanted if name in names}
        given |= {name: None for name in others if name in names}
        server = chat(**given)
        server.system_fingerprint = None
        return server

    def _call(self, generator: Any, server: Any, request: Any, outputs: list[Any]) -> Any:
        """Run a generator of the serving class on what `create_chat_completion` would give it."""

        async def engine() -> Any:
            for output in outputs:
                yield output

        names = inspect.signature(generator).parameters
        prompt = outputs[0].prompt_token_ids
        given: dict[str, Any] = {
            "request": request,
            "result_generator": engine(),
            "request_id": "chatcmpl-0",
            "model_name": "m",
            "conversation": [],
            "tokenizer": self.tokenizer,
            "request_metadata": _Output(),
        }
        if "enable_force_include_usage" in names:
            given["enable_force_include_usage"] = False
        arguments = {"chat_template_kwargs": request.chat_template_kwargs}
        if "chat_template_kwargs" in names:
            given |= arguments
        if "reasoning_parser" in names and isinstance(server.reasoning_parser_cls, type):
            given["reasoning_parser"] = self._reasoning_parser(server, request, prompt)
        if "parser" in names and server.parser_cls:
            given["parser"] = server.parser_cls(self.tokenizer, request.tools, **arguments)
        return generator(**given)

    def _reasoning_parser(self, server: Any, request: Any, prompt: list[int]) -> Any:
        if not server.reasoning_parser_cls:
            return None
        parser = server.reasoning_parser_cls(self.tokenizer, chat_template_kwargs=request.chat_template_kwargs)
        parser.is_reasoning_end(prompt)
        return parser

    def _output(self, prompt: list[int], ids: list[int], *, is_last: bool) -> Any:
        text = self.tokenizer.decode([number for number in ids if number != self.tokenizer.eos_token_id])
        choice = _Output(index=0, text=text, token_ids=ids, finish_reason="stop" if is_last else None)
        return _Output(outputs=[choice], prompt_token_ids=prompt, finished=is_last)


def _first(*names: str) -> Any:
    for name in names:
        try:
            return importlib.import_module(name)
        except ModuleNotFoundError as error:
            if error.name is None or not name.startswith(error.name):
                raise
    raise ImportError(f"this vLLM has none of {', '.join(names)}")


def _parts(delta: dict[str, Any]) -> list[tuple[str, str]]:
    """What a delta says: (`content`, text), (`name`, text), ..."""
    functions = [part.get("function") or {} for part in delta.get("tool_calls") or ()]
    named = {"content": delta.get("content"), "reasoning": delta.get("reasoning") or delta.get("reasoning_content")}
    calls = [(key, function.get(key)) for function in functions for key in ("name", "arguments")]
    return [(name, text) for name, text in [*named.items(), *calls] if text]


def _streamed(chunks: list[str]) -> Received:
    received, calls = Received(), {}
    for chunk in chunks:
        data = chunk.removeprefix("data: ").strip()
        if data == "[DONE]":
            continue
        said = json.loads(data)
        received.error = received.error or json.dumps(said.get("error") or "").strip('"')
        for choice in said.get("choices", ()):
            delta = choice["delta"]
            received.deltas += _parts(delta)
            received.content += delta.get("content") or ""
            received.reasoning += delta.get("reasoning") or delta.get("reasoning_content") or ""
            received.finish = choice.get("finish_reason") or received.finish
            for part in delta.get("tool_calls") or ():
                call = calls.setdefault(part["index"], ["", ""])
                function = part.get("function") or {}
                call[0] += function.get("name") or ""
                call[1] += function.get("arguments") or ""
    received.calls = [(name, arguments) for name, arguments in calls.values()]
    return received


def _whole(answer: Any) -> Received:
    said = json.loads(answer.model_dump_json())
    if "choices" not in said:
        return Received(error=json.dumps(said))
    [choice] = said["choices"]
    message = choice["message"]
    calls = [(call["function"]["name"], call["function"]["arguments"]) for call in message.get("tool_calls") or ()]
    reasoning = message.get("reasoning") or message.get("reasoning_content") or ""
    return Received(message.get("content") or "", reasoning, calls, choice["finish_reason"])
