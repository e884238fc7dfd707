"""`toolgram parse --input FILE --output FILE`: rows of a file, read by all cores into another file."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from pathlib import Path

import typer

from ..formats import Format
from ..rollouts.columns import Columns, Counts
from ..rollouts.files import Run, RunError, read_file
from ..rollouts.jsonl import NameTakenError
from .inputs import ERRORS, count, files, refuse
from .terminal import stepped

UNREAD = 3  # the status when all is done, and some rows could not be read
STOPPED = 130  # as shells have it for what Ctrl-C has ended


def parse_file(fmt: Format, source: Path, target: Path, columns: Columns, processes: int | None) -> None:
    """Read a file of rows, and say what came of it."""
    run = Run(source, target, columns, processes)
    with _told(run), files(), stepped() as step:
        counts = read_file(fmt, run, step)
    _print(counts, target)
    if counts.errors:
        raise typer.Exit(UNREAD)


@contextmanager
def _told(run: Run) -> Iterator[None]:
    """Turn what ends a run into one message."""
    try:
        yield
    except RunError as error:
        refuse(str(error))
    except NameTakenError as error:
        refuse(f"a row has a column {error} already: --prefix gives the added ones other names")
    except BrokenProcessPool:
        refuse(f"a process has died, perhaps for want of memory; {_how_to_go_on(run)}", ERRORS)
    except KeyboardInterrupt:
        refuse(f"stopped; {_how_to_go_on(run)}", STOPPED)


def _how_to_go_on(run: Run) -> str:
    return f"the same command goes on where it was (its parts are in {run.folder})"


def _print(counts: Counts, target: Path) -> None:
    typer.echo(f"{target}: {count(counts.rows, 'row')}")
    for number, word in sorted(((number, word) for word, number in counts.statuses.items()), reverse=True):
        typer.echo(f"{number:>12,}  attempts: {word}")
    for number, word in sorted(((number, word) for word, number in counts.errors.items()), reverse=True):
        typer.echo(f"{number:>12,}  rows not read: {word}")
