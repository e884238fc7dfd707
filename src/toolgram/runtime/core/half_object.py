"""Arguments that come as one object: what may not go out yet of its beginning and of its end.

While nothing has come but brackets, they may turn out to be no object. And what stands behind the object may show that
it was not all of the arguments: its last bracket waits for the end of the call.

In: the source of an object and the JSON that was made of it, in pieces, side by side. Out: what may be written of it.

    source                 JSON made of it     what goes out
    `{"city": "Rome"}`     the same            the same; its `{` waits for the key, its `}` is what is left
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
    """The brackets around one object."""

    __slots__ = ("_json", "_seen", "is_over")

    def __init__(self) -> None:
        self.is_over = False  # a key has come
        self._json = ""
        self._seen = ""  # of the source, without blanks

    @property
    def held(self) -> int:
        return len(self._json)

    def write(self, source: str, json: str, *, is_last: bool) -> str:
        """Take more, or the last of it; return what goes out."""
        json = self._json + json
        if self.is_over:
            return self._without_last(json) if is_last else json
        room = SEEN_MAX - len(self._seen)
        self._seen += "".join(source.split(None, SEEN_MAX)[:SEEN_MAX])[:room] if room > 0 else ""
        self._json = json
        self.is_over = json not in ("", "{", "{}")
        if not self.is_over:
            return ""
        self._json = ""
        return self._without_last(json) if is_last else json

    def _without_last(self, json: str) -> str:
        """What may go out of the end: all but the last bracket."""
        self._json = "}" if json.endswith("}") else ""
        return json[:-1] if self._json else json

    def end(self) -> Optional[str]:
        """What is left; None: the brackets held something, and none of it is an argument."""
        if self.is_over:
            return self._json
        return self._json if self._seen.strip("{}\"'," + BLANKS) in NO_ARGUMENTS else None
