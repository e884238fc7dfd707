"""Delimiters that hold the name of a tool: Note [the name of the tool is the tag] in tables/suffix.py.

In: the run and a place. Out: whether a tag with the name of a declared tool stands there.

Promise: at most `NAME_MAX` characters behind the place are looked at, and none where no name begins so.
"""

from __future__ import annotations

from typing import Tuple

from toolgram.runtime.core.run import Run
from toolgram.runtime.core.verdicts import NO, WAIT, YES
from toolgram.runtime.tables.limits import NAME_MAX
from toolgram.runtime.tables.states import Edge
from toolgram.runtime.tables.suffix import NAME_PLACE


def named_at(run: Run, edge: Edge, at: int) -> Tuple[int, str]:
    """(YES, the name) when the edge, whose place is open, stands at `at`; (WAIT, ...) while it may come."""
    buffer, start, tail = run.text.buffer, at + len(edge.literal), edge.tail or ""
    run.work += 1
    if not buffer.startswith(edge.literal, at) or not run.tools.is_prefix(buffer[start : start + 1]):
        return NO, ""
    end = buffer.find(tail, start, start + NAME_MAX + len(tail))
    name = buffer[start : end if end >= 0 else start + NAME_MAX]
    run.work += len(name)
    if end >= 0 and run.tools.has(name):
        return YES, name
    may_come = end < 0 and start + len(name) == len(buffer) and not run.text.final
    return (WAIT if may_come and _begins_named(run, name, tail) else NO), ""


def _begins_named(run: Run, text: str, tail: str) -> bool:
    """Whether a text may become the name of a tool and the `tail` behind it."""
    if run.tools.is_prefix(text):
        return True
    return any(text.endswith(tail[:size]) and run.tools.has(text[:-size]) for size in range(1, len(tail)))


def is_key(run: Run, key: str) -> bool:
    """Whether the call that is open may have an argument of this key."""
    call = run.open.call
    return call is not None and run.tools.takes(call.arguments.tool, key)


def next_call_verdict(run: Run, follow: Tuple[str, ...], at: int) -> int:
    """Whether another call begins at `at`, where the opener of one is in `follow`, bound to the name of this call."""
    machine = run.place.machine
    if machine.unbound is None or machine.content is None:
        return NO
    for edge in machine.unbound.states[machine.content].edges:
        if edge.begin != NAME_PLACE or not edge.opens:
            continue
        if edge.literal + (machine.bound or "") + (edge.tail or "") in follow:
            verdict, name = named_at(run, edge, at)
            if verdict != NO:
                return NO if verdict == YES and is_key(run, name) else verdict
    return NO
