"""Server-sent events: bytes are cut into events, and events are written.

In: a stream of bytes in pieces. Out: for each event its bytes, as they came, and its data.

Promise: the bytes of all events, and of what is left at the end, are the bytes that came in. A search never begins
again at bytes that it has seen.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any, NamedTuple

BLANK_LINE = re.compile(rb"(?:\r\n|\n|\r(?!\n))(?:\r\n|\n|\r(?!\n|\Z))")  # a \r at the end may be half a line end
LINE = re.compile(rb"\r\n|\n|\r")
DONE = b"[DONE]"


class ServerEvent(NamedTuple):
    """One event: its bytes with the blank line behind it, its data, and its lines that are neither data nor a name."""

    raw: bytes
    data: bytes | None
    others: tuple[bytes, ...] = ()


class EventReader:
    """Cuts a stream into events. What has no end within `most` bytes is no event: `is_lost` then, and all is raw."""

    def __init__(self, most: int) -> None:
        self.is_lost = False
        self._buffer = bytearray()
        self._seen = 0  # bytes in which no event ends
        self._most = most

    def feed(self, piece: bytes) -> list[ServerEvent]:
        """Read a piece; return the events that end in it."""
        if self.is_lost:
            return [ServerEvent(piece, None)]
        buffer = self._buffer
        buffer += piece
        found, start = [], 0
        for end in BLANK_LINE.finditer(buffer, self._seen):
            found.append(_read(bytes(buffer[start : end.end()])))
            start = end.end()
        del buffer[:start]
        self._seen = max(0, len(buffer) - 3)
        if len(buffer) > self._most:
            self.is_lost = True
            found.append(ServerEvent(self.rest(), None))
        return found

    def rest(self) -> bytes:
        """What has come and is no event yet."""
        rest = bytes(self._buffer)
        self._buffer.clear()
        self._seen = 0
        return rest


def _read(raw: bytes) -> ServerEvent:
    data, others = [], []
    for line in LINE.split(raw):
        if line.startswith(b"data:"):
            data.append(line[6:] if line[5:6] == b" " else line[5:])
        elif line and not line.startswith(b"event:"):
            others.append(line)
    return ServerEvent(raw, b"\n".join(data) if data else None, tuple(others))


def written(payloads: Iterable[dict[str, Any]], others: tuple[bytes, ...] = (), *, named: bool = False) -> bytes:
    """Events that say these things, behind the lines of the event that they stand for; `named`: with their types."""
    lines = [other + b"\n" for other in others]
    for payload in payloads:
        if named:
            lines.append(b"event: " + str(payload.get("type", "message")).encode() + b"\n")
        lines.append(b"data: " + dumped(payload) + b"\n\n")
    if others and len(lines) == len(others):
        lines.append(b"\n")
    return b"".join(lines)


def dumped(value: Any) -> bytes:
    """JSON, short, in UTF-8; half a character, which has no UTF-8, is written as its escape."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    try:
        return text.encode()
    except UnicodeEncodeError:
        return json.dumps(value, separators=(",", ":")).encode()
