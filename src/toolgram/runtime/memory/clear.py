"""Clear moments of a run: little is known at them, and all of it can be written down.

In: a run between two deltas. Out: `Clear`, what it knows, if the moment is a clear one; and a run that stands there.

    `Look.` | `\\n<tool_call>`             clear behind `Look.`: no call is open, nothing is held
    `<parameter=city>\\nRome` | `\\n</p`   clear behind `Rome`: the call, its keys, and that a string is being written

At a clear moment nothing is held or undecided. A call may be open whose arguments are read by delimiters, with no value
open or one whose text goes out as a string. How many calls have come is counted from here on.

Promise: two runs with one machine and equal tools that are clear alike go on alike, whatever comes.
"""

from __future__ import annotations

from typing import Final, NamedTuple, Optional, Tuple

from toolgram.runtime.core.call import Call
from toolgram.runtime.core.examples_seen import ExamplesSeen
from toolgram.runtime.core.output import MessageParts, SoFar
from toolgram.runtime.core.run import Open, Pending, Place, Run
from toolgram.runtime.core.spelled import may_hold_spelled
from toolgram.runtime.core.standing import Standing, stand, standing_of
from toolgram.runtime.steps.turns import TurnEnds, TurnStanding
from toolgram.runtime.values.entities import EntityDecoder

NOTHING_PENDING: Final = Pending()


class ClearCall(NamedTuple):
    """What is known of a call that is open."""

    depth: int
    arguments: Standing
    has_entities: bool


class Clear(NamedTuple):
    """All that is known at a clear moment, but for how many calls have come."""

    state: int
    stack: Tuple[int, ...]
    pending: Tuple[str, str, str, str]
    call: Optional[ClearCall]
    turn: Optional[TurnStanding]
    message: MessageParts  # with no calls


def clear_of(run: Run, turns: Optional[TurnEnds]) -> Optional[Clear]:
    """What is known at this moment, if it is a clear one."""
    text, place, message, opened = run.text, run.place, run.message, run.open
    if text.buffer or run.stretch is not None or run.draft is not None or text.recordings:
        return None
    call = None
    if opened.call is not None:
        call = _clear_call(opened, opened.call, message.calls)
        if call is None:
            return None
    elif opened.entities is not None or not _is_between_values(opened):
        return None
    pending = run.pending
    if call is None:
        pending = NOTHING_PENDING  # what has come of parts is of use in the call that they belong to
    elif pending.string is not None or pending.id_follows or pending.id_is_open or pending.source:
        return None
    turn = None if turns is None else turns.standing()
    if (turns is not None and turn is None) or (run.examples is not None and may_hold_spelled(run)):
        return None
    return Clear(
        place.state.number,
        tuple(place.stack),
        (pending.name, pending.id, pending.key, pending.type),
        call,
        turn,
        message.parts(0),
    )


def _is_between_values(opened: Open) -> bool:
    """Whether nothing is being read but a call, and in it at most the text of a value."""
    if opened.skipping or opened.is_cut or opened.nest is not None:
        return False
    parts = (opened.scanner, opened.scanned, opened.told, opened.half, opened.element)
    return all(part is None for part in parts)


def _clear_call(opened: Open, call: Call, calls: int) -> Optional[ClearCall]:
    entities = opened.entities
    if not _is_between_values(opened) or (entities is not None and entities.held):
        return None
    standing = standing_of(call.arguments)
    is_plain = call.is_announced and call.channel.index == calls - 1
    if standing is None or not is_plain or call.channel.is_empty != standing.is_empty:
        return None
    return ClearCall(opened.call_depth, standing, entities is not None)


def stand_at(run: Run, turns: Optional[TurnEnds], clear: Clear, calls: int, place: int) -> None:
    """Let a run stand at a clear moment, at a place of all text, when so many calls have come."""
    machine = run.place.machine
    run.place = Place(machine, machine.states[clear.state], list(clear.stack))
    run.pending = Pending()
    run.pending.name, run.pending.id, run.pending.key, run.pending.type = clear.pending
    run.stretch = run.draft = None
    run.text.begin_anew(place)
    run.output.rewind(0, SoFar())
    run.message = run.output.message = SoFar(*clear.message)
    run.message.calls = calls
    run.open = Open()
    if clear.call is not None:
        call = Call(calls - 1, run.output, run.tools, machine.unwrap)
        call.channel.go_on(is_empty=clear.call.arguments.is_empty)
        stand(call.arguments, clear.call.arguments)
        run.open = Open(call, clear.call.depth)
        run.open.entities = EntityDecoder() if clear.call.has_entities else None
    if run.examples is not None:
        run.examples = ExamplesSeen()
    if turns is not None and clear.turn is not None:
        turns.stand(clear.turn)
