"""Reporters and reports of a format.

In: a prepared machine and what a request says. Out: a `Reporter`; the `Report` of a whole text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ..runtime.events import CallEnd
from ..runtime.message import KEEP, collect
from ..runtime.parser import Parser
from ..runtime.schema.kept_tools import whole_tool_set
from ..runtime.schema.tools import ToolSet
from ..runtime.tables.limits import TELLING
from ..runtime.tables.machine import PreparedMachine
from .attempt import OK, Attempt, Report
from .reporter import Delimiters, Reporter

CLOSES = ("close_call", "close_section")


def delimiters_of(table: Mapping[str, Any]) -> Delimiters:
    """Learn from a machine what stands around calls; a bracket tells too little to be an opener or a closer."""
    edges = [edge for state in table["states"] for edge in state.get("edges", ()) if len(edge["literal"]) >= TELLING]
    openers = {edge["literal"] for edge in edges if edge.get("opens")}
    closers = {edge["literal"] for edge in edges if any(map(_closes, edge.get("actions", ())))}
    closers -= {*openers, *table.get("end_tokens", ())}
    groups = ["|".join(map(re.escape, sorted(texts, key=len, reverse=True))) or r"(?!)" for texts in (openers, closers)]
    is_object = any(state.get("sink") == "name" and state["kind"] == "string" for state in table["states"])
    longest = max(map(len, openers | closers), default=0)
    return Delimiters(re.compile("({})|({})".format(*groups)), longest, is_object)


def _closes(action: str) -> bool:
    return action.startswith(CLOSES)


def make_reporter(
    machine: PreparedMachine, tools: ToolSet | Iterable[Any] | None, delimiters: Delimiters, **options: Any
) -> Reporter:
    """Make what reads one message; `options` are those of `Parser`. Raises what that raises."""
    known = None if tools is None else whole_tool_set(tools)
    parser = Parser(machine, known, trace=True, **options)
    return Reporter(machine, parser, _declares_all if known is None else known.has, delimiters)


def _declares_all(_: str) -> bool:
    return True


def report_of(
    reporter: Reporter,
    text: str,
    call_id_length: int | None,
    *,
    cut: bool = False,
    incomplete: str = KEEP,
    strict: bool = False,
    ids: Sequence[int] | None = None,
) -> Report:
    """Read a whole text; `ids` are those of its tokens, as far as they are known.

    `strict`: calls of which anything was repaired are not in the message.
    """
    parts = [*reporter.feed(text, ids), *reporter.finish(cut=cut)]
    events = [part for part in parts if not isinstance(part, Attempt)]
    attempts = sorted((part for part in parts if isinstance(part, Attempt)), key=lambda attempt: attempt.span)
    whole = {event.index for event in events if isinstance(event, CallEnd) and event.complete}
    kept = {
        attempt.index
        for attempt in attempts
        if attempt.index is not None
        and (attempt.status == OK or not strict)
        and (incomplete == KEEP or attempt.index in whole)
    }
    numbers: dict[int | None, int] = {index: number for number, index in enumerate(sorted(kept))}
    events = [event for event in events if getattr(event, "index", None) in (None, *kept)]
    attempts = [replace(attempt, index=numbers.get(attempt.index)) for attempt in attempts]
    message = collect(events, call_id_length, incomplete=incomplete)
    return Report(message, tuple(attempts), reporter.content_spans, reporter.reasoning_spans)
