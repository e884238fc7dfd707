"""Write a number too long to be held.

In: the text of one value, known to begin as a number, in pieces. Out: one JSON number.

Promises: linear; blanks before the number are dropped, and whatever stands behind it.
"""

from __future__ import annotations

from typing import Optional

from toolgram.runtime.near_json.escape import PlainSearch
from toolgram.runtime.near_json.scalars import NumberStream
from toolgram.runtime.tables.limits import BLANKS


class NumberWriter:
    """Write one number."""

    __slots__ = ("_number", "work")
    plain: Optional[PlainSearch] = None
    held = 2  # at most: an exponent's letter and sign

    def __init__(self) -> None:
        self._number = NumberStream()
        self.work = 0

    def write(self, text: str) -> str:
        self.work += len(text)
        return self._number.write(text if self._number.seen else text.lstrip(BLANKS))

    def end(self) -> str:
        return self._number.end()
