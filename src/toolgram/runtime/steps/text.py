"""How text is read: emitted up to where an edge stands, held back where one may begin.

In: the parser in a state of kind `text` or `word`. Out: text in the state's capture.

Promises: what is emitted is text in every continuation; what is held is at most the machine's bound.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Optional, Tuple

from toolgram.runtime.core.edges import blanks_from, find_edge, has_token
from toolgram.runtime.core.guards import NO, WAIT, YES, chain_verdict, nest_verdict, starts_any
from toolgram.runtime.core.sinks import HELD_SINKS, may_be, sink_text
from toolgram.runtime.core.tentative import give_back
from toolgram.runtime.tables.limits import BLANKS_MAX, NAME_MAX
from toolgram.runtime.tables.machine import Edge, State

if TYPE_CHECKING:
    from toolgram.runtime.parser import Parser

NAME_WINDOW = NAME_MAX + 2 * BLANKS_MAX  # a name, with the blanks around it, is shorter


def step_text(parser: Parser, state: State) -> bool:
    """Emit text up to where an edge stands; hold back what may begin one."""
    buffer = parser.buffer
    at = parser.scan
    end = len(buffer) if state.sink not in HELD_SINKS else min(len(buffer), parser.position + NAME_WINDOW)
    while True:
        found = state.search(buffer, at, end)
        parser.work += (found.start() if found else end) - at + 1
        if found is None:
            return _hold_text(parser, state, end)
        at = found.start()
        verdict, edge = _find_in_text(parser, state, at)
        if verdict == WAIT:
            return _hold_text(parser, state, at)
        if edge is not None and verdict == YES:
            return _leave_text(parser, state, edge, at)
        at += 1
        if state.sink in HELD_SINKS and not may_be(parser, state, buffer[parser.position : at]):
            give_back(parser, parser.position)
            return True


def _find_in_text(parser: Parser, state: State, at: int) -> Tuple[int, Optional[Edge]]:
    if parser.nest is not None:
        return find_in_nest(parser, state, at)
    verdict = begin_nest(parser, state, at)
    return find_edge(parser, state, at) if verdict == NO else (WAIT if verdict == WAIT else NO, None)


def begin_nest(parser: Parser, state: State, at: int) -> int:
    """Whether a nested example begins at `at`: Note [nested examples]."""
    for nest in state.nests.get(parser.buffer[at], ()):
        verdict = nest_verdict(parser, nest, at)
        if verdict == YES:
            parser.nest = (nest, 1)
        if verdict != NO:
            return verdict
    return NO


def find_in_nest(parser: Parser, state: State, at: int) -> Tuple[int, Optional[Edge]]:
    """Inside a nested example only its own end counts, or the end of everything: Note [nested examples]."""
    assert parser.nest is not None
    nest, depth = parser.nest
    buffer = parser.buffer
    for edge in state.by_first.get(buffer[at], ()):
        if buffer.startswith(edge.literal, at):
            verdict = chain_verdict(parser, nest, depth, at)
            if verdict == WAIT:
                return WAIT, None
            if verdict == YES:
                parser.nest = None
                return YES, edge
            break
        if len(buffer) - at < len(edge.literal) and not parser.final and edge.literal.startswith(buffer[at:]):
            return WAIT, None
    verdict, _ = starts_any(buffer, at, (nest.closer, nest.path[0]))
    if verdict == WAIT and not parser.final:
        return WAIT, None
    if buffer.startswith(nest.closer, at):
        parser.nest = (nest, depth - 1) if depth > 1 else None
    elif buffer.startswith(nest.path[0], at):
        verdict = nest_verdict(parser, nest, at)
        if verdict == WAIT:
            return WAIT, None
        if verdict == YES:
            parser.nest = (nest, depth + 1)
    return NO, None


def _hold_text(parser: Parser, state: State, at: int) -> bool:
    """Emit what is certain; keep from `at` on, and the blanks before it."""
    keep = blanks_from(parser.buffer, parser.position, at, state.hold_blanks)
    if parser.final:
        if state.sink in ("content", "reasoning") and parser.output.cited is None:
            keep = _cut_before_partial(parser, state, len(parser.buffer), certain=True)
        elif parser.tentative is None and at == len(parser.buffer):
            at = keep = _cut_before_partial(parser, state, at)
    if state.sink in HELD_SINKS:  # held whole until it is known: see `may_be`
        parser.scan = at
        is_short = at - parser.position < NAME_WINDOW
        if is_short and may_be(parser, state, parser.buffer[parser.position : keep]):
            return False
        give_back(parser, parser.position)
        return True
    sink_text(parser, state, keep)
    parser.scan = max(at, parser.position)
    return False


def _cut_before_partial(parser: Parser, state: State, at: int, certain: bool = False) -> int:
    """At the end of the stream: where a delimiter begins that was cut off, else the end.

    `certain`: only one of which a special token has come whole, because the rest may be text.
    """
    buffer = parser.buffer
    for back in range(max(parser.position, at - state.longest), at):
        rest = buffer[back:]
        for edge in state.by_first.get(buffer[back], ()):
            is_cut = edge.literal.startswith(rest) and (not certain or edge.literal != rest)
            if is_cut and (not certain or has_token(parser, edge, back)):
                return blanks_from(buffer, parser.position, back, state.hold_blanks)
    return at


def _leave_text(parser: Parser, state: State, edge: Edge, at: int) -> bool:
    begin = blanks_from(parser.buffer, parser.position, at, edge.blanks)
    if state.sink == "name" and begin == parser.position and not parser.is_strict and _is_stray(parser, edge):
        parser.spend("markup", at + len(edge.literal))
        return True
    if not sink_text(parser, state, begin, last=True):
        return True
    parser.take(edge, at)
    return True


def _is_stray(parser: Parser, edge: Edge) -> bool:
    """Whether a special token goes on with a call that has no name yet: nothing but a slip is written so."""
    stretch = parser.tentative
    inside = parser.machine.states[edge.to].region == "call"
    return bool(edge.special) and inside and stretch is not None and stretch.trusted and not stretch.saw_body


def step_word(parser: Parser, state: State) -> bool:
    """Text of a closed set of characters (a Python name, digits): it ends at the first other character."""
    assert state.charset is not None
    buffer = parser.buffer
    matched = state.charset(buffer, parser.scan)
    end = matched.end() if matched is not None else parser.scan
    parser.work += end - parser.scan + 1
    going_on = end == len(buffer) and not parser.final
    is_header = not state.sink and parser.tentative is not None  # nothing that the call keeps
    if is_header and end - parser.position > NAME_MAX:
        give_back(parser, parser.position)
        return True
    if going_on and (state.sink in HELD_SINKS or is_header):
        parser.scan = end
        if is_header or may_be(parser, state, buffer[parser.position :]):
            return False
        give_back(parser, parser.position)
        return True
    if not sink_text(parser, state, end):
        return True
    if going_on:
        return False
    assert state.done is not None
    parser.step_to(state.done)
    return True
