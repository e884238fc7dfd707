"""SGLang's own serving classes, driven without an engine: a request and an answer's text in, a client's message out.

In: the names of two parsers, the vocabulary of a tokenizer, a request, the text in deltas. Out: `Heard`.

`OpenAIServingChat` is SGLang's, from its constructor on; what is behind it (the tokenizer's manager) is a stand-in that
says the deltas of an answer as the engine would: the text so far, and at last the reason to finish.
"""

from __future__ import annotations

import asyncio
import json
import types
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import stand_ins

# SGLang's detectors first: what they need is there, and `transformers` has to look for itself.

stand_ins.stand_in()
import sglang.srt.entrypoints.openai.serving_chat as serving_chat  # noqa: E402
from sglang.srt.entrypoints.openai.protocol import ChatCompletionRequest  # noqa: E402

ID = "chatcmpl-1"
OPTIONS = {
    "default_chat_template_kwargs": {},
    "incremental_streaming_output": False,
    "stream_response_default_include_usage": False,
    "enable_cache_report": False,
}


class Heard(NamedTuple):
    """What a client gets."""

    content: str
    reasoning: str
    calls: list[tuple[str, str]]
    finish_reason: str


class Said(types.SimpleNamespace):
    """Values, and None for every other name."""

    def __getattr__(self, name: str) -> None:
        if name.startswith("__"):
            raise AttributeError(name)


class Words:
    """A tokenizer with a vocabulary and no more."""

    eos_token_id = 0
    chat_template = None

    def __init__(self, tokens: Iterable[str] = (), special: Iterable[str] = ()) -> None:
        self._ids = {token: number for number, token in enumerate(["<eos>", *dict.fromkeys(tokens)])}
        self.all_special_ids = [self._ids[token] for token in special]

    def get_vocab(self) -> dict[str, int]:
        return dict(self._ids)

    def encode(self, text: str, add_special_tokens: bool = True) -> list[int]:  # noqa: ARG002
        return [self._ids[text]] if text in self._ids else [len(self._ids)] * bool(text)

    def decode(self, ids: Sequence[int], **_: Any) -> str:
        texts = list(self._ids)
        return "".join(texts[number] for number in ids)


class _Manager:
    """What stands in the place of the tokenizer's manager."""

    def __init__(self, tokenizer: Any, options: dict[str, Any]) -> None:
        self.tokenizer = tokenizer
        self.deltas: Sequence[str] = ()
        self.finish = "stop"
        self.model_config = Said(
            get_default_sampling_params=dict,
            hf_config=Said(model_type="any", architectures=["AnyForCausalLM"]),
            is_multimodal=False,
        )
        self.server_args = Said(**options)
        self.config_value = options.get

    async def generate_request(self, *_: Any) -> Any:
        text = ""
        for number, delta in enumerate(self.deltas):
            text += delta
            yield answer(text, self.finish if number == len(self.deltas) - 1 else None)


def answer(text: str, finish: str | None) -> dict[str, Any]:
    """An answer as the engine has it."""
    reason = {"type": finish, "matched": None} if finish else None
    meta = {"id": ID, "finish_reason": reason, "prompt_tokens": 1, "completion_tokens": 1, "cached_tokens": 0}
    return {"text": text, "index": 0, "output_ids": [], "meta_info": {**meta, "weight_version": "0"}}


def server(
    tool: str | None, reasoning: str | None, tokenizer: Any = None, *, opens: bool = False, default: bool | None = None
) -> Any:
    """A server. `opens`: its template opens the reasoning; `default`: reasoning is on, says the template."""
    serving_chat.get_serving = lambda: Said(**OPTIONS)
    options = {"tool_call_parser": tool, "reasoning_parser": reasoning, "grammar_backend": "xgrammar"}
    config = Said(special_case=None, toggle_param="thinking" if default else None, default_enabled=default)
    template = Said(
        force_reasoning=opens,
        reasoning_config=None if default is None else config,
        chat_template_name=None,
        jinja_template_content_format="string",
    )
    return serving_chat.OpenAIServingChat(_Manager(tokenizer or Words(), options), template)


def asked(tools: Any = None, **more: Any) -> Any:
    """A request."""
    named = {"tools": tools} if tools else {}
    messages = more.pop("messages", [{"role": "user", "content": "x"}])
    return ChatCompletionRequest(model="m", messages=messages, **named, **more)


def whole(server: Any, request: Any, text: str, finish: str = "stop") -> Heard:
    """A whole answer."""
    built = server._build_chat_response(request, [answer(text, finish)], 0)
    choice = json.loads(built.model_dump_json())["choices"][0]
    said = choice["message"]
    calls = [(call["function"]["name"], call["function"]["arguments"]) for call in said.get("tool_calls") or []]
    return Heard(said.get("content") or "", said.get("reasoning_content") or "", calls, choice["finish_reason"])


def chunks(server: Any, request: Any, deltas: Sequence[str], finish: str = "stop") -> list[dict[str, Any]]:
    """The choices of a streamed answer, as they come."""
    server.tokenizer_manager.deltas, server.tokenizer_manager.finish = list(deltas) or [""], finish

    async def listen() -> list[str]:
        return [chunk async for chunk in server._generate_chat_stream(Said(), request, None)]

    texts = [line.removeprefix("data: ").strip() for line in asyncio.run(listen())]
    assert texts[-1] == "[DONE]"
    return [json.loads(text)["choices"][0] for text in texts[:-1]]


def streamed(server: Any, request: Any, deltas: Sequence[str], finish: str = "stop") -> Heard:
    """A streamed answer, put together as clients do it."""
    content, reasoning, reason = "", "", ""
    calls: list[list[str]] = []
    for choice in chunks(server, request, deltas, finish):
        delta = choice["delta"]
        content += delta.get("content") or ""
        reasoning += delta.get("reasoning_content") or ""
        reason = choice["finish_reason"] or reason
        for call in delta.get("tool_calls") or []:
            name = call["function"]["name"]
            assert (name is not None) == (call["index"] == len(calls)), call  # names come once, and in order
            if name is not None:
                calls.append([name, ""])
            calls[call["index"]][1] += call["function"]["arguments"] or ""
    return Heard(content, reasoning, [(name, arguments) for name, arguments in calls], reason)


def cut(text: str, size: int) -> list[str]:
    """A text in deltas of so many characters."""
    return [text[at : at + size] for at in range(0, len(text), size)] or [""]
