"""A section of calls that is written a second time: a model's habit, known by its text alone.

In: the source of a section as it is read, and the text behind it. Out: how far that text repeats the section.

    <calls>[f(a=1)]</calls>[f(a=1)]</calls>Done.      what stands between the calls and `Done.` is dropped

Promises: a section of more than `ECHO_MAX` characters has no echo, so that no more than that is ever held for one; what
differs from the section in any character is text like any other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Callable, List, Optional

from toolgram.runtime.core.guards import NO, WAIT, YES, skip_blanks
from toolgram.runtime.events import Event
from toolgram.runtime.tables.limits import BLANKS, BLANKS_MAX
from toolgram.runtime.tables.machine import Edge

if TYPE_CHECKING:
    from toolgram.runtime.parser import Parser

ECHO_MAX = 4096  # characters of a section, its end included


class Echo:
    """The source of the section being read, and of the last one that was whole."""

    __slots__ = ("_closer", "_parts", "_seen", "_size", "is_recording", "text")

    def __init__(self) -> None:
        self.is_recording = False
        self.text = ""  # what may come again: of the last section, from behind its opener to its end
        self._closer: Optional[Edge] = None
        self._parts: List[str] = []
        self._size = 0
        self._seen = 0  # how much of it has come again

    def begin(self) -> None:
        """A section begins here."""
        self.forget()
        self.is_recording = True

    def note(self, text: str) -> None:
        """Source of the section has been read."""
        self._size += len(text)
        if self._size <= ECHO_MAX:
            self._parts.append(text)

    def noted(self, delta: Callable[[str], Event], text: str) -> Event:
        """Make a delta of source that has been read elsewhere."""
        if self.is_recording:
            self.note(text)
        return delta(text)

    def end(self, closer: Edge) -> None:
        """The section has ended with a delimiter: what comes next may be its echo."""
        text = "".join(self._parts).lstrip(BLANKS) if self._size <= ECHO_MAX and not closer.peek else ""
        self.forget()
        self.text, self._closer = text, closer

    def forget(self) -> None:
        """There is no section, or no echo of it."""
        self.is_recording = False
        self.text = ""
        self._parts = []
        self._size = self._seen = 0

    def skip(self, parser: Parser) -> int:
        """Consume the echo that stands here: YES when one stood, WAIT when more text decides."""
        buffer = parser.buffer
        at = skip_blanks(buffer, parser.position)
        parser.work += 1
        known = at + self._seen
        more = buffer[known : at + len(self.text)]
        parser.work += len(more)
        if at - parser.position == BLANKS_MAX or not self.text.startswith(more, self._seen):
            self.forget()
            return NO
        self._seen += len(more)
        if self._seen < len(self.text):
            if not parser.final:
                return WAIT
            self.forget()
            return NO
        end, self._seen = at + len(self.text), 0
        if self._closer is not None and not parser.is_real(self._closer, end - len(self._closer.literal)):
            self.forget()
            return NO
        parser.spend("blanks", at)
        parser.spend("skipped", end)
        return YES
