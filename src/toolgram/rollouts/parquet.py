"""Rows in Parquet files, with pyarrow.

In: a Parquet file, in batches of rows. Out: the same rows and the added columns, as Parquet or as JSON Lines.

The added columns are text: nested values are JSON. (Note [JSON in columns])

Note [JSON in columns]
A column of Arrow has one type for all rows. As nested values the arguments of calls would have the keys of all tools,
null where a row has none of them, and their types would differ from one part of a file to the next; a part without
calls would have no type at all. Text is one type always, and `json.loads` makes of it what was read.

Promise: a batch of rows is in memory, and no more of the file.
"""

from __future__ import annotations

import base64
import errno
import math
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from .columns import Counts, json_text
from .jsonl import NameTakenError
from .rows import RowReader

BATCH_BYTES = 1 << 22  # of the rows of a part
BATCH_ROWS = (64, 1 << 14)  # the fewest and the most of them
GROUP_BYTES = 1 << 24  # of a row group that is written
BUFFER_BYTES = 1 << 20  # of a column that is read


def open_file(path: Path) -> pq.ParquetFile:
    """Open a file so that not more of it is read than is asked for. Raises OSError."""
    try:
        return pq.ParquetFile(path, buffer_size=BUFFER_BYTES, pre_buffer=False)
    except pa.ArrowInvalid as error:
        raise OSError(errno.EINVAL, f"is no Parquet file that can be read: {error}", str(path)) from None


def columns_in(path: Path) -> list[str]:
    """The names of a file's columns. Raises OSError."""
    with open_file(path) as file:
        return list(file.schema_arrow.names)


def rows_at_once(file: pq.ParquetFile) -> int:
    """How many rows make a part: by what a row of the file takes."""
    groups = [file.metadata.row_group(number) for number in range(file.num_row_groups)]
    row_bytes: int = sum(group.total_byte_size for group in groups) // max(1, file.metadata.num_rows)
    fewest, most = BATCH_ROWS
    return max(fewest, min(most, BATCH_BYTES // max(1, row_bytes)))


def batches_in(path: Path, done: Mapping[int, int]) -> Iterator[tuple[int, pa.RecordBatch]]:
    """Yield batches of rows with the number of the first; not those of `done`, how many there are by their first."""
    with open_file(path) as file:
        size, first = rows_at_once(file), 0
        for group in range(file.num_row_groups):
            end, at = first + file.metadata.row_group(group).num_rows, first
            while done.get(at):
                at += done[at]
            if at != end:
                for batch in file.iter_batches(size, row_groups=[group]):
                    if first not in done:
                        yield first, batch
                    first += batch.num_rows
            first = end


def batch_count(path: Path) -> int:
    """About how many batches there are."""
    with open_file(path) as file:
        size = rows_at_once(file)
        return sum(-(-file.metadata.row_group(group).num_rows // size) for group in range(file.num_row_groups))


def with_readings(batch: Any, readings: Iterable[tuple[str, ...]], added: tuple[str, ...]) -> Any:
    """Add columns to a batch or a table. Raises NameTakenError."""
    for name, values in zip(added, zip(*readings, strict=True), strict=True):
        if name in batch.schema.names:
            raise NameTakenError(name)
        batch = batch.append_column(name, pa.array(values, pa.string()))
    return batch


class PartOfTable:
    """Reads batches of rows, each into a file of its own: of Arrow, or of lines."""

    def __init__(self, reader: RowReader, added: tuple[str, ...], used: tuple[str, ...], *, as_lines: bool) -> None:
        self._reader = reader
        self._added = added
        self._used = list(used)
        self._as_lines = as_lines

    def read(self, batch: pa.RecordBatch, target: Path) -> Counts:
        """Read a batch. Raises OSError."""
        counts = Counts()
        readings = [self._reader.read(row) for row in batch.select(self._used).to_pylist()]
        for reading in readings:
            counts.add(reading)
        if self._as_lines:
            with target.open("w", encoding="utf-8") as file:
                for row, reading in zip(batch.to_pylist(), readings, strict=True):
                    added = zip(self._added, reading.values(), strict=True)
                    file.write(json_text({**plain(row), **dict(added)}) + "\n")
            return counts
        found = with_readings(batch, [reading.texts() for reading in readings], self._added)
        with pa.ipc.new_file(target, found.schema, options=pa.ipc.IpcWriteOptions(compression="lz4")) as writer:
            writer.write(found)
        return counts


def plain(value: Any) -> Any:
    """A value as JSON has it; what JSON has not is text."""
    if isinstance(value, dict):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if value is None or isinstance(value, bool | int | float | str):
        return value
    return base64.b64encode(value).decode() if isinstance(value, bytes) else str(value)


def join_tables(parts: Iterable[Path], source: Path, target: Path, added: tuple[str, ...]) -> None:
    """Write parts of Arrow into one Parquet file; `source` has their columns. Raises OSError."""
    with open_file(source) as file:
        schema = file.schema_arrow
    for name in added:
        schema = schema.append(pa.field(name, pa.string()))
    write_tables((pa.ipc.open_file(pa.memory_map(str(part))).read_all() for part in parts), target, schema)


def write_tables(tables: Iterable[pa.Table], target: Path, schema: pa.Schema) -> None:
    """Write tables into one Parquet file, some of them in one row group."""
    waiting: list[pa.Table] = []
    with pq.ParquetWriter(target, schema, compression="zstd") as writer:
        for table in tables:
            waiting.append(table)
            if sum(one.nbytes for one in waiting) >= GROUP_BYTES:
                writer.write_table(pa.concat_tables(waiting))
                waiting.clear()
        if waiting:
            writer.write_table(pa.concat_tables(waiting))
