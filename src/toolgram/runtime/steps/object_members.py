"""How a JSON object is read whose keys mean something, and the short strings in it.

In: the parser in a state of kind `members` or `string`. Out: the state that a key leads to; a name or an id.

Promises: keys come in any order; an unknown one is skipped with its value, or shows that this is no call; short
strings are held whole, so that they can be given back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Tuple

from toolgram.runtime.core.edges import take_edge
from toolgram.runtime.core.guards import NO, WAIT, YES, skip_blanks
from toolgram.runtime.core.sinks import sink_short
from toolgram.runtime.core.tentative import give_back
from toolgram.runtime.near_json.strings import StringReader
from toolgram.runtime.tables.limits import BLANKS, BLANKS_MAX, NAME_MAX
from toolgram.runtime.tables.machine import State

if TYPE_CHECKING:
    from toolgram.runtime.parser import Parser

STRING_MAX = 4 * NAME_MAX  # a longer name or key is none


def step_string(parser: Parser, state: State) -> bool:
    """Read a short JSON string (a name, an id) in place, so that it can be given back whole."""
    buffer = parser.buffer
    at = skip_blanks(buffer, parser.position, len(buffer))
    parser.spend("blanks", at)
    if at == len(buffer):
        return False
    string = _short_string(parser, at)
    text, end = string.text, string.end
    if string.reader.done:
        if not sink_short(parser, state, text, at + end):
            return True
        assert state.done is not None
        parser.step_to(state.done)
        return True
    if not string.reader.wrong and len(buffer) - at < STRING_MAX:
        return False
    if parser.tentative is not None:
        give_back(parser, at)
        return True
    parser.go(state.scan_instead)
    return True


class ShortString:
    """A string that is read in place: `at` of the whole stream, and what is known of it."""

    __slots__ = ("at", "end", "reader", "text")

    def __init__(self, at: int) -> None:
        self.at = at
        self.reader = StringReader()
        self.text = ""
        self.end = 0  # of what has been read, from `at` on


def _short_string(parser: Parser, at: int) -> ShortString:
    """Read on in the string that begins at `at` of the buffer."""
    string = parser.string
    if string is None or string.at != parser.base + at:
        string = parser.string = ShortString(parser.base + at)
    most = min(len(parser.buffer), at + STRING_MAX)
    text, end = string.reader.feed(parser.buffer[at + string.end : most])
    parser.work += end + 1
    string.text += text
    string.end += end
    return string


def step_members(parser: Parser, state: State) -> bool:
    """Inside a JSON object whose keys mean something: read a key, go where it leads."""
    buffer = parser.buffer
    at = parser.position
    while at < len(buffer) and (buffer[at] in BLANKS or buffer[at] == ","):
        at += 1
    parser.work += at - parser.position + 1
    parser.spend("markup", at)
    if at == len(buffer):
        return False
    if buffer[at] == "}":
        assert state.done is not None
        parser.spend("markup", at + 1)
        parser.step_to(state.done)
        return True
    taken = take_edge(parser, state, at)
    return _member(parser, state, at) if taken is None else taken


def _member(parser: Parser, state: State, at: int) -> bool:
    """Read `"key" :` and follow it; an unknown key's value is skipped, or shows that this is no call."""
    verdict, key, end = _read_key(parser, at)
    if verdict == WAIT:
        return False
    step = state.keys.get(key) if verdict == YES else None
    if verdict == YES and step is None:
        trusted = parser.tentative is None or parser.tentative.trusted
        step = state.keys.get("*", state.any_key if trusted else None)
    if step is None:
        if parser.tentative is not None:
            give_back(parser, at)
        else:
            parser.spend("skipped", max(at + 1, end))
        return True
    parser.spend("key", end)
    parser.key_text = key
    parser.step_to(step)
    return True


def _read_key(parser: Parser, at: int) -> Tuple[int, str, int]:
    """(YES, key, index behind its colon), (WAIT, ...), or (NO, "", index behind what is no key)."""
    buffer = parser.buffer
    most = at + STRING_MAX
    last = min(most, len(buffer))
    if buffer[at] in "\"'":
        string = _short_string(parser, at)
        key, end = string.text, at + string.end
        if not string.reader.done:
            return (NO if parser.final or last == most else WAIT), "", last
    else:
        start = end = max(at, parser.scan)
        while end < last and (buffer[end].isalnum() or buffer[end] in "_-."):
            end += 1
        key = buffer[at:end]
        parser.scan = end
        parser.work += end - start
    parser.work += 1
    colon = skip_blanks(buffer, end)
    if colon == len(buffer) and not parser.final and colon - end < BLANKS_MAX:
        return WAIT, "", at
    return (YES, key, colon + 1) if key and buffer.startswith(":", colon) else (NO, "", end)
