"""Where examples of calls begin and end whose special tokens are only spelled: see Note [spelled tokens] in spelled.py.

In: places of the text, in any order. Out: whether one of them lies in an example.

Promise: these are facts of the text, by places that are counted from its beginning; they stay true when text is given
back, and the order in which they are found changes nothing.
"""

from __future__ import annotations

from typing import Dict

MARKS_MAX = 64  # then those are forgotten that count no more


class ExamplesSeen:
    """The places where examples were opened or closed, as far as they may count."""

    __slots__ = ("_opens",)

    def __init__(self) -> None:
        self._opens: Dict[int, bool] = {}

    def note(self, place: int, base: int, *, opens: bool) -> None:
        """Note that an example begins or ends at a place; nobody asks for a place before `base` any more."""
        self._opens[place] = opens
        if len(self._opens) > MARKS_MAX:
            last = max((known for known in self._opens if known < base), default=base)
            self._opens = {known: opens for known, opens in self._opens.items() if known >= last}

    def hold(self, place: int) -> bool:
        """Whether a place lies in an example."""
        before = [known for known in self._opens if known < place]
        return bool(before) and self._opens[max(before)]
