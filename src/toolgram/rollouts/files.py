"""Files of rows, read by all cores into another file.

In: a file of JSON Lines or Parquet, and a format. Out: a file with the same rows and the added columns, and `Counts`.

How: the input is read in parts. What comes of a part is a file in a folder beside the output, with its counts in a
second file, which is written last. So a run that was killed and begins again reads only the parts that have no counts.
When all are there they are joined, the output gets its name, and the folder goes. A file `plan` in the folder says what
the parts are made of; a run that would make other ones does not use them.

Promises: the output is there whole or not at all; a run that was interrupted gives the same bytes as one that was not;
rows keep their order; memory does not grow with the file.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

from ..formats import Format
from ..many import in_order
from ..runtime import VERSION
from ..writing import write_file
from .columns import Columns, Counts
from .jsonl import PartOfLines, join_lines, lines_in, parts_in, row_of
from .rows import RowReader

LINES, TABLE = ".jsonl", ".parquet"
ENDINGS = {LINES: LINES, ".ndjson": LINES, TABLE: TABLE, ".pq": TABLE}
LOOKED_AT = 100  # rows, of which one must have the column
PLAN, COUNTS, PART = "plan", ".counts", ".part"

Item = tuple[int, Any]  # the number of a part, and what it is made of


class RunError(ValueError):
    """A run that cannot begin, or go on. Its text is for the person who started it."""


@dataclass(frozen=True)
class Run:
    """What is to be read, and where it goes."""

    source: Path
    target: Path
    columns: Columns
    processes: int | None = None

    @property
    def folder(self) -> Path:
        """Where the parts are."""
        return self.target.with_name(f"{self.target.name}.parts")

    @property
    def kinds(self) -> tuple[str, str]:
        """What the two files are: `.jsonl` or `.parquet`. Raises RunError."""
        for path in (self.source, self.target):
            if path.suffix not in ENDINGS:
                raise RunError(f"{path}: a file of rows ends with {LINES} or {TABLE}")
        return ENDINGS[self.source.suffix], ENDINGS[self.target.suffix]


def read_file(fmt: Format, run: Run, step: Callable[[int, int], None]) -> Counts:
    """Read a file; `step` is told how many parts are done, and of how many.

    Raises RunError, OSError, NameTakenError, and BrokenProcessPool when a process has died.
    """
    if TABLE in run.kinds:
        _require_pyarrow()
    total = _begin(fmt, run)
    done = _counted(run.folder)
    make = partial(_part_reader, dict(fmt.table), run)
    finished = len(done)
    step(finished, total)
    for _ in _read(_items(run, done), make, run.processes):
        finished += 1
        step(finished, max(total, finished))
    counts = _join(run)
    shutil.rmtree(run.folder)
    return counts


def _read(items: Iterable[Item], make: Callable[[], Callable[[Item], int]], processes: int | None) -> Iterator[int]:
    """Read parts, in this process or in others."""
    if processes == 1:
        return map(make(), items)
    context = multiprocessing.get_context("spawn")  # this process may have threads, of Arrow's
    return in_order(items, make, processes, context)


def _require_pyarrow() -> None:
    try:
        import pyarrow.parquet  # noqa: F401
    except ImportError:
        raise RunError("Parquet needs pyarrow: pip install 'toolgram[rollouts]'") from None


def _begin(fmt: Format, run: Run) -> int:
    """Make the folder of the parts, or find it; return how many parts there are to be."""
    source = run.source.stat()
    if not run.source.is_file():
        raise RunError(f"{run.source} is no file that can be read in parts")
    if run.target.exists() and run.target.samefile(run.source):
        raise RunError(f"{run.target}: the input is not overwritten")
    _look_at_columns(run)
    plan = {
        "version": VERSION,
        "input": [str(run.source.resolve()), source.st_size, source.st_mtime_ns],
        "output": run.kinds[1],
        "format": sha256(json.dumps(fmt.table, sort_keys=True).encode()).hexdigest(),
        **asdict(run.columns),
    }
    path = run.folder / PLAN
    if path.exists():
        known = json.loads(path.read_text(encoding="utf-8"))
        other = [name for name, value in plan.items() if known.get(name) != json.loads(json.dumps(value))]
        if other:
            raise RunError(f"{run.folder} is of another run, with another {other[0]}: finish that run or remove it")
    else:
        write_file(path, json.dumps(plan, indent=1).encode())
    if run.kinds[0] == LINES:
        return len(parts_in(source.st_size))
    from .parquet import batch_count

    return batch_count(run.source)


def _look_at_columns(run: Run) -> None:
    """Find out that a column has another name before hours are spent on it. Raises RunError."""
    if run.kinds[0] == TABLE:
        from .parquet import columns_in

        known = set(columns_in(run.source))
        missing = [name for name in run.columns.used if name not in known]
        taken = [name for name in run.columns.added if name in known]
    else:
        first = (0, run.source.stat().st_size)
        rows = [row_of(line)[0] or {} for line, _ in zip(lines_in(run.source, first), range(LOOKED_AT), strict=False)]
        known = {name for row in rows for name in row}
        missing = [run.columns.column] if known and run.columns.column not in known else []
        taken = [name for name in run.columns.added if name in known]
    if missing:
        raise RunError(f"{run.source} has no column {missing[0]}: it has {', '.join(sorted(map(str, known)))}")
    if taken:
        raise RunError(f"{run.source} has a column {taken[0]} already: --prefix gives the added ones other names")


def _items(run: Run, done: Mapping[int, Counts]) -> Iterator[Item]:
    """What is still to be read."""
    if run.kinds[0] == LINES:
        parts: Iterable[Item] = enumerate(parts_in(run.source.stat().st_size))
        yield from (item for item in parts if item[0] not in done)
        return
    from .parquet import batches_in

    yield from batches_in(run.source, {number: counts.rows for number, counts in done.items()})


def _part_reader(table: dict[str, Any], run: Run) -> Callable[[Item], int]:
    """What reads parts in a process of its own."""
    reader, columns = RowReader(Format(table), run.columns), run.columns
    kind, wanted = run.kinds
    if kind == LINES:
        return partial(_read_part, PartOfLines(run.source, reader, columns.added), run.folder)
    from .parquet import PartOfTable

    used = tuple(dict.fromkeys(columns.used))
    return partial(_read_part, PartOfTable(reader, columns.added, used, as_lines=wanted == LINES), run.folder)


def _read_part(part_reader: Any, folder: Path, item: Item) -> int:
    """Read one part; return its number."""
    number, what = item
    path = folder / f"{number:012}{PART}"
    draft = path.with_suffix(f".{os.getpid()}.draft")
    counts = part_reader.read(what, draft)
    with draft.open("rb+") as file:
        os.fsync(file.fileno())  # its counts say that it is whole
    draft.replace(path)
    write_file(path.with_suffix(COUNTS), json.dumps(asdict(counts)).encode())
    return number


def _counted(folder: Path) -> dict[int, Counts]:
    """The parts that are done, with their counts."""
    found = {}
    for path in sorted(folder.glob(f"*{COUNTS}")):
        with suppress(ValueError):  # half a file, as a machine leaves it that goes down
            found[int(path.stem)] = Counts(**json.loads(path.read_bytes()))
    return found


def _join(run: Run) -> Counts:
    """Make the output of all parts."""
    done, counts = _counted(run.folder), Counts()
    for one in done.values():
        counts.join(one)
    parts = [run.folder / f"{number:012}{PART}" for number in done]
    draft = run.folder / "joined"
    if run.kinds[1] == LINES:
        join_lines(parts, draft)
    elif run.kinds[0] == LINES:
        from .lines_to_parquet import lines_to_parquet

        lines_to_parquet(parts, draft, run.columns.added)
    else:
        from .parquet import join_tables

        join_tables(parts, run.source, draft, run.columns.added)
    draft.replace(run.target)
    return counts
