"""Which edge stands at a place, and which blanks belong to it.

In: the parser's text and a position. Out: an edge, or whether to wait for more text.

Promises: the longest literal wins, whatever the order in the spec; on the last text nothing waits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Optional, Tuple

from toolgram.runtime.core.guards import NO, WAIT, YES, edge_verdict
from toolgram.runtime.tables.limits import BLANKS, BLANKS_MAX
from toolgram.runtime.tables.machine import Edge, State
from toolgram.runtime.tables.suffix import HALF_SUFFIX, HAS_SUFFIX, read_suffix

if TYPE_CHECKING:
    from toolgram.runtime.parser import Parser


def blanks_from(buffer: str, start: int, at: int, policy: str) -> int:
    """Where the blanks begin that belong to the delimiter at `at`; not before `start`."""
    if policy == "none" or at <= start:
        return at
    if policy == "any":
        low = max(start, at - BLANKS_MAX)
        return low + len(buffer[low:at].rstrip(BLANKS))
    if buffer[at - 1] == "\n":
        return at - 2 if at - 1 > start and buffer[at - 2] == "\r" else at - 1
    return at - 1 if buffer[at - 1] == "\r" and at == len(buffer) else at  # half a line end


def has_token(parser: Parser, edge: Edge, at: int) -> bool:
    """Whether of a delimiter that the end of the buffer cuts off at least the first special token came whole."""
    if not edge.special or edge.guard is not None:
        return False
    token, place = min(edge.special, key=lambda found: found[1])
    whole = at + place + len(token) <= len(parser.buffer)
    return whole and (parser.special is None or parser.special.is_real(token, parser.base + at + place))


def find_edge(parser: Parser, state: State, at: int) -> Tuple[int, Optional[Edge]]:
    """The edge whose literal stands at `at` (the longest first), or whether to wait for one."""
    buffer = parser.buffer
    rest = len(buffer) - at
    for edge in state.by_first.get(buffer[at], ()) if rest else ():
        parser.work += 1
        literal = edge.literal
        if buffer.startswith(literal, at):
            verdict = YES if edge.tail is None else _suffix_verdict(parser, edge, at)
            if verdict == YES:
                verdict = edge_verdict(parser, edge, at)
            if verdict != NO:
                return verdict, edge
        elif rest < len(literal) and not parser.final and literal.startswith(buffer[at:]):
            return WAIT, None
    return NO, None


def _suffix_verdict(parser: Parser, edge: Edge, at: int) -> int:
    """Whether a suffix and the rest of the delimiter stand behind its beginning: see Note [whose suffix counts]."""
    start = at + len(edge.literal)
    found, end = read_suffix(parser.buffer, start, parser.machine.suffix, edge.tail or "")
    parser.work += end - start + 1
    if found == HALF_SUFFIX:
        return NO if parser.final else WAIT
    return YES if found == HAS_SUFFIX else NO


def take_edge(parser: Parser, state: State, at: int) -> Optional[bool]:
    """Follow the edge at `at`: True when taken, False when more text decides, None when none stands there."""
    verdict, edge = find_edge(parser, state, at)
    if verdict == WAIT:
        return False
    if edge is None:
        return None
    parser.take(edge, at)
    return True
