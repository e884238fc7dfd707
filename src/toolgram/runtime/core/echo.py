"""A section of calls that is written a second time: a model's habit, known by its text alone.

In: the source of a section, which a recording keeps. Out: what the text behind the section is compared with.

    <calls>[f(a=1)]</calls>[f(a=1)]</calls>Done.      what stands between the calls and `Done.` is dropped

The machine of a format with `echo = "drop"` has a state of kind `echo` behind each section (steps/echo.py).

Promises: a section of more than `ECHO_MAX` characters has no echo, so that no more than that is ever held for one; what
differs from the section in any character is text like any other.
"""

from __future__ import annotations

from typing import Optional

from toolgram.runtime.core.text import Recording, Text
from toolgram.runtime.tables.limits import BLANKS, ECHO_MAX


class SectionSource(Recording):
    """The source of a section, as long as it may have an echo."""

    __slots__ = ("chars",)

    def __init__(self, begin: int) -> None:
        super().__init__(begin)
        self.chars = 0

    def keep(self, source: str) -> None:
        self.chars += len(source)
        if self.chars <= ECHO_MAX:
            super().keep(source)
        self.begin = 0


class Echo:
    """The section being read, and the text of the last one that was whole."""

    __slots__ = ("_section", "closer", "seen", "text")

    def __init__(self) -> None:
        self._section: Optional[SectionSource] = None
        self.text = ""  # what may come again: of the last section, from behind its opener to its end
        self.closer = ""  # the delimiter at its end
        self.seen = 0  # how many of its characters have come again

    def begin(self, text: Text) -> None:
        """A section begins here."""
        self.forget(text)
        self._section = SectionSource(text.position)
        text.recordings.append(self._section)

    def end(self, text: Text, closer: str) -> None:
        """The section has ended with a delimiter: what comes next may be its echo."""
        section = self._section
        self.forget(text)
        if section is not None:
            section.keep(text.buffer[section.begin : text.position])
            self.text, self.closer = section.kept.lstrip(BLANKS) if section.chars <= ECHO_MAX else "", closer

    def forget(self, text: Text) -> None:
        """There is no section, or no echo of it."""
        if self._section is not None:
            text.recordings.remove(self._section)
        self._section = None
        self.text, self.seen = "", 0
