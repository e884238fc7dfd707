"""The citation being read: where its text begins, and the text so far.

In: the pieces of a text as they are written, with the place of each. Out: the cited part of it.

Promises: no text waits for a citation; what is kept of one is at most `CITED_MAX` characters, a longer one is none.
"""

from __future__ import annotations

from typing import List

from toolgram.runtime.tables.limits import CITED_MAX, SOURCE_MAX


class CitedText:
    """What has come of a text since a citation was opened in it."""

    __slots__ = ("_parts", "channel", "size", "start")

    def __init__(self, channel: int, start: int) -> None:
        self.channel = channel
        self.start = start
        self.size = 0
        self._parts: List[str] = []

    def add(self, text: str, at: int) -> bool:
        """Take a piece that stands at a place of the text; False when it is too much for a citation.

        A piece may begin before the citation: blanks that waited for more text come with it.
        """
        part = text[max(self.start - at, 0) :]
        self._parts.append(part)
        self.size += len(part)
        return self.size <= CITED_MAX

    def text(self) -> str:
        return "".join(self._parts)


def is_source(text: str) -> bool:
    """Whether a text can be the source of a citation, or the beginning of one."""
    return len(text) <= SOURCE_MAX and "\n" not in text and "\r" not in text
