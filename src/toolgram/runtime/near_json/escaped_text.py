"""The body of a quoted string: its escapes, and halves of characters, as text or as the body of a JSON string.

In: the text of a string from a backslash on. Out: what it stands for.

Promises: what is held is a half escape or half a surrogate pair.
"""

from __future__ import annotations

from typing import Final, Optional

from toolgram.runtime.near_json.bulk import RUN_MIN, decode_run
from toolgram.runtime.near_json.escape import escape
from toolgram.runtime.near_json.escapes import EscapeDialect, EscapeReader

# The places in a string: see strings.py, which has a step for each.
BEFORE_STRING: Final = 0
IN_FENCE: Final = 1
IN_STRING_BODY: Final = 2
IN_ESCAPE: Final = 3
AT_SINGLE_QUOTE: Final = 4
AT_TRIPLE_QUOTE: Final = 5
BEHIND_STRING: Final = 6
AT_JUDGED_QUOTE: Final = 7
STRING_CLOSED: Final = 8

FIRST_HIGH: Final = chr(0xD800)  # halves of characters, which are no text of a source file
FIRST_LOW: Final = chr(0xDC00)
LAST_LOW: Final = chr(0xDFFF)


class EscapedText:
    """What a reader of strings knows of the text in them."""

    __slots__ = ("_dialect", "_encode", "_escape", "_has_runs", "_high", "_python", "_quote", "_state")

    def __init__(self, dialect: EscapeDialect, *, python: bool, encode: bool) -> None:
        self._dialect = dialect
        self._python = python
        self._encode = encode
        self._escape: Optional[EscapeReader] = None
        self._has_runs = True  # until one could not be decoded at once
        self._high = ""  # half a surrogate pair
        self._quote = ""
        self._state = BEFORE_STRING

    @property
    def _held_text(self) -> int:
        """Characters of an escape or of half a pair that wait."""
        return (len(self._escape.held) if self._escape is not None else 0) + (6 if self._high else 0)

    def _put(self, text: str, out: list[str]) -> None:
        if self._high:
            text, self._high = self._high + text, ""
        out.append(escape(text) if self._encode else text)

    def _run(self, text: str, at: int, out: list[str]) -> int:
        """Take a long stretch with escapes at once; return its end, 0 if there is none."""
        if not self._has_runs or len(text) - at < RUN_MIN or self._high:
            return 0
        found = decode_run(text, at, self._quote, self._python)
        if found is None:
            self._has_runs = False
            return 0
        self._put(found[0], out)
        return found[1]

    def _backslash(self, text: str, at: int, out: list[str]) -> int:
        if not self._high:
            simple = self._dialect.coded if self._encode else self._dialect.simple
            known = simple.get(text[at + 1 : at + 2])
            if known is not None:
                out.append(known)
                return at + 2
        self._escape, self._state = EscapeReader(self._dialect), IN_ESCAPE
        return at + 1

    def _in_escape(self, text: str, pos: int, out: list[str]) -> int:
        reader = self._escape
        if reader is None:
            self._state = IN_STRING_BODY
            return pos
        if reader.take(text[pos]):
            pos += 1
        if reader.text is not None:
            self._escape, self._state = None, IN_STRING_BODY
            self._decoded(reader.text, out)
        return pos

    def _decoded(self, text: str, out: list[str]) -> None:
        """Put what an escape stands for; two that are halves of one character are put as that."""
        if self._high and FIRST_LOW <= text <= LAST_LOW:
            high, self._high = ord(self._high), ""
            text = chr(0x10000 + ((high - 0xD800) << 10) + (ord(text) - 0xDC00))
        if FIRST_HIGH <= text < FIRST_LOW:
            self._put("", out)
            self._high = text
        else:
            self._put(text, out)
