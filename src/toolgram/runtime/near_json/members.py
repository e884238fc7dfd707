"""Walk through the containers of one value: keys, colons, commas, closers, and what stands where it should not.

In: the text between values. Out: the members and elements that begin and end there, written by `nesting.py`.

How: a step per kind of place; each consumes what it can and names the next place. The steps through values stand in
`copier.py`.

Promises: a key without a colon is no member; a comma too many, one too few and a wrong closer do no harm; behind a
Python value, an operator and its operand are dropped.
"""

from __future__ import annotations

import re
from typing import Any, Callable, ClassVar, Optional

from toolgram.runtime.near_json.bare import BareValue, KeyReader
from toolgram.runtime.near_json.escape import PLAIN, PLAIN_SINGLE, escape
from toolgram.runtime.near_json.nesting import Nesting
from toolgram.runtime.near_json.strings import SKIP_BLANKS, StringReader

WORD_START = re.compile(r"[\w$+.@#%&~^*!-]").match
SHORT_STRING_MAX = 256
VALUE_CLOSERS = {False: "}]", True: "}])"}

AT_VALUE, AT_KEY, AT_COLON, AT_AFTER, IN_STRING, IN_BARE, IN_KEY, IN_JUNK, IS_OVER = range(9)


class MemberCopier:
    """The places between values."""

    __slots__ = (
        "_bare",
        "_key",
        "_nest",
        "_parens",
        "_python",
        "_reader",
        "_state",
        "complete",
        "done",
        "stuck",
        "work",
    )
    _steps: ClassVar[tuple[Callable[[Any, str, int], int], ...]]

    def __init__(self, python: bool = False) -> None:
        self._python = python
        self._nest = Nesting()
        self._reader: Optional[StringReader] = None
        self._bare: Optional[BareValue] = None
        self._key: Optional[KeyReader] = None
        self._state = AT_VALUE
        self.done = False
        self.complete = False  # it ended by itself
        self._parens: list[bool] = []  # of the containers open: whether it began with `(`
        self.stuck = False  # the next character cannot continue the value
        self.work = 0

    def copy(self, text: str, pos: int) -> int:
        """Read on from `pos` to the value's end; return the place of the first character that was not consumed."""
        size, start, steps = len(text), pos, self._steps
        while pos < size and not self.stuck and self._state != IS_OVER:
            pos = steps[self._state](self, text, pos)
            self.work += 1
        self.work += pos - start
        return pos

    def _ended(self) -> None:
        """A value has ended by itself."""
        self._nest.ended()
        self._state = AT_AFTER
        if not self._nest.kinds:
            self.done = self.complete = True
            self._state = IS_OVER

    def _closes(self, mark: str) -> bool:
        """Whether a closer is one of this value's: a `)` that nothing in it has opened is the call's."""
        return mark in VALUE_CLOSERS[self._python] and (mark != ")" or True in self._parens)

    def _close_container(self) -> None:
        if self._parens:
            self._parens.pop()
        self._nest.pop()
        self._ended()

    # --- keys -------------------------------------------------------------------------------------------------------

    def _at_key(self, text: str, pos: int) -> int:
        pos = SKIP_BLANKS(text, pos).end()  # type: ignore[union-attr]
        if pos == len(text):
            return pos
        mark = text[pos]
        if mark in "\"'":
            return self._short_key(text, pos) or self._begin_key(False, pos)
        if mark == ",":
            return pos + 1
        if self._closes(mark):
            self._close_container()
            return pos + 1
        if mark in "{[(" and self._nest.top == "?":
            self._state = AT_VALUE  # no key of JSON: the brace is a set
        elif WORD_START(mark) or (self._python and mark in "{[("):
            return self._begin_key(True, pos)
        else:
            self.stuck = True
        return pos

    def _short_key(self, text: str, pos: int) -> int:
        """Copy a key that stands whole and plain in the text, its colon behind it."""
        end = short_string_end(text, pos)
        if not end or text[end : end + 1] != ":":
            return 0
        self._nest.member(text[pos + 1 : end - 1])
        self._state = AT_VALUE
        return end + 1

    def _begin_key(self, bare: bool, pos: int) -> int:
        self._key, self._state = KeyReader(self._python, bare), IN_KEY
        return pos

    def _in_key(self, text: str, pos: int) -> int:
        key = self._key
        if key is not None:
            piece, pos = key.feed(text, pos)
            if piece:
                self._nest.long_key(escape(piece))
            if key.done:
                self._state = AT_COLON
        return pos

    def _at_colon(self, text: str, pos: int) -> int:
        pos = SKIP_BLANKS(text, pos).end()  # type: ignore[union-attr]
        if pos == len(text):
            return pos
        mark, key = text[pos], self._key
        if mark == ":":
            if key is not None and not key.long:
                self._nest.member(key.name())
            self._end_key('": ')
            self._state = AT_VALUE
            return pos + 1
        if mark == "," or self._closes(mark):
            if key is not None and self._nest.top == "?":
                self._nest.item()
                self._nest.put(key.element())
            self._end_key('": null')
            self._ended()
        else:
            self.stuck = True
        return pos

    def _end_key(self, behind: str) -> None:
        """Write what follows a key that was long; a short one without a colon was no member."""
        key, self._key = self._key, None
        if key is not None and key.long:
            self._nest.long_key(escape(key.end()))
            self._nest.end_long_key(behind)

    # --- behind a value ---------------------------------------------------------------------------------------------

    def _at_after(self, text: str, pos: int) -> int:
        pos = SKIP_BLANKS(text, pos).end()  # type: ignore[union-attr]
        if pos == len(text):
            return pos
        mark = text[pos]
        following = AT_KEY if self._nest.top in "{?" else AT_VALUE
        if mark == ",":
            self._nest.comma()
            self._state = following
            return pos + 1
        if self._closes(mark):
            self._close_container()
            return pos + 1
        if mark in "\"'" or (mark in "{[" and following == AT_VALUE):
            self._state = following  # a missing comma
        elif self._python and mark not in "<:;)":
            self._bare, self._state = BareValue("python"), IN_JUNK  # `+ x`: the value was written already
        elif WORD_START(mark):
            self._state = following
        else:
            self.stuck = True
        return pos

    def _in_junk(self, text: str, pos: int) -> int:
        bare = self._bare
        if bare is not None:
            _, pos = bare.feed(text, pos)
            if bare.done:
                self._bare, self._state = None, AT_AFTER
        return pos


def short_string_end(text: str, pos: int) -> int:
    """Return the place behind the string at `pos`, if it is short, plain and whole; else 0."""
    found = (PLAIN if text[pos] == '"' else PLAIN_SINGLE)(text, pos + 1, pos + SHORT_STRING_MAX)
    return found.end() if found is not None and found.group() == text[pos] else 0
