"""Arguments that come as one object, while nothing of them has come but brackets: they may turn out to be no object.

In: the source of an object and the JSON that was made of it, in pieces, side by side. Out: what may be written of it.

    source                 JSON made of it     what goes out
    `{"city": "Rome"}`     the same            the same; its `{` waits for the key
    `{}`, `null`           `{}`                `{}`
    `{not json}`           `{}`                nothing: what stood in the brackets must not be lost in silence

Promise: at most one bracket is held.
"""

from __future__ import annotations

from typing import Optional

from toolgram.runtime.tables.limits import BLANKS

NO_ARGUMENTS = ("", "null", "None")  # what may stand between the brackets or the quotes of no arguments
SEEN_MAX = 16


class HalfObject:
    """The beginning of one object, up to its first key."""

    __slots__ = ("_json", "_seen", "is_over")

    def __init__(self) -> None:
        self.is_over = False  # a key has come
        self._json = ""
        self._seen = ""  # of the source, without blanks

    @property
    def held(self) -> int:
        return 0 if self.is_over else len(self._json)

    def write(self, source: str, json: str) -> str:
        """Take more; return what goes out."""
        if self.is_over:
            return json
        room = SEEN_MAX - len(self._seen)
        self._seen += "".join(source.split(None, SEEN_MAX)[:SEEN_MAX])[:room] if room > 0 else ""
        self._json += json
        self.is_over = self._json not in ("", "{", "{}")
        return self._json if self.is_over else ""

    def end(self) -> Optional[str]:
        """What is left; None: the brackets held something, and none of it is an argument."""
        if self.is_over:
            return ""
        return self._json if self._seen.strip("{}\"'," + BLANKS) in NO_ARGUMENTS else None
