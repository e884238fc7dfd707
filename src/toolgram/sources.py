"""Texts of specs, and places in them. Only `Source` knows about lines and columns (both from 1, and only here)."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True)
class Source:
    """The text of one spec, and the path to show for it."""

    path: str
    text: str

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *(i + 1 for i, char in enumerate(self.text) if char == "\n")]

    def line_col(self, offset: int) -> tuple[int, int]:
        """Return line and column of a character, both from 1."""
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    def line_range(self, line: int) -> tuple[int, int]:
        """Return start and end of a line (from 1), without its line break."""
        start = self._starts[line - 1]
        end = self.text.find("\n", start)
        return start, len(self.text) if end < 0 else end - self.text[start:end].endswith("\r")

    def line(self, line: int) -> str:
        """Return the text of a line (from 1), without its line break."""
        return slice_of(self.text, self.line_range(line))

    def range(self, start: int, end: int) -> SourceRange:
        """Return the place of a part of this text."""
        return SourceRange(self.path, start, end)


def slice_of(text: str, bounds: tuple[int, int]) -> str:
    """Return the part of a text between two offsets."""
    return text[bounds[0] : bounds[1]]


@dataclass(frozen=True, slots=True, order=True)
class SourceRange:
    """A place in a source: characters from 0, the end not included."""

    path: str
    start: int
    end: int

    def to(self, other: SourceRange) -> SourceRange:
        """Return the range from the start of this one to the end of the other."""
        return SourceRange(self.path, self.start, other.end)
