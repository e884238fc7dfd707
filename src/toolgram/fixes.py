"""Ways to repair a mistake: what to paste, and where.

What an author is shown is made of the edits themselves, so that it cannot say anything else than what they do.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .sources import Source, SourceRange


@dataclass(frozen=True, slots=True)
class Edit:
    """One change of a source: the text that comes in the place of another."""

    at: SourceRange
    text: str


@dataclass(frozen=True, slots=True)
class Fix:
    """A way to repair a mistake: words, and what to paste. That is the lines that `edits` change, or a command."""

    words: str
    edits: tuple[Edit, ...] = ()
    command: str | None = None

    @property
    def path(self) -> str:
        """The path of the file that is changed."""
        return self.edits[0].at.path if self.edits else ""

    def applied(self, text: str) -> str:
        """Return the text of the spec with the edits in it."""
        for edit in sorted(self.edits, key=_place, reverse=True):
            text = text[: edit.at.start] + edit.text + text[edit.at.end :]
        return text

    def paste(self, sources: Mapping[str, Source]) -> list[str]:
        """Return what to paste: the lines that the edits make."""
        if self.command is not None:
            return [self.command]
        source = sources.get(self.path)
        return _made(source.text, self) if source is not None else []


def _place(edit: Edit) -> tuple[int, int]:
    return edit.at.start, edit.at.end


def _made(text: str, fix: Fix) -> list[str]:
    """The lines of the repaired text that edits have a part in; a line that is deleted is none."""
    repaired, shift = fix.applied(text), 0
    wanted: dict[int, None] = {}
    for edit in sorted(fix.edits, key=_place):
        start = edit.at.start + shift
        made = edit.text
        shift += len(made) - (edit.at.end - edit.at.start)
        at_margin = not edit.at.start or text[edit.at.start - 1] == "\n"
        if at_margin and not made and text[: edit.at.end].endswith("\n"):
            continue
        first = repaired.count("\n", 0, start) + len(made) - len(made.lstrip("\n"))
        last = repaired.count("\n", 0, start + len(made.rstrip("\n")))
        wanted |= dict.fromkeys(range(first, last + 1))
    lines = repaired.split("\n")
    return [lines[number] for number in wanted if lines[number].strip()]
