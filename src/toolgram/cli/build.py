"""`toolgram build`: compile formats and write their files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from ..build import Outcome, build_shared, chosen, compile_one, default_out, prune, put, put_named, single_file
from ..build import build as build_one
from ..diagnostics import did_you_mean
from ..registry import format_paths, shown_path
from ..targets.table import TARGETS, Target
from .inputs import ERRORS, Specs, complain, count, files, find_specs, refuse

USUAL = ", ".join(name for name, target in TARGETS.items() if target.usual)
ENGINES = ", ".join(name for name, target in TARGETS.items() if target.engine)


def build(
    specs: Specs = None,
    check: Annotated[bool, typer.Option("--check", help="Write nothing; fail when a file would change.")] = False,
    target: Annotated[
        str | None, typer.Option("--target", metavar="NAME,...", help=f"Of {', '.join(TARGETS)}; by default {USUAL}.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="PATH", help="The folder to write to; generated/ by default.")
    ] = None,
    standalone: Annotated[
        bool,
        typer.Option(
            "--standalone",
            help="Write one file for each format that needs no other: NAME.py here, or --out FILE (of several "
            f"formats: a folder). --target is one of {ENGINES}, by default vllm.",
        ),
    ] = False,
) -> None:
    """Compile formats and write generated/."""
    paths = find_specs(specs)
    if standalone:
        outcomes = _build_singles(paths, _engine(target, check=check), out, is_one=bool(specs) and len(paths) == 1)
    else:
        outcomes = _build_all(paths, _targets(target), out, check=check, is_whole=not specs)
    differing = sum(bool(outcome.stale or outcome.leftover) for outcome in outcomes)
    failed = sum(not outcome.report.ok for outcome in outcomes)
    if not differing and not failed:
        typer.echo(f"{count(len(paths), 'format')}: nothing to do")
    if failed or (check and differing):
        raise typer.Exit(ERRORS)


def _build_all(
    paths: Sequence[Path], targets: Sequence[Target], out: Path | None, *, check: bool, is_whole: bool
) -> list[Outcome]:
    """Build formats into a folder, and what they share there."""
    outcomes: list[Outcome] = []
    for path in paths:
        with files():
            outcomes.append(build_one(path, targets, out, check=check))
        _tell(outcomes[-1], check)
    with files():
        others = build_shared(outcomes, targets, check=check)
        if is_whole:
            others += prune(format_paths(), targets, out or default_out(), check=check)
    for outcome in others:
        _tell(outcome, check)
    return outcomes + others


def _build_singles(paths: Sequence[Path], target: Target, out: Path | None, *, is_one: bool) -> list[Outcome]:
    """Write formats as files that stand alone."""
    outcomes: list[Outcome] = []
    for path in paths:
        with files():
            outcome = compile_one(path)
            if outcome.subject is not None:
                text = single_file(outcome.subject, target)
                if is_one and out is not None and not out.is_dir():
                    put_named(out, text, outcome)
                else:
                    put((out or Path()) / f"{path.stem}.py", text, outcome)
        _tell(outcome, check=False)
        outcomes.append(outcome)
    return outcomes


def _engine(name: str | None, *, check: bool) -> Target:
    """The target of a file that stands alone."""
    if check:
        refuse("--standalone and --check: choose one")
    targets = _targets(name or "vllm")
    if len(targets) != 1 or targets[0].engine is None:
        refuse(f"--target {name}: a file that stands alone is of one of {ENGINES}")
    return targets[0]


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
