"""`toolgram new`: a spec and its page, drafted from a chat template or from a family."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from ..chat_templates import ChatTemplate, TemplateError
from ..diagnostics import printable
from ..drafting import (
    FAMILIES,
    Draft,
    DraftError,
    Reader,
    draft_format,
    draft_variant,
    find_reader,
    source_of,
    write_scaffold,
)
from ..registry import shown_path
from ..spec.files import ID_WORDS, is_id
from ..testing.templates import NothingToCompareError
from ..which import GivenError, read_given
from ..writing import write_file
from .inputs import ERRORS, complain, files, read_json, refuse

FAMILY_WORDS = "; ".join(f"{name}: {words}" for name, words in FAMILIES.items())


def new(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="The id of the format: NAME.lark and NAME.md are written.")
    ],
    from_template: Annotated[
        Path | None,
        typer.Option(
            "--from-template", metavar="FILE", help="A chat template, or a tokenizer_config.json with one in it."
        ),
    ] = None,
    tokenizer_config: Annotated[
        Path | None,
        typer.Option("--tokenizer-config", metavar="FILE", help="tokenizer_config.json: it says what the tokens are."),
    ] = None,
    family: Annotated[str | None, typer.Option("--family", metavar="FAMILY", help=FAMILY_WORDS)] = None,
    conversations: Annotated[
        int, typer.Option("--conversations", metavar="N", min=1, help="How many prove the draft.")
    ] = 100,
    variant: Annotated[
        bool, typer.Option("--variant", help="Where a shipped format reads the template, write a variant of it.")
    ] = False,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Where to write; here by default.")] = Path(),
    force: Annotated[
        bool, typer.Option("--force", help="Write over files that are there, and draft what a shipped format reads.")
    ] = False,
) -> None:
    """Begin a format: draft it from a chat template, or a scaffold."""
    if is_id(name) is None:
        refuse(f"{name}: an id has {ID_WORDS}")
    paths = _free(name, out, force=force)
    if from_template is None:
        _scaffold(name, family, paths)
        return
    if family is not None:
        refuse("--family and --from-template: the template says the family; leave --family out")
    config = _config(tokenizer_config or from_template)
    _drafted(name, _template(from_template), config, conversations, paths, variant=variant, force=force)


def _free(name: str, out: Path, *, force: bool) -> list[Path]:
    paths = [out / f"{name}.lark", out / f"{name}.md"]
    there = [path for path in paths if path.exists() or path.is_symlink()]
    if there and not force:
        refuse(f"{shown_path(there[0])} is there already: take another name or --out, or say --force")
    return paths


def _scaffold(name: str, family: str | None, paths: list[Path]) -> None:
    if family not in FAMILIES:
        said = "what is there to begin with?" if family is None else f"--family {family}: there is no such family."
        choices = "\n".join(f"  toolgram new {name} --family {one:<8} # {words}" for one, words in FAMILIES.items())
        refuse(f"{said} One of these:\n  toolgram new {name} --from-template chat_template.jinja\n{choices}")
    _write(paths, *write_scaffold(name, family))
    typer.echo(f"{name}: wrote {_names(paths)}")
    _tell_next(paths[0])


def _template(path: Path) -> ChatTemplate:
    with files():
        try:
            given = read_given(path)
            if given.template is None:
                refuse(f"{path}: there is no `chat_template` in it; give the file that has it: chat_template.jinja")
            return ChatTemplate(str(path), given.template)
        except (GivenError, TemplateError) as problem:
            _end(str(problem))


def _config(path: Path) -> dict[str, Any]:
    if path.suffix != ".json":
        return {}
    found = read_json(path, "a tokenizer's configuration", "tokenizer_config.json")
    return found if isinstance(found, dict) else refuse(f"{path}: a JSON object is wanted, as in tokenizer_config.json")


def _drafted(
    name: str,
    template: ChatTemplate,
    config: dict[str, Any],
    count: int,
    paths: list[Path],
    *,
    variant: bool,
    force: bool,
) -> None:
    try:
        reader = None if force else find_reader(template, config, count)
        if reader is not None and not variant:
            _tell_reader(name, reader, template.path)
            return
        draft = draft_format(template, name, config, count=count)
    except (TemplateError, NothingToCompareError) as problem:
        _end(f"{problem}\nhint: begin without it: toolgram new {name} --family tags")
    except DraftError as problem:
        _end(
            f"{template.path}: error[no-draft]: {problem}\n"
            f"hint: begin with a scaffold: toolgram new {name} --family tags"
        )
    if reader is not None:
        draft = draft_variant(draft, reader, template, config, count)
    _write(paths, draft.spec, draft.page)
    _tell(draft, paths, reader)


def _tell_reader(name: str, reader: Reader, path: str) -> None:
    """A shipped format does already."""
    fmt = reader.format.id
    typer.echo(f"{fmt} reads this template: {reader.trips} ({reader.verdict}). Nothing was written.")
    for reason in reader.reasons:
        typer.echo(printable(f"  {reason}"))
    typer.echo(f"  use it:      vllm serve MODEL --enable-auto-tool-choice --tool-call-parser toolgram_{fmt}")
    typer.echo(f"  a variant:   toolgram new {name} --from-template {path} --variant")
    typer.echo(f"  all the same: toolgram new {name} --from-template {path} --force")


def _tell(draft: Draft, paths: list[Path], reader: Reader | None) -> None:
    """What was written, what was proved, and what is open. A draft that is not right ends with status 1."""
    of = "" if reader is None else f", a variant of {reader.format.id}"
    typer.echo(f"{draft.name}: wrote {_names(paths)}{of}")
    if len(draft.report):
        complain(draft.report.render(source_of(draft)))
    typer.echo(f"  proof: {printable(draft.problem) or draft.trips}")
    if draft.trips is not None and draft.trips.losses:
        complain(f"  the first that does not: {draft.trips.losses[0].problem}")
    for line in draft.unknown:
        typer.echo(printable(f"  look at: {line}"))
    _tell_next(paths[0])
    if not draft.is_right:
        raise typer.Exit(ERRORS)


def _tell_next(spec: Path) -> None:
    page = shown_path(spec)
    typer.echo(f"  next: toolgram check {page}; toolgram test {page}; toolgram case add {page} raw.txt")


def _write(paths: list[Path], *texts: str) -> None:
    with files():
        for path, text in zip(paths, texts, strict=True):
            if text:
                write_file(path, text.encode("utf-8"))


def _names(paths: list[Path]) -> str:
    return ", ".join(shown_path(path) for path in paths if path.exists())


def _end(message: str) -> NoReturn:
    refuse(message, ERRORS)
