"""The text that one JSON value stands for, where a message is written as JSON: a string is decoded as it arrives.

In: canonical JSON of one value, as `ValueScanner` writes it, in pieces. Out: of a string what it says; of null nothing;
of any other value its JSON.

Promises: at most one escape is held; the pieces make the same text however they are cut.
"""

from __future__ import annotations

import json
import re

BODY = re.compile(r'(?:[^"\\]+|\\[^u]|\\u[0-9a-fA-F]{4})*')  # of a string, up to an escape that is not whole


class ValueText:
    """Decodes one value."""

    __slots__ = ("_first", "_held")

    def __init__(self) -> None:
        self._first = ""  # character of the value
        self._held = ""

    @property
    def held(self) -> int:
        """Characters of an escape that is not whole."""
        return len(self._held)

    def write(self, piece: str) -> str:
        """Take more of the value's JSON; return the text that it adds."""
        if not self._first:
            self._first = piece[:1]
            piece = piece[1:] if self._first == '"' else piece
        if self._first == "n":
            return ""
        if self._first != '"':
            return piece
        piece = self._held + piece
        body = BODY.match(piece)
        end = body.end() if body is not None else 0
        self._held = piece[end:].rstrip('"')
        return piece[:end] if "\\" not in piece[:end] else str(json.loads(f'"{piece[:end]}"'))
