"""`toolgram build`: compile formats and write their files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..build import Outcome, chosen, default_out, prune, shown_path
from ..build import build as build_one
from ..diagnostics import did_you_mean
from ..registry import format_paths
from ..targets import TARGETS, Target
from .inputs import ERRORS, Specs, complain, count, files, find_specs, refuse

USUAL = ", ".join(name for name, target in TARGETS.items() if target.usual)


def build(
    specs: Specs = None,
    check: Annotated[bool, typer.Option("--check", help="Write nothing; fail when a file would change.")] = False,
    target: Annotated[
        str | None, typer.Option("--target", metavar="NAME,...", help=f"Of {', '.join(TARGETS)}; by default {USUAL}.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="Where to write; generated/ by default.")
    ] = None,
) -> None:
    """Compile formats and write generated/."""
    targets = _targets(target)
    paths = find_specs(specs)
    outcomes: list[Outcome] = []
    for path in paths:
        with files():
            outcomes.append(build_one(path, targets, out, check=check))
        _tell(outcomes[-1], check)
    if not specs:
        with files():
            gone = prune(format_paths(), targets, out or default_out(), check=check)
        outcomes += gone
        for outcome in gone:
            _tell(outcome, check)
    differing = sum(bool(outcome.stale or outcome.leftover) for outcome in outcomes)
    failed = sum(not outcome.report.ok for outcome in outcomes)
    if not differing and not failed:
        typer.echo(f"{count(len(paths), 'format')}: nothing to do")
    if failed or (check and differing):
        raise typer.Exit(ERRORS)


def _targets(names: str | None) -> list[Target]:
    try:
        return list(chosen(None if names is None else [name.strip() for name in names.split(",")]))
    except KeyError as error:
        name = error.args[0]
        near = did_you_mean(name, TARGETS)
        refuse(f"no target `{name}`: " + (f"did you mean `{near}`?" if near else f"they are {', '.join(TARGETS)}"))


def _tell(outcome: Outcome, check: bool) -> None:
    """One line for a format, if anything changed; its diagnostics, if there are any."""
    if len(outcome.report):
        complain(outcome.report.render(outcome.source))
    words = [("is stale", "wrote", outcome.stale), ("has no format", "removed", outcome.leftover)]
    for wrong, done, paths in words:
        if not paths:
            continue
        listed = ", ".join(shown_path(path) for path in paths)
        if check:
            complain(f"{outcome.name}: {listed} {wrong if len(paths) == 1 else wrong.replace('is', 'are', 1)}")
        else:
            typer.echo(f"{outcome.name}: {done} {listed}")
