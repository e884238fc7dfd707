"""Names in order: which of them a text begins with, or may become, at a cost that hardly grows with their number.

In: names, a text. Out: the names.

How: of all names that a text begins with, each but the longest is a beginning of the next longer one, and the longest
is the last name in order that is not behind the text, or a beginning of that. So one bisection finds the last name, and
links lead from each name to the next shorter one that it begins with.

    a   a.b   a.c   b        the text `a.bc` stands behind `a.b`, and begins with it and with `a`

Promise: a question costs one bisection, and a step for each name on the way, of which there are at most as many as the
last name has characters.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import Dict, Iterable, Iterator, List, Optional

HEAD_CHARS_MAX = 4  # of names that are compared first


class SortedNames:
    """Some names, put in order once."""

    __slots__ = ("_head_chars", "_heads", "_names", "_shorter")

    def __init__(self, names: Iterable[str]) -> None:
        self._names = sorted(set(names))
        self._head_chars = min(HEAD_CHARS_MAX, min(map(len, self._names), default=0))
        self._heads = frozenset(name[: self._head_chars] for name in self._names)
        self._shorter: Dict[str, Optional[str]] = {}  # a name -> the longest other that it begins with
        open_names: List[str] = []
        for name in self._names:
            while open_names and not name.startswith(open_names[-1]):
                open_names.pop()
            self._shorter[name] = open_names[-1] if open_names else None
            open_names.append(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __bool__(self) -> bool:
        return bool(self._names)

    def may_begin(self, text: str, at: int) -> bool:
        """Whether the first characters at a place of a text are those of some name: what nearly all are not."""
        return text[at : at + self._head_chars] in self._heads

    def any_begins_with(self, text: str) -> bool:
        """Whether a text is the beginning of some name, or all of it."""
        return self._begins_at(bisect_left(self._names, text), text)

    def any_goes_on_from(self, text: str) -> bool:
        """Whether a text is the beginning of some name, and not all of it."""
        return self._begins_at(bisect_right(self._names, text), text)

    def _begins_at(self, place: int, text: str) -> bool:
        return place < len(self._names) and self._names[place].startswith(text)

    def beginnings_of(self, text: str) -> Iterator[str]:
        """Yield the names that a text begins with, the longest first."""
        place = bisect_right(self._names, text)
        name = self._names[place - 1] if place else None
        while name is not None:
            if text.startswith(name):
                yield name
            name = self._shorter[name]
