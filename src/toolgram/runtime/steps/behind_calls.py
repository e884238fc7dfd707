"""What stands between a call and its closer, or between the calls of a section, where no text belongs.

In: the run in a gap with `leave`: the call's last part has been read. Out: the delimiter that comes soon, and prose
before it as content; or text, if none comes.

    {"name": "f", "arguments": {}} Done.</call>     content "Done.", behind the call
    [{"name": "f", "arguments": {}}, Now I wait     the section is over: content "Now I wait"
    [{"name": "f", "arguments": {}}, {"x": 1}, ...  a call that went wrong: junk

Promises: at most `JUNK_MAX` characters are held; text without markup in it is never lost.
"""

from __future__ import annotations

from typing import Optional, Tuple

from toolgram.runtime.core.brackets import OBJECT_GUARDS
from toolgram.runtime.core.edges import find_edge
from toolgram.runtime.core.moves import step_to, take
from toolgram.runtime.core.reasons import JUNK
from toolgram.runtime.core.repairs import MISSING_CLOSER, note_repair
from toolgram.runtime.core.run import Run
from toolgram.runtime.core.verdicts import NO, WAIT, YES, skip_blanks
from toolgram.runtime.steps.prose import prose_verdict
from toolgram.runtime.tables.limits import BLANKS, JUNK_MAX, TELLING
from toolgram.runtime.tables.states import Edge, State

OPEN_SIGNS = frozenset("[{(")
MARKUP_SIGNS = frozenset("<>[]{}|`")  # what prose between a call and its closer does not have


def leave_call(run: Run, state: State, at: int) -> Optional[bool]:
    """Read up to the delimiter that comes soon, or leave the call; False where more text decides. None: between the
    parts of a list, or before a word, something else stands than prose, and that is junk."""
    assert state.leave is not None
    end = min(len(run.text.buffer), at + JUNK_MAX)
    prose = prose_verdict(run, at) if state.thens or _is_listed(state) else YES
    if prose != YES:
        return False if prose == WAIT else None
    run.work += end - at
    found = state.search(run.text.buffer, at + 1, end)
    while found is not None:
        verdict, edge = _edge_behind(run, state, at, found.start())
        if verdict == WAIT:
            return False
        if edge is not None:
            if verdict == YES:
                _read_behind(run, edge, at, found.start())
                return True
            end = at + JUNK_MAX  # what stands here belongs behind the call
            break
        found = state.search(run.text.buffer, found.start() + 1, end)
    if end - at < JUNK_MAX and not run.text.final:
        return False
    arguments = run.open.call.arguments if run.open.call is not None else None
    if arguments is not None and arguments.parameter.is_open and not arguments.is_whole:
        arguments.is_wrong = True  # the text may be the rest of its value
    note_repair(run, MISSING_CLOSER)
    step_to(run, state.leave)
    return True


def _is_listed(state: State) -> bool:
    """Whether commas or brackets stand between the calls here: they tell little, as does what stands before them."""
    return state.region == "section" and any(len(edge.literal) < TELLING and not edge.rank for edge in state.edges)


def _edge_behind(run: Run, state: State, at: int, place: int) -> Tuple[int, Optional[Edge]]:
    """The delimiter at `place`, behind junk, and whether the call goes on with it; None: none is meant there."""
    verdict, edge = find_edge(run, state, place)
    if edge is None or verdict == WAIT:
        return verdict, None
    if not (edge.rank == 0 or edge.stem or edge.guard in OBJECT_GUARDS):
        return NO, edge
    verdict = _is_meant(run, edge, at, place)
    return verdict, edge if verdict == YES else None


def _is_meant(run: Run, edge: Edge, at: int, place: int) -> int:
    """Whether a delimiter behind junk is meant: of a comma or a bracket what stands around it must say so."""
    buffer, target = run.text.buffer, run.place.machine.states[edge.to]
    if len(edge.literal) >= TELLING or edge.guard in OBJECT_GUARDS:
        return YES
    if not OPEN_SIGNS.isdisjoint(buffer[at:place]):
        return NO
    if target.region == "message":
        return YES
    behind = skip_blanks(buffer, place + len(edge.literal))
    run.work += behind - at
    if behind == len(buffer):
        return NO if run.text.final else WAIT
    return YES if any(not one.rank for one in target.by_first.get(buffer[behind], ())) else NO


def _read_behind(run: Run, edge: Edge, at: int, end: int) -> None:
    """What stands at `at` before a delimiter that ends a call, or begins another: prose, or pieces of markup."""
    text = run.text.buffer[at:end].rstrip(BLANKS)
    if not text[:1].isalnum() or not MARKUP_SIGNS.isdisjoint(text):
        run.skip(JUNK, end)
        return
    run.consume("blanks", at)
    run.consume("content", at + len(text))
    run.consume("blanks", end)
    if edge.does("close_call"):
        take(run, edge, end)  # the call ends before the text
    _set_off(run)
    run.output.content(text)
    _set_off(run)


def _set_off(run: Run) -> None:
    """Nothing joins this text to another one."""
    if not run.message.deferred:
        run.output.boundary("\n")
