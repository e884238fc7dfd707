"""Mistakes of format authors: where they are, what they are, and how to repair them.

In come places (`SourceRange`, character offsets) and words; out goes plain text in the look of a compiler: one line
that editors can jump to, the line of the spec with a caret, then note, example and hint.

Every stage collects `Diagnostic`s in a `Report` and nobody raises for an author's mistake. Only `render` knows how
they look; only `Source` knows about lines and columns (both from 1, and only here).
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from itertools import groupby
from types import MappingProxyType

WORD_MAX = 100  # characters of a word for which a similar one is looked for


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


class Severity(Enum):
    """How bad it is: an error stops the build, a warning does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One mistake, in the words of the spec.

    `example` is a shortest text of a model that shows it; `hint` is text to paste, several ones are numbered.
    """

    name: str
    message: str
    at: SourceRange | None
    label: str = ""
    related: tuple[tuple[SourceRange, str], ...] = ()
    example: str | None = None
    hint: str | tuple[str, ...] | None = None
    note: str | None = None
    severity: Severity = Severity.ERROR


def _by_place(diagnostic: Diagnostic) -> tuple[str, int, int]:
    at = diagnostic.at
    return (at.path, at.start, at.end) if at else ("", -1, -1)


@dataclass
class Report:
    """What the stages found, in the order of the source. `others`: further sources that places may be in, by path."""

    diagnostics: list[Diagnostic] = field(default_factory=list)
    others: dict[str, Source] = field(default_factory=dict)
    _known: set[Diagnostic] = field(default_factory=set, init=False, repr=False)

    def __post_init__(self) -> None:
        self._known.update(self.diagnostics)

    def __iter__(self) -> Iterator[Diagnostic]:
        return iter(sorted(self.diagnostics, key=_by_place))

    def __len__(self) -> int:
        return len(self.diagnostics)

    def add(self, diagnostic: Diagnostic) -> None:
        """Add one diagnostic, once."""
        if diagnostic not in self._known:
            self._known.add(diagnostic)
            self.diagnostics.append(diagnostic)

    def extend(self, diagnostics: Iterable[Diagnostic]) -> None:
        """Add diagnostics, or those of another report."""
        if isinstance(diagnostics, Report):
            self.others |= diagnostics.others
        for diagnostic in diagnostics:
            self.add(diagnostic)

    @property
    def errors(self) -> list[Diagnostic]:
        """The errors, sorted by place."""
        return [d for d in self if d.severity is Severity.ERROR]

    @property
    def warnings(self) -> list[Diagnostic]:
        """The warnings, sorted by place."""
        return [d for d in self if d.severity is Severity.WARNING]

    @property
    def ok(self) -> bool:
        """True when nothing stops the build."""
        return not self.errors

    def render(self, source: Source) -> str:
        """Return all diagnostics as text, an empty line between two."""
        return "\n\n".join(render(diagnostic, source, self.others) for diagnostic in self)


def render(diagnostic: Diagnostic, source: Source, others: Mapping[str, Source] = MappingProxyType({})) -> str:
    """Return a diagnostic as the text shown to a format author, without a line break at its end."""
    at = diagnostic.at
    source = others.get(at.path, source) if at else source
    lines = [_headline(diagnostic, source)]
    marks = [(at, "^", label) for at, label in [(diagnostic.at, diagnostic.label)] if at]
    marks += [(at, "-", label) for at, label in diagnostic.related]
    sources = {source.path: source, **others}
    width = max([2, *(len(str(sources.get(at.path, source).line_col(at.start)[0])) for at, _, _ in marks)])
    for path, group in groupby(marks, key=lambda mark: mark[0].path):
        part = list(group)
        if path != marks[0][0].path:
            line, column = sources.get(path, source).line_col(part[0][0].start)
            lines.append(f"{' ' * (width + 1)}--> {path}:{line}:{column}")
        lines += _marked_lines(part, sources.get(path, source), width)
    for word, text in (("note", diagnostic.note), ("example", diagnostic.example), ("hint", _choices(diagnostic.hint))):
        if text:
            lines += _paragraph(word, text, width)
    return "\n".join(printable(line, "\t").rstrip() for line in lines)


def printable(text: str, besides: str = "") -> str:
    r"""Return a text that neither moves nor hides anything where it is shown: what is not printable as its escape.

    >>> printable("a\x1b[2Jb\u202e c")
    'a\\x1b[2Jb\\u202e c'
    """
    if text.isprintable():
        return text
    shown = (char if char.isprintable() or char in besides else char.encode("unicode_escape") for char in text)
    return "".join(char if isinstance(char, str) else char.decode("ascii") for char in shown)


def _headline(diagnostic: Diagnostic, source: Source) -> str:
    place = source.path
    if diagnostic.at:
        line, column = source.line_col(diagnostic.at.start)
        place = f"{diagnostic.at.path}:{line}:{column}"
    return f"{place}: {diagnostic.severity.value}[{diagnostic.name}]: {diagnostic.message}"


def _marked_lines(marks: list[tuple[SourceRange, str, str]], source: Source, width: int) -> Iterator[str]:
    """Yield each marked line of the source once for neighbouring marks, then the marks under it."""
    gutter = " " * (width + 2) + "|"
    shown = 0
    for at, mark, label in marks:
        line, column = source.line_col(at.start)
        text = source.line(line)
        if line != shown:
            yield gutter
            yield f" {line:>{width}} | {text}"
            shown = line
        before, marked = text[: column - 1], text[column - 1 : column - 1 + at.end - at.start]
        pad = "".join(char if char == "\t" else " " * _columns(char) for char in before)
        yield f"{gutter} {pad}{mark * max(1, sum(map(_columns, marked)))} {label}"


def _columns(char: str) -> int:
    """Return how wide a terminal shows a character: fullwidth bars of DeepSeek's tags take two columns."""
    return 2 if unicodedata.east_asian_width(char) in "WF" else len(printable(char, "\t"))


def _choices(hint: str | tuple[str, ...] | None) -> str | None:
    if hint is None or isinstance(hint, str):
        return hint
    if len(hint) == 1:
        return hint[0]
    return "\n".join(["choose one:", *(f"{i}.  {text}" for i, text in enumerate(hint, 1))])


def _paragraph(word: str, text: str, width: int) -> Iterator[str]:
    """Yield `= word: text`, further lines of the text below its first."""
    opener = " " * (width + 2) + f"= {word}: "
    for i, line in enumerate(text.split("\n")):
        yield (" " * len(opener) if i else opener) + line


def did_you_mean(word: str, known: Iterable[str]) -> str | None:
    """Return the known word nearest to a misspelt one: at most two edits away, one for words of up to four letters."""
    limit = 2 if len(word) > 4 else 1
    near = (other for other in known if other != word and abs(len(other) - len(word)) <= limit)
    ranked = sorted((edit_distance(word, other), other) for other in near if len(word) <= WORD_MAX)
    return ranked[0][1] if ranked and ranked[0][0] <= limit else None


def edit_distance(a: str, b: str) -> int:
    """Count the letters to insert, delete, replace or swap with a neighbour to get from one word to the other.

    >>> edit_distance("functoin", "function"), edit_distance("nmae", "name")
    (1, 1)
    """
    two_up: list[int] = []
    above = list(range(len(b) + 1))
    for i, char in enumerate(a):
        row = [i + 1]
        for j, other in enumerate(b):
            cost = min(above[j + 1] + 1, row[j] + 1, above[j] + (char != other))
            if i and j and char == b[j - 1] and a[i - 1] == other:
                cost = min(cost, two_up[j - 1] + 1)
            row.append(cost)
        two_up, above = above, row
    return above[-1]
