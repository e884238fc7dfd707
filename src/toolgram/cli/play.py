"""`toolgram play`: a page that shows what each character of a text became, and why."""

from __future__ import annotations

from importlib.util import find_spec as find_module
from pathlib import Path
from typing import Annotated, Any

import typer

from .inputs import ERRORS, complete_spec, count, files, find_spec, read_tools, read_utf8, refuse

NEEDED = ("starlette", "uvicorn")
LOOPBACK = ("127.", "localhost", "::1")


def play(
    spec: Annotated[
        str | None,
        typer.Argument(
            metavar="SPEC",
            help="What it shows first: an id, an alias, or the path of a .lark file.",
            autocompletion=complete_spec,
        ),
    ] = None,
    text: Annotated[
        Path | None, typer.Option("--text", metavar="FILE", help="The text of a model that it shows first.")
    ] = None,
    tools: Annotated[
        Path | None, typer.Option("--tools", metavar="FILE", help="The request's OpenAI tools, a JSON list.")
    ] = None,
    inside: Annotated[
        str | None, typer.Option("--inside", metavar="CAPTURE", help="What the prompt has opened: reasoning.")
    ] = None,
    host: Annotated[str, typer.Option(help="The address to listen at; only this machine by default.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port to listen at; 0 is any that is free.")] = 8200,
    opens: Annotated[bool, typer.Option("--open/--no-open", help="Open the page in the browser.")] = True,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FOLDER", help="Write the page as files for any web server instead.")
    ] = None,
    python: Annotated[
        Path | None,
        typer.Option(
            "--python", metavar="FOLDER", help="With --out: Pyodide and wheels, to compile specs in the page."
        ),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be done, and end.")] = False,
) -> None:
    """See what each character of a text became, in the browser."""
    from ..play.link import fragment_of  # nothing of the page before it is wanted

    session = _session(spec, text, tools, inside)
    fragment = fragment_of(session) if session else ""
    if python is not None and out is None:
        refuse("--python: only with --out; a server compiles by itself")
    if out is not None:
        _write(out, fragment, python, dry_run=dry_run)
        return
    if dry_run:
        typer.echo(f"http://{host}:{port}/{fragment}")
        return
    missing = [name for name in NEEDED if find_module(name) is None]
    if missing:
        refuse(f"{', '.join(missing)}: not installed; run: pip install 'toolgram[play]'", ERRORS)
    from ..play.serve import serve

    if not host.startswith(LOOPBACK):
        typer.echo(f"everybody who reaches {host}:{port} may have specs compiled here", err=True)
    with files():
        serve(host, port, fragment, opens=opens, tell=typer.echo)


def _write(folder: Path, fragment: str, python: Path | None, *, dry_run: bool) -> None:
    from ..play.page import write_files

    if dry_run:
        typer.echo(f"the page would be written to {folder}")
        return
    with files():
        number = write_files(folder, python)
    specs = "specs are read-only there" if python is None else "specs are compiled there by Python in the browser"
    typer.echo(f"{folder / 'index.html'}{fragment}: {count(number, 'file')}; {specs}")


def _session(spec: str | None, text: Path | None, tools: Path | None, inside: str | None) -> dict[str, Any]:
    """What the page shows first; empty: what it shows to everybody."""
    found: dict[str, Any] = {}
    if spec is not None:
        path = find_spec(spec)
        found["format"] = path.stem
        if spec.endswith(".lark"):
            found["spec"] = read_utf8(path, "a spec")
    if text is not None:
        found["text"] = read_utf8(text, "a text of a model")
    if tools is not None:
        found["tools"] = _listed(read_tools(tools) or [])
    if inside is not None:
        found["inside"] = inside
    return found


def _listed(tools: list[dict[str, Any]]) -> str:
    import json

    lines = ",\n".join(f"  {json.dumps(tool, ensure_ascii=False)}" for tool in tools)
    return f"[\n{lines}\n]\n"
