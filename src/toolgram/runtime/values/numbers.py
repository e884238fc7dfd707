"""Write a number too long to be held.

In: the text of one value, known to begin as a number, in pieces. Out: one JSON number.

Promises: linear; blanks around the number are dropped. Whatever else stands behind it is dropped as well, and said:
`is_lossy`.
"""

from __future__ import annotations

from typing import Optional

from toolgram.runtime.near_json.escape import PlainSearch
from toolgram.runtime.near_json.number_stream import NumberStream
from toolgram.runtime.tables.limits import BLANKS


class NumberWriter:
    """Write one number."""

    __slots__ = ("_is_over", "_number", "is_lossy", "work")
    plain: Optional[PlainSearch] = None
    held = 2  # at most: an exponent's letter and sign

    def __init__(self) -> None:
        self._number = NumberStream()
        self._is_over = False  # a blank has come behind it
        self.is_lossy = False  # something of the text is not in the number, or readers of JSON refuse it
        self.work = 0

    def write(self, text: str) -> str:
        self.work += len(text)
        body = text if self._number.seen or self._is_over else text.lstrip(BLANKS)
        end = min((place for place in map(body.find, BLANKS) if place >= 0), default=len(body))
        out = "" if self._is_over else self._number.write(body[:end])
        self.is_lossy = self.is_lossy or self._number.bad or bool((body if self._is_over else body[end:]).strip(BLANKS))
        self._is_over = self._is_over or end < len(body)
        return out

    def end(self) -> str:
        self.is_lossy = self.is_lossy or not self._number.is_whole
        return self._number.end()
