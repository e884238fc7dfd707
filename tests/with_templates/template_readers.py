"""The readers of response templates, each as its engine calls it.

In: a template, the end of a prompt, the text of a model, tools, and how many characters come at once (0: all). Out: the
content, the reasoning, and the calls as pairs of a name and its arguments as JSON. What a reader raises is its answer.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from typing import Any, NamedTuple


class Answer(NamedTuple):
    """What a reader makes of a text."""

    content: str | None
    reasoning: str | None
    calls: list[tuple[str, str]]


Tools = list[dict[str, Any]]
Reader = Callable[[dict[str, Any], str, str, Tools, int], Answer]


def pieces(text: str, size: int) -> Iterator[str]:
    """The text as it comes."""
    for start in range(0, len(text), size or len(text) or 1):
        yield text[start : start + (size or len(text))]


def with_vllm(template: dict[str, Any], prompt: str, text: str, tools: Tools, size: int) -> Answer:
    """`--tool-call-parser hf --reasoning-parser hf`: one stream for reasoning, content and calls."""
    from vllm.parser import response_template as vllm

    vllm.validate_response_template_for_serving(template)
    stream = vllm._ResponseStream(
        vllm._streaming_template(template),
        prefix=prompt,
        tools=tools,
        parse_reasoning=True,
        include_reasoning=True,
        parse_tools=True,
        new_tool_call_id=lambda name: name,
    )
    deltas = [stream.feed(piece, finished=False) for piece in pieces(text, size)]
    deltas = [delta for delta in (*deltas, stream.feed("", finished=True)) if delta is not None]
    calls = [(call.function.name, call.function.arguments) for delta in deltas for call in delta.tool_calls or ()]
    content, reasoning = ("".join(getattr(delta, name) or "" for delta in deltas) for name in ("content", "reasoning"))
    return Answer(content or None, reasoning or None, calls)


def with_sglang(template: dict[str, Any], prompt: str, text: str, tools: Tools, size: int) -> Answer:
    """`--tool-call-parser response_template --reasoning-parser response_template`: one behind the other."""
    from sglang.srt.entrypoints.openai.protocol import Tool
    from sglang.srt.parser import response_template as sglang

    sglang.validate_response_template_for_serving(template)
    given = [Tool.model_validate(tool) for tool in tools]
    makes = template["fields"]
    first = sglang.ResponseTemplateReasoningDetector(response_template=template, prefix=prompt, tools=given)
    second = None
    if "tool_calls" in makes:
        second = sglang.ResponseTemplateToolDetector(response_template=template, prefix=prompt, tools=given)
    return _sglang_in_turn(first, second, given, text, size)


def _sglang_in_turn(first: Any, second: Any, tools: list[Any], text: str, size: int) -> Answer:
    if not size:
        found = first.detect_and_parse(text)
        content, reasoning, items = found.normal_text, found.reasoning_text, []
        if second is not None:
            read = second.detect_and_parse(content, tools)
            content, items = read.normal_text, read.calls
        return Answer(content or None, reasoning or None, _joined(items))
    content, reasoning, items = "", "", []
    for found in (*(first.parse_streaming_increment(piece) for piece in pieces(text, size)), first.finish()):
        reasoning += found.reasoning_text
        if second is None:
            content += found.normal_text
        elif found.normal_text:
            read = second.parse_streaming_increment(found.normal_text, tools)
            content, items = content + read.normal_text, items + read.calls
    if second is not None:
        read = second.finish(tools)
        content, items = content + read.normal_text, items + read.calls
    return Answer(content or None, reasoning or None, _joined(items))


def _joined(items: list[Any]) -> list[tuple[str, str]]:
    """Calls of which name and arguments may come apart; one that was cut off has none."""
    calls: dict[int, list[str]] = {}
    for item in items:
        call = calls.setdefault(item.tool_index, ["", ""])
        call[0] += item.name or ""
        call[1] += item.parameters or ""
    return [(name, arguments) for name, arguments in calls.values() if arguments]


def with_transformers(template: dict[str, Any], prompt: str, text: str, tools: Tools, size: int) -> Answer:
    """`parse_response`, or its parser in steps."""
    from transformers.utils import chat_parsing as real

    if size:
        parser = real.ResponseParser(template, prefix=prompt, tools=tools)
        for piece in pieces(text, size):
            parser.feed(piece)
        message = parser.finalize()[0]
    else:
        message = real.parse_response(text, template, prefix=prompt, tools=tools)
    given = message.get("tool_calls") or ()
    calls = [(call["function"]["name"], _written(call["function"]["arguments"])) for call in given]
    return Answer(message.get("content"), message.get("thinking"), calls)


def _written(arguments: Any) -> str:
    return arguments if isinstance(arguments, str) else json.dumps(arguments, ensure_ascii=False)


def _is_there(name: str) -> bool:
    try:
        return find_spec(name) is not None
    except (ImportError, ValueError):
        return False


HOSTS: dict[str, tuple[str, Reader]] = {
    "vLLM": ("vllm.parser.response_template", with_vllm),
    "SGLang": ("sglang.srt.parser.response_template", with_sglang),
    "transformers": ("transformers.utils.chat_parsing", with_transformers),
}
READERS: dict[str, Reader] = {name: reader for name, (module, reader) in HOSTS.items() if _is_there(module)}
