"""The line-up of `--trace`: the text in its lines, each character coloured by what it became, with reasons and holds.

In: a `LineUp`. Out: lines on stdout. Without colours a second row below each line has a letter for each character, so
that nothing is told by a colour alone: a capital where the character was held back when it came.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict
from itertools import groupby
from operator import attrgetter, itemgetter
from typing import Annotated, Any, NamedTuple

import typer

from ..diagnostics import printable
from ..reports.lineup import HELD_BECAUSE, MEANINGS, UNDECIDED, Hold, LineUp, Part
from ..runtime.core.reasons import REASONS
from ..runtime.core.trace import Entry
from ..runtime.events import Event
from ..sources import Source
from .inputs import count
from .terminal import has_colours, is_watched

STYLES = {
    "content": "default",
    "reasoning": "magenta",
    "name": "bold blue",
    "id": "blue",
    "key": "cyan",
    "value": "green",
    "source": "italic cyan",
    "markup": "bright_black",
    "skipped": "red strike",
    "held": "reverse",
}
LETTERS = {kind: kind[0] for kind in STYLES} | {"skipped": "x"}
SHOWN = {"\n": "↵", "\r": "␍", "\t": "→"}
HOLDS_MAX = 12  # that are told one by one
TELLING = 8  # characters of a hold that is worth a line by itself
TEXT_MAX = 40  # of a held text that is shown
WIDTH_MIN = 24


Write = Callable[[Sequence[tuple[str, str]]], None]  # prints texts with their styles


class Cell(NamedTuple):
    """A character as it is shown."""

    at: int
    shown: str
    width: int
    kind: str
    waited: bool


class Row(NamedTuple):
    """A row of the screen; `line` is the number of the text's line, where it begins in this row."""

    line: int | None
    cells: list[Cell]


LineUpOption = Annotated[
    bool, typer.Option("--line-up", help="As --trace, in lines with letters below, also where no terminal shows it.")
]


def is_lined_up(wanted: bool) -> bool:
    """Whether a trace is shown as a line-up: on a terminal, and where that is wanted."""
    return wanted or is_watched()


def print_trace(lined: LineUp, wanted: bool) -> None:
    """Print a trace, as a line-up or as a list."""
    if is_lined_up(wanted):
        print_line_up(lined)
    else:
        _print_list(lined.parser.trace or ())


def print_events(events: Iterable[Event], **more: Any) -> None:
    """Print events as JSON, one a line."""
    for event in events:
        told = {"event": type(event).__name__, **asdict(event), **more}
        typer.echo(json.dumps(told, ensure_ascii=False))


def _print_list(trace: Iterable[Entry]) -> None:
    """One line for each stretch of one kind, and one for each reason."""
    for kind, parts in groupby(trace, key=itemgetter(0)):
        text = "".join(text for _, text in parts)
        if not text and kind in REASONS:
            typer.echo(f"{'':<10} ({kind}: {REASONS[kind]})")
        else:
            typer.echo(f"{kind:<10} {json.dumps(text, ensure_ascii=False)}")


def print_line_up(lined: LineUp) -> None:
    """Print all of it."""
    text, parts = lined.text, lined.parts
    rows = list(_rows(_cells(lined, text, parts), text))
    digits = len(str(text.count("\n") + 1))
    notes = [(reason.at, f"{reason.word}: {REASONS[reason.word]}") for reason in lined.reasons]
    kinds = {part.kind for part in parts}
    write = _styled_writer() if has_colours() else None
    _print_legend([kind for kind in MEANINGS if kind in kinds], write, waited=any(cell.waited for cell in _all(rows)))
    for number, row in enumerate(rows):
        _print_row(row, digits, write)
        end = rows[number + 1].cells[0].at if number + 1 < len(rows) else len(text) + 1
        while notes and notes[0][0] < end:
            at, words = notes.pop(0)
            left = sum(cell.width for cell in row.cells if cell.at < at)
            typer.echo(f"{'':{digits}} | {'':{left}}^ {words}")
    for line in _told_holds(_holds(lined), Source("", text)):
        typer.echo(line)


def _all(rows: Iterable[Row]) -> Iterator[Cell]:
    return (cell for row in rows for cell in row.cells)


def _cells(lined: LineUp, text: str, parts: Iterable[Part]) -> Iterator[Cell]:
    from rich.cells import cell_len

    waited = bytearray(len(text))
    for hold in _holds(lined):
        waited[hold.begin : hold.end] = b"\1" * (hold.end - hold.begin)
    for part in parts:
        for at in range(part.begin, part.end):
            shown = SHOWN.get(text[at]) or printable(text[at])
            yield Cell(at, shown, cell_len(shown), part.kind, bool(waited[at]))


def _holds(lined: LineUp) -> list[Hold]:
    """What was held back; a blank that waits alone for the next character is not told."""
    holds = [*lined.holds, *([lined.held] if lined.held else [])]
    return [hold for hold in holds if hold.end - hold.begin > 1]


def _rows(cells: Iterator[Cell], text: str) -> Iterator[Row]:
    """Break cells into rows: at the ends of lines, and where the screen ends."""
    room = max(WIDTH_MIN, shutil.get_terminal_size().columns - len(str(text.count("\n") + 1)) - 4)
    row, used, line = Row(1, []), 0, 1
    for cell in cells:
        if row.cells and used + cell.width > room:
            yield row
            row, used = Row(None, []), 0
        row.cells.append(cell)
        used += cell.width
        if text[cell.at] == "\n":
            yield row
            line += 1
            row, used = Row(line, []), 0
    if row.cells:
        yield row


def _print_row(row: Row, digits: int, write: Write | None) -> None:
    head = f"{'' if row.line is None else row.line:>{digits}} | "
    if write is None:
        typer.echo(head + "".join(cell.shown for cell in row.cells))
        letters = (LETTERS[cell.kind].upper() if cell.waited else LETTERS[cell.kind] for cell in row.cells)
        marks = "".join(letter * cell.width for letter, cell in zip(letters, row.cells, strict=True))
        typer.echo(f"{'':{digits}} | {marks}")
        return
    shown = [(head, "blue")]
    for (kind, waited), cells in groupby(row.cells, key=attrgetter("kind", "waited")):
        shown.append(("".join(cell.shown for cell in cells), STYLES[kind] + " underline" * waited))
    write(shown)


def _print_legend(kinds: Sequence[str], write: Write | None, *, waited: bool) -> None:
    """What the colours, or the letters, mean: of those that occur."""
    if write is None:
        letters = "  ".join(f"{LETTERS[kind]} {kind}" for kind in kinds)
        typer.echo(letters + "  CAPITALS held back when it came" * waited)
        return
    shown = [part for kind in kinds for part in ((kind, STYLES[kind]), ("  ", ""))]
    write([*shown, ("held back when it came", "underline")] if waited else shown)


def _styled_writer() -> Write:
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False)
    return lambda parts: console.print(Text.assemble(*parts), soft_wrap=True)


def _told_holds(holds: Sequence[Hold], source: Source) -> Iterator[str]:
    """Say what was held back, and why: the longest ones."""
    if not holds:
        return
    longest = max(hold.end - hold.begin for hold in holds)
    yield f"\nheld back: {count(len(holds), 'time')}, {count(longest, 'character')} at most"
    told = [hold for hold in holds if hold.end - hold.begin >= TELLING or hold.because == UNDECIDED]
    for hold in sorted(sorted(told, key=lambda hold: hold.begin - hold.end)[:HOLDS_MAX]):
        yield _told(hold, source)


def _told(hold: Hold, source: Source) -> str:
    (line, column), (last, behind) = source.line_col(hold.begin), source.line_col(hold.end - 1)
    text = source.text[hold.begin : hold.end]
    text = text if len(text) <= TEXT_MAX else f"{text[: TEXT_MAX // 2]}...{text[-TEXT_MAX // 2 :]}"
    shown = printable(json.dumps(text, ensure_ascii=False))
    size = count(hold.end - hold.begin, "character")
    return f"  {line}:{column} to {last}:{behind}, {size}: {shown}: {HELD_BECAUSE[hold.because]}"
