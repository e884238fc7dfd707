"""What commands have found, as text for people, as JSON, or as annotations of GitHub: the one place that knows how.

In: diagnostics, failing cases, facts of formats. Out: text goes out at once, JSON as one document at the end. An
annotation is a line `::error file=...,line=...,col=...,title=...::message`, which a workflow shows beside the line.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..diagnostics import Diagnostic, Fix, Report, Source, SourceRange, printable, render
from .terminal import complain

if TYPE_CHECKING:
    from ..testing import Failure, PageError

VERSION = 1  # of the JSON


class Form(StrEnum):
    """The ways to print what is found."""

    TEXT = "text"
    JSON = "json"
    GITHUB = "github"


Output = Annotated[
    Form, typer.Option("--output", help="How to print what is found; github: annotations of a workflow.")
]


@dataclass(frozen=True, slots=True)
class Place:
    """Lines and columns from 1; the end is behind the last character."""

    path: str
    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong. `text` is all of it, as people see it."""

    severity: str
    name: str
    message: str
    path: str
    place: Place | None
    text: str
    note: str | None = None
    hints: tuple[dict[str, Any], ...] = ()


NO_SOURCES: Mapping[str, Source] = MappingProxyType({})


def finding(problem: Diagnostic, source: Source, others: Mapping[str, Source] = NO_SOURCES) -> Finding:
    """What a diagnostic says."""
    sources = {source.path: source, **others}
    place = _place(problem.at, sources) if problem.at else None
    hints = tuple(_hint(hint, sources) for hint in problem.hints)
    text = render(problem, source, others)
    path = place.path if place else source.path
    return Finding(problem.severity.value, problem.name, problem.message, path, place, text, problem.note, hints)


def of_case(failure: Failure) -> Finding:
    """What a failing case says, at its heading on the page."""
    case = failure.case
    place = Place(case.path, case.line, 1, case.line, 1)
    message = f"{case.name}: {failure.problem}"
    hints = ({"words": "run it again", "command": failure.command},)
    return Finding("error", "case", message, case.path, place, str(failure), None, hints)


def of_page(problem: PageError) -> Finding:
    """What is wrong with a page."""
    place = Place(problem.path, problem.line, 1, problem.line, 1)
    return Finding("error", "bad-page", problem.problem, problem.path, place, str(problem))


def of_words(path: str, name: str, message: str) -> Finding:
    """A problem of a whole file."""
    return Finding("error", name, message, path, None, message)


def _place(at: SourceRange, sources: Mapping[str, Source]) -> Place:
    source = sources[at.path]
    return Place(at.path, *source.line_col(at.start), *source.line_col(at.end))


def _hint(hint: str | Fix, sources: Mapping[str, Source]) -> dict[str, Any]:
    if isinstance(hint, str):
        return {"words": hint}
    if hint.command is not None:
        return {"words": hint.words, "command": hint.command}
    edits = [{**asdict(_place(edit.at, sources)), "text": edit.text} for edit in hint.edits]
    return {"words": hint.words, "paste": hint.paste(sources), "edits": edits}


@dataclass
class Findings:
    """What one run of a command has found so far, by format."""

    form: Form
    formats: dict[str, dict[str, Any]] = field(default_factory=dict)

    def about(self, format_id: str, **facts: Any) -> None:
        """Note facts of a format, for JSON."""
        self.formats.setdefault(format_id, {"format": format_id, "problems": []}).update(facts)

    def say(self, line: str) -> None:
        """Print a line for people."""
        if self.form is not Form.JSON:
            typer.echo(printable(line))

    def report(self, format_id: str, report: Report, source: Source) -> None:
        """Tell all diagnostics of a report."""
        for problem in report:
            self.tell(format_id, finding(problem, source, report.others))

    def tell(self, format_id: str, found: Finding) -> None:
        """Tell one problem."""
        self.about(format_id)
        self.formats[format_id]["problems"].append(_without_nothing(asdict(found)))
        if self.form is Form.TEXT:
            complain(f"{found.text}\n" if "\n" in found.text else found.text)
        elif self.form is Form.GITHUB:
            typer.echo(_annotation(found))

    def finish(self) -> None:
        """Print the document, if it is one that is wanted."""
        if self.form is Form.JSON:
            document = {"version": VERSION, "formats": [*self.formats.values()]}
            typer.echo(json.dumps(document, ensure_ascii=False, indent=2))


def _without_nothing(found: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in found.items() if value not in (None, ())}


def _annotation(found: Finding) -> str:
    """One line that a workflow of GitHub reads.

    >>> _annotation(Finding("error", "syntax", "a, b: 100%", "x.lark", Place("x.lark", 1, 2, 1, 4), "a\\nb"))
    '::error file=x.lark,line=1,col=2,endLine=1,endColumn=4,title=syntax::a, b: 100%25%0A%0Aa%0Ab'
    """
    where = f"file={_escaped(found.path, ':,')}"
    if found.place:
        at = found.place
        where += f",line={at.line},col={at.column},endLine={at.end_line},endColumn={at.end_column}"
    message = _escaped(f"{found.message}\n\n{found.text}")
    return f"::{found.severity} {where},title={_escaped(found.name, ':,')}::{message}"


def _escaped(text: str, more: str = "") -> str:
    return "".join(f"%{ord(char):02X}" if char in f"%\r\n{more}" else char for char in printable(text, "\r\n"))
