"""Text that is kept in pieces while it is undecided what it is.

In: pieces. Out: all of them as one text. Joined once, so that many small pieces cost no more than a large one.
"""

from __future__ import annotations

from typing import List


class HeldText:
    """One text that grows; `size` is its length."""

    __slots__ = ("_pieces", "size")

    def __init__(self) -> None:
        self._pieces: List[str] = []
        self.size = 0

    def add(self, piece: str) -> None:
        if piece:
            self._pieces.append(piece)
            self.size += len(piece)

    def text(self) -> str:
        """Return the text, and keep it."""
        text = self.take()
        self.add(text)
        return text

    def take(self) -> str:
        """Return the text, and keep nothing."""
        text = "".join(self._pieces)
        self._pieces.clear()
        self.size = 0
        return text
