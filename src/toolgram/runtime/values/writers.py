"""Write the text of one argument as JSON where its kind is certain: a structured value, a number of any length.

In: the text in pieces. Out: one JSON value.

Promises: all `write`s and `end` joined are one JSON value, the same for every split; `plain` finds nothing in text
that `write` would return unchanged.
"""

from __future__ import annotations

import re
from typing import Callable, Optional

from toolgram.runtime.near_json.scalars import NumberStream
from toolgram.runtime.near_json.scan import ValueScanner

PlainSearch = Callable[[str], Optional["re.Match[str]"]]


class ScanWriter:
    """Write the first structured value of the text; nothing in it is a delimiter, so that junk is skipped."""

    __slots__ = ("_scanner",)

    def __init__(self, python: bool) -> None:
        self._scanner = ValueScanner(python=python)

    @property
    def plain(self) -> Optional[PlainSearch]:
        return self._scanner.plain

    @property
    def held(self) -> int:
        return self._scanner.held

    @property
    def work(self) -> int:
        return self._scanner.work

    @property
    def whole(self) -> bool:
        """The value has ended by itself."""
        return self._scanner.complete

    def write(self, text: str) -> str:
        scanner = self._scanner
        out, at = scanner.feed(text)
        if at == len(text):
            return out
        parts = [out]
        while at < len(text) and not scanner.done:
            if scanner.stuck:
                at = scanner.skip(text, at)
            out, at = scanner.feed(text, at)
            parts.append(out)
        return "".join(parts)

    def end(self) -> str:
        return self._scanner.close()


class NumberWriter:
    """Write a number too long to be held; blanks before it are dropped, and whatever stands behind it."""

    __slots__ = ("_number", "work")
    plain: Optional[PlainSearch] = None
    held = 2  # at most: an exponent's letter and sign

    def __init__(self) -> None:
        self._number = NumberStream()
        self.work = 0

    def write(self, text: str) -> str:
        self.work += len(text)
        return self._number.write(text if self._number.seen else text.lstrip(" \t\n\r"))

    def end(self) -> str:
        return self._number.end()
