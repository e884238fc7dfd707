"""`toolgram test`: the cases of a format's page, at every split."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from ..build import compile_one
from ..formats import Format, SpecError, load
from ..registry import shown_path
from ..testing import PageError, Result, read_cases, run_format
from .accept import accept_failures
from .findings import Findings, Form, Output, of_case, of_page, of_words
from .inputs import ERRORS, Specs, count, files, find_specs, refuse
from .terminal import progress
from .watch import Watch, page_files, watching


def run_cases(
    specs: Specs = None,
    match: Annotated[
        str | None, typer.Option("-k", metavar="MATCH", help="Only cases with this in their name.")
    ] = None,
    accept: Annotated[
        bool,
        typer.Option("--accept", help="Write what is read now into the messages of cases that fail, and show it."),
    ] = False,
    watch: Watch = False,
    output: Output = Form.TEXT,
) -> None:
    """Run the cases of formats at every split."""
    if accept and (watch or output is not Form.TEXT):
        refuse(f"--accept and {'--watch' if watch else '--output'}: choose one")
    run = partial(_run_and_tell, match=match, accept=accept, output=output)
    paths = find_specs(specs)
    if watch:
        watching(run, paths, page_files)
    run(paths)


def _run_and_tell(paths: Sequence[Path], *, match: str | None, accept: bool, output: Form) -> None:
    findings = Findings(output)
    results = _run_all(findings, paths, match, accept=accept)
    if match is not None and not any(result.cases for result in results if result):
        refuse(f"no case has `{match}` in its name", ERRORS)
    findings.finish()
    if not all(result is not None and result.passed for result in results):
        raise typer.Exit(ERRORS)


def _run_all(findings: Findings, paths: Sequence[Path], match: str | None, *, accept: bool) -> list[Result | None]:
    """Run the formats one after the other; where somebody watches, show which case it is."""
    with progress(len(paths) if len(paths) > 1 else 0) as step:
        results = []
        for path in paths:
            step(path.stem)
            results.append(_run(findings, path, match, alone=len(paths) == 1, accept=accept))
        return results


def _load(findings: Findings, path: Path) -> Format | None:
    """The format of a spec; None, and its diagnostics are told, when it has errors."""
    shown = Path(shown_path(path))
    with files():
        try:
            return load(shown)
        except SpecError:
            outcome = compile_one(shown)
    findings.about(path.stem, path=str(shown), ok=False)
    findings.report(path.stem, outcome.report, outcome.source)
    return None


def _run(findings: Findings, path: Path, match: str | None, *, alone: bool, accept: bool) -> Result | None:
    """Run one format's cases and print a line; None when it has none that can be read."""
    page = Path(shown_path(path.with_suffix(".md")))
    fmt = _load(findings, path)
    if fmt is None:
        return None
    findings.about(fmt.id, path=shown_path(path), page=str(page))
    if not page.is_file():
        findings.tell(fmt.id, of_words(shown_path(path), "no-page", f"{fmt.id}: no cases: there is no file {page}"))
        return None
    try:
        with files():
            cases = read_cases(page)
    except PageError as error:
        findings.tell(fmt.id, of_page(error))
        return None
    with progress(len(cases) if alone else 0) as step:
        result = run_format(fmt, cases, match, lambda case: step(case.name))
    if accept and result.failures:
        result = accept_failures(fmt, page, result)
    _tell(findings, fmt, result, match)
    return result


def _tell(findings: Findings, fmt: Format, result: Result, match: str | None) -> None:
    findings.about(fmt.id, ok=result.passed, cases=result.cases, splits=result.splits)
    for failure in result.failures:
        findings.tell(fmt.id, of_case(failure))
    if result.cases or match is None:
        verdict = f"{count(len(result.failures), 'failure')} in " if result.failures else ""
        findings.say(f"{fmt.id}: {verdict}{count(result.cases, 'case')} at {count(result.splits, 'split')}")
