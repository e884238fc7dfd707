"""How text is read: emitted up to where an edge stands, held back where one may begin.

In: the parser in a state of kind `text` or `word`. Out: text in the state's capture.

Promises: what is emitted is text in every continuation; what is held is at most the machine's bound.
"""

from __future__ import annotations

from typing import Optional, Tuple

from toolgram.runtime.core.edges import blanks_from, find_edge, has_token, wait_for
from toolgram.runtime.core.examples import chain_verdict, ends_by_token, nest_verdict
from toolgram.runtime.core.guards import edge_verdict
from toolgram.runtime.core.left_out import name_before_key
from toolgram.runtime.core.moves import step_to, take
from toolgram.runtime.core.names import (
    HELD_SINKS,
    declared_at,
    end_before,
    end_of_name,
    is_held,
    may_be,
    wait_for_word,
)
from toolgram.runtime.core.reasons import NO_CALL, why_no_text
from toolgram.runtime.core.run import Run
from toolgram.runtime.core.sinks import sink_text
from toolgram.runtime.core.tentative import give_back
from toolgram.runtime.core.verdicts import NO, WAIT, YES, skip_blanks, starts_any
from toolgram.runtime.tables.limits import BLANKS_MAX, NAME_MAX
from toolgram.runtime.tables.states import Edge, State

NAME_WINDOW = NAME_MAX + 2 * BLANKS_MAX  # a name, with the blanks around it, is shorter


def step_text(run: Run, state: State) -> bool:
    """Emit text up to where an edge stands; hold back what may begin one."""
    source, whole = run.text, is_held(run, state)
    buffer, at = source.buffer, source.looked
    if run.message.wrapper and run.message.after_call and state.unknown_tags:
        closed = _close_tag(run, state)
        if closed is not None:
            return closed
    end = min(len(buffer), source.position + NAME_WINDOW) if whole else len(buffer)
    while True:
        found = state.search(buffer, at, end)
        run.work += (found.start() if found else end) - at + 1
        if found is None:
            return _hold_text(run, state, end)
        at = found.start()
        verdict, edge = _find_in_text(run, state, at)
        if verdict == WAIT:
            goes_on = _hold_text(run, state, at)
            if not goes_on:
                wait_for(run, edge, at)
            return goes_on
        if edge is not None and verdict == YES:
            verdict, behind = _end_of_name(run, edge, at) if state.sink == "name" else (YES, at)
            if verdict == WAIT:
                return _hold_text(run, state, at)
            if behind > at:  # the delimiter is a part of the name
                at = behind
                continue
            return _leave_text(run, state, edge, behind)
        at += 1
        if whole and not may_be(run, state, buffer[source.position : at]):
            give_back(run, source.position, why_no_text(state))
            return True


def _close_tag(run: Run, state: State) -> Optional[bool]:
    """Take the closer of a tag right behind a call, which no search finds; False: more text decides, None: none."""
    begin, buffer = run.text.position, run.text.buffer
    at = skip_blanks(buffer, begin)
    run.work += at - begin + 1
    if not buffer.startswith("<", at):
        return None
    verdict, edge = find_edge(run, state, at)
    if verdict == WAIT:
        return _hold_text(run, state, at)
    if edge is None or edge.wraps != "":
        return None  # the search finds any other
    take(run, edge, at)
    return True


def _end_of_name(run: Run, edge: Edge, at: int) -> Tuple[int, int]:
    """Where the name ends in which a delimiter stands at `at`: there, behind what has it in it, or before a key."""
    if edge.guard == "key":
        return YES, name_before_key(run, at)
    if run.tools.has_unusual:
        verdict, end = declared_at(run, skip_blanks(run.text.buffer, run.text.position))
        if verdict == WAIT or (verdict == YES and end > at):
            return verdict, end
    return end_before(run, edge.literal, at)


def _find_in_text(run: Run, state: State, at: int) -> Tuple[int, Optional[Edge]]:
    if run.open.nest is not None:
        return find_in_nest(run, state, at)
    verdict = begin_nest(run, state, at) if state.nests else NO
    return find_edge(run, state, at) if verdict == NO else (WAIT if verdict == WAIT else NO, None)


def begin_nest(run: Run, state: State, at: int) -> int:
    """Whether a nested example begins at `at`: Note [nested examples]."""
    for nest in state.nests.get(run.text.buffer[at], ()):
        if not nest.may_begin(run.text.buffer, at):
            continue
        verdict = nest_verdict(run, nest, at)
        if verdict == YES:
            run.open.nest = (nest, 1, ends_by_token(run, nest, at))
        if verdict != NO:
            return verdict
    return NO


def find_in_nest(run: Run, state: State, at: int) -> Tuple[int, Optional[Edge]]:
    """Inside a nested example only its own end counts, or the end of everything: Note [nested examples]."""
    assert run.open.nest is not None
    nest, depth, by_token = run.open.nest
    buffer = run.text.buffer
    for edge in state.by_first.get(buffer[at], ()):
        if buffer.startswith(edge.literal, at):
            ends = by_token and edge.special
            verdict = edge_verdict(run, edge, at) if ends else chain_verdict(run, run.open.nest, at)
            if verdict == WAIT:
                return WAIT, None
            if verdict == YES:
                run.open.nest = None
                return YES, edge
            break
        if len(buffer) - at < len(edge.literal) and not run.text.final and edge.literal.startswith(buffer[at:]):
            return WAIT, None
    verdict, _ = starts_any(buffer, at, (nest.closer, nest.path[0]))
    if verdict == WAIT and not run.text.final:
        return WAIT, None
    if buffer.startswith(nest.closer, at):
        run.open.nest = (nest, depth - 1, by_token) if depth > 1 else None
    elif buffer.startswith(nest.path[0], at):
        verdict = nest_verdict(run, nest, at)
        if verdict == WAIT:
            return WAIT, None
        if verdict == YES:
            run.open.nest = (nest, depth + 1, by_token)
    return NO, None


def _hold_text(run: Run, state: State, at: int) -> bool:
    """Emit what is certain; keep from `at` on, and the blanks before it."""
    source = run.text
    keep = blanks_from(source.buffer, source.position, at, state.hold_blanks)
    if source.final:
        if state.sink in ("content", "reasoning") and run.message.cited is None:
            keep = _cut_before_partial(run, state, len(source.buffer), certain=True)
        elif run.stretch is None and at == len(source.buffer):
            at = keep = _cut_before_partial(run, state, at)
    if is_held(run, state):  # held whole until it is known: see `may_be`
        if source.final and state.sink == "name":
            keep = _cut_before_partial(run, state, len(source.buffer))
        source.looked = at
        is_short = at - source.position < NAME_WINDOW
        if is_short and may_be(run, state, source.buffer[source.position : keep]):
            wait_for_word(run, state)
            return False
        give_back(run, source.position, why_no_text(state))
        return True
    if keep > source.position:
        sink_text(run, state, keep)
        if state.sink == "key":
            wait_for_word(run, state)
    source.looked = max(at, source.position)
    return False


def _cut_before_partial(run: Run, state: State, at: int, certain: bool = False) -> int:
    """At the end of the stream: where a delimiter begins that was cut off, else the end.

    `certain`: only one of which a special token has come whole, because the rest may be text.
    """
    buffer = run.text.buffer
    for back in range(max(run.text.position, at - state.longest), at):
        rest = buffer[back:]
        for edge in state.by_first.get(buffer[back], ()):
            is_cut = edge.literal.startswith(rest) and (not certain or edge.literal != rest)
            if is_cut and (not certain or has_token(run, edge, back)):
                return blanks_from(buffer, run.text.position, back, state.hold_blanks)
    return at


def _leave_text(run: Run, state: State, edge: Edge, at: int) -> bool:
    begin = blanks_from(run.text.buffer, run.text.position, at, edge.blanks)
    if state.sink == "name" and begin == run.text.position and not run.is_all_or_nothing and _is_stray(run, edge):
        run.consume("markup", at + len(edge.literal))
        return True
    if not sink_text(run, state, begin, last=True):
        return True
    take(run, edge, at)
    return True


def _is_stray(run: Run, edge: Edge) -> bool:
    """Whether a special token goes on with a call that has no name yet: nothing but a slip is written so."""
    stretch = run.stretch
    inside = run.place.machine.states[edge.to].region == "call"
    return bool(edge.special) and inside and stretch is not None and stretch.trusted and not stretch.saw_body


def step_word(run: Run, state: State) -> bool:
    """Text of a closed set of characters (a Python name, digits): it ends at the first other character."""
    assert state.charset is not None
    buffer = run.text.buffer
    matched = state.charset(buffer, run.text.looked)
    end = matched.end() if matched is not None else run.text.looked
    run.work += end - run.text.looked + 1
    if state.sink == "name" and end < len(buffer):
        verdict, end = end_of_name(run, state, end)
        if verdict == WAIT:
            return _hold_name(run, state, end)
    going_on = end == len(buffer) and not run.text.final
    is_header = not state.sink and run.stretch is not None  # nothing that the call keeps
    if is_header and end - run.text.position > NAME_MAX:
        give_back(run, run.text.position, NO_CALL)
        return True
    if going_on and (state.sink in HELD_SINKS or is_header):
        if is_header:
            run.text.looked = end
            return False
        return _hold_name(run, state, end)
    if is_header and run.stretch is not None:
        run.stretch.word_from = run.text.base + run.text.position
    if not sink_text(run, state, end):
        return True
    if going_on:
        return False
    assert state.done is not None
    step_to(run, state.done)
    return True


def _hold_name(run: Run, state: State, end: int) -> bool:
    """Wait for more of a name, of which the text up to `end` is known, unless it can be none."""
    text = run.text
    text.looked = end
    begin, buffer = text.position, text.buffer
    if may_be(run, state, buffer[begin:]) or (end > begin and may_be(run, state, buffer[begin:end])):
        wait_for_word(run, state)
        return False
    give_back(run, text.position, why_no_text(state))
    return True
