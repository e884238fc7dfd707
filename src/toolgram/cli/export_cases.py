"""`toolgram export-cases`: one corpus for parsers in any language (docs/vectors.md)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer

from ..build import default_out
from ..formats import Format, load
from ..registry import formats_dir, shown_path
from ..testing import PageError, read_cases
from ..testing.vectors import Text, lines_of, texts_of_cases, texts_of_rows
from ..writing import write_file
from .inputs import ERRORS, Specs, complain, files, find_specs, load_format, refuse

Texts = Iterator[tuple[Format, Text]]


def export_cases(
    specs: Specs = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FOLDER", help="Where to write; tests/vectors by default.")
    ] = None,
    check: Annotated[bool, typer.Option("--check", help="Write nothing; fail when a file would change.")] = False,
) -> None:
    """Write the cases of formats for parsers in any language.

    Each case says what comes of its text (docs/vectors.md).

    Of specs that are named: cases.jsonl, with their machines. Of all formats: pages.jsonl; in a checkout also the cases
    of tests/features and the recorded ones of tests/field_cases, in features.jsonl and field.jsonl.
    """
    folder = out if out is not None else Path("tests", "vectors")
    stale = [
        path
        for name, lines in _corpus(specs).items()
        if not _put(path := folder / f"{name}.jsonl", "".join(lines).encode(), check=check)
    ]
    for path in stale:
        typer.echo(f"{'stale' if check else 'wrote'} {shown_path(path)}")
    if check and stale:
        raise typer.Exit(ERRORS)


def _corpus(specs: Sequence[str] | None) -> dict[str, Iterable[str]]:
    """The files by name, each as its lines."""
    paths = find_specs(specs)
    if specs:
        return {"cases": lines_of(_pages(paths), with_machines=True)}
    corpus: dict[str, Iterable[str]] = {"pages": lines_of(_pages(paths), with_machines=False)}
    tests = formats_dir().parent / "tests"
    if default_out().is_absolute() and tests.is_dir():  # a checkout
        corpus["features"] = lines_of(_pages(sorted((tests / "features").glob("*.lark"))), with_machines=True)
        corpus["field"] = lines_of(_recorded(sorted((tests / "field_cases").glob("*.json"))), with_machines=False)
    return corpus


def _pages(paths: Iterable[Path]) -> Texts:
    for path in paths:
        fmt, page = load_format(str(path)), path.with_suffix(".md")
        if not page.is_file():
            refuse(f"{fmt.id}: no cases: there is no file {shown_path(page)}", ERRORS)
        try:
            with files():
                cases = read_cases(page)
        except PageError as error:
            complain(str(error))
            raise typer.Exit(ERRORS) from None
        yield from ((fmt, text) for text in texts_of_cases(cases))


def _recorded(paths: Iterable[Path]) -> Texts:
    for path in paths:
        with files():
            rows = json.loads(path.read_text(encoding="utf-8"))
        yield from ((load(name), text) for name, text in texts_of_rows(rows))


def _put(path: Path, data: bytes, *, check: bool) -> bool:
    """Write a file that has changed; whether it was as it should be."""
    with files():
        if path.is_file() and path.read_bytes() == data:
            return True
        if not check:
            write_file(path, data)
    return False
