"""Reading one text of stdin: the message, the events of a stream, the trace, or a report."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import typer

from ..any_tool import tools_of
from ..diagnostics import printable
from ..reports.lineup import LineUp
from ..runtime.events import Event
from ..runtime.message import Message, collect
from ..runtime.parser import Parser
from ..runtime.schema.given import ToolsError
from .inputs import ERRORS, complain, count, files, load_format, read_tools, refuse
from .lineup import is_lined_up, print_events, print_trace

if TYPE_CHECKING:
    from ..formats import Format

BLOCK_CHARS = 1 << 16
NAMED_MAX = 5  # tools that one note names


class Wanted(NamedTuple):
    """What was asked for: the options of `toolgram parse`, by their names."""

    spec: str
    tools: Path | None
    any_tool: bool
    inside: str | None
    suffix: str | None
    stream: int | None
    cut: bool
    incomplete: str
    trace: bool
    line_up: bool
    report: bool
    strict: bool

    @property
    def chars(self) -> int:
        """How many characters are read at a time: one where it is shown what each waits for."""
        return self.stream or (1 if self.trace and is_lined_up(self.line_up) else BLOCK_CHARS)


def parse_text(wanted: Wanted, stdin: Source) -> None:
    """Read the text and print what is wanted of it."""
    tools, inside, suffix = wanted.tools, wanted.inside, wanted.suffix
    fmt = load_format(wanted.spec)
    declared = tools_of(stdin.read_all()) if wanted.any_tool else read_tools(tools)
    parser = begin(fmt, declared, inside, suffix, tools, trace=wanted.trace)
    if wanted.strict or wanted.report:
        text, cut, strict = stdin.read_all(), wanted.cut, wanted.strict
        found = fmt.report(text, declared, inside, suffix, cut=cut, incomplete=wanted.incomplete, strict=strict)
        typer.echo(_json(found.to_dict() if wanted.report else asdict(found.message)))
        return
    events = _events(parser, stdin, wanted)
    if not wanted.trace and wanted.stream is None:
        typer.echo(_json(asdict(collect(events, fmt.call_id_length, incomplete=wanted.incomplete))))
    if tools is None and not wanted.any_tool:
        knowing = fmt.parser(tools_of(stdin.text), inside, suffix=suffix)
        _tell_undeclared(knowing, stdin.text, collect(events))


def _events(parser: Parser, stdin: Source, wanted: Wanted) -> list[Event]:
    """Read all of it; of a stream events are printed as they come, a trace when all is read."""
    lined = LineUp(parser) if wanted.trace else None
    reader = lined or parser
    found: list[Event] = []
    for piece in stdin:
        found += _told(reader.feed(piece), wanted)
    found += _told(reader.finish(cut=wanted.cut), wanted)
    if lined is not None:
        print_trace(lined, wanted.line_up)
    return found


def _told(events: list[Event], wanted: Wanted) -> list[Event]:
    if wanted.stream is not None and not wanted.trace:
        print_events(events)
    return events


def begin(
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
    tell_unread(parser, fmt.id)
    return parser


def _tell_undeclared(parser: Parser, text: str, found: Message) -> None:
    """Say which calls are text because no tools are declared; `parser` knows every word of the text as a tool."""
    calls = collect([*parser.feed(text), *parser.finish()]).tool_calls
    more = [call.name for call in calls][len(found.tool_calls) :]
    if more:
        names = ", ".join(dict.fromkeys(printable(name) for name in more[:NAMED_MAX]))
        what = f"{count(len(more), 'call')} of tools that are not declared {'is' if len(more) == 1 else 'are'} text"
        how = "declare the tools with --tools FILE, or take every word for a tool with --any-tool"
        complain(f"note: {what}: {names}; no special token opens them: {how}")


def tell_unread(parser: Parser, format_id: str) -> None:
    """Warn of tools whose names the format cannot carry."""
    for name, reason in parser.unread_names.items():
        complain(f"warning: no call of the tool {name!r} can be read in {format_id}: {reason}")


class Source:
    """Standard input, or a file, in pieces of so many characters, each as soon as it comes; `text` is what has come."""

    def __init__(self, chars: int, path: Path | None = None) -> None:
        self._chars, self._path = chars, path
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
        with _text_of(self._path) as text:
            while piece := text.read(self._chars):
                self._pieces.append(piece)
                yield piece


@contextmanager
def _text_of(path: Path | None) -> Iterator[io.TextIOWrapper]:
    """Standard input, or a file, as the model wrote it: UTF-8, line breaks as they are."""
    with files(), nullcontext(sys.stdin.buffer) if path is None else path.open("rb") as source:
        text = io.TextIOWrapper(source, encoding="utf-8", newline="")
        try:
            yield text
        except UnicodeDecodeError as error:
            refuse(f"the input is not UTF-8: {error.reason}", ERRORS)
        finally:
            text.detach()


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)
