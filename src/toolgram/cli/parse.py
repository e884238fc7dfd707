"""`toolgram parse`: raw model output from stdin, as a message or as the events of a stream; or rows of a file.

This is the door: its options, and which of them go together. `parse_text.py` reads a text, `parse_file.py` rows.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from ..rollouts.columns import Columns
from ..runtime.message import DROP, INCOMPLETE, KEEP
from .inputs import Spec, find_spec, load_format, read_tools, refuse
from .lineup import LineUpOption
from .parse_text import Source, Wanted, begin, parse_text
from .watch import Watch, spec_files, watching


def parse(
    spec: Spec,
    text: Annotated[
        Path | None, typer.Argument(metavar="FILE", help="The text; without it, stdin.", show_default=False)
    ] = None,
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
    line_up: LineUpOption = False,
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
    watch: Watch = False,
) -> None:
    """Parse raw model output: a text, or the rows of a file."""
    trace = trace or line_up
    if chunks is not None and text is not None:
        refuse("--chunks: it has the text; name no other")
    if chunks is not None:
        _repeat(spec, chunks, read_tools(tools), inside, trace=trace, line_up=line_up, watch=watch)
        return
    if stream is not None and stream < 1:
        refuse(f"--stream {stream}: a chunk has at least one character")
    if incomplete not in INCOMPLETE:
        refuse(f"--incomplete {incomplete}: {' or '.join(INCOMPLETE)} is wanted")
    if incomplete == DROP and (trace or stream is not None):
        refuse(f"--incomplete {DROP}: only of a whole message, not with --stream or --trace")
    if any_tool and tools is not None:
        refuse("--tools and --any-tool: choose one")
    if source is not None or target is not None:
        if text is not None or any_tool or trace or report or cut or watch or stream or incomplete == DROP:
            others = "a FILE of one text, --stream, --trace, --report, --cut, --any-tool, --watch or --incomplete drop"
            refuse(f"--input: rows are not read with {others}")
        names = (column, tools_column, prompt_column, inside_column, cut_column)
        columns = Columns(*names, tools=read_tools(tools), inside=inside, suffix=suffix, strict=strict, prefix=prefix)
        _parse_file(spec, source, target, columns, processes, tools)
        return
    if (strict or report) and (trace or stream is not None):
        refuse("--report and --strict: only of a whole message, not with --stream or --trace")
    wanted = Wanted(spec, tools, any_tool, inside, suffix, stream, cut, incomplete, trace, line_up, report, strict)
    read = Source(wanted.chars, text)
    if watch:
        if text is None:
            read.read_all()  # it comes once; specs and tools may change
        again = partial(_parse_again, wanted, None if text is not None else read, text)
        watching(again, [find_spec(spec)], spec_files, [path for path in (tools, text) if path is not None])
    parse_text(wanted, read)


def _parse_again(wanted: Wanted, read: Source | None, text: Path | None, _: Any) -> None:
    parse_text(wanted, read or Source(wanted.chars, text))


def _repeat(spec: str, path: Path, tools: Any, inside: str | None, *, trace: bool, line_up: bool, watch: bool) -> None:
    """Feed what the plugin has logged, as the plugin fed it."""
    from .replay import repeat  # with the forms of recordings, which a text does not need

    if watch:
        refuse("--chunks and --watch: choose one")
    repeat(spec, path, tools, inside, trace=trace, line_up=line_up)


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
    begin(fmt, columns.tools, columns.inside, columns.suffix, tools)
    parse_file(fmt, source, target, columns, processes)
