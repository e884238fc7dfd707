"""The comment between a spec's metadata and its rules: the texts that it shows, as a model writes them.

In: the text of a spec. Out: the lines of the comment, or its paragraphs with the places where they stand.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

METADATA_END = "# ///"


@dataclass(frozen=True, slots=True)
class ShownText:
    """A paragraph of the comment. `start`, `end`: where its first line stands in the spec, in characters."""

    text: str
    start: int
    end: int


def sample_of(text: str) -> Iterator[str]:
    r"""Yield the lines of the comment behind the metadata block.

    >>> list(sample_of("# /// format\n# ///\n//\n// <call>\n//   x\nstart: x"))
    ['<call>', '  x']
    """
    found = [line for line, _ in _lines(text)]
    while found and not found[-1]:
        found.pop()
    while found and not found[0]:
        found.pop(0)
    yield from found


def shown_texts(text: str) -> Iterator[ShownText]:
    r"""Yield the paragraphs of the comment, which empty lines part.

    >>> [one.text for one in shown_texts("# /// format\n# ///\n//\n// <a>\n// x\n//\n// <b>\nstart: x")]
    ['<a>\nx', '<b>']
    """
    for is_text, lines in groupby(_lines(text), lambda line: bool(line[0])):
        if is_text:
            (first, start), *more = lines
            yield ShownText("\n".join([first, *(line for line, _ in more)]), start, start + len(first))


def _lines(text: str) -> Iterator[tuple[str, int]]:
    """The lines of the comment without their marks, and where each begins."""
    at, is_behind = 0, False
    for full in text.splitlines(keepends=True):
        line, begin = full.rstrip(), at
        at += len(full)
        if not is_behind:
            is_behind = line == METADATA_END
        elif line and not line.startswith(("//", "#")):
            return
        else:
            mark = 2 if line.startswith("//") else 1
            shown = line[mark:].removeprefix(" ")
            yield shown, begin + len(line) - len(shown)
