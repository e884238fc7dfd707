"""What is shown where somebody watches: colours, tables, progress. Where nobody does, plain text in stable columns.

`rich` is imported only where it is needed, so that a pipe does not wait for it.

Promise: no escape codes when the output is no terminal, when NO_COLOR is set, or on a terminal that is `dumb`.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TextIO, TypeVar

import typer

from ..diagnostics import printable

T = TypeVar("T")

# Parts of a rendered message, and how they are shown.
_STYLES = (
    (r"(?m)^[^\n]*?: (?=error\[)", "bold"),
    (r"(?m)^[^\n]*?: (?=warning\[)", "bold"),
    (r"error\[[\w-]+\](?=: )", "bold red"),
    (r"warning\[[\w-]+\](?=: )", "bold yellow"),
    (r"(?m)^ *\d* \|", "blue"),
    (r"(?m)(?<=\| )[ \t]*\^+ .*$", "red"),
    (r"(?m)(?<=\| )[ \t]*-+ .*$", "blue"),
    (r"(?m)^ +(= (?:note|example|hint):)", "cyan"),
)


def is_watched(stream: TextIO | None = None) -> bool:
    """Whether a terminal shows a stream."""
    stream = sys.stdout if stream is None else stream
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def has_colours(stream: TextIO | None = None) -> bool:
    """Whether colours may be written to a stream."""
    return is_watched(stream) and not os.environ.get("NO_COLOR")


def complain(text: str) -> None:
    """Print a problem. It may hold words of strangers: what would steer a terminal is printed as its escape."""
    text = printable(text, "\n\t")
    if not has_colours(sys.stderr):
        typer.echo(text, err=True)
        return
    from rich.console import Console
    from rich.text import Text

    shown = Text(text)
    for pattern, style in _STYLES:
        shown.highlight_regex(pattern, style)
    Console(stderr=True, highlight=False).print(shown, soft_wrap=True)


def print_table(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print rows: as a table for people, else in columns with two blanks between them, `-` where there is nothing."""
    shown = [[printable(cell) for cell in row] for row in rows]
    if not is_watched():
        plain = [[cell or "-" for cell in row] for row in shown]
        widths = [max((len(row[column]) for row in plain), default=0) for column in range(len(headers))]
        for row in plain:
            typer.echo("  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip())
        return
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold")
    for column, header in enumerate(headers):
        table.add_column(header, style="" if column else "bold cyan", no_wrap=not column, overflow="fold")
    for row in shown:
        table.add_row(*map(Text, row))
    Console(highlight=False, color_system="auto" if has_colours() else None).print(table)


@contextmanager
def progress(total: int) -> Iterator[Callable[[str], None]]:
    """Show how far long work is, where somebody watches; what is called with each step's name."""
    done = -1

    def step(name: str) -> None:
        nonlocal done
        done += 1
        if total > 1:
            show(done, total, name)

    with stepped() as show:
        yield step


@contextmanager
def stepped() -> Iterator[Callable[..., None]]:
    """Show how far long work is; what is called with how much is done, of how much, and perhaps a name."""
    if not has_colours(sys.stderr):
        yield lambda *_: None
        return
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (BarColumn(bar_width=24), MofNCompleteColumn(), TextColumn("{task.description}"), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None, visible=False)

        def show(done: int, total: int, name: str = "") -> None:
            bar.update(task, completed=done, total=total, description=escape(printable(name)), visible=True)

        yield show


def each(items: Sequence[T], name: Callable[[T], str]) -> Iterator[T]:
    """Yield items while a bar shows which one it is."""
    with progress(len(items)) as step:
        for item in items:
            step(name(item))
            yield item


def wrapped(text: str, width: int, indent: str) -> str:
    """Break a text into lines, each behind an indent.

    >>> wrapped("one two three", 8, "  ")
    '  one\\n  two\\n  three'
    """
    lines = [""]
    for word in re.findall(r"\S+", text):
        if lines[-1] and len(indent) + len(lines[-1]) + 1 + len(word) > width:
            lines.append("")
        lines[-1] += f" {word}" if lines[-1] else word
    return "\n".join(f"{indent}{line}" for line in lines)
