"""Which kind of text is being read, and what of it is held (docs/hold-back.md).

In: the run between two deltas. Out: a key of the machine's `bounds`, or "" where nothing is bounded; what is held.
"""

from __future__ import annotations

from typing import Tuple

from toolgram.runtime.core.run import Run
from toolgram.runtime.values.strings import StringWriter

VALUE_SINKS = ("value", "string", "json", "python")


def what_is_read(run: Run) -> str:
    """The bound of what is being read; none while it is undecided whether a call has begun, or counts."""
    state, opened = run.place.state, run.open
    if run.undecided is not None:
        return ""
    if opened.call is not None and opened.call.arguments.loose.is_holding:
        return "loose argument"
    if state.kind == "scan" and state.sink != "skip":
        return "copied JSON"
    if state.kind == "element":
        return "string argument" if opened.element is not None and opened.element.streams else "nested argument"
    if state.kind == "text" and state.sink in ("content", "reasoning"):
        return state.sink
    if state.kind == "text" and state.sink in VALUE_SINKS:
        writer = opened.call.arguments.writer if opened.call is not None else None
        return "string argument" if writer is None or isinstance(writer, StringWriter) else "typed argument"
    return "content" if state.region == "message" or state.leave is not None else ""


def held_mark(run: Run, waiting: int) -> Tuple[str, int]:
    """The blanks that wait, and how many of the last characters read stand behind; `waiting` of them came not here."""
    undecided = run.undecided
    held = len(run.text.buffer) + waiting
    if undecided is None:
        return run.message.deferred, held
    return undecided.message.deferred, undecided.source.kept_chars + held
