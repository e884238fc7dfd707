"""`toolgram build`: compile formats and write their files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from ..build import Outcome, build_shared, chosen, compile_one, default_out, prune, put, put_named, single_file
from ..build import build as build_one
from ..diagnostics import did_you_mean
from ..registry import format_paths, shown_path
from ..targets.table import TARGETS, UNCONSTRAINED, Target
from .findings import Findings, Form, Output, of_words
from .inputs import ERRORS, Specs, count, files, find_specs, refuse
from .profiles import Profile, profiled
from .terminal import each

USUAL = ", ".join(name for name, target in TARGETS.items() if target.usual)
ENGINES = ", ".join(name for name, target in TARGETS.items() if target.engine)


def complete_target(incomplete: str) -> list[str]:
    """The targets that the last word of a list may become."""
    before, comma, last = incomplete.rpartition(",")
    return [before + comma + name for name in TARGETS if name.startswith(last)]


def build(
    specs: Specs = None,
    check: Annotated[bool, typer.Option("--check", help="Write nothing; fail when a file would change.")] = False,
    target: Annotated[
        str | None,
        typer.Option(
            "--target",
            metavar="NAME,...",
            help=f"Of {', '.join(TARGETS)}; by default {USUAL}.",
            autocompletion=complete_target,
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="PATH", help="The folder to write to; generated/ by default.")
    ] = None,
    removes: Annotated[
        bool,
        typer.Option("--prune", help="Also remove files that toolgram wrote for formats that are not there any more."),
    ] = False,
    no_constraints: Annotated[
        bool,
        typer.Option(
            "--no-constraints",
            help="With --target vllm: plugins without the writer of grammars, for those who use neither required nor "
            "strict calls; in vllm-no-constraints/.",
        ),
    ] = False,
    profile: Annotated[
        Profile | None,
        typer.Option(
            "--profile",
            help="With --target hf-template: serving, for what vLLM and SGLang accept; in hf-template-serving/.",
        ),
    ] = None,
    model: Annotated[
        Path | None,
        typer.Option(
            "--for",
            metavar="FILE",
            help="With --profile serving: a model's tokenizer_config.json, whose chat template says where its turn "
            "begins.",
        ),
    ] = None,
    standalone: Annotated[
        bool,
        typer.Option(
            "--standalone",
            help="Write one file for each format that needs no other: NAME.py here, or --out FILE (of several "
            f"formats: a folder). --target is one of {ENGINES}, by default vllm.",
        ),
    ] = False,
    output: Output = Form.TEXT,
) -> None:
    """Compile formats and write generated/.

    In generated/ each target has a folder: machine/NAME.json, python/NAME.py, vllm/NAME.py, sglang/NAME.py,
    typescript/formats/NAME.js, and what they share. In a checkout that is the checkout's own, else one in the folder
    where you are. Files of other formats stay where they are, unless --prune asks for their removal.
    """
    if removes and (specs or standalone):
        refuse("--prune: build all formats with it, without names and without --standalone")
    paths, findings = find_specs(specs), Findings(output)
    if standalone:
        chosen_one = _unconstrained([_engine(target, check=check)], wanted=no_constraints)[0]
        outcomes = _build_singles(findings, paths, chosen_one, out, is_one=bool(specs) and len(paths) == 1)
    else:
        targets = profiled(_unconstrained(_targets(target), wanted=no_constraints), paths, profile, model)
        prunes = _prunes(removes=removes, specs=specs, out=out)
        outcomes = _build_all(findings, paths, targets, out, check=check, prunes=prunes)
    differing = sum(bool(outcome.stale or outcome.leftover) for outcome in outcomes)
    failed = sum(not outcome.report.ok for outcome in outcomes)
    if not differing and not failed:
        findings.say(f"{count(len(paths), 'format')}: nothing to do")
    elif not check:
        _sum_up(findings, outcomes)
    findings.finish()
    if failed or (check and differing):
        raise typer.Exit(ERRORS)


def _sum_up(findings: Findings, outcomes: Sequence[Outcome]) -> None:
    """Say in which folders files were written."""
    written = Counter(path.parent for outcome in outcomes for path in outcome.stale)
    if sum(written.values()) > 1:
        folders = ", ".join(f"{shown_path(folder)}/ ({number})" for folder, number in sorted(written.items()))
        findings.say(f"wrote {count(sum(written.values()), 'file')}: {folders}")


def _prunes(*, removes: bool, specs: Sequence[str] | None, out: Path | None) -> bool | None:
    """Whether to remove what formats that are gone have left; None: they are not looked for, in other folders."""
    if removes:
        return True
    is_checkout = out is None and default_out().is_absolute()
    return False if is_checkout and not specs else None


def _build_all(
    findings: Findings,
    paths: Sequence[Path],
    targets: Sequence[Target],
    out: Path | None,
    *,
    check: bool,
    prunes: bool | None,
) -> list[Outcome]:
    """Build formats into a folder, and what they share there.

    `prunes`: whether files of formats that are gone are removed, or only named; None: they are not looked for.
    """
    outcomes: list[Outcome] = []
    for path in each(paths, lambda path: path.stem):
        with files():
            outcomes.append(build_one(path, targets, out, check=check))
        _tell(findings, outcomes[-1], check)
    with files():
        others = build_shared(outcomes, targets, check=check)
        if prunes is not None:
            others += prune(format_paths(), targets, out or default_out(), check=check or not prunes)
    for outcome in others:
        _tell(findings, outcome, check, prunes=bool(prunes))
    return outcomes + others


def _build_singles(
    findings: Findings, paths: Sequence[Path], target: Target, out: Path | None, *, is_one: bool
) -> list[Outcome]:
    """Write formats as files that stand alone."""
    outcomes: list[Outcome] = []
    for path in each(paths, lambda path: path.stem):
        with files():
            outcome = compile_one(path)
            if outcome.subject is not None:
                text = single_file(outcome.subject, target)
                if is_one and out is not None and not out.is_dir():
                    put_named(out, text, outcome)
                else:
                    put((out or Path()) / f"{path.stem}.py", text, outcome)
        _tell(findings, outcome, check=False)
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


def _unconstrained(targets: list[Target], *, wanted: bool) -> list[Target]:
    """The targets, if it is wanted with plugins that have no writer of grammars in the place of those that have one."""
    vllm = TARGETS["vllm"]
    if wanted and vllm not in targets:
        refuse("--no-constraints: only --target vllm has a writer of grammars")
    return [UNCONSTRAINED if wanted and target is vllm else target for target in targets]


def _tell(findings: Findings, outcome: Outcome, check: bool, *, prunes: bool = True) -> None:
    """One line for a format, if anything changed; its diagnostics, if there are any."""
    ok = outcome.report.ok and not (check and (outcome.stale or outcome.leftover))
    stale, leftover = ([shown_path(path) for path in paths] for paths in (outcome.stale, outcome.leftover))
    left = bool(leftover) and not prunes and not check
    done = {"stale" if check else "wrote": stale, "left" if check or left else "removed": leftover}
    findings.about(outcome.name, ok=ok, **{word: paths for word, paths in done.items() if paths})
    findings.report(outcome.name, outcome.report, outcome.source)
    for wrong, verb, paths in (("is stale", "wrote", stale), ("has no format", "removed", leftover)):
        listed = ", ".join(paths)
        if paths and paths is leftover and left:
            findings.say(f"{outcome.name}: left {listed}, for which there is no format here (--prune removes it)")
        elif paths and check:
            words = wrong if len(paths) == 1 else wrong.replace("is", "are", 1)
            findings.tell(outcome.name, of_words(paths[0], "stale", f"{outcome.name}: {listed} {words}"))
        elif paths:
            findings.say(f"{outcome.name}: {verb} {listed}")
