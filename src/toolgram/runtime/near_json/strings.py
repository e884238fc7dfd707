"""Read one quoted string of JSON or Python, in pieces.

In: text that begins with a quote. Out: the decoded text, or (`encode=True`) the body of a JSON string.

How: a step per kind of place: before the quote, in the body, in an escape, at what may be the closing quote, behind
it. A body is one search for the next character that matters and one slice.

Promises: never raises; what is held is a half escape, half a surrogate pair, or a closing quote and the blanks behind
it. In JSON a single quote closes only if what follows can follow a value, so that `'it's'` survives.
"""

from __future__ import annotations

import re
from typing import Optional

from toolgram.runtime.near_json.bulk import RUN_MIN, decode_run
from toolgram.runtime.near_json.escape import PLAIN, PLAIN_SINGLE, PlainSearch, escape
from toolgram.runtime.near_json.escapes import (
    BYTES_DIALECT,
    JSON_DIALECT,
    PYTHON_DIALECT,
    RAW_DIALECT,
    SINGLE_DIALECT,
    EscapeDialect,
    EscapeReader,
)
from toolgram.runtime.tables.limits import BLANKS

SKIP_BLANKS = re.compile(f"[{BLANKS}]*").match
GAP_MAX = 64  # more blanks than this behind a single quote: it was the closing one
STRING_PREFIXES = frozenset(("r", "b", "u", "f", "t", "br", "rb", "fr", "rf", "tr", "rt"))
STRING_FOLLOW = ",:}]"

_BEFORE, _FENCE, _BODY, _ESCAPE, _QUOTED, _TRIPLE, _BEHIND, _CLOSED = range(8)


class StringReader:
    """Read one string token; `prefix` is what Python wrote before the quote, if the caller has read it already."""

    __slots__ = (
        "_dialect",
        "_encode",
        "_escape",
        "_follow",
        "_has_runs",
        "_high",
        "_marks",
        "_prefix",
        "_python",
        "_quote",
        "_search",
        "_state",
        "_tail",
        "_triple",
        "done",
        "wrong",
    )

    def __init__(self, python: bool = False, encode: bool = False, prefix: str = "", follow: str = "") -> None:
        self._python = python
        self._encode = encode
        self._prefix = prefix.lower()
        self._follow = STRING_FOLLOW + follow
        self._quote = ""
        self._triple = False
        self._has_runs = True  # until one could not be decoded at once
        self._search = PLAIN
        self._dialect = JSON_DIALECT
        self._escape: Optional[EscapeReader] = None
        self._high = ""  # half a surrogate pair
        self._tail = ""  # a single quote and the blanks behind it
        self._marks = 0  # quotes seen in a row
        self._state = _BEFORE
        self.done = False
        self.wrong = False

    @property
    def held(self) -> int:
        escaped = len(self._escape.held) if self._escape is not None else 0
        return escaped + len(self._tail) + self._marks + (6 if self._high else 0)

    @property
    def whole(self) -> bool:
        """The string's end has been seen, even if more may follow it."""
        return self._state in (_QUOTED, _BEHIND, _CLOSED)

    @property
    def plain(self) -> Optional[PlainSearch]:
        """Inside the body, a search that finds nothing in text that stands for itself."""
        return self._search if self._state == _BODY and not self._high else None

    def feed(self, text: str, pos: int = 0) -> tuple[str, int]:
        """Return decoded text, and the place of the first character that was not consumed."""
        out: list[str] = []
        size = len(text)
        while pos < size and self._state != _CLOSED and not self.wrong:
            pos = _STRING_STEPS[self._state](self, text, pos, out)
        return "".join(out), pos

    def end(self) -> str:
        """Return what was held when the input ended; half an escape or half a closing quote is dropped."""
        out: list[str] = []
        self._put("", out)
        self._escape, self._tail, self._marks = None, "", 0
        self.done, self._state = True, _CLOSED
        return "".join(out)

    def _close(self) -> None:
        self._marks = 0
        self._tail = self._prefix = ""
        if self._python:
            self._state = _BEHIND
        else:
            self.done, self._state = True, _CLOSED

    def _put(self, text: str, out: list[str]) -> None:
        if self._high:
            text, self._high = self._high + text, ""
        out.append(escape(text) if self._encode else text)

    # --- the steps: each consumes what it can and returns the place of the next character ---------------------------

    def _before(self, text: str, pos: int, _: list[str]) -> int:
        pos = SKIP_BLANKS(text, pos).end()  # type: ignore[union-attr]
        if pos == len(text):
            return pos
        if self._begins(text[pos]):
            return pos + 1
        self.wrong = True
        return pos

    def _begins(self, mark: str) -> bool:
        """Take an opening quote or a character of Python's prefix."""
        if mark in "\"'":
            self._open(mark)
        elif self._python and (self._prefix + mark).lower() in STRING_PREFIXES:
            self._prefix += mark.lower()
        else:
            return False
        return True

    def _open(self, quote: str) -> None:
        self._quote, self._triple = quote, False
        self._search = PLAIN if quote == '"' else PLAIN_SINGLE
        self._dialect = self._find_dialect()
        self._has_runs = self._dialect in (JSON_DIALECT, PYTHON_DIALECT)
        self._state = _FENCE if self._python else _BODY
        self._marks = 1 if self._python else 0

    def _find_dialect(self) -> EscapeDialect:
        if not self._python:
            return JSON_DIALECT if self._quote == '"' else SINGLE_DIALECT
        if "r" in self._prefix:
            return RAW_DIALECT
        return BYTES_DIALECT if "b" in self._prefix else PYTHON_DIALECT

    def _fence(self, text: str, pos: int, _: list[str]) -> int:
        """Tell one opening quote from an empty string and from three."""
        same = text[pos] == self._quote
        if same and self._marks == 1:
            self._marks = 2
            return pos + 1
        if self._marks == 2 and not same:
            self._close()
            return pos
        self._triple = self._marks == 2
        self._has_runs = self._has_runs and not self._triple
        self._marks, self._state = 0, _BODY
        return pos + 1 if self._triple else pos

    def _body(self, text: str, pos: int, out: list[str]) -> int:
        if self._high and text[pos] != "\\":
            self._put("", out)
        found = self._search(text, pos)
        at = found.start() if found is not None else len(text)
        if at > pos:
            out.append(text[pos:at])
        if found is None:
            return at
        mark = text[at]
        if mark == "\\":
            return self._run(text, at, out) or self._backslash(text, at, out)
        if mark == self._quote:
            self._may_close()
        else:
            self._put(mark, out)
        return at + 1

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

    def _may_close(self) -> None:
        if self._triple:
            self._marks, self._state = 1, _TRIPLE
        elif self._quote == "'" and not self._python:
            self._tail, self._state = "'", _QUOTED
        else:
            self._close()

    def _backslash(self, text: str, at: int, out: list[str]) -> int:
        if not self._high:
            simple = self._dialect.coded if self._encode else self._dialect.simple
            known = simple.get(text[at + 1 : at + 2])
            if known is not None:
                out.append(known)
                return at + 2
        self._escape, self._state = EscapeReader(self._dialect), _ESCAPE
        return at + 1

    def _in_escape(self, text: str, pos: int, out: list[str]) -> int:
        reader = self._escape
        if reader is None:
            self._state = _BODY
            return pos
        if reader.take(text[pos]):
            pos += 1
        if reader.text is not None:
            self._escape, self._state = None, _BODY
            self._decoded(reader.text, out)
        return pos

    def _decoded(self, text: str, out: list[str]) -> None:
        """Put what an escape stands for; two that are halves of one character are put as that."""
        if self._high and "\udc00" <= text <= "\udfff":
            high, self._high = ord(self._high), ""
            text = chr(0x10000 + ((high - 0xD800) << 10) + (ord(text) - 0xDC00))
        if "\ud800" <= text < "\udc00":
            self._put("", out)
            self._high = text
        else:
            self._put(text, out)

    def _in_quoted(self, text: str, pos: int, out: list[str]) -> int:
        """A single quote of JSON has been seen: what follows says whether it closes."""
        run = SKIP_BLANKS(text, pos, pos + GAP_MAX + 1 - len(self._tail)).group()  # type: ignore[union-attr]
        self._tail += run
        pos += len(run)
        if len(self._tail) > GAP_MAX:
            self._close()
        elif pos < len(text):
            if text[pos] in self._follow:
                self._close()
            else:
                tail, self._tail = self._tail, ""
                self._state = _BODY
                self._put(tail, out)
        return pos

    def _in_triple(self, text: str, pos: int, out: list[str]) -> int:
        if text[pos] != self._quote:
            self._put(self._quote * self._marks, out)
            self._marks, self._state = 0, _BODY
            return pos
        self._marks += 1
        if self._marks == 3:
            self._close()
        return pos + 1

    def _behind(self, text: str, pos: int, _: list[str]) -> int:
        """Python joins adjacent strings: only what is no further string ends this one."""
        pos = SKIP_BLANKS(text, pos).end() if not self._prefix else pos  # type: ignore[union-attr]
        if pos == len(text):
            return pos
        if self._begins(text[pos]):
            return pos + 1
        self.done, self._state = True, _CLOSED
        return pos


_STRING_STEPS = (
    StringReader._before,
    StringReader._fence,
    StringReader._body,
    StringReader._in_escape,
    StringReader._in_quoted,
    StringReader._in_triple,
    StringReader._behind,
)
