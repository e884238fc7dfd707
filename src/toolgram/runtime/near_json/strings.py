"""Read one quoted string of JSON or Python, in pieces.

In: text that begins with a quote. Out: the decoded text, or (`encode=True`) the body of a JSON string.

How: a step per kind of place: before the quote, in the body, in an escape, at what may be the closing quote, behind
it. A body is one search for the next character that matters and one slice.

Promises: never raises; what is held is a half escape, half a surrogate pair, or a closing quote and the blanks behind
it. With `evidence` a quote closes only if what follows can follow the string (quotes.py). Without, so it is in JSON for
a single quote, so that `'it's'` survives.
"""

from __future__ import annotations

import re
from typing import Final, Optional

from toolgram.runtime.near_json.escape import PLAIN, PLAIN_SINGLE, PlainSearch
from toolgram.runtime.near_json.escaped_text import (
    AT_JUDGED_QUOTE,
    AT_SINGLE_QUOTE,
    AT_TRIPLE_QUOTE,
    BEHIND_STRING,
    IN_FENCE,
    IN_STRING_BODY,
    STRING_CLOSED,
    EscapedText,
)
from toolgram.runtime.near_json.escapes import (
    BYTES_DIALECT,
    JSON_DIALECT,
    PYTHON_DIALECT,
    RAW_DIALECT,
    SINGLE_DIALECT,
    EscapeDialect,
)
from toolgram.runtime.near_json.quotes import IS_END, IS_TEXT, IS_UNDECIDED, Evidence, Judgement, earliest
from toolgram.runtime.tables.limits import BLANKS

SKIP_BLANKS: Final = re.compile(f"[{BLANKS}]*").match
GAP_MAX: Final = 64  # more blanks than this behind a single quote: it was the closing one
MAYBE_PREFIX: Final = re.compile("[A-Za-z]{0,2}").match
STRING_PREFIXES: Final = frozenset(("r", "b", "u", "f", "t", "br", "rb", "fr", "rf", "tr", "rt"))
STRING_FOLLOW: Final = ",:}]"


class StringReader(EscapedText):
    """Read one string token; `prefix` is what Python wrote before the quote, if the caller has read it already."""

    __slots__ = (
        "_evidence",
        "_final",
        "_follow",
        "_judgement",
        "_marks",
        "_prefix",
        "_search",
        "_tail",
        "_triple",
        "done",
        "is_broken",
        "is_doubtful",
        "waits",
        "wrong",
    )

    def __init__(
        self,
        python: bool = False,
        encode: bool = False,
        prefix: str = "",
        follow: str = "",
        evidence: Optional[Evidence] = None,
    ) -> None:
        super().__init__(JSON_DIALECT, python=python, encode=encode)
        self._prefix = prefix.lower()
        self._follow = STRING_FOLLOW + follow
        self._triple = False
        self._search = PLAIN
        self._tail = ""  # a single quote and the blanks behind it
        self._marks = 0  # quotes seen in a row
        self._evidence = evidence  # of what may follow the string; None: its quote ends it
        self._judgement: Optional[Judgement] = None
        self.is_doubtful = False  # a quote in it was none
        self._final = False
        self.waits = False  # what follows a quote, or goes on with a delimiter, decides: nothing of it is consumed
        self.is_broken = False  # a delimiter stands in the string, behind a quote that was none
        self.done = False
        self.wrong = False

    @property
    def held(self) -> int:
        return self._held_text + len(self._tail) + self._marks

    @property
    def room(self) -> int:
        """Where it waits: how many plain characters may come before anything is decided, and one more."""
        return self._judgement.room if self._judgement is not None else 0

    @property
    def whole(self) -> bool:
        """The string's end has been seen, even if more may follow it."""
        return self._state in (AT_SINGLE_QUOTE, BEHIND_STRING, AT_JUDGED_QUOTE, STRING_CLOSED)

    @property
    def plain(self) -> Optional[PlainSearch]:
        """Inside the body, a search that finds nothing in text that stands for itself."""
        return self._search if self._state == IN_STRING_BODY and not self._high and not self.is_doubtful else None

    def feed(self, text: str, pos: int = 0, final: bool = False) -> tuple[str, int]:
        """Return decoded text, and the place of the first character that was not consumed; `final`: no text follows."""
        out: list[str] = []
        size = len(text)
        self.waits, self._final = False, final
        while pos < size and self._state != STRING_CLOSED and not (self.wrong or self.waits or self.is_broken):
            pos = _STRING_STEPS[self._state](self, text, pos, out)
        return "".join(out), pos

    def pass_over(self) -> None:
        """What stands in the string is no delimiter after all: go on with its first character."""
        self.is_broken, self._state = False, AT_JUDGED_QUOTE
        self._judgement = None

    def end(self) -> str:
        """Return what was held when the input ended; half an escape or half a closing quote is dropped."""
        out: list[str] = []
        self._put("", out)
        self._escape, self._tail, self._marks = None, "", 0
        self.done, self._state = True, STRING_CLOSED
        return "".join(out)

    def _close(self) -> None:
        self._marks = 0
        self._tail = self._prefix = ""
        if self._python:
            self._state = BEHIND_STRING
        else:
            self.done, self._state = True, STRING_CLOSED

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
        self._state = IN_FENCE if self._python else IN_STRING_BODY
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
        self._marks, self._state = 0, IN_STRING_BODY
        return pos + 1 if self._triple else pos

    def _body(self, text: str, pos: int, out: list[str]) -> int:
        if self._high and text[pos] != "\\":
            self._put("", out)
        found = self._search(text, pos)
        at = found.start() if found is not None else len(text)
        if self.is_doubtful and self._evidence is not None:
            place, self.is_broken = earliest(text, pos, at, self._evidence.ends)
            if place < at:
                self.waits = not self.is_broken and not self._final
                found, at = (None, place) if self.is_broken or self.waits else (found, at)
        if at > pos:
            out.append(text[pos:at])
        if found is None:
            return at
        mark = text[at]
        if mark == "\\":
            return self._run(text, at, out) or self._backslash(text, at, out)
        if mark == self._quote:
            if self._evidence is not None and not self._triple:
                self._judgement = self._evidence.judgement()
                self._state = AT_JUDGED_QUOTE
                return at
            self._may_close()
        else:
            self._put(mark, out)
        return at + 1

    def _may_close(self) -> None:
        if self._triple:
            self._marks, self._state = 1, AT_TRIPLE_QUOTE
        elif self._quote == "'" and not self._python:
            self._tail, self._state = "'", AT_SINGLE_QUOTE
        else:
            self._close()

    def _judged(self, text: str, pos: int, out: list[str]) -> int:
        """A quote has been seen: what follows says whether it ends the string."""
        verdict = IS_TEXT if self._judgement is None else self._judgement.look(text, pos + 1, self._final)
        if verdict == IS_UNDECIDED:
            self.waits = True
            return pos
        self._judgement = None
        if verdict == IS_END:
            self._close()
        else:
            self.is_doubtful, self._has_runs, self._state = True, False, IN_STRING_BODY
            self._put(text[pos], out)
        return pos + 1

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
                self._state = IN_STRING_BODY
                self._put(tail, out)
        return pos

    def _in_triple(self, text: str, pos: int, out: list[str]) -> int:
        if text[pos] != self._quote:
            self._put(self._quote * self._marks, out)
            self._marks, self._state = 0, IN_STRING_BODY
            return pos
        self._marks += 1
        if self._marks == 3:
            self._close()
        return pos + 1

    def _behind(self, text: str, pos: int, _: list[str]) -> int:
        """Python joins adjacent strings: only what is no further string ends this one.

        A letter before a quote is a string's prefix. Without one it is text of whatever follows, and stays there; a
        caller without `evidence` has read all text of a value, and is never asked to wait.
        """
        pos = SKIP_BLANKS(text, pos).end() if not self._prefix else pos  # type: ignore[union-attr]
        if pos == len(text):
            return pos
        if self._evidence is not None and text[pos] not in "\"'":
            letters = MAYBE_PREFIX(text, pos).group()  # type: ignore[union-attr]
            behind = pos + len(letters)
            if letters.lower() in STRING_PREFIXES and behind == len(text) and not self._final:
                self.waits = True
                return pos
            if letters.lower() not in STRING_PREFIXES or text[behind : behind + 1] not in ("'", '"'):
                self.done, self._state = True, STRING_CLOSED
                return pos
        if self._begins(text[pos]):
            return pos + 1
        self.done, self._state = True, STRING_CLOSED
        return pos


_STRING_STEPS: Final = (
    StringReader._before,
    StringReader._fence,
    StringReader._body,
    StringReader._in_escape,
    StringReader._in_quoted,
    StringReader._in_triple,
    StringReader._behind,
    StringReader._judged,
)
