"""Calls whose own opener is missing: what stands where it should must vouch for the call.

In: the run's text and a place. Out: YES, NO or WAIT (more text decides).

    `functions.get_weather:0<|argument|>`     in an open section: a declared name, and the delimiter behind it
    `call:get_weather{city:<|"|>`             at the start of a line: the same, and a special token in the call

Promises: at most a name and `PROSE_MAX` characters are looked at.
"""

from __future__ import annotations

import re
from typing import Iterable, Tuple

from toolgram.runtime.core.run import Run
from toolgram.runtime.core.spelled import stands_any
from toolgram.runtime.core.verdicts import NO, WAIT, YES, skip_blanks, starts_any
from toolgram.runtime.tables.limits import BLANKS, NAME_MAX, NUMBER_MAX, PROSE_MAX
from toolgram.runtime.tables.states import Edge, State

NUMBERED = re.compile(r"[:.#-]?[\w-]*").match
IN_CALL = tuple(":={[(,}])")


def section_call_verdict(run: Run, state: State, at: int) -> int:
    """Whether a call stands at `at` of a section, without its opener."""
    way = state.call_alone
    if way is None:
        return NO
    words = [edge.literal for edge in run.place.machine.states[way.to].edges if not edge.rank]
    verdicts = [NO]
    for word in ("", *words):
        verdict, length = starts_any(run.text.buffer, at, (word,)) if word else (YES, 0)
        verdicts.append(_name_verdict(run, at + length, state.call_until)[0] if verdict == YES else verdict)
    if YES in verdicts:
        return YES
    return WAIT if WAIT in verdicts and not run.text.final else NO


def alone_verdict(run: Run, edge: Edge, at: int) -> int:
    """Whether the word at `at` of a text begins a call without its opener: a token must stand in what follows."""
    buffer = run.text.buffer
    start = at + len(edge.literal)
    if buffer.startswith(":", start) and not edge.literal.endswith((":", ".")):
        start += 1
    verdict, end = _name_verdict(run, skip_blanks(buffer, start), edge.then)
    if verdict != YES:
        return NO if verdict == NO or run.text.final else WAIT
    window = buffer[end : end + PROSE_MAX]
    run.work += len(window)
    places = [(window.find(token), token) for token in run.place.machine.special_tokens]
    found = [(place, token) for place, token in places if place >= 0]
    if not found:
        return WAIT if len(window) < PROSE_MAX and not run.text.final else NO
    place, token = min(found)
    if run.special is not None and not run.special.is_real(token, run.text.base + end + place):
        return NO
    before = buffer[start : end + place].rstrip(BLANKS)
    return YES if before.endswith(IN_CALL) or any(until.startswith(token) for until in edge.then) else NO


def _name_verdict(run: Run, at: int, until: Iterable[str]) -> Tuple[int, int]:
    """(YES, its end) when a declared name stands at `at`, perhaps with a number, and a delimiter behind it."""
    buffer = run.text.buffer
    text = buffer[at : at + NAME_MAX]
    run.work += 1
    waits = at + len(text) == len(buffer) and run.tools.declared.any_goes_on_from(text)
    for name in run.tools.declared.beginnings_of(text):
        run.work += 1
        end = at + len(name)
        number = NUMBERED(buffer, end, end + NUMBER_MAX)
        behind = skip_blanks(buffer, end if number is None else number.end())
        for place in (skip_blanks(buffer, end), behind):
            verdict, _ = stands_any(run, place, until)
            if verdict == YES:
                return YES, place
            waits = waits or verdict == WAIT
    return (WAIT if waits else NO), at
