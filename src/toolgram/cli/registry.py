"""`toolgram list` and `toolgram show`: which formats there are, and what one of them is."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from fnmatch import fnmatch
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from ..diagnostics import did_you_mean, printable
from ..registry import format_paths, formats_dir, metadata_of, names, shown_path
from ..runtime.tables.suffix import SUFFIX_PLACE
from .inputs import ERRORS, Spec, complain, files, find_spec
from .terminal import print_table

if TYPE_CHECKING:
    from ..spec.metadata import BeginsInside
    from ..targets.subject import Subject


class Row(NamedTuple):
    """A format in the list."""

    id: str
    title: str
    aliases: list[str]
    models: list[str]


def list_formats(
    words: Annotated[
        list[str] | None,
        typer.Argument(metavar="[WORD]...", help="Only formats that have these in a name, a title or a model."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List the formats: id, title, aliases, models."""
    rows = [row for row in _list() if all(_has(row, word) for word in words or ())]
    if as_json:
        typer.echo(json.dumps([row._asdict() for row in rows], ensure_ascii=False, indent=2))
    elif rows:
        cells = [(row.id, row.title, ", ".join(row.aliases), ", ".join(row.models)) for row in rows]
        print_table(("format", "title", "also", "models"), cells)
    if not rows:
        near = did_you_mean(" ".join(words or ()), names(formats_dir()))
        hint = f"did you mean `{near}`?" if near else "toolgram list has all formats"
        complain(f"toolgram: no format has {' and '.join(map(repr, words or ()))} in its names or models: {hint}")
        raise typer.Exit(ERRORS)


def _list() -> Iterator[Row]:
    for path in format_paths():
        with files():
            meta = metadata_of(path.read_text(encoding="utf-8-sig", errors="replace"))
        title = str(meta.get("title") or f"has errors: toolgram check {path.stem}")
        aliases, models = ([*map(str, meta.get(key, ()))] for key in ("aliases", "models"))
        yield Row(path.stem, title, aliases, models)


def _has(row: Row, word: str) -> bool:
    """Whether a word is in a row, whatever its case and punctuation; or names a model that a pattern of it fits.

    >>> qwen = Row("qwen3_coder", "Qwen3-Coder XML calls", [], ["Qwen/Qwen3-Coder-*"])
    >>> _has(qwen, "qwen3 coder"), _has(qwen, "qwen/qwen3-coder-30b"), _has(qwen, "glm")
    (True, True, False)
    """
    texts = (row.id, row.title, *row.aliases, *row.models)
    if any(_plain(word) in _plain(text) for text in texts):
        return True
    return any(fnmatch(word.lower(), pattern.lower()) for pattern in row.models)


def _plain(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.lower())


def show(name: Spec) -> None:
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
