"""How a call would begin inside a value: what is looked for where a value may hold a whole example of a call.

In: the delimiters of a call, as the tables have them. Out: whether the first of them may stand at a place.
"""

from __future__ import annotations

from typing import Iterable, Tuple


class Nest:
    """How a call would begin inside a value: delimiters up to its name, what ends the name, what closes the call."""

    __slots__ = ("closer", "path", "until")

    def __init__(self, path: Iterable[str], until: Iterable[str], closer: str) -> None:
        self.path: Tuple[str, ...] = tuple(path)
        self.until: Tuple[str, ...] = tuple(until)
        self.closer = closer

    def may_begin(self, text: str, at: int) -> bool:
        """Whether its first delimiter stands at a place of a text, or is cut off there: what nearly nowhere is so."""
        first = self.path[0]
        return first.startswith(text[at : at + len(first)])
