"""Copy one JSON or Python value out of raw text, as canonical JSON, while it arrives.

In: the text in pieces of any size. Out: JSON as `json.dumps(value, ensure_ascii=False)` writes it, numbers with their
own digits; near-JSON is repaired on the way (bare words, missing and doubled commas, wrong closers ...).

How: a step per kind of place that consumes what it can; `strings.py`, `words.py` and `bare.py` read the tokens. A short
token that stands whole in the piece is copied at once, without a reader.

Promises: never raises, never recurses on the text; every character is looked at a bounded number of times; every
split of a text gives the same output and the same end.
"""

from __future__ import annotations

import re

from toolgram.runtime.near_json.bare import BareValue, bare_json
from toolgram.runtime.near_json.members import (
    AT_KEY,
    AT_VALUE,
    IN_BARE,
    IN_STRING,
    IS_OVER,
    WORD_START,
    MemberCopier,
    short_string_end,
)
from toolgram.runtime.near_json.strings import SKIP_BLANKS, StringReader

MAX_DEPTH = 128  # what is nested deeper is carried as one string of its source text
SHORT_WORD = re.compile(r"[\w.+-]{1,64}").match  # at most SCALAR_MAX


class ValueCopier(MemberCopier):
    """The steps through one value; `scan.py` says what the value must be."""

    __slots__ = ()

    @property
    def is_over(self) -> bool:
        """Nothing more is read: the value has ended or was refused."""
        return self._state == IS_OVER

    def refuse(self) -> None:
        """Read nothing more."""
        self._state = IS_OVER

    def end(self) -> None:
        """The input has ended: write what makes one value of what was written."""
        nest = self._nest
        if self._state == AT_VALUE and nest.top == "{":
            nest.put("null")
            nest.ended()
        elif self._key is not None:
            self._end_key('": null')
            nest.ended()
        elif self._state == IN_BARE and self._bare is not None:
            self._end_bare(self._bare, half=bool(nest.kinds))
        elif self._reader is not None:
            whole = self._reader.whole
            self._take_string(self._reader.end())
            self._end_string(whole)
        while nest.kinds:
            nest.pop()
        self.done, self._state = True, IS_OVER

    # --- before a value ---------------------------------------------------------------------------------------------

    def _at_value(self, text: str, pos: int) -> int:
        pos = SKIP_BLANKS(text, pos).end()  # type: ignore[union-attr]
        if pos == len(text):
            return pos
        mark, nest = text[pos], self._nest
        if not nest.kinds and not self._admit(mark):
            return pos
        if mark in "\"'":
            nest.item()
            return self._short_string(text, pos) or self._begin_string("", pos)
        if mark in "{[" or (mark == "(" and self._python):
            nest.item()
            return self._open(mark, pos)
        if WORD_START(mark):
            nest.item()
            return self._short_word(text, pos) or self._begin_bare("member" if nest.kinds else "alone", pos)
        if nest.kinds and (mark == "," or self._closes(mark)):
            return self._no_value(mark, pos)
        self.stuck = True
        return pos

    def _admit(self, mark: str) -> bool:
        """Say whether the outermost value may begin so."""
        raise NotImplementedError

    def _may_be_set(self) -> bool:
        return self._python

    def _open(self, mark: str, pos: int) -> int:
        nest = self._nest
        if len(nest.kinds) >= MAX_DEPTH:
            return self._begin_bare("deep", pos)
        self._parens.append(mark == "(")
        nest.push("?" if mark == "{" and self._may_be_set() else mark)
        self._state = AT_KEY if mark == "{" else AT_VALUE
        return pos + 1

    def _no_value(self, mark: str, pos: int) -> int:
        """A comma or a closer stands where a value should."""
        if self._nest.top == "{":
            self._nest.put("null")
            self._ended()
            return pos
        if mark != ",":
            self._close_container()
        return pos + 1

    def _short_string(self, text: str, pos: int) -> int:
        """Copy an inner string that stands whole and plain in the text; return its end, 0 if there is none."""
        mark = text[pos]
        end = short_string_end(text, pos) if self._nest.kinds else 0
        if not end or ((self._python or mark == "'") and text[end : end + 1] not in (",", "]", "}")):
            return 0  # a longer one, or what follows may be part of it
        self._nest.put('"' + text[pos + 1 : end - 1] + '"')
        self._ended()
        return end

    def _short_word(self, text: str, pos: int) -> int:
        found = SHORT_WORD(text, pos) if self._nest.kinds else None
        if found is None or text[found.end() : found.end() + 1] not in (",", "]", "}"):
            return 0
        self._nest.put(bare_json(found.group(), self._python))
        self._ended()
        return found.end()

    # --- strings and bare words -------------------------------------------------------------------------------------

    def _begin_string(self, prefix: str, pos: int) -> int:
        self._nest.put('"')
        return self.read_string(StringReader(self._python, True, prefix, "" if self._nest.kinds else "<);"), pos)

    def read_string(self, reader: StringReader, pos: int) -> int:
        self._reader, self._state = reader, IN_STRING
        return pos

    def _in_string(self, text: str, pos: int) -> int:
        reader = self._reader
        if reader is not None:
            piece, pos = reader.feed(text, pos)
            self._take_string(piece)
            if reader.done:
                self._end_string(True)
        return pos

    def _take_string(self, piece: str) -> None:
        self._nest.put(piece)

    def _end_string(self, whole: bool, quote: str = '"') -> None:
        self._reader = None
        self._nest.put(quote)
        if whole:
            self._ended()
        else:
            self._nest.ended()

    def _begin_bare(self, kind: str, pos: int) -> int:
        self._bare = BareValue("python" if self._python else kind)
        self._state = IN_BARE
        return pos

    def _in_bare(self, text: str, pos: int) -> int:
        bare = self._bare
        if bare is not None:
            piece, pos = bare.feed(text, pos)
            self._nest.put(piece)
            if bare.done and bare.prefix is not None:
                self._bare = None
                return self._begin_string(bare.prefix, pos)
            if bare.done:
                self._end_bare(bare, half=False)
        return pos

    def _end_bare(self, bare: BareValue, half: bool) -> None:
        self._bare = None
        self._nest.put(bare.end(half))
        self._ended()


ValueCopier._steps = (
    ValueCopier._at_value,
    ValueCopier._at_key,
    ValueCopier._at_colon,
    ValueCopier._at_after,
    ValueCopier._in_string,
    ValueCopier._in_bare,
    ValueCopier._in_key,
    ValueCopier._in_junk,
)
