"""`toolgram check`: every diagnostic of specs, what their parsers hold back, and what they make of the specs' samples.

Nothing is written.

With `--chat-template`, random calls are rendered by the model's own template as well, and parsed back.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import typer

from ..build import Outcome, compile_one
from ..diagnostics import Diagnostic, Fix, Source, printable
from ..fixes import Edit
from ..formats import Format
from ..registry import aliases_of, format_paths, shown_path
from ..spec.repairs import without_item
from ..testing.samples import check_sample
from ..testing.templates import ChatTemplate, NothingToCompareError, TemplateError, check_round_trips
from .findings import Findings, Form, Output, finding
from .inputs import ERRORS, Specs, count, files, find_specs, refuse
from .terminal import complain, each
from .watch import Watch, spec_files, watching


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
    watch: Watch = False,
    output: Output = Form.TEXT,
) -> None:
    """Print every diagnostic; write nothing."""
    paths = find_specs(specs)
    if chat_template is not None and len(paths) != 1:
        refuse("--chat-template: name the one format that the template writes")
    trips = _Trips(chat_template, conversations, seed, dict(map(_option, template_option or [])))
    run = partial(_check, trips=trips, output=output)
    if watch:
        watching(run, paths, spec_files, [chat_template] if chat_template is not None else [])
    run(paths)


class _Trips(NamedTuple):
    """Which round trips were asked for."""

    template: Path | None
    number: int
    seed: int
    options: dict[str, Any]


def _check(paths: Sequence[Path], *, trips: _Trips, output: Form) -> None:
    findings = Findings(output)
    is_clean = _claimed(findings, paths)
    for path in each(paths, lambda path: path.stem):
        with files():
            outcome = compile_one(path)
        is_clean = _tell(findings, outcome) and is_clean
        is_clean = _sample(findings, outcome) and is_clean
        if trips.template is not None:
            is_clean = _round_trips(findings, outcome, trips.template, trips) and is_clean
    findings.finish()
    if not is_clean:
        raise typer.Exit(ERRORS)


def _claimed(findings: Findings, paths: Sequence[Path]) -> bool:
    """Say which names several formats claim, these or those that toolgram ships; False when there are any.

    The id of a shipped format may be taken on purpose: such a spec stands in its place.
    """
    owners: dict[str, list[Path]] = {}
    texts: dict[Path, str] = {}
    for path in {path.resolve(): path for path in (*format_paths(), *paths)}.values():
        with files():
            texts[path] = path.read_text("utf-8", errors="replace") if path.is_file() else ""
        for name in (path.stem, *aliases_of(texts[path])):
            owners.setdefault(name, []).append(path)
    is_clean = True
    for name, claimed in owners.items():
        asked = [path for path in claimed if path in paths]
        if len(claimed) > 1 and asked and not all(path.stem == name for path in claimed):
            source = Source(shown_path(asked[0]), texts[asked[0]])
            others = ", ".join(shown_path(path) for path in claimed if path != asked[0])
            findings.tell(asked[0].stem, finding(_claim(source, name, others), source))
            is_clean = False
    return is_clean


def _claim(source: Source, name: str, others: str) -> Diagnostic:
    """Say that a name belongs to others, too."""
    start = source.text.find(f'"{name}"', source.text.find("aliases"))
    message = f"{name!r} is a name of {others}, too"
    if start < 0:
        other = source.path.replace(f"{name}.lark", f"{name}_2.lark")
        fix = Fix("take another one", command=f"mv {source.path} {other}")
        return Diagnostic("claimed-name", message, None, hint=fix)
    at = source.range(start, start + len(name) + 2)
    fixes = (Fix("take another one", (Edit(at, f'"{name}_2"'),)), Fix("do without", (without_item(source, at),)))
    return Diagnostic("claimed-name", message, at, "taken", hint=fixes)


def _tell(findings: Findings, outcome: Outcome) -> bool:
    """Print what is to be said of one format; False when it has errors."""
    report = outcome.report
    findings.about(outcome.name, path=outcome.source.path, ok=report.ok)
    findings.report(outcome.name, report, outcome.source)
    findings.say(f"{outcome.name}: {'; '.join(_facts(findings, outcome))}")
    return report.ok


def _facts(findings: Findings, outcome: Outcome) -> Iterator[str]:
    report = outcome.report
    if report.errors:
        yield count(len(report.errors), "error")
    if report.warnings:
        yield count(len(report.warnings), "warning")
    if outcome.subject is not None:
        states, bounds = len(outcome.subject.machine.states), outcome.subject.machine.bounds
        findings.about(outcome.name, states=states, holds_at_most=bounds)
        yield count(states, "state")
        yield f"holds at most: {outcome.subject.bounds}"


def _sample(findings: Findings, outcome: Outcome) -> bool:
    """Print what the parser makes of the text that the spec shows; False when it is not what the spec says."""
    if outcome.subject is None:
        return True
    found = check_sample(Format(outcome.subject.machine.model_dump()), outcome.subject.spec)
    for problem in found.diagnostics:
        findings.tell(outcome.name, finding(problem, outcome.source))
    lines = [printable(line) for line in found.lines()]
    if not found.texts:
        lines = ["none; show a text of the model in a comment behind the metadata, and it is checked"]
    for line in lines:
        findings.say(f"  sample: {line}")
    findings.about(outcome.name, sample=lines, ok=outcome.report.ok and not found.diagnostics)
    return not found.diagnostics


def _round_trips(findings: Findings, outcome: Outcome, path: Path, trips: _Trips) -> bool:
    """Print what comes back through a template; False when anything does not."""
    if outcome.subject is None:
        return False
    try:
        with files():
            template = ChatTemplate.read(path)
        fmt = Format(outcome.subject.machine.model_dump())
        found = check_round_trips(fmt, template, count=trips.number, seed=trips.seed, options=trips.options)
    except (TemplateError, NothingToCompareError) as problem:
        complain(str(problem))
        return False
    if found.losses:
        loss = found.losses[0].diagnostic(str(path), trips.number, outcome.source.path)
        findings.tell(outcome.name, finding(loss, outcome.source))
    findings.say(f"{outcome.name}: {found}")
    for line in found.gathered:
        findings.say(f"  left out, {line}")
    findings.about(outcome.name, round_trips=str(found), left_out=[*found.gathered])
    return not found.losses


def _option(text: str) -> tuple[str, Any]:
    """One argument of a template: `KEY=JSON`."""
    key, equals, value = text.partition("=")
    try:
        return key, json.loads(value)
    except (ValueError, RecursionError):
        refuse(f"--template-option {text}: " + ("the value is not JSON" if equals else "as in enable_thinking=true"))
