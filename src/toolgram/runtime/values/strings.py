"""Write the text of one value as a JSON string.

In: the text, in pieces. Out: a JSON string of exactly that text, its blanks included.

Promises: every piece goes out at once; `plain` finds nothing in text that `write` would return unchanged.
"""

from __future__ import annotations

from typing import Optional

from toolgram.runtime.near_json.escape import PLAIN, PlainSearch, escape


class StringWriter:
    """Write text as a JSON string."""

    __slots__ = ("_open", "plain", "work")
    is_lossy = False
    is_mended = False
    held = 0

    def __init__(self, *, is_open: bool = False) -> None:
        self._open = is_open
        self.plain: Optional[PlainSearch] = PLAIN if is_open else None
        self.work = 0

    def write(self, text: str) -> str:
        self.work += len(text)
        if self._open:
            return escape(text)
        if not text:
            return ""
        self._open, self.plain = True, PLAIN
        return '"' + escape(text)

    def end(self) -> str:
        self.plain = None
        return '"' if self._open else '""'
