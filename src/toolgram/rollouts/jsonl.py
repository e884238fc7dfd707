"""Rows in a JSON Lines file, read in parts that need nothing of each other.

In: a file, and a part's number. Out: the lines of that part, each with what was read in it.

    {"raw": "Hi.", "id": 1.50}  ->  {"raw": "Hi.", "id": 1.50, "message": {...}, ..., "error": null}
    {"raw": "Hi.",              ->  {"line": "{\\"raw\\": \\"Hi.\\",", "message": null, ..., "error": "not JSON: ..."}

How: a part is a range of bytes, and has the lines that begin in it. So whoever reads a part finds its lines without
reading those before it, and only one line is in memory.

Promises: a line is kept as it was written, number for number; lines keep their order; blank lines are no rows.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from shutil import copyfileobj
from typing import Any, BinaryIO

from .columns import Counts, Reading, json_text
from .rows import RowReader

PART_BYTES = 1 << 22  # of a part
PARTS_MAX = 1 << 14  # of larger files the parts are larger
LINE = "line"  # the column of a line that is no object
BOM = b"\xef\xbb\xbf"


class NameTakenError(ValueError):
    """A row has a column of a name that is to be added."""


def parts_in(size: int) -> list[tuple[int, int]]:
    """The parts of a file of so many bytes: where each begins and ends."""
    step = max(PART_BYTES, -(-size // PARTS_MAX))
    return [(begin, min(begin + step, size)) for begin in range(0, size, step)]


def lines_in(path: Path, part: tuple[int, int]) -> Iterator[bytes]:
    """Yield the lines that begin in a part; blank ones are left out."""
    begin, end = part
    with path.open("rb") as file:
        if begin:
            file.seek(begin - 1)
            if not _skip_line(file, end):
                return
        else:
            file.seek(len(BOM) if file.read(len(BOM)) == BOM else 0)
        while file.tell() < end:
            line = file.readline().strip()
            if line:
                yield line


def _skip_line(file: BinaryIO, end: int) -> bool:
    """Go to the next line; whether it begins before `end`."""
    while file.tell() < end:
        piece = file.readline(max(1, min(end - file.tell(), 1 << 16)))
        if piece.endswith(b"\n"):
            return file.tell() < end
        if not piece:
            break
    return False


def row_of(line: bytes) -> tuple[dict[str, Any] | None, str | None]:
    """The row that a line holds, or why it holds none."""
    try:
        row = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError as error:
        return None, f"not UTF-8: byte {error.start} of the line"
    except RecursionError:
        return None, "not JSON: too deep"
    except ValueError as error:
        return None, f"not JSON: {error}"
    if not isinstance(row, dict):
        return None, f"no object: the line is {'null' if row is None else f'a {type(row).__name__}'}"
    return row, None


def read_line(line: bytes, reader: RowReader, added: tuple[str, ...]) -> tuple[bytes, Reading]:
    """Read a line; return what it becomes. Raises NameTakenError."""
    row, error = row_of(line)
    if row is None:
        reading = Reading(error=error)
        line = json.dumps({LINE: line.decode("utf-8", "backslashreplace")}, ensure_ascii=False).encode()
    else:
        for name in added:
            if name in row:
                raise NameTakenError(name)
        reading = reader.read(row)
    members = zip(added, reading.values(), strict=True)
    begun = line[:-1].rstrip() + (b"" if row == {} else b", ")  # all but the bracket
    return begun + ", ".join(
        f"{json_text(name)}: {json_text(value)}" for name, value in members
    ).encode() + b"}\n", reading


class PartOfLines:
    """Reads parts of a file of lines, each into a file of its own."""

    def __init__(self, source: Path, reader: RowReader, added: tuple[str, ...]) -> None:
        self._source = source
        self._reader = reader
        self._added = added

    def read(self, part: tuple[int, int], target: Path) -> Counts:
        """Read a part. Raises OSError and NameTakenError."""
        counts = Counts()
        with target.open("wb") as file:
            for line in lines_in(self._source, part):
                written, reading = read_line(line, self._reader, self._added)
                file.write(written)
                counts.add(reading)
        return counts


def join_lines(parts: Iterable[Path], target: Path) -> None:
    """Write parts, one behind the other, into one file. Raises OSError."""
    with target.open("wb") as joined:
        for part in parts:
            with part.open("rb") as file:
                copyfileobj(file, joined, 1 << 20)
