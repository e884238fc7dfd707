"""Scan one value of a known kind out of the model's text: any, an object, an array, a string, or a call's arguments.

In: the raw text in pieces of any size. Out: canonical JSON, as `copier.py` writes it, and whether the value is wrong.

How: the copier does the work; here stands what the outermost value may be. Arguments may come as a string that holds
an object (double-encoded): it is decoded as it arrives and what it holds runs through a scanner of its own.

Promises: those of the copier; nothing written is ever taken back; what is held is at most `HELD_MAX` characters; from
any state, `close` completes what was written to one JSON value.
"""

from __future__ import annotations

import re
from typing import Callable, Optional

from toolgram.runtime.near_json.bare import BareValue
from toolgram.runtime.near_json.copier import ValueCopier
from toolgram.runtime.near_json.escape import PLAIN, PLAIN_SINGLE
from toolgram.runtime.near_json.members import WORD_START
from toolgram.runtime.near_json.strings import STRING_PREFIXES, StringReader

HELD_MAX = 1024
NO_ARGUMENTS = ("null", "None")
WANTED_OPENERS = {"object": "{", "array": "[", "string": "\"'"}


class ValueScanner(ValueCopier):
    """Scan one value; `wants` is any, object, array, string, or arguments (an object in every spelling).

    Where a character cannot continue the value, `stuck` is set: the caller closes the value if a delimiter of its own
    stands there, and skips the character if none does.
    """

    __slots__ = ("_inner", "_wants", "empty", "plain", "wrong")

    def __init__(self, python: bool = False, wants: str = "any") -> None:
        super().__init__(python)
        self._wants = wants  # `wrapped` besides: the content of a string that should be the arguments
        self._inner: Optional[ValueScanner] = None
        self.wrong = False  # it is not what is wanted
        self.empty = False  # there was none
        self.plain: Optional[Callable[[str], Optional[re.Match[str]]]] = None

    @property
    def held(self) -> int:
        """Characters consumed whose output is not written yet."""
        parts = (self._nest, self._reader, self._bare, self._key, self._inner)
        return sum(part.held for part in parts if part is not None)

    def feed(self, text: str, pos: int = 0) -> tuple[str, int]:
        """Return JSON text, and the place of the first character that was not consumed."""
        if self.plain is not None and not pos and self.plain(text) is None:
            self.work += len(text)
            return text, len(text)
        pos = self.copy(text, pos)
        self.plain = self._find_plain()
        return self._nest.take(), pos

    def skip(self, text: str, pos: int) -> int:
        """Drop the character that stands in the way; return the place behind it."""
        self.stuck = False
        return min(pos + 1, len(text))

    def close(self) -> str:
        """End the input; return what makes one value of what was written, nothing if nothing was read."""
        if self.is_over:
            return ""
        self.plain = None
        if not self._nest.kinds and self._reader is None and self._bare is None:
            self.empty = not self._takes_arguments()
            self._nest.put("" if self.empty else "{}")
        self.end()
        return self._nest.take()

    @property
    def whole(self) -> bool:
        """The object inside a string is complete, though the string is not."""
        return self._inner is not None and self._inner.complete

    def _takes_arguments(self) -> bool:
        return self._wants in ("arguments", "wrapped")

    def _find_plain(self) -> Optional[Callable[[str], Optional[re.Match[str]]]]:
        if self._reader is None or not self._nest.clear:
            return None
        outer = self._reader.plain
        if self._inner is None or outer is None:
            return outer
        inner = self._inner.plain
        return inner if inner is None or outer is PLAIN else PLAIN_SINGLE

    # --- what the outermost value may be ----------------------------------------------------------------------------

    def _admit(self, mark: str) -> bool:
        wants = self._wants
        if wants == "any":
            return True
        if self._takes_arguments():
            quoted = wants == "wrapped" and mark in "\"'"  # unwrapped once, not twice
            self.wrong = mark == "[" or (mark == "(" and self._python) or quoted
            muted = self.wrong or WORD_START(mark) is not None
        else:
            muted = wants == "string" and self._python and mark.lower() in STRING_PREFIXES
            self.wrong = mark not in WANTED_OPENERS[wants] and not muted
            if self.wrong:
                self.refuse()
                return False
        if muted:
            self._nest.mute()  # it is read, but not written
        return True

    def _may_be_set(self) -> bool:
        return self._python and (self._wants == "any" or bool(self._nest.kinds))

    def _begin_string(self, prefix: str, pos: int) -> int:
        if self._nest.kinds or self.wrong or self._wants == "any":
            return super()._begin_string(prefix, pos)
        self._nest.unmute()  # Python's prefix was no word
        if self._wants != "arguments":
            return super()._begin_string(prefix, pos)
        self._inner = ValueScanner(wants="wrapped")
        return self.read_string(StringReader(self._python, False, prefix, "<);"), pos)

    def _take_string(self, piece: str) -> None:
        inner, at = self._inner, 0
        if inner is None:
            super()._take_string(piece)
            return
        while at < len(piece) and not inner.done:
            out, at = inner.feed(piece, at)
            self._nest.put(out)
            if inner.stuck:
                at = inner.skip(piece, at)  # no delimiter can stand inside the string

    def _end_string(self, whole: bool, quote: str = '"') -> None:
        inner, self._inner = self._inner, None
        if inner is not None:
            self._nest.put(inner.close())
            self.wrong = inner.wrong
            self.work += inner.work
        super()._end_string(whole, quote if inner is None else "")

    def _end_bare(self, bare: BareValue, half: bool) -> None:
        if not self._nest.kinds and self._wants != "any":
            self.wrong = not self._takes_arguments() or bare.long or bare.text not in NO_ARGUMENTS
            if not self.wrong:
                self._nest.unmute()
                self._nest.put("{}")
                self._nest.mute()
        super()._end_bare(bare, half)
