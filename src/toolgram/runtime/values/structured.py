"""Write the object, the array or the quoted string that the text of one argument begins with.

In: the text in pieces. Out: one JSON value.

Promises: all `write`s and `end` joined are one JSON value, the same for every split; `plain` finds nothing in text
that `write` would return unchanged.
"""

from __future__ import annotations

from typing import Optional

from toolgram.runtime.near_json.escape import PlainSearch
from toolgram.runtime.near_json.scan import ValueScanner
from toolgram.runtime.tables.limits import BLANKS


class ScanWriter:
    """Write the first structured value of the text; nothing in it is a delimiter, so that junk is skipped.

    `depth` is how many containers are open around the value.
    """

    __slots__ = ("_scanner", "_skips")

    def __init__(self, python: bool, depth: int = 0) -> None:
        self._scanner = ValueScanner(python=python, depth=depth)
        self._skips = False  # something was skipped

    @property
    def is_lossy(self) -> bool:
        """Something of the text is not in the value."""
        return self._skips or self._scanner.lossy

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
                at, self._skips = scanner.skip(text, at), True
            out, at = scanner.feed(text, at)
            parts.append(out)
        self._skips = self._skips or bool(text[at:].strip(BLANKS))
        return "".join(parts)

    def end(self) -> str:
        return self._scanner.close()
