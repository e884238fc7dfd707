"""`parse_response` of the tokenizers of transformers, which TRL calls for every completion.

In: a tokenizer and a format. Out: the same tokenizer, whose `parse_response` reads that format.

TRL hands on the ids of a completion, those of the prompt (`prefix`) and the tools, and runs the calls of the message.
What cannot be read is text there, and so it is here: of calls only complete ones are in the message. Its member
`attempts` has all that was tried.

Promise: nothing of transformers is imported.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from ..formats import Format, load
from ..prompts import begun_before, opened_by
from ..reports.attempt import attempt_to_dict
from .tokens import TokenReader

# What a tokenizer without a template gets, so that TRL does not look for one: all of an answer is content.
CONTENT_ONLY = {"start_anchor": "\n", "defaults": {"role": "assistant"}, "fields": {"content": {}}}


def parse_with(tokenizer: Any, format: str | Path | Format, *, strict: bool = False) -> Any:
    """Let `tokenizer.parse_response` read a format; return the tokenizer. With `strict` no call is repaired."""
    fmt = format if isinstance(format, Format) else load(format)
    tokenizer.parse_response = ResponseParser(tokenizer, fmt, strict=strict)
    if getattr(tokenizer, "response_template", None) is None:
        tokenizer.response_template = CONTENT_ONLY
    return tokenizer


class ResponseParser:
    """Stands in for the method: one response, or several, each as text or as ids."""

    def __init__(self, tokenizer: Any, fmt: Format, *, strict: bool = False) -> None:
        self._reader = TokenReader(fmt, tokenizer)
        self._strict = strict

    def __call__(
        self, response: Any, schema: Any = None, *, prefix: Any = None, tools: Iterable[Any] | None = None
    ) -> Any:
        """Read a response, or each of several. `prefix` is the prompt, or one for each response."""
        if schema is not None:
            raise ValueError("schema: this tokenizer reads with toolgram, and not by a template")
        declared = None if tools is None else [_tool(tool) for tool in tools]
        answers, prompts = _plain(response), _plain(prefix)
        if not _is_batch(answers):
            return self._read(answers, prompts, declared)
        each = prompts if _is_batch(prompts) else [prompts] * len(answers)
        return [self._read(answer, prompt, declared) for answer, prompt in zip(answers, each, strict=True)]

    def _read(self, answer: Any, prompt: Any, tools: list[Any] | None) -> dict[str, Any]:
        reader, fmt = self._reader, self._reader.format
        text = answer if isinstance(answer, str) else reader.decode(reader.without_end(answer))
        before = prompt if isinstance(prompt, str) or prompt is None else reader.decode(prompt)
        inside = opened_by(fmt, before) if before else begun_before(fmt, text)
        if isinstance(answer, str):
            report = fmt.report(text, tools, inside, incomplete="drop", strict=self._strict)
        else:
            report = reader.report(answer, tools, inside, strict=self._strict)
        message = report.message.to_openai()
        message["content"] = message["content"] or ""
        if "reasoning" in message:
            message["reasoning_content"] = message.pop("reasoning")
        for call in message.get("tool_calls", ()):
            call["function"]["arguments"] = json.loads(call["function"]["arguments"])
        return message | {"attempts": [attempt_to_dict(attempt) for attempt in report.attempts]}


def _plain(value: Any) -> Any:
    """Lists instead of arrays and tensors."""
    return value.tolist() if hasattr(value, "tolist") else value


def _is_batch(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str) and bool(value) and not isinstance(value[0], int)


def _tool(tool: Any) -> Any:
    """A tool as OpenAI writes it; functions become such as the chat templates get."""
    if not callable(tool):
        return tool
    from transformers.utils import get_json_schema

    return get_json_schema(tool)
