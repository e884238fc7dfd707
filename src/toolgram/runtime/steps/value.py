"""How values that end by themselves are read: JSON and Python, by a scanner.

In: the parser in a state of kind `scan`. Out: canonical JSON in the arguments.

Promises: a delimiter is looked for only where the value cannot go on, never inside its strings.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolgram.runtime.core.edges import find_edge
from toolgram.runtime.core.guards import WAIT, skip_blanks
from toolgram.runtime.core.sinks import begin_scan, close_scan, end_scan, sink_scan
from toolgram.runtime.core.tentative import give_back
from toolgram.runtime.tables.machine import State

if TYPE_CHECKING:
    from toolgram.runtime.parser import Parser


def step_scan(parser: Parser, state: State) -> bool:
    """Read one JSON or Python value; its own structure says where it ends."""
    scanner = parser.scanner
    if scanner is None:
        start = skip_blanks(parser.buffer, parser.position, len(parser.buffer))
        parser.spend("blanks", start)
        if start == len(parser.buffer):
            return False
        verdict, edge = find_edge(parser, state, start)
        if verdict == WAIT:
            return False
        if edge is not None:
            end_scan(parser, state)
            parser.take(edge, start)
            return True
        scanner = begin_scan(parser, state)
    before = parser.position
    text, position = scanner.feed(parser.buffer, before)
    parser.work += position - before + 1
    sink_scan(parser, state, text, position)
    if scanner.done:
        return _end_value(parser, state)
    if scanner.stuck:
        return _stuck(parser, state, position)
    return False


def _end_value(parser: Parser, state: State) -> bool:
    assert state.done is not None
    wrong = parser.scanner is not None and parser.scanner.wrong
    if wrong and parser.tentative is not None:
        give_back(parser, parser.position)
        return True
    end_scan(parser, state)
    parser.step_to(state.done)
    return True


def _stuck(parser: Parser, state: State, at: int) -> bool:
    """The value cannot go on here: a delimiter ends it, or the character is junk."""
    verdict, edge = find_edge(parser, state, at)
    if verdict == WAIT:
        return False
    if edge is not None:
        close_scan(parser, state)
        parser.take(edge, at)
        return True
    if parser.tentative is not None:
        give_back(parser, at)
        return True
    if parser.scanner is not None:
        parser.spend("skipped", parser.scanner.skip(parser.buffer, at))
    return True
