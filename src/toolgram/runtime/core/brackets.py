"""What a bracket begins that stands where recovery lets it stand: the evidence of the first key behind it.

In: the run and the place of `{`, or of a `[` before it. Out: YES, NO or WAIT.

    guard       the object behind the bracket is
    object      the arguments, where parameters belong: a key or `}` follows, and no argument has come
    member      a call: its first key is one of those that a call's object has
    same        arguments of another call of the same tool: its first key is one that the tool declares
    other       any: it has a first key

Promise: at most `JUNK_MAX` characters are looked at, for a further object; a name and blanks, for the first one.
"""

from __future__ import annotations

from typing import Tuple

from toolgram.runtime.core.run import Run
from toolgram.runtime.core.verdicts import NO, WAIT, YES, bare_key_end, skip_blanks
from toolgram.runtime.tables.limits import BLANKS_MAX, JUNK_MAX, NAME_MAX
from toolgram.runtime.tables.states import Edge

OBJECT_GUARDS = ("object", "member", "same", "other")  # guards of edges that begin an object


def bracket_verdict(run: Run, edge: Edge, at: int) -> int:
    """Whether the bracket at `at` begins what the edge leads to."""
    if edge.guard == "object":
        return _object_verdict(run, at)
    verdict, key = _first_key(run, at)
    if verdict != YES or edge.guard == "other":
        return verdict
    if edge.guard == "same":
        call = run.open.call
        return YES if call is not None and run.tools.knows(call.arguments.tool, key) else NO
    states = run.place.machine.states
    target = states[edge.to]
    members = target if target.kind == "members" else states[target.edges[0].to]
    return YES if key in members.keys else NO


def _first_key(run: Run, at: int) -> Tuple[int, str]:
    """The first key of an object, or of the first object in a list, and whether there is one."""
    buffer = run.text.buffer[at : at + JUNK_MAX]
    run.work += len(buffer)
    begin = skip_blanks(buffer, 1)
    if buffer[:1] == "[" and buffer[begin : begin + 1] == "{":
        begin = skip_blanks(buffer, begin + 1)
    quote = buffer[begin : begin + 1]
    if quote in ('"', "'"):
        end = buffer.find(quote, begin + 1)
        key, behind = buffer[begin + 1 : end], skip_blanks(buffer, end + 1) if end > 0 else len(buffer)
    else:
        end = bare_key_end(buffer, begin, len(buffer))
        key, behind = buffer[begin:end], skip_blanks(buffer, end)
    if behind == len(buffer):
        return (NO if run.text.final or len(buffer) == JUNK_MAX else WAIT), ""
    return (YES if buffer[behind] == ":" and key else NO), key


def _object_verdict(run: Run, at: int) -> int:
    """Whether the bracket begins the arguments as one object: none have come, and a key or `}` follows."""
    call, buffer, final = run.open.call, run.text.buffer, run.text.final
    if call is None or call.arguments.keys or not call.arguments.is_empty:
        return NO
    begin = skip_blanks(buffer, at + 1)
    end = bare_key_end(buffer, begin, begin + NAME_MAX)
    behind = skip_blanks(buffer, end)
    run.work += behind - at + 1
    if behind == len(buffer):
        return NO if final or behind - begin >= NAME_MAX + BLANKS_MAX or begin - at > BLANKS_MAX else WAIT
    return YES if buffer[behind] in (":" if end > begin else "}\"'") else NO
