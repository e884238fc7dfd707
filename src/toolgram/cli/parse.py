"""`toolgram parse`: raw model output from stdin, as a message or as the events of a stream."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Annotated, Any

import typer

from ..runtime.events import Event
from ..runtime.message import collect
from ..runtime.parser import Parser
from ..runtime.schema.given import ToolsError
from .inputs import ERRORS, Spec, complain, files, load_format, read_tools, refuse

BLOCK_CHARS = 1 << 16


def parse(
    spec: Spec,
    tools: Annotated[
        Path | None, typer.Option("--tools", metavar="FILE", help="The request's OpenAI tools, a JSON list.")
    ] = None,
    inside: Annotated[
        str | None, typer.Option("--inside", metavar="CAPTURE", help="What the prompt has opened: reasoning.")
    ] = None,
    suffix: Annotated[
        str | None, typer.Option("--suffix", metavar="TEXT", help="What the checkpoint's delimiters end with.")
    ] = None,
    stream: Annotated[
        int | None, typer.Option("--stream", metavar="N", help="Read N characters at a time and print the events.")
    ] = None,
    trace: Annotated[bool, typer.Option("--trace", help="Show what every character became.")] = False,
    chunks: Annotated[
        Path | None,
        typer.Option("--chunks", metavar="FILE", help="Repeat what the vLLM plugin has logged, instead of stdin."),
    ] = None,
) -> None:
    """Parse raw model output from stdin; print the message as JSON."""
    if chunks is not None:
        _repeat(spec, chunks, read_tools(tools), inside, trace=trace)
        return
    if stream is not None and stream < 1:
        refuse(f"--stream {stream}: a chunk has at least one character")
    if stream is not None and trace:
        refuse("--stream and --trace: choose one")
    fmt, declared = load_format(spec), read_tools(tools)
    try:
        parser = fmt.parser(declared, inside, suffix=suffix, trace=trace)
    except ToolsError as error:
        refuse(f"{tools}: {error}")
    except ValueError as error:
        if inside is None or inside in fmt.machine.inside:
            refuse(f"--suffix {suffix}: {error}")
        known = ", ".join(fmt.machine.inside)
        refuse(f"--inside {inside}: {fmt.id} can begin inside {known or 'nothing'}")
    _tell_unread(parser, fmt.id)
    events = _events(parser, stream or BLOCK_CHARS)
    if stream is not None:
        for event in events:
            typer.echo(_json({"event": type(event).__name__, **_fields(event)}))
        return
    message = collect(events, fmt.call_id_length)
    if parser.trace is not None:
        _print_trace(parser.trace)
    else:
        typer.echo(json.dumps(asdict(message), ensure_ascii=False, indent=2))


def _repeat(spec: str, path: Path, tools: Any, inside: str | None, *, trace: bool) -> None:
    """Feed what a transcript holds, as the plugin fed it, and print the events of each chunk. What fails, raises."""
    from .transcripts import batches, read_transcript  # with pydantic, which other texts do not need

    fmt, transcript = load_format(spec), read_transcript(path)
    if transcript.left_out:
        typer.echo(f"the transcript was too long: its last {transcript.left_out} chunks are missing", err=True)
    declared = transcript.tools if tools is None else tools
    try:
        parser = fmt.parser(declared, inside or transcript.inside, token_ids=transcript.special_tokens, trace=trace)
    except ToolsError as error:
        refuse(f"{path}: {error}")
    _tell_unread(parser, fmt.id)
    for events in batches(parser, transcript.chunks):
        for event in () if trace else events:
            typer.echo(_json({"event": type(event).__name__, **_fields(event)}))
    if parser.trace is not None:
        _print_trace(parser.trace)


def _tell_unread(parser: Parser, format_id: str) -> None:
    """Warn of tools whose names the format cannot carry."""
    for name, reason in parser.unread_names.items():
        complain(f"warning: no call of the tool {name!r} can be read in {format_id}: {reason}")


def _events(parser: Parser, chunk_chars: int) -> Iterator[Event]:
    with _text_of_stdin() as text:
        while chunk := text.read(chunk_chars):
            yield from parser.feed(chunk)
    yield from parser.finish()


@contextmanager
def _text_of_stdin() -> Iterator[io.TextIOWrapper]:
    """Standard input as the model wrote it: UTF-8, line breaks as they are."""
    text = io.TextIOWrapper(sys.stdin.buffer, encoding="utf-8", newline="")
    try:
        with files():
            yield text
    except UnicodeDecodeError as error:
        refuse(f"the input is not UTF-8: {error.reason}", ERRORS)
    finally:
        text.detach()


def _fields(event: Event) -> dict[str, Any]:
    return asdict(event)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _print_trace(trace: Iterable[tuple[str, str]]) -> None:
    """One line for each stretch of one kind."""
    for kind, parts in groupby(trace, key=itemgetter(0)):
        typer.echo(f"{kind:<10} {_json(''.join(text for _, text in parts))}")
