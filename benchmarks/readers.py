"""How each library is asked to read an answer: ours, our plugin, vLLM's own parsers, Hugging Face, SGLang, Harmony.

In: the name of a format. Out: a `Reader` of it, or None where the library has none. A function of `ENGINES` raises
ImportError where its library is not installed.

What each library can do once for all requests is done before a reader is handed out: templates are compiled, tools are
objects, the tokenizer is made. Where a method of the library takes a delta and nothing else, it is called without a
frame of ours around it.
"""

from __future__ import annotations

import functools
import json
import logging
import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import in_vllm
from reading import Heard, Reader, joined
from workloads import SPECIAL_TOKENS, TOOLS


def toolgram(format_id: str) -> Reader:
    import toolgram

    fmt, tools = toolgram.load(format_id), toolgram.tools(TOOLS)

    def heard_whole(message: Any) -> Heard:
        assert all(call.complete for call in message.tool_calls)
        return message.content or "", [(call.name, json.loads(call.arguments)) for call in message.tool_calls]

    def heard(answers: list[Any]) -> Heard:
        return heard_whole(toolgram.collect(event for events in answers for event in events))

    return Reader(lambda: fmt.parser(tools), lambda text: fmt.parse(text, tools), heard, heard_whole)


class Floor:
    """What no parser in Python can do without: one compiled search of each delta, and a list."""

    __slots__ = ("_search",)

    def __init__(self) -> None:
        self._search = re.compile(r"<|\[").search

    def feed(self, text: str) -> list[str]:
        return [text] if self._search(text) is None else []

    def finish(self) -> list[str]:
        return []


def floor(_: str) -> Reader:
    """Reads nothing; of a whole text, the one long object, by the scanner of `json`."""

    def whole(text: str) -> Any:
        begin = text.find('{"rows": ')
        return json.JSONDecoder().raw_decode(text, begin) if begin > 0 else text

    return Reader(Floor, whole, lambda _: None, lambda _: None)


# --- in vLLM --------------------------------------------------------------------------------------------------------


class Door:
    """A parser as vLLM's server calls it. A piece is a text, its tokens, and whether it is the last one."""

    __slots__ = ("_parser", "_request")

    def __init__(self, kind: Any, tokenizer: Any, request: Any) -> None:
        self._parser, self._request = kind(tokenizer, request.tools, chat_template_kwargs={}), request

    def feed(self, piece: tuple[str, list[int], bool]) -> Any:
        text, ids, is_last = piece
        return self._parser.parse_delta(text, ids, self._request, [0], finished=is_last)

    def finish(self) -> None: ...


def plugin(format_id: str) -> Reader:
    _vllm_own(format_id)  # before the plugin takes its name
    in_vllm.load_plugin(in_vllm.GENERATED / "vllm" / f"{format_id}.py")
    return _in_vllm(in_vllm.compose(f"toolgram_{format_id}"), _tokens_of(_stand_in()))


def vllm(format_id: str) -> Reader | None:
    kind = _vllm_own(format_id)
    if format_id != "openai":
        return _in_vllm(kind, _tokens_of(_stand_in()))
    return _in_vllm(kind, _tokens_of(_harmony())) if _harmony() is not None else None


@functools.cache
def _vllm_own(format_id: str) -> Any:
    logging.disable(logging.CRITICAL)
    return in_vllm.compose(format_id)


def _in_vllm(kind: Any, ids_of: Callable[[str], list[int]]) -> Reader:
    tokenizer, request = _stand_in(), in_vllm.request()

    @functools.cache
    def whole_ids(text: str) -> list[int]:
        return ids_of(text)

    def whole(text: str) -> Any:
        parser = kind(tokenizer, request.tools, chat_template_kwargs={})
        return parser.parse(text, request, enable_auto_tools=True, model_output_token_ids=whole_ids(text))

    def heard_whole(answer: Any) -> Heard:
        _, content, calls = answer
        return content or "", [(call.name, json.loads(call.arguments)) for call in calls or []]

    def heard(answers: list[Any]) -> Heard:
        return joined(
            part
            for message in answers
            if message is not None
            for part in [
                (message.content or "", -1, "", ""),
                *(
                    ("", call.index, call.function.name or "", call.function.arguments or "")
                    for call in message.tool_calls or ()
                ),
            ]
        )

    def pieces(deltas: list[str]) -> list[Any]:
        return [(delta, ids_of(delta), number == len(deltas) - 1) for number, delta in enumerate(deltas)]

    return Reader(lambda: Door(kind, tokenizer, request), whole, heard, heard_whole, pieces)


@functools.cache
def _stand_in() -> Any:
    """A tokenizer in the place of the models' own: every delta is a token of its."""
    from tokens import Tokenizer

    return Tokenizer(SPECIAL_TOKENS)


def _tokens_of(tokenizer: Any) -> Callable[[str], list[int]]:
    if isinstance(tokenizer, _stand_in().__class__):
        return lambda text: [tokenizer._id(text)] if len(text) < 64 else tokenizer.encode(text)
    return lambda text: tokenizer.encode(text, allowed_special="all")


# --- other libraries ------------------------------------------------------------------------------------------------


def hugging_face(format_id: str) -> Reader | None:
    """With the response template that toolgram makes of its own spec, where it can be said as one."""
    from transformers.utils.chat_parsing import ResponseParser, parse_response
    from transformers.utils.chat_parsing.response_templates import load_response_template

    from toolgram.registry import find
    from toolgram.spec import read_spec
    from toolgram.targets.hf_template import convert

    spec, _ = read_spec(find(format_id))
    source = convert(spec)[0] if spec is not None else None
    if source is None:
        return None
    template = load_response_template(source)

    def make() -> Any:
        parser = ResponseParser(template, prefix="", tools=TOOLS)
        return SimpleNamespace(feed=parser.feed, finish=parser.finalize)

    def heard_whole(message: dict[str, Any]) -> Heard:
        functions = [call["function"] for call in message.get("tool_calls", [])]
        return message.get("content") or "", [(one["name"], _object(one["arguments"])) for one in functions]

    return Reader(
        make,
        lambda text: parse_response(text, template, prefix="", tools=TOOLS),
        lambda answers: heard_whole(answers[-1][0]),
        heard_whole,
    )


SGLANG_NAMES = {
    "hermes": "hermes",
    "qwen3_coder": "qwen3_coder",
    "deepseek_v31": "deepseekv31",
    "glm45": "glm45",
    "kimi_k2": "kimi_k2",
    "openai": "gpt-oss",
}


def sglang(format_id: str) -> Reader:
    from sglang.srt.entrypoints.openai.protocol import Tool
    from sglang.srt.function_call.function_call_parser import FunctionCallParser

    logging.disable(logging.CRITICAL)
    tools = [Tool.model_validate(tool) for tool in TOOLS]
    name = SGLANG_NAMES[format_id]

    def make() -> Any:
        parser = FunctionCallParser(tools, name)
        return SimpleNamespace(feed=parser.parse_stream_chunk, finish=parser.parse_stream_end)

    def heard(answers: list[Any]) -> Heard:
        return joined(
            part
            for text, calls in answers
            for part in [
                (text or "", -1, "", ""),
                *(("", call.tool_index, call.name or "", call.parameters or "") for call in calls),
            ]
        )

    def heard_whole(answer: Any) -> Heard:
        text, calls = answer
        return text or "", [(call.name, json.loads(call.parameters)) for call in calls]

    return Reader(make, lambda text: FunctionCallParser(tools, name).parse_non_stream(text), heard, heard_whole)


class Harmony:
    """Tokens in; what each one adds, with the channel and the recipient that it belongs to."""

    __slots__ = ("_parser",)

    def __init__(self, parser: Any) -> None:
        self._parser = parser

    def feed(self, ids: list[int]) -> list[Any]:
        parser, answers = self._parser, []
        for number in ids:
            parser.process(number)
            delta = parser.last_content_delta
            if delta:
                answers.append((delta, parser.current_recipient))
        return answers

    def finish(self) -> list[Any]:
        return self._parser.process_eos().messages


def harmony(format_id: str) -> Reader | None:
    from openai_harmony import Role, StreamableParser

    encoding = _harmony()
    if format_id != "openai" or encoding is None:
        return None

    def heard(answers: list[Any]) -> Heard:
        content, calls = "", []
        for message in answers[-1]:
            text = message.content[0].text
            if message.recipient is None:
                content += text
            else:
                calls.append((message.recipient.removeprefix("functions."), json.loads(text)))
        return content, calls

    encode = functools.cache(_tokens_of(encoding))
    return Reader(
        lambda: Harmony(StreamableParser(encoding, Role.ASSISTANT)),
        lambda text: encoding.parse_messages_from_completion_tokens(encode(text), Role.ASSISTANT),
        heard,
        lambda messages: heard([messages]),
        lambda deltas: [encode(delta) for delta in deltas],
    )


@functools.cache
def _harmony() -> Any:
    """The encoding of gpt-oss, if its library and its vocabulary are there."""
    from openai_harmony import HarmonyEncodingName, HarmonyError, load_harmony_encoding

    try:
        return load_harmony_encoding(HarmonyEncodingName.HARMONY_GPT_OSS)
    except HarmonyError:
        return None


ENGINES: dict[str, Callable[[str], Reader | None]] = {
    "toolgram": toolgram,
    "floor": floor,
    "plugin": plugin,
    "vllm": vllm,
    "hugging face": hugging_face,
    "sglang": sglang,
    "harmony": harmony,
}


def _object(arguments: Any) -> Any:
    return json.loads(arguments) if isinstance(arguments, str) else arguments
