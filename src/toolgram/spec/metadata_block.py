"""Where the metadata of a spec stands: the lines between `# /// format` and `# ///` in the leading comments."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..sources import Source, SourceRange

OPENER, CLOSER = "# /// format", "# ///"
# Lines that were meant as one of them: another comment mark, other blanks, more or fewer strokes, another word.
LIKE_OPENER = re.compile(r"^[ \t]*((?:#+|//|)[ \t]*/{2,4}[ \t]*\[?format\w*\]?)[ \t]*$", re.MULTILINE | re.IGNORECASE)
LIKE_CLOSER = re.compile(
    r"^[ \t]*((?:#+|//|)[ \t]*/{2,4}(?:[ \t]*(?:end|format))?)[ \t]*$", re.MULTILINE | re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Block:
    """The lines between `# /// format` and `# ///`, and where each stands."""

    source: Source
    at: SourceRange
    lines: tuple[tuple[int, str], ...]
    closed: bool

    @property
    def toml(self) -> str:
        """The text without the comment marks."""
        return "".join(f"{text}\n" for _, text in self.lines)

    def line_at(self, number: int) -> SourceRange:
        """Return the place of a line of the TOML text, from 1; behind the last line it is the last one."""
        if not self.lines:
            return self.at
        offset, text = self.lines[min(number, len(self.lines)) - 1]
        blanks = len(text) - len(text.lstrip())
        return self.source.range(offset + blanks, offset + max(len(text), blanks))

    def key_at(self, key: str) -> SourceRange:
        """Return the place of a key, or of the block's first line."""
        for offset, text in self.lines:
            if found := re.match(rf"\s*(\"?{re.escape(key)}\"?)\s*[.=]", text):
                return self.source.range(offset + found.start(1), offset + found.end(1))
        return self.at


def find_block(source: Source) -> Block | None:
    """Find the block in the comments before the first statement."""
    offset, opened = 0, None
    lines: list[tuple[int, str]] = []
    for line in source.text.splitlines(keepends=True):
        text = line.rstrip()
        if opened and text == CLOSER:
            return Block(source, opened, tuple(lines), closed=True)
        if text and not text.startswith(("#", "//")):
            break
        if opened and text.startswith("#"):
            skipped = 2 if text.startswith("# ") else 1
            lines.append((offset + skipped, text[skipped:]))
        elif text == OPENER:
            opened = source.range(offset, offset + len(text))
        offset += len(line)
    return Block(source, opened, tuple(lines), closed=False) if opened else None
