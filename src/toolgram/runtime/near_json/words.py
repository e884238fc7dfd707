"""Read the source text of one bare word: a scalar, an unquoted string, a Python expression.

In: text that begins with the word. Out: the word's text, held while it is short (it may be a scalar), released as it
comes once it is longer than `limit`.

How: three kinds of word, each a search for the characters that may end it and a rule for what they do: JSON's
stand-alone word (ends at a blank, and at `)` if it holds no `(`), JSON's member or element (an unquoted `New York` goes
on over blanks, a number does not), and Python's expression (balanced brackets and quotes). Keys are of the last two
kinds, and end at a colon too.

Promises: `held` is at most `limit` characters and `GAP_MAX` blanks; a word never ends with a blank.
"""

from __future__ import annotations

import re

from toolgram.runtime.near_json.scalars import scalar_json
from toolgram.runtime.near_json.strings import GAP_MAX, SKIP_BLANKS, STRING_PREFIXES
from toolgram.runtime.tables.limits import BLANKS

WORD_SEARCHES = {
    "alone": re.compile('[] \t\n\r,)}<;:[{"]').search,
    "member": re.compile('[] \t\n\r,}<;[{"]').search,
    "key": re.compile('[] \t\n\r,}<;[{":]').search,
    "python": re.compile("[] \t\n\r,)}([{<;'\"]").search,
    "python-key": re.compile("[] \t\n\r,)}([{<;'\":]").search,
}
SKIP_SPACES = re.compile("[ \t]*").match
IN_QUOTES = re.compile("[\"'\\\\\n]").search


class WordReader:
    """Read one word of a kind of `WORD_SEARCHES`."""

    __slots__ = (
        "_depth",
        "_escaped",
        "_gap",
        "_kind",
        "_limit",
        "_python",
        "_quote",
        "_released",
        "_search",
        "done",
        "long",
        "prefix",
        "text",
    )

    def __init__(self, kind: str, limit: int) -> None:
        self._kind = kind
        self._limit = limit
        self._search = WORD_SEARCHES[kind]
        self._python = kind.startswith("python")
        self._depth = 0
        self._quote = ""  # the quote of the string inside the expression
        self._escaped = False
        self._gap = ""  # blanks that belong to the word only if it goes on
        self._released: list[str] = []
        self.text = ""  # the word so far, while it is not `long`
        self.long = False
        self.prefix = False  # it is the prefix of a Python string, whose quote comes next
        self.done = False

    @property
    def held(self) -> int:
        return len(self.text) + len(self._gap)

    def feed(self, text: str, pos: int = 0) -> tuple[str, int]:
        """Return released text, and the place of the first character that was not consumed."""
        size = len(text)
        while pos < size and not self.done:
            if self._quote:
                pos = self._in_quotes(text, pos)
                continue
            found = self._search(text, pos)
            end = found.start() if found is not None else size
            if end > pos:
                self._add(text[pos:end])
            pos = self._at(text, end) if end < size else size
        released, self._released = "".join(self._released), []
        return released, pos

    def is_scalar(self) -> bool:
        return not self.long and scalar_json(self.text, self._python) is not None

    def _add(self, piece: str) -> None:
        if self._gap:
            piece, self._gap = self._gap + piece, ""
        if self.long:
            self._released.append(piece)
            return
        self.text += piece
        if len(self.text) > self._limit:
            self._released.append(self.text)
            self.text, self.long = "", True

    def _end(self, pos: int) -> int:
        self.done, self._gap = True, ""
        return pos

    def _at(self, text: str, pos: int) -> int:
        """Decide what the character at `pos` does to the word; return the place to go on from."""
        mark = text[pos]
        if mark in BLANKS:
            return self._blank(text, pos)
        if not self._python:
            if mark != ")" or not self._is_in_brackets():
                return self._end(pos)
        elif mark in "\"'":
            if not self._gap and self.text.lower() in STRING_PREFIXES:
                self.prefix = True
                return self._end(pos)
            self._quote = mark
        elif mark in "([{":
            self._depth += 1
        elif mark in ")]}" and self._depth:
            self._depth -= 1
        elif not self._depth and (mark not in "<;" or self.is_scalar()):
            return self._end(pos)
        self._add(mark)
        return pos + 1

    def _is_in_brackets(self) -> bool:
        """Whether a round bracket that stands in the word is open: `f(3` goes on with its `)`."""
        return self.text.count("(") > self.text.count(")")

    def _blank(self, text: str, pos: int) -> int:
        if self._depth or (self._python and not self.is_scalar()):
            run = SKIP_BLANKS(text, pos).group()  # type: ignore[union-attr]
        elif self._kind == "alone" or (not self._python and self.is_scalar()):
            return self._end(pos)
        else:
            run = SKIP_SPACES(text, pos).group()  # type: ignore[union-attr]
            if not run:
                return self._end(pos)
        self._gap += run[: GAP_MAX - len(self._gap)]
        return pos + len(run)

    def _in_quotes(self, text: str, pos: int) -> int:
        if self._escaped:
            self._escaped = False
            self._add(text[pos])
            return pos + 1
        found = IN_QUOTES(text, pos)
        end = found.end() if found is not None else len(text)
        self._add(text[pos:end])
        if found is not None:
            mark = found.group()
            self._escaped = mark == "\\"
            if mark in (self._quote, "\n"):
                self._quote = ""
        return end
