"""`toolgram check`: every diagnostic of specs, what their parsers hold back, and what they make of the specs' samples.

Nothing is written.

With `--chat-template`, random calls are rendered by the model's own template as well, and parsed back.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from ..build import Outcome, compile_one
from ..diagnostics import printable, render
from ..formats import Format
from ..registry import aliases_of, format_paths, shown_path
from ..testing.samples import check_sample
from ..testing.templates import ChatTemplate, NothingToCompareError, TemplateError, check_round_trips
from .inputs import ERRORS, Specs, complain, count, files, find_specs, refuse


def check(
    specs: Specs = None,
    chat_template: Annotated[
        Path | None,
        typer.Option(
            "--chat-template", metavar="FILE", help="Also render calls with this template, and parse them back."
        ),
    ] = None,
    conversations: Annotated[
        int, typer.Option("--conversations", metavar="N", min=1, help="How many are rendered with the template.")
    ] = 200,
    seed: Annotated[int, typer.Option("--seed", metavar="N", help="Which random conversations these are.")] = 0,
    template_option: Annotated[
        list[str] | None,
        typer.Option(
            "--template-option", metavar="KEY=JSON", help="An argument of the template: enable_thinking=true."
        ),
    ] = None,
) -> None:
    """Print every diagnostic; write nothing."""
    paths = find_specs(specs)
    if chat_template is not None and len(paths) != 1:
        refuse("--chat-template: name the one format that the template writes")
    options = dict(map(_option, template_option or []))
    is_clean = _claimed(paths)
    for path in paths:
        with files():
            outcome = compile_one(path)
        is_clean = _tell(outcome) and is_clean
        is_clean = _sample(outcome) and is_clean
        if chat_template is not None:
            is_clean = _round_trips(outcome, chat_template, conversations, seed, options) and is_clean
    if not is_clean:
        raise typer.Exit(ERRORS)


def _claimed(paths: Sequence[Path]) -> bool:
    """Say which names several formats claim, these or those that toolgram ships; False when there are any.

    The id of a shipped format may be taken on purpose: such a spec stands in its place.
    """
    owners: dict[str, list[Path]] = {}
    for path in {path.resolve(): path for path in (*format_paths(), *paths)}.values():
        with files():
            text = path.read_text("utf-8", errors="replace") if path.is_file() else ""
        for name in (path.stem, *aliases_of(text)):
            owners.setdefault(name, []).append(path)
    is_clean = True
    for name, claimed in owners.items():
        asked = [path for path in claimed if path in paths]
        if len(claimed) > 1 and asked and not all(path.stem == name for path in claimed):
            others = ", ".join(shown_path(path) for path in claimed if path != asked[0])
            complain(
                f"{shown_path(asked[0])}: error[claimed-name]: {name!r} is a name of {others}, too; take another one\n"
            )
            is_clean = False
    return is_clean


def _tell(outcome: Outcome) -> bool:
    """Print what is to be said of one format; False when it has errors."""
    report = outcome.report
    if len(report):
        complain(report.render(outcome.source) + "\n")
    parts = []
    if report.errors:
        parts.append(count(len(report.errors), "error"))
    if report.warnings:
        parts.append(count(len(report.warnings), "warning"))
    if outcome.subject is not None:
        parts.append(count(len(outcome.subject.machine.states), "state"))
        parts.append(f"holds at most: {outcome.subject.bounds}")
    typer.echo(f"{printable(outcome.name)}: {'; '.join(parts)}")
    return report.ok


def _sample(outcome: Outcome) -> bool:
    """Print what the parser makes of the text that the spec shows; False when it is not what the spec says."""
    if outcome.subject is None:
        return True
    found = check_sample(Format(outcome.subject.machine.model_dump()), outcome.subject.spec)
    for problem in found.diagnostics:
        complain(render(problem, outcome.source) + "\n")
    for line in found.lines():
        typer.echo(f"  sample: {printable(line)}")
    if not found.texts:
        typer.echo("  sample: none; show a text of the model in a comment behind the metadata, and it is checked")
    return not found.diagnostics


def _round_trips(outcome: Outcome, path: Path, number: int, seed: int, options: dict[str, Any]) -> bool:
    """Print what comes back through a template; False when anything does not."""
    if outcome.subject is None:
        return False
    try:
        with files():
            template = ChatTemplate.read(path)
        found = check_round_trips(
            Format(outcome.subject.machine.model_dump()), template, count=number, seed=seed, options=options
        )
    except (TemplateError, NothingToCompareError) as problem:
        complain(str(problem))
        return False
    if found.losses:
        complain(render(found.losses[0].diagnostic(str(path), number), outcome.source) + "\n")
    typer.echo(f"{outcome.name}: {found}")
    for line in found.gathered:
        typer.echo(f"  left out, {line}")
    return not found.losses


def _option(text: str) -> tuple[str, Any]:
    """One argument of a template: `KEY=JSON`."""
    key, equals, value = text.partition("=")
    try:
        return key, json.loads(value)
    except (ValueError, RecursionError):
        refuse(f"--template-option {text}: " + ("the value is not JSON" if equals else "as in enable_thinking=true"))
