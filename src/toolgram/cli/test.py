"""`toolgram test`: the cases of a format's page, at every split."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from ..registry import shown_path
from ..testing import Case, PageError, Result, read_cases, run_format
from .inputs import ERRORS, Specs, complain, count, files, find_specs, load_format, refuse


def run_cases(
    specs: Specs = None,
    match: Annotated[
        str | None, typer.Option("-k", metavar="MATCH", help="Only cases with this in their name.")
    ] = None,
) -> None:
    """Run the cases of formats at every split."""
    results = [_run(path, match) for path in find_specs(specs)]
    if match is not None and not any(result.cases for result in results if result):
        refuse(f"no case has `{match}` in its name", ERRORS)
    if not all(result is not None and result.passed for result in results):
        raise typer.Exit(ERRORS)


def _run(path: Path, match: str | None) -> Result | None:
    """Run one format's cases and print a line; None when it has none that can be read."""
    page = Path(shown_path(path.with_suffix(".md")))
    fmt = load_format(str(path))
    if not page.is_file():
        complain(f"{fmt.id}: no cases: there is no file {page}")
        return None
    try:
        with files():
            cases = read_cases(page)
    except PageError as error:
        complain(str(error))
        return None
    with _progress(fmt.id) as tell:
        result = run_format(fmt, cases, match, tell)
    for failure in result.failures:
        complain(f"{failure}\n")
    if result.cases or match is None:
        verdict = f"{count(len(result.failures), 'failure')} in " if result.failures else ""
        typer.echo(f"{fmt.id}: {verdict}{count(result.cases, 'case')} at {count(result.splits, 'split')}")
    return result


@contextmanager
def _progress(name: str) -> Iterator[Callable[[Case], None] | None]:
    """Show which case is run, where somebody watches."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield None
        return
    with console.status(name) as status:
        yield lambda case: status.update(f"{name}: {escape(case.name)}")
