"""A short string that is read in place: a name, an id, a key. It stays in the buffer until it is whole.

In: the buffer, in which the string begins, again and again with more text. Out: its text, when its end has come.

How: one search for the closing quote; a reader of escapes only where there is one.

Promise: each character is looked at twice at most.
"""

from __future__ import annotations

from typing import Optional

from toolgram.runtime.near_json.escape import PLAIN
from toolgram.runtime.near_json.strings import StringReader


class ShortString:
    """A string that begins at `at` of the whole text, and what is known of it."""

    __slots__ = ("_reader", "at", "done", "end", "text", "wrong")

    def __init__(self, at: int) -> None:
        self.at = at
        self._reader: Optional[StringReader] = None
        self.text = ""  # once it is done
        self.end = 0  # of what has been read, from `at` on
        self.done = False
        self.wrong = False  # it is no string

    @property
    def is_plain(self) -> bool:
        """Whether its end has not come, and every character of it stands for itself."""
        return self._reader is None and not self.done

    def read(self, buffer: str, begin: int, most: int) -> None:
        """Read on in the buffer, in which it begins at `begin`, up to `most`; what is done stays as it is."""
        if self.done:
            return
        if self._reader is None and buffer[begin] == '"':
            found = PLAIN(buffer, begin + (self.end or 1), most)
            if found is None:
                self.end = most - begin
                return
            if found.group() == '"':
                self.text, self.end, self.done = buffer[begin + 1 : found.start()], found.end() - begin, True
                return
            self.end = 0
        if self._reader is None:
            self._reader = StringReader()
        text, end = self._reader.feed(buffer[begin + self.end : most])
        self.text += text
        self.end += end
        self.done, self.wrong = self._reader.done, self._reader.wrong
