"""A plugin's halves inside vLLM's own composed parser, without a server.

In: generated plugins, or parsers of vLLM's own. Out: what a client gets of an answer, streamed or whole.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from transcripts import CASES, HAS_REASONING, TOOLS, Case

PLUGINS = Path(os.environ.get("TOOLGRAM_GENERATED", Path(__file__).parents[2] / "generated")) / "vllm"
USER = "<|im_start|>user\nhi<|im_end|>\n<|im_start|>assistant\n"
EARLIER = "<|im_start|>assistant\n<think>\na\n</think>\n\nb<|im_end|>\n"
FORMATS = list(CASES)
THINKING = [format_id for format_id in FORMATS if HAS_REASONING[format_id]]
Message = tuple[str, str, list[tuple[str, str]]]


def compose(tool: Any, reasoning: Any) -> Any:
    from vllm.parser.abstract_parser import DelegatingParser

    return type("Composed", (DelegatingParser,), {"tool_parser_cls": tool, "reasoning_parser_cls": reasoning})


def ours(module: Any, *, reasoning: bool = True) -> Any:
    """Both halves of a format, as far as it has both."""
    halves = [*module.PARSERS, None]
    return compose(halves[0], halves[1] if reasoning else None)


def asked(**options: Any) -> Any:
    from vllm.entrypoints.openai.chat_completion.protocol import ChatCompletionRequest

    given = {"tools": TOOLS, "tool_choice": "auto", **options}
    return ChatCompletionRequest(model="m", messages=[{"role": "user", "content": "x"}], stream=True, **given)


def deltas_of(tokenizer: Any, text: str, size: int = 1) -> list[tuple[str, list[int]]]:
    ids = tokenizer.encode(text)
    parts = [ids[at : at + size] for at in range(0, len(ids), size)]
    return [*((tokenizer.decode(part), part) for part in parts), ("", [tokenizer.eos_token_id])]


def send(parser: Any, tokenizer: Any, deltas: list[Any], request: Any, prompt: str = USER) -> Iterator[Any]:
    prompt_ids = tokenizer.encode(prompt)
    for number, (text, ids) in enumerate(deltas):
        message = parser.parse_delta(text, ids, request, prompt_ids, finished=number == len(deltas) - 1)
        yield None if message is None else json.loads(message.model_dump_json(exclude_unset=True))


def heard(messages: Iterator[Any]) -> Message:
    """What a client puts together."""
    content = reasoning = ""
    calls: dict[int, list[str]] = {}
    for sent in messages:
        for part in (sent or {}).get("tool_calls", ()):
            call = calls.setdefault(part["index"], ["", ""])
            call[0] += part["function"].get("name", "")
            call[1] += part["function"].get("arguments", "")
        content += (sent or {}).get("content") or ""
        reasoning += (sent or {}).get("reasoning") or ""
    return content, reasoning, [(name, arguments) for name, arguments in calls.values()]


def stream(kind: Any, tokenizer: Any, text: str, *, size: int = 1, prompt: str = USER, request: Any = None) -> Message:
    request = request or asked()
    parser = kind(tokenizer, request.tools, chat_template_kwargs={})
    return heard(send(parser, tokenizer, deltas_of(tokenizer, text, size), request, prompt))


def whole(kind: Any, tokenizer: Any, text: str, *, prompt: str = USER) -> Message:
    request = asked()
    parser = kind(tokenizer, request.tools, chat_template_kwargs={})
    parser.is_reasoning_end(tokenizer.encode(prompt))
    reasoning, content, calls = parser.parse(text, request, enable_auto_tools=True)
    return content or "", reasoning or "", [(call.name, call.arguments) for call in calls or []]


def expected(case: Case) -> Message:
    return case.content, case.reasoning, [(name, json.dumps(arguments)) for name, arguments in case.calls]


def scene(format_id: str, name: str) -> Case:
    return next(case for case in CASES[format_id] if case.scene == name)
