"""`toolgram parse`: raw model output from stdin, as a message or as the events of a stream; or rows of a file."""

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
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..any_tool import tools_of
from ..diagnostics import printable
from ..rollouts.columns import Columns
from ..runtime.core.reasons import REASONS
from ..runtime.events import Event
from ..runtime.message import DROP, INCOMPLETE, KEEP, Message, collect
from ..runtime.parser import Parser
from ..runtime.schema.given import ToolsError
from .inputs import ERRORS, Spec, complain, count, files, load_format, read_tools, refuse

if TYPE_CHECKING:
    from ..formats import Format

BLOCK_CHARS = 1 << 16
NAMED_MAX = 5  # tools that one note names


def parse(
    spec: Spec,
    tools: Annotated[
        Path | None, typer.Option("--tools", metavar="FILE", help="The request's OpenAI tools, a JSON list.")
    ] = None,
    any_tool: Annotated[
        bool, typer.Option("--any-tool", help="Take every word of the text for the name of a declared tool.")
    ] = False,
    inside: Annotated[
        str | None, typer.Option("--inside", metavar="CAPTURE", help="What the prompt has opened: reasoning.")
    ] = None,
    suffix: Annotated[
        str | None, typer.Option("--suffix", metavar="TEXT", help="What the checkpoint's delimiters end with.")
    ] = None,
    stream: Annotated[
        int | None, typer.Option("--stream", metavar="N", help="Read N characters at a time and print the events.")
    ] = None,
    cut: Annotated[
        bool, typer.Option("--cut", help="A limit of tokens has ended the text: a call not closed is incomplete.")
    ] = False,
    incomplete: Annotated[
        str, typer.Option("--incomplete", metavar="WORD", help="Calls that are not complete: keep or drop them.")
    ] = KEEP,
    trace: Annotated[bool, typer.Option("--trace", help="Show what every character became, and why.")] = False,
    report: Annotated[bool, typer.Option("--report", help="Say of every attempt at a call what became of it.")] = False,
    chunks: Annotated[
        Path | None,
        typer.Option("--chunks", metavar="FILE", help="Repeat what the vLLM plugin has logged, instead of stdin."),
    ] = None,
    source: Annotated[
        Path | None, typer.Option("--input", metavar="FILE", help="Rows to read instead of stdin: .jsonl or .parquet.")
    ] = None,
    target: Annotated[
        Path | None, typer.Option("--output", metavar="FILE", help="Where the rows go, with what was read in them.")
    ] = None,
    column: Annotated[
        str, typer.Option("--column", metavar="NAME", help="Of the rows: the column with the text.")
    ] = "raw",
    tools_column: Annotated[
        str | None,
        typer.Option("--tools-column", metavar="NAME", help="The column with the tools of each row."),
    ] = None,
    prompt_column: Annotated[
        str | None, typer.Option("--prompt-column", metavar="NAME", help="The column with the prompt, as text.")
    ] = None,
    inside_column: Annotated[
        str | None, typer.Option("--inside-column", metavar="NAME", help="The column with what the prompt has opened.")
    ] = None,
    cut_column: Annotated[
        str | None,
        typer.Option("--cut-column", metavar="NAME", help='The column that is "length" or true where a limit has cut.'),
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Take no call of which anything was repaired.")] = False,
    prefix: Annotated[
        str, typer.Option("--prefix", metavar="TEXT", help="What the names of the added columns begin with.")
    ] = "",
    processes: Annotated[
        int | None, typer.Option("--processes", metavar="N", help="How many share the work; all cores by default.")
    ] = None,
) -> None:
    """Parse raw model output: from stdin, or the rows of a file."""
    if chunks is not None:
        _repeat(spec, chunks, read_tools(tools), inside, trace=trace)
        return
    if stream is not None and stream < 1:
        refuse(f"--stream {stream}: a chunk has at least one character")
    if stream is not None and trace:
        refuse("--stream and --trace: choose one")
    if incomplete not in INCOMPLETE:
        refuse(f"--incomplete {incomplete}: {' or '.join(INCOMPLETE)} is wanted")
    if incomplete == DROP and (trace or stream is not None):
        refuse(f"--incomplete {DROP}: only of a whole message, not with --stream or --trace")
    if any_tool and tools is not None:
        refuse("--tools and --any-tool: choose one")
    if source is not None or target is not None:
        if any_tool or trace or report or cut or stream is not None or incomplete == DROP:
            others = "--stream, --trace, --report, --cut, --any-tool or --incomplete drop"
            refuse(f"--input: rows are not read with {others}")
        read = (column, tools_column, prompt_column, inside_column, cut_column)
        columns = Columns(*read, tools=read_tools(tools), inside=inside, suffix=suffix, strict=strict, prefix=prefix)
        _parse_file(spec, source, target, columns, processes, tools)
        return
    if (strict or report) and (trace or stream is not None):
        refuse("--report and --strict: only of a whole message, not with --stream or --trace")
    fmt, stdin = load_format(spec), _Source(stream or BLOCK_CHARS)
    declared = tools_of(stdin.read_all()) if any_tool else read_tools(tools)
    parser = _begin(fmt, declared, inside, suffix, tools, trace=trace)
    if strict or report:
        text = stdin.read_all()
        found = fmt.report(text, declared, inside, suffix, cut=cut, incomplete=incomplete, strict=strict)
        typer.echo(_json(found.to_dict() if report else asdict(found.message), indent=2))
        return
    events = []
    for event in _events(parser, stdin, cut):
        events.append(event)
        if stream is not None:
            typer.echo(_json({"event": type(event).__name__, **_fields(event)}))
    message = collect(events, fmt.call_id_length, incomplete=incomplete)
    if parser.trace is not None:
        _print_trace(parser.trace)
    elif stream is None:
        typer.echo(_json(asdict(message), indent=2))
    if tools is None and not any_tool:
        knowing = fmt.parser(tools_of(stdin.text), inside, suffix=suffix)
        _tell_undeclared(knowing, stdin.text, collect(events))


def _begin(
    fmt: Format, declared: Any, inside: str | None, suffix: str | None, path: Path | None, *, trace: bool = False
) -> Parser:
    """A parser. What is wrong with what it is given ends the command."""
    try:
        parser = fmt.parser(declared, inside, suffix=suffix, trace=trace)
    except ToolsError as error:
        refuse(f"{path}: {error}")
    except ValueError as error:
        if inside is None or inside in fmt.machine.inside:
            refuse(f"--suffix {suffix}: {error}")
        known = ", ".join(fmt.machine.inside)
        refuse(f"--inside {inside}: {fmt.id} can begin inside {known or 'nothing'}")
    _tell_unread(parser, fmt.id)
    return parser


def _parse_file(
    spec: str, source: Path | None, target: Path | None, columns: Columns, processes: int | None, tools: Path | None
) -> None:
    """Read the rows of a file. What is wrong with the options ends the command."""
    from .parse_file import parse_file  # with the pool of processes

    if source is None or target is None:
        refuse("--input and --output belong together")
    if processes is not None and processes < 1:
        refuse(f"--processes {processes}: at least one is needed")
    fmt = load_format(spec)
    _begin(fmt, columns.tools, columns.inside, columns.suffix, tools)
    parse_file(fmt, source, target, columns, processes)


def _tell_undeclared(parser: Parser, text: str, found: Message) -> None:
    """Say which calls are text because no tools are declared; `parser` knows every word of the text as a tool."""
    calls = collect([*parser.feed(text), *parser.finish()]).tool_calls
    more = [call.name for call in calls][len(found.tool_calls) :]
    if more:
        names = ", ".join(dict.fromkeys(printable(name) for name in more[:NAMED_MAX]))
        what = f"{count(len(more), 'call')} of tools that are not declared {'is' if len(more) == 1 else 'are'} text"
        how = "declare the tools with --tools FILE, or take every word for a tool with --any-tool"
        complain(f"note: {what}: {names}; no special token opens them: {how}")


def _repeat(spec: str, path: Path, tools: Any, inside: str | None, *, trace: bool) -> None:
    """Feed what a transcript holds, as the plugin fed it, and print the events of each chunk. What fails, raises."""
    from .transcripts import batches, read_transcript  # with pydantic, which other texts do not need

    fmt, transcript = load_format(spec), read_transcript(path)
    if transcript.left_out:
        typer.echo(f"the transcript was too long: its last {transcript.left_out} chunks are missing", err=True)
    declared = transcript.tools if tools is None else tools
    try:
        begins = inside or transcript.inside
        ids = transcript.special_tokens
        parser = Parser(fmt.prepared, declared, begins, token_ids=ids, trace=trace, served=True)
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


class _Source:
    """Standard input in pieces of so many characters, each as soon as it comes; `text` is what has come."""

    def __init__(self, chars: int) -> None:
        self._chars = chars
        self._pieces: list[str] = []
        self._waiting: list[str] | None = None  # read already

    @property
    def text(self) -> str:
        return "".join(self._pieces)

    def read_all(self) -> str:
        """Read all of it before the first piece is used."""
        self._waiting = list(self)
        return self.text

    def __iter__(self) -> Iterator[str]:
        if self._waiting is not None:
            yield from self._waiting
            return
        with _text_of_stdin() as text:
            while piece := text.read(self._chars):
                self._pieces.append(piece)
                yield piece


def _events(parser: Parser, pieces: Iterable[str], cut: bool) -> Iterator[Event]:
    for piece in pieces:
        yield from parser.feed(piece)
    yield from parser.finish(cut=cut)


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


def _json(value: Any, indent: int | None = None) -> str:
    return json.dumps(value, ensure_ascii=False, indent=indent)


def _print_trace(trace: Iterable[tuple[str, str]]) -> None:
    """One line for each stretch of one kind, and one for each reason."""
    for kind, parts in groupby(trace, key=itemgetter(0)):
        text = "".join(text for _, text in parts)
        if not text and kind in REASONS:
            typer.echo(f"{'':<10} ({kind}: {REASONS[kind]})")
        else:
            typer.echo(f"{kind:<10} {_json(text)}")
