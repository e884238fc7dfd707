"""`toolgram record`: what a server sends, written to a file as it comes."""

from __future__ import annotations

import json
import os
import sys
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from ..diagnostics import printable
from ..proxy.settings import OTHER, SERVERS
from ..transcripts import RecordingError
from ..transcripts.record import Asked, endpoint, first_model, question, record, request_for, send
from .inputs import ERRORS, complain, complete_spec, count, files, read_json, read_tools, refuse


def record_stream(
    url: Annotated[str, typer.Argument(metavar="URL", help="An OpenAI server, such as http://127.0.0.1:8000.")],
    body: Annotated[
        Path | None, typer.Option("--body", metavar="FILE", help="The request: the JSON of its body.")
    ] = None,
    prompt: Annotated[
        str | None, typer.Option("--prompt", metavar="TEXT", help="What to ask the model, instead of --body.")
    ] = None,
    tools: Annotated[
        Path | None, typer.Option("--tools", metavar="FILE", help="The tools to offer, a JSON list.")
    ] = None,
    model: Annotated[
        str | None,
        typer.Option("--model", metavar="NAME", help="Which one; else that of --body, or the first."),
    ] = None,
    server: Annotated[
        str, typer.Option("--server", help=f"What it is, to be asked for raw text: {', '.join(SERVERS)}.")
    ] = OTHER,
    format: Annotated[
        str | None,
        typer.Option(
            "--format",
            metavar="NAME",
            help="What the model writes, to be noted in the file.",
            autocompletion=complete_spec,
        ),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", metavar="FILE", help="Where it goes; stdout by default.")
    ] = None,
    key_from: Annotated[
        str | None,
        typer.Option("--key-from", metavar="VARIABLE", help="The variable of the environment that has the API key."),
    ] = None,
    silent_seconds: Annotated[
        float, typer.Option("--silent-seconds", metavar="N", min=1, help="How long the server may say nothing.")
    ] = 600.0,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print the request, and send nothing.")] = False,
) -> None:
    """Record what a server sends, and when.

    What is written is the server's own stream, with comments in it: the time of each event, and the request without its
    prompt. docs/transcripts.md has the form.
    """
    if server not in SERVERS:
        refuse(f"--server {server}: {' or '.join(SERVERS)} is wanted")
    key = os.environ.get(key_from) if key_from is not None else None
    if key_from is not None and not key:
        refuse(f"--key-from {key_from}: there is no such variable, or it is empty")
    try:
        url = endpoint(url)
        asked = Asked(url, _body(url, body, prompt, tools, model), key, format, silent_seconds)
        if not dry_run and "model" not in asked.body:
            asked = replace(asked, body={"model": first_model(asked), **asked.body})
        asked = replace(asked, body=request_for(asked.body, server))
        if dry_run:
            typer.echo(f"POST {asked.url}\n\n{json.dumps(asked.body, ensure_ascii=False, indent=2)}")
            return
        _record(asked, output)
    except RecordingError as problem:
        refuse(printable(str(problem)), ERRORS)


def _record(asked: Asked, output: Path | None) -> None:
    sent = send(asked)  # what a file had in it is kept where nothing comes
    with ExitStack() as opened, files():
        out = sys.stdout.buffer if output is None else opened.enter_context(output.open("wb"))
        found = record(sent, out)
    complain(f"recorded {count(found.events, 'event')} in {found.milliseconds:,} ms")
    if output is not None:
        complain(f"to read it: toolgram replay {output}{'' if asked.format else ' --format NAME'} --trace")


def _body(url: str, path: Path | None, prompt: str | None, tools: Path | None, model: str | None) -> dict[str, Any]:
    """The body of the request, from a file or from options."""
    if (path is None) == (prompt is None):
        refuse("say what to ask: --body FILE with the whole request, or --prompt TEXT")
    found = read_json(path, "a request", "a request") if path is not None else question(url, prompt or "")
    if not isinstance(found, dict):
        refuse(f'{path}: the body of a request is wanted, as in {{"messages": [{{"role": "user", "content": "Hi"}}]}}')
    declared = read_tools(tools)
    return {**found, **({} if model is None else {"model": model}), **({} if declared is None else {"tools": declared})}
