"""The way of a call's arguments out: nothing goes out before the call is announced.

In: JSON text, and the moment at which the call is known. Out: `CallStart`, the text on the call's channel, `CallEnd`.

Promise: an incomplete call has some arguments. Clients read none as an empty object, and run the call with it.
"""

from __future__ import annotations

from typing import List, Optional

from toolgram.runtime.core.output import Output
from toolgram.runtime.events import CallEnd, CallStart

UNFINISHED = "{"  # the arguments of a call of which nothing but the name has come


class Channel:
    """Where one call is written."""

    __slots__ = ("_output", "_waiting", "index", "is_empty", "is_open")

    def __init__(self, output: Output, index: int) -> None:
        self.index = index
        self.is_open = False
        self.is_empty = True  # nothing has been written
        self._output = output
        self._waiting: List[str] = []

    @property
    def held_chars(self) -> int:
        """Characters that wait for the announcement."""
        return sum(map(len, self._waiting))

    def open(self, name: str, call_id: Optional[str]) -> None:
        """Announce the call: from here on it is one."""
        self.is_open = True
        self._output.add(CallStart(self.index, name, call_id))
        for text in self._waiting:
            self._output.write(self.index, text)
        self._waiting = []

    def go_on(self, *, is_empty: bool) -> None:
        """The call has been announced, and something has been written of it, by somebody else."""
        self.is_open, self.is_empty = True, is_empty

    def write(self, text: str) -> None:
        """Write JSON text of the arguments."""
        self.is_empty = self.is_empty and not text
        if self.is_open:
            self._output.write(self.index, text)
        else:
            self._waiting.append(text)

    def close(self, *, complete: bool) -> None:
        """No more comes of the call."""
        if self.is_empty and not complete:
            self.write(UNFINISHED)
        self._output.add(CallEnd(self.index, complete))
        self._output.message.after_call = True
