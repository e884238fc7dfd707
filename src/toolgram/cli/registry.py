"""`toolgram list` and `toolgram show`: which formats there are, and what one of them is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from ..diagnostics import printable
from ..registry import format_paths, metadata_of, shown_path
from ..runtime.tables.suffix import SUFFIX_PLACE
from .inputs import ERRORS, complain, files, find_spec

if TYPE_CHECKING:
    from ..spec.metadata import BeginsInside
    from ..targets.subject import Subject


def list_formats() -> None:
    """List the formats: id, title, aliases."""
    rows = []
    for path in format_paths():
        with files():
            meta = metadata_of(path.read_text(encoding="utf-8-sig", errors="replace"))
        title = str(meta.get("title") or f"has errors: toolgram check {path.stem}")
        aliases = ", ".join(map(str, meta.get("aliases", ())))
        rows.append((path.stem, title, f"also {aliases}" if aliases else ""))
    widths = [max((len(row[column]) for row in rows), default=0) for column in (0, 1)]
    for name, title, aliases in rows:
        typer.echo(printable(f"{name:<{widths[0]}}  {title:<{widths[1]}}  {aliases}".rstrip()))


def show(name: Annotated[str, typer.Argument(metavar="NAME", help="An id, an alias, or a .lark file.")]) -> None:
    """Show one format: models, tokens, bounds, and a sample."""
    from ..build import compile_one  # the whole compiler, which `list` does without

    path = find_spec(name)
    with files():
        outcome = compile_one(path)
    if outcome.subject is None:
        complain(outcome.report.render(outcome.source))
        raise typer.Exit(ERRORS)
    subject = outcome.subject
    typer.echo(f"{subject.id}: {subject.title}")
    for word, value in [("spec", shown_path(path)), *_rows(subject)]:
        typer.echo(printable(f"  {word:<16}{value}"))
    typer.echo("\n" + "\n".join(f"    {line}".rstrip() for line in subject.sample))


def _rows(subject: Subject) -> Iterator[tuple[str, str]]:
    meta = subject.spec.meta
    yield "models", subject.models
    yield "aliases", ", ".join(meta.aliases) or "-"
    yield "special tokens", " ".join(meta.special_tokens) or "-"
    if meta.begins_inside:
        condition = _condition(meta.begins_inside)
        yield "begins inside", f"{meta.begins_inside.capture}{condition}"
    if meta.suffix:
        yield "suffix", f"{meta.suffix}..., in the place {SUFFIX_PLACE} of literals"
    yield "commits on", f"the {meta.commit}"
    yield "states", str(len(subject.machine.states))
    yield "holds at most", subject.bounds
    yield "sources", " ".join(meta.sources) or "-"


def _condition(inside: BeginsInside) -> str:
    """When the prompt has opened the capture."""
    if not inside.arguments:
        return ""
    names = " or ".join(f"`{name}`" for name in inside.arguments)
    off = "".join(f", nor {text}" for text in inside.off)
    return f", when the template's {names} is not false{off} (by default it is {'open' if inside.default else 'not'})"
