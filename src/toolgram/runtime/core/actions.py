"""What the machine can do besides reading: the closed set of actions.

In: the run and the action's argument. Out: the call being read, and the registers of the run, changed.

Promises: an action reads no text; every one is safe in every state, so that recovery may repeat or omit any;
it returns False when it gave text back, so that what would have followed must not happen.
"""

from __future__ import annotations

from typing import Callable, Dict, Optional

from toolgram.runtime.core.argument_actions import (
    begin,
    begin_element,
    close_arguments,
    close_container,
    close_parameter,
    end,
    end_element,
    end_key,
    end_type,
    go_without_id,
    open_arguments,
    open_container,
    open_loose,
    open_parameter,
)
from toolgram.runtime.core.call import Call
from toolgram.runtime.core.evidence import announce, lacks_arguments, waits_for_part
from toolgram.runtime.core.losses import lose, no_value, spoil
from toolgram.runtime.core.marks import mark, mark_delimiter
from toolgram.runtime.core.message_actions import (
    begin_text,
    close_citation,
    close_section,
    drop_citation,
    forget_section,
    open_citation,
    open_section,
    reasoning,
)
from toolgram.runtime.core.names import accepts, named_tool
from toolgram.runtime.core.reasons import NO_CALL, NOT_DECLARED, NOTHING_CAME
from toolgram.runtime.core.repairs import CUT, NEAR_JSON, note_repair
from toolgram.runtime.core.run import Open, Pending, Run
from toolgram.runtime.core.tentative import drop, give_back
from toolgram.runtime.core.trace import (
    CALL_BEGINS,
    CALL_BROKEN,
    CALL_CUT,
    CALL_ENDS,
    CALL_NAMED,
    CALL_VANISHED,
    CALL_WHOLE,
)


def open_call(run: Run, _: str) -> None:
    """A call begins; one that is still open ends as it is, and is nothing if it was never finished."""
    if run.open.call is not None:
        end_call(run, complete=not lacks_arguments(run))
    if run.stretch is not None:
        run.stretch.saw_call, run.stretch.is_named = True, False
    place = run.place
    mark_delimiter(run, CALL_BEGINS, "")
    run.pending = Pending()
    run.open = Open(Call(run.message.calls, run.output, run.tools, place.machine.unwrap), len(place.stack))


def open_again(run: Run, wrong: str) -> None:
    """Another call of the same tool begins; `wrong`: no arguments of it stand there, and it is not complete."""
    tool = run.open.call.arguments.tool if run.open.call is not None else ""
    close_call(run, "")
    open_call(run, "")
    run.pending.name = tool
    announce(run)
    if run.open.call is not None:
        run.open.call.arguments.is_wrong = wrong != ""


def commit(run: Run, where: str) -> None:
    """The name (and an id around it) is whole: announce the call, or wait for a part of it (evidence.py).

    `header`: it stands in the header of a message, which is no call before the header is whole. `id`: the id may come.
    """
    call, stretch = run.open.call, run.stretch
    run.pending.id_follows = where == "id" and not run.pending.id
    waits = where == "header" or run.pending.id_follows or waits_for_part(run)
    if call is not None and run.pending.name and waits and (stretch is not None or run.pending.id_follows):
        call.arguments.tool = named_tool(run)
        if stretch is not None:
            stretch.is_named = True
    else:
        announce(run)


def end_call(run: Run, complete: bool) -> None:
    """Close the call; one that was never announced vanishes.

    In a text that was cut nothing has closed a call that ends with the text, unless its arguments are an object of
    their own: more of them could have come.
    """
    go_without_id(run)
    call = run.open.call
    run.open = Open()
    is_whole = False
    if call is not None and call.is_announced:
        if call.arguments.is_mended:
            note_repair(run, NEAR_JSON)
        may_go_on = run.text.is_cut and (call.arguments.is_empty or not call.arguments.is_copied)
        is_whole = call.end(complete=complete and not may_go_on)
        if not is_whole:
            note_repair(run, CUT)
    if call is not None and run.trace is not None:
        ended = CALL_VANISHED if not call.is_announced else CALL_BROKEN if call.arguments.is_wrong else CALL_CUT
        run.trace.mark(CALL_ENDS, CALL_WHOLE if is_whole else ended)


def close_call(run: Run, how: str) -> bool:
    """The call ends: with that it is one, though it may have nothing but a name.

    `early`: another one begins. If this one has no arguments, though its tool takes some, it was never finished.
    """
    is_broken = how == "early" and lacks_arguments(run)
    if is_broken and run.stretch is not None and run.stretch.is_named:
        drop(run, run.text.position, NOTHING_CAME)
        return False
    announce(run)
    end_call(run, complete=not is_broken)
    return True


def drop_header(run: Run, _: str) -> Optional[bool]:
    """The header of a message breaks off: with a special token in it, it is markup, and else the text that it was."""
    stretch = run.stretch
    if stretch is None:
        end_call(run, complete=False)
        return True
    if stretch.trusted:
        drop(run, run.text.position, NOTHING_CAME)
    else:
        give_back(run, run.text.position, NO_CALL)
    return False


def name_of_tag(run: Run, _: str) -> None:
    """The delimiter that opened the call has its name in it."""
    run.pending.name = run.place.machine.bound or ""
    mark(run, CALL_NAMED, run.pending.name)


def open_id(run: Run, _: str) -> None:
    run.pending.id, run.pending.id_is_open = "", True


def close_id(run: Run, _: str) -> None:
    run.pending.id_is_open = False


def id_text(run: Run, text: str) -> None:
    """A literal inside an id is part of it."""
    run.pending.id += text


def unwind(run: Run, _: str) -> None:
    """A delimiter of the call itself ends all that was entered inside it."""
    del run.place.stack[run.open.call_depth :]


def take_name(run: Run, _: str) -> bool:
    """A member's key is the function's name; False when that is none, and the text was given back."""
    if run.open.call is not None and not run.open.call.is_announced:
        run.pending.name = run.pending.key
        mark(run, CALL_NAMED, run.pending.name)
        if run.stretch is not None and not accepts(run, run.pending.name):
            give_back(run, run.text.position, NOT_DECLARED)
            return False
    return True


ACTIONS: Dict[str, Callable[[Run, str], Optional[bool]]] = {
    "open_call": open_call,
    "open_again": open_again,
    "commit": commit,
    "close_call": close_call,
    "drop_header": drop_header,
    "open_id": open_id,
    "close_id": close_id,
    "id_text": id_text,
    "open_parameter": open_parameter,
    "open_loose": open_loose,
    "end_key": end_key,
    "end_type": end_type,
    "begin": begin,
    "end": end,
    "lose": lose,
    "no_value": no_value,
    "spoil": spoil,
    "begin_element": begin_element,
    "end_element": end_element,
    "open_container": open_container,
    "close_container": close_container,
    "close_parameter": close_parameter,
    "open_arguments": open_arguments,
    "close_arguments": close_arguments,
    "reasoning": reasoning,
    "begin_text": begin_text,
    "open_citation": open_citation,
    "close_citation": close_citation,
    "drop_citation": drop_citation,
    "take_name": take_name,
    "name_of_tag": name_of_tag,
    "unwind": unwind,
    "open_section": open_section,
    "close_section": close_section,
    "forget_section": forget_section,
}
