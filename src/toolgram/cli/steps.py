"""`toolgram replay --steps`: a stream delta by delta: what came, what that decided, and what is held behind it and why.

In: a line-up, and the steps of a replay that feeds it. Out: a table on a terminal, columns in a pipe.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from ..reports.lineup import HELD_BECAUSE, LineUp
from ..runtime.events import ArgumentsDelta, CallEnd, CallStart, Citation, ContentDelta, Event, ReasoningDelta
from ..transcripts import Replayed
from .terminal import print_table

HEADERS = ("ms", "delta", "events", "held", "why")


def print_steps(lined: LineUp, steps: Iterable[Replayed]) -> None:
    """Print a row for each delta, and one for the end."""
    print_table(HEADERS, list(_rows(lined, steps)))


def _rows(lined: LineUp, steps: Iterable[Replayed]) -> Iterator[tuple[str, ...]]:
    for step in steps:
        held = lined.held
        yield (
            "" if step.delta.at is None else str(step.delta.at),
            _json(step.delta.text) if step.delta.text else "(end)",
            ", ".join(map(_short, step.events)),
            "" if held is None else _json(lined.text[held.begin :]),
            "" if held is None else HELD_BECAUSE[held.because],
        )


def _short(event: Event) -> str:
    match event:
        case ContentDelta(text=text):
            return f"content {_json(text)}"
        case ReasoningDelta(text=text):
            return f"reasoning {_json(text)}"
        case CallStart(name=name):
            return f"call {_json(name)}"
        case ArgumentsDelta(text=text):
            return f"arguments {_json(text)}"
        case CallEnd(complete=complete):
            return "end of the call" if complete else "end of the call, not complete"
        case Citation(source=source):
            return f"citation of {_json(source)}"


def _json(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
