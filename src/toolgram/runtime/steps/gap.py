"""How the places between the parts are read: delimiters, and what does not belong there.

In: the parser in a state of kind `gap`. Out: the next state; junk skipped, given back, or left to the text behind.

Promises: inside a call junk costs nothing but itself (design.md, rule 5); a call that was only a guess is given back.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolgram.runtime.core.edges import find_edge, has_token, take_edge
from toolgram.runtime.core.guards import WAIT, skip_blanks
from toolgram.runtime.core.tentative import give_back
from toolgram.runtime.tables.limits import BLANKS, BLANKS_MAX, JUNK_MAX
from toolgram.runtime.tables.machine import State, Step

if TYPE_CHECKING:
    from toolgram.runtime.parser import Parser

BLANK_SET = frozenset(BLANKS)
JUNK_WORD = re.compile(r"[\w.\-]+")


def step_gap(parser: Parser, state: State) -> bool:
    """Expect one of the edges; else go on without reading, or deal with what does not belong there."""
    buffer = parser.buffer
    start = parser.position
    if parser.junk_quote:
        return _skip_quoted(parser)
    if parser.junk_word:
        return _skip_word(parser)
    if buffer[start : start + 1] in BLANK_SET and buffer[start] in state.by_first:  # a delimiter begins with a blank
        taken = take_edge(parser, state, start)
        if taken is not None:
            return taken
    bounded = bool(state.thens) or parser.tentative is not None or state.leave is not None
    at = _gap_blanks(parser, state, start, bounded)
    if at < 0:
        return False
    if at == len(buffer) and (parser.final or not bounded or at - start < BLANKS_MAX):
        if not bounded or (parser.final and not state.keep_blanks):
            parser.spend("blanks", at)
        return parser.final and _at_end(parser, state)
    taken = take_edge(parser, state, at)
    return _go_on(parser, state, at) if taken is None else taken


def _skip_word(parser: Parser) -> bool:
    """Skip the rest of a word that cannot be a name, and at least one character."""
    buffer, start = parser.buffer, parser.position
    if start == len(buffer) and not parser.final:
        return False
    found = JUNK_WORD.match(buffer, start)
    end = found.end() if found is not None else min(start + 1, len(buffer))
    parser.work += end - start + 1
    parser.spend("skipped", end)
    parser.junk_word = found is not None and end == len(buffer) and not parser.final
    return not parser.junk_word


def _at_end(parser: Parser, state: State) -> bool:
    """At the end of the stream blanks that a text may begin with are that text."""
    for step in state.thens if parser.position < len(parser.buffer) else ():
        if parser.machine.states[step.to].sink in ("content", "reasoning"):
            parser.step_to(step)
            return True
    return False


def _gap_blanks(parser: Parser, state: State, start: int, bounded: bool) -> int:
    """Skip the blanks that are markup here; -1 when a line end may still be coming."""
    buffer = parser.buffer
    if state.blanks == "none":
        return start
    if state.blanks == "any":
        known = parser.scan  # up to here they have been seen to be blanks
        most = start + BLANKS_MAX - known if bounded else len(buffer)
        at = parser.scan = skip_blanks(buffer, known, most)
        parser.work += at - known
        return at
    if buffer.startswith("\r\n", start):
        return start + 2
    if buffer.startswith("\n", start):
        return start + 1
    return -1 if start == len(buffer) - 1 and buffer[start] == "\r" and not parser.final else start


def _go_on(parser: Parser, state: State, at: int) -> bool:
    """No edge stands here: enter what follows without reading, leave the call, give back, or skip junk."""
    buffer = parser.buffer
    for step in state.thens:
        if _may_begin(parser, step, at):
            if not state.keep_blanks:
                parser.spend("blanks", at)
            parser.step_to(step)
            return True
    if parser.tentative is not None:
        if parser.final and _is_cut_off(parser, state, at):
            parser.tentative.trusted = True
            return False  # the stream ended in the markup of a call: nothing is lost with it
        give_back(parser, at)
        return True
    if state.leave is not None:
        return _leave_call(parser, state, at)
    if state.number == parser.machine.start and parser.machine.content is not None:
        parser.go(parser.machine.content)  # a reply that begins as none should is text
        return True
    if state.quoted_junk and buffer[at : at + 1] in ("'", '"'):
        parser.spend("skipped", at + 1)
        parser.junk_quote = buffer[at]
        return True
    found = state.search(buffer, at + 1)
    parser.spend("skipped", found.start() if found is not None else len(buffer))
    return True


def _is_cut_off(parser: Parser, state: State, at: int) -> bool:
    """Whether the stream ended in a delimiter that could stand here, behind a special token or with one in it."""
    assert parser.tentative is not None
    rest = parser.buffer[at:]
    edges = [edge for edge in state.by_first.get(rest[:1], ()) if edge.literal.startswith(rest)]
    return any(parser.tentative.trusted or has_token(parser, edge, at) for edge in edges)


def _leave_call(parser: Parser, state: State, at: int) -> bool:
    """Only a closer is left to come: a little junk before it is skipped, more than that is text behind the call."""
    assert state.leave is not None
    end = min(len(parser.buffer), at + JUNK_MAX)
    parser.work += end - at
    found = state.search(parser.buffer, at + 1, end)
    while found is not None:
        place = found.start()
        verdict, edge = find_edge(parser, state, place)
        if verdict == WAIT:
            return False
        if edge is not None and edge.rank == 0:
            parser.spend("skipped", place)
            return True
        found = state.search(parser.buffer, place + 1, end) if edge is None else None
        if edge is not None:
            end = at + JUNK_MAX  # what stands here belongs behind the call
    if end - at < JUNK_MAX and not parser.final:
        return False
    parser.step_to(state.leave)
    return True


def _may_begin(parser: Parser, step: Step, at: int) -> bool:
    """Whether what a step leads to can begin at `at`."""
    charset = parser.machine.states[step.to].charset
    if at == len(parser.buffer):  # after more blanks than markup may hold
        return charset is None
    character = parser.buffer[at]
    if charset is not None:
        matched = charset(character)
        return (character == "_" or character.isalnum()) and matched is not None and matched.end() > 0
    return step.first is None or character in step.first


def _skip_quoted(parser: Parser) -> bool:
    """Skip junk that stands in quotes whole, so that nothing is made of what it quotes."""
    end = parser.buffer.find(parser.junk_quote, parser.position)
    parser.work += 1
    if end < 0:
        parser.work += len(parser.buffer) - parser.position
        parser.spend("skipped", len(parser.buffer))
        return False
    parser.spend("skipped", end + 1)
    parser.junk_quote = ""
    return True
