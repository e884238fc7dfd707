"""What was made for requests, by what they asked for.

In: a key, and how to make what belongs to it. Out: that, made once.

Promise: what failed is tried once, and is None from then on; at most so many are kept.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

Kept = TypeVar("Kept")


class Remembered(Generic[Kept]):
    """Keeps at most `most`; when there are more, all are forgotten."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._known: dict[str, Kept | None] = {}

    def get(self, key: str, make: Callable[[], Kept | None]) -> Kept | None:
        """What belongs to a key. Raises what `make` raises, the first time."""
        if key not in self._known:
            if len(self._known) >= self._most:
                self._known.clear()
            self._known[key] = None
            self._known[key] = make()
        return self._known[key]
