"""`toolgram which`: the format that a model writes, and the lines to paste."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from ..diagnostics import printable
from ..registry import foreign_names, foreign_words, formats_dir, names
from ..which import Found, Given, GivenError, identify, read_given
from .inputs import ERRORS, files, refuse

ABOUT = (
    "A chat template, a tokenizer_config.json, a model's folder, a model's name, or another engine's name of a format."
)
SURE, LIKELY, UNSURE = "sure", "likely", "unsure"
RUNNERS_UP_MAX = 5


def which(
    subject: Annotated[str, typer.Argument(metavar="PATH_OR_NAME", help=ABOUT)],
    as_json: Annotated[bool, typer.Option("--json", help="Print what was found as one JSON object.")] = False,
) -> None:
    """Say which format a model writes, how sure that is, and why. Exit status 1 when it is not sure."""
    path = Path(subject)
    with files():
        is_file = path.exists()
    found = _of_path(path) if is_file else _of_name(subject)
    typer.echo(json.dumps(_object(found), ensure_ascii=False, indent=2) if as_json else _text(found, subject, is_file))
    if found.verdict == UNSURE:
        raise typer.Exit(ERRORS)


def _of_path(path: Path) -> Found:
    with files():
        try:
            return identify(read_given(path))
        except GivenError as problem:
            refuse(str(problem), ERRORS)


def _of_name(name: str) -> Found:
    """What a name says: of a format of ours, of another engine's format, or of a model."""
    own = names(formats_dir()).get(name)
    foreign = foreign_names(name)
    if own is not None or foreign:
        ids = list(dict.fromkeys([own.stem] if own is not None else [fmt for _, fmt in foreign]))
        found = identify(Given(), among=ids)
        said = [foreign_words(foreign)] if own is None else ["it is the name of a format"]
        return found.of_names(ids, said)
    if "/" in name and name.rpartition(".")[2] in ("jinja", "json"):
        refuse(f"there is no file {name}")
    return identify(Given(names=(name,)))


def _text(found: Found, subject: str, is_file: bool) -> str:
    return printable("\n".join(_lines(found, subject, is_file)), "\n")


def _lines(found: Found, subject: str, is_file: bool) -> Iterator[str]:
    if found.format is None:
        yield "unsure: no format of toolgram was recognised"
    else:
        yield f"{found.format} ({found.candidates[0].facts.title}): {found.verdict}"
    for reason in found.reasons:
        yield f"  - {reason}"
    if found.framing:
        yield f"  - {found.framing}"
    runners_up = found.candidates[1 : RUNNERS_UP_MAX + 1]
    if runners_up:
        yield "  runners-up: " + "; ".join(f"{one.format} ({one.behind})" for one in runners_up)
    if found.format is not None:
        yield ""
        yield from _to_paste(found, subject if not is_file else None)
    if found.verdict == UNSURE:
        yield ""
        yield "To be sure, give the model's own chat template. To see what it writes, ask the model for a call and read"
        yield "the answer with the likely formats: toolgram parse NAME --tools tools.json --trace < raw.txt"


def _to_paste(found: Found, model: str | None) -> Iterator[str]:
    name = f"toolgram_{found.format}"
    reasoning = f" --reasoning-parser {name}" if found.thinks else ""
    served = shlex.quote(model) if model and "/" in model else "MODEL"
    yield f"    vllm serve {served} --enable-auto-tool-choice --tool-call-parser {name}{reasoning}"
    yield f"    toolgram parse {found.format} --tools tools.json < raw.txt"


def _object(found: Found) -> dict[str, Any]:
    """What was found, for programs."""
    return {
        "format": found.format,
        "verdict": found.verdict,
        "reasons": list(found.reasons),
        "reasoning_parser": found.thinks,
        "reasoning": found.framing,
        "equals": [one.format for one in found.equals],
        "candidates": [
            {"format": one.format, "title": one.facts.title, "behind": one.behind, "evidence": one.evidence._asdict()}
            for one in found.candidates
        ],
    }
