"""`toolgram import`: make a spec from another description of a format."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import typer

from ..diagnostics import Source
from ..importers.hf_template import import_template
from ..registry import shown_path
from ..spec.files import ID_WORDS, is_id
from ..writing import write_file
from .inputs import ERRORS, complain, files, read_utf8, refuse

imports = typer.Typer(
    name="import",
    help="Make a spec from another description of a format.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@imports.callback()
def _import() -> None:
    """Make a spec from another description of a format."""


@imports.command("hf-template")
def hf_template(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A response template, or a tokenizer_config.json.")],
    name: Annotated[
        str | None, typer.Option("--name", metavar="NAME", help="The id of the format; the file's folder by default.")
    ] = None,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Where to write; here by default.")] = Path(),
    force: Annotated[bool, typer.Option("--force", help="Write over files that are there.")] = False,
) -> None:
    """Make NAME.lark and NAME.md from a response template of Hugging Face transformers."""
    source = Source(shown_path(file), read_utf8(file, "a file"))
    format_id = name or _name_of(file)
    if is_id(format_id) is None:
        refuse(f"--name {format_id}: an id has {ID_WORDS}")
    beside = file.with_name("chat_template.jinja")
    imported = import_template(source, format_id, read_utf8(beside, "a file") if beside.is_file() else None)
    if len(imported.report):
        complain(imported.report.render(source))
    if not imported.report.ok:
        raise typer.Exit(ERRORS)
    paths = [out / f"{format_id}.lark", out / f"{format_id}.md"]
    there = [path for path in paths if path.exists() or path.is_symlink()]
    if there and not force:
        refuse(f"{shown_path(there[0])} is there already: name another --out or --name, or say --force")
    with files():
        for path, text in zip(paths, (imported.spec, imported.page), strict=True):
            write_file(path, text.encode("utf-8"))
    typer.echo(f"{format_id}: wrote {', '.join(map(shown_path, paths))}")


def _name_of(file: Path) -> str:
    """Name a format after its file, or after the model's folder when the file is called as in every folder."""
    stem = file.resolve().parent.name if file.name == "tokenizer_config.json" else file.stem
    found = re.sub(r"[^a-z0-9_\-]", "_", stem.lower()).strip("_-")
    return found or refuse(f"{file}: no name for the format can be made of this; say --name")
