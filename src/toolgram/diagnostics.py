"""Mistakes of format authors: where they are, what they are, and how to repair them.

In come places (`SourceRange`, character offsets) and words; out goes plain text in the look of a compiler: one line
that editors can jump to, the line of the spec with a caret, then note, example and hint.

Every stage collects `Diagnostic`s in a `Report` and nobody raises for an author's mistake. Only `render` knows how
they look.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from itertools import groupby
from types import MappingProxyType
from typing import TypeAlias

from .fixes import Edit, Fix
from .sources import Source, SourceRange, slice_of
from .spelling import did_you_mean

__all__ = [
    "Diagnostic",
    "Edit",
    "Fix",
    "Report",
    "Severity",
    "Source",
    "SourceRange",
    "did_you_mean",
    "printable",
    "render",
    "slice_of",
]


class Severity(Enum):
    """How bad it is: an error stops the build, a warning does not."""

    ERROR = "error"
    WARNING = "warning"


LINES_MAX = 12  # of what is to be pasted

Hint: TypeAlias = str | Fix


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One mistake, in the words of the spec.

    `example` is a shortest text of a model that shows it; `hint` is what to do, with what to paste, if it is a `Fix`;
    several ones are numbered.
    """

    name: str
    message: str
    at: SourceRange | None
    label: str = ""
    related: tuple[tuple[SourceRange, str], ...] = ()
    example: str | None = None
    hint: Hint | tuple[Hint, ...] | None = None
    note: str | None = None
    severity: Severity = Severity.ERROR

    @property
    def hints(self) -> tuple[Hint, ...]:
        """All hints."""
        return self.hint if isinstance(self.hint, tuple) else (self.hint,) if self.hint is not None else ()

    @property
    def fixes(self) -> tuple[Fix, ...]:
        """Those hints that have something to paste."""
        return tuple(hint for hint in self.hints if isinstance(hint, Fix))


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
    for word, text in (
        ("note", diagnostic.note),
        ("example", diagnostic.example),
        ("hint", _choices(diagnostic.hints, sources)),
    ):
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


def _choices(hints: tuple[Hint, ...], sources: Mapping[str, Source]) -> str:
    shown = ["\n".join(_told(hint, sources)) for hint in hints]
    if len(shown) < 2:
        return "".join(shown)
    return "\n".join(
        ["choose one:", *(f"{i}.  {one.replace(chr(10), chr(10) + 4 * ' ')}" for i, one in enumerate(shown, 1))]
    )


def _told(hint: Hint, sources: Mapping[str, Source]) -> list[str]:
    """The words of a hint, and below them what to paste."""
    if isinstance(hint, str):
        return [hint]
    pasted = hint.paste(sources)
    if len(pasted) > LINES_MAX:
        pasted = [*pasted[:LINES_MAX], f"... and {len(pasted) - LINES_MAX} lines more of the kind"]
    return [f"{hint.words}{':' if pasted else ''}", *pasted] if hint.words else pasted


def _paragraph(word: str, text: str, width: int) -> Iterator[str]:
    """Yield `= word: text`, further lines of the text below its first."""
    opener = " " * (width + 2) + f"= {word}: "
    for i, line in enumerate(text.split("\n")):
        yield (" " * len(opener) if i else opener) + line
