"""Parsers for `renderers` (prime-rl, verifiers): every format as `toolgram_<id>`, for its `DefaultRenderer`.

In: the ids of an answer, without its end. Out: the ids that are left without the calls, and a `ParsedToolCall` for each
attempt, with its tokens and its status; of a text, its reasoning and what is left.

How: `register` puts the parsers into the dicts of `renderers.parsers`. These know no tools: so what `register` is told
is declared in every answer, and without that every word of an answer is the name of a tool.

Promises: nothing of `renderers` is imported before `register`; no name of its own is taken.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..any_tool import tools_of
from ..formats import Format, load
from ..plugins.own_specs import installed, own_specs
from ..prompts import begun_before
from ..reports import Attempt, Report, Span, tokens_of
from ..runtime.core.repairs import NEAR_JSON
from ..runtime.tables.suffix import with_suffix
from .tokens import TokenReader

# What becomes of our statuses there. What is only shown, in prose or in code, is no attempt.
STATUSES = {
    "ok": "OK",
    "repaired": "OK",
    "unclosed": "UNCLOSED_BLOCK",
    "unknown_tool": "UNKNOWN_TOOL",
    "not_json": "INVALID_JSON",
    "malformed": "MALFORMED_STRUCTURE",
}


def register(tools: Iterable[Any] | None = None, *, strict: bool = False) -> None:
    """Put a tool parser and a reasoning parser of each format into the registries of `renderers`.

    With `strict` a call of which anything was repaired is an attempt that failed.
    Raises ImportError when `renderers` is not installed.
    """
    from renderers import base, parsers

    declared = None if tools is None else list(tools)
    for name, source in {**installed(), **dict(own_specs(logging.getLogger("toolgram")))}.items():
        made = {"name": source, "tools": declared, "strict": strict, "base": base}
        parsers.TOOL_PARSERS[name] = type("ToolgramToolParser", (ToolParser,), made)
        parsers.REASONING_PARSERS[name] = type("ToolgramReasoningParser", (ReasoningParser,), made)


class _Parser:
    """What both parsers know."""

    name = ""
    tools: list[Any] | None = None
    strict = False
    base: Any = None  # the module that has the classes

    def __init__(self, tokenizer: Any) -> None:
        self._reader = TokenReader(load(self.name), tokenizer)

    def _tools(self, text: str) -> list[Any]:
        return tools_of(text) if self.tools is None else self.tools


class ToolParser(_Parser):
    """Finds the attempts at calls in an answer."""

    def extract(self, token_ids: Sequence[int]) -> tuple[list[int], list[Any]]:
        """Return the ids without those of calls, and the attempts."""
        reader, ids = self._reader, [int(number) for number in token_ids]
        text = reader.decode(ids)
        report = reader.report(ids, self._tools(text), begun_before(reader.format, text), strict=self.strict)
        offsets = reader.offsets(ids)
        attempts = [attempt for attempt in report.attempts if attempt.status in STATUSES]
        taken: set[int] = set()
        for span in _not_text(reader.format, report, text):
            taken.update(range(*tokens_of(span, offsets)))
        kept = [number for at, number in enumerate(ids) if at not in taken]
        return kept, [self._call(attempt, report, offsets) for attempt in attempts]

    def _call(self, attempt: Attempt, report: Report, offsets: Sequence[Span]) -> Any:
        status = STATUSES[attempt.status]
        if attempt.status == "repaired" and self.strict:
            status = "INVALID_JSON" if NEAR_JSON in attempt.repairs else "MALFORMED_STRUCTURE"
        arguments: Any = attempt.arguments
        call = None if attempt.index is None else report.message.tool_calls[attempt.index]
        if call is not None and call.complete:
            arguments = json.loads(call.arguments)
        if status == "MALFORMED_STRUCTURE" and attempt.name is None:
            status = "MISSING_NAME"
        return self.base.ParsedToolCall(
            raw=attempt.raw,
            name=attempt.name,
            arguments=arguments,
            token_span=tokens_of(attempt.span, offsets),
            status=self.base.ToolCallParseStatus[status],
            id=None if call is None else call.id,
        )


class ReasoningParser(_Parser):
    """Parts an answer into its reasoning and the rest."""

    def extract(self, text: str) -> tuple[str | None, str]:
        """Return the reasoning, and the text without it and its delimiters."""
        fmt = self._reader.format
        report = fmt.report(text, self._tools(text), begun_before(fmt, text))
        rest, at = [], 0
        for begin, end in _with_delimiters(fmt, report.reasoning_spans, text):
            rest.append(text[at:begin])
            at = end
        return report.message.reasoning, "".join((*rest, text[at:]))


def _not_text(fmt: Format, report: Report, text: str) -> list[Span]:
    """The spans of an answer that are neither content nor reasoning: calls, and what stands around them."""
    texts = [*report.content_spans, *_with_delimiters(fmt, report.reasoning_spans, text)]
    found, at = [], 0
    for begin, end in sorted(texts):
        found.append((at, begin))
        at = max(at, end)
    found.append((at, len(text)))
    calls = {attempt.span for attempt in report.attempts if attempt.index is not None}
    return [span for span in found if text[slice(*span)].strip() or span in calls]


def _with_delimiters(fmt: Format, spans: Iterable[Span], text: str) -> list[Span]:
    """Spans of reasoning with the delimiters beside them, and the blanks that belong to those."""
    openers, closers = (_literals(fmt.table, f"reasoning_{kind}") for kind in ("openers", "closers"))
    return [(_before(text, begin, openers), _behind(text, end, closers)) for begin, end in spans]


def _literals(table: Mapping[str, Any], name: str) -> list[str]:
    return [with_suffix(literal, "") for literal in table.get(name, ())]


def _before(text: str, begin: int, literals: Sequence[str]) -> int:
    stop = len(text[:begin].rstrip())
    return min((stop - len(one) for one in literals if text.endswith(one, 0, stop)), default=begin)


def _behind(text: str, end: int, literals: Sequence[str]) -> int:
    start = len(text) - len(text[end:].lstrip())
    return max((start + len(one) for one in literals if text.startswith(one, start)), default=end)
