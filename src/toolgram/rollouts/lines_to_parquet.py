"""Rows of lines as a Parquet file.

In: parts of lines, with what was read in them. Out: one Parquet file.

How: a column of Parquet has one type, and what a later line holds is not known before. So the lines are read twice:
for the types, and to be written. A column whose values are all of one kind keeps it; integers among floats are floats.
Any other column is JSON text, as the added columns are (Note [JSON in columns]).

Promise: one part is in memory.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa

from .columns import json_text
from .parquet import write_tables

NUMBER_MAX = 1 << 53  # above it, a float is not every integer


class Kinds:
    """What the values of each column are, over all rows: one type of Arrow comes of it.

    A column of one kind keeps it. Nested values are JSON, and so is all of a column in which kinds are mixed.
    """

    def __init__(self) -> None:
        self._of: dict[str, set[str]] = {}

    def add(self, row: Mapping[str, Any]) -> None:
        """Look at a row."""
        for name, value in row.items():
            self._of.setdefault(name, set()).add(_kind(value))

    def type_of(self, name: str) -> pa.DataType | None:
        """The type of a column; None: JSON."""
        kinds = self._of[name] - {"null"}
        if kinds <= {"int", "long"}:
            return pa.int64() if kinds else pa.string()
        if kinds <= {"int", "float"}:
            return pa.float64()
        return {"text": pa.string(), "bool": pa.bool_()}.get(*kinds) if len(kinds) == 1 else None

    @property
    def names(self) -> list[str]:
        """The columns, in the order in which they came."""
        return list(self._of)


def _kind(value: Any) -> str:
    if isinstance(value, bool) or value is None:
        return "null" if value is None else "bool"
    if isinstance(value, int):
        return "int" if abs(value) <= NUMBER_MAX else "long" if abs(value) < 1 << 63 else "json"
    return {float: "float", str: "text"}.get(type(value), "json")


Cell = Callable[[Any], Any]


def lines_to_parquet(parts: Iterable[Path], target: Path, added: tuple[str, ...]) -> None:
    """Write parts of lines into one Parquet file. They are read twice: first for the types. Raises OSError."""
    parts, kinds = list(parts), Kinds()
    for row in _rows(parts):
        kinds.add(row)
    cells: dict[str, Cell] = {}
    fields = []
    for name in dict.fromkeys([*kinds.names, *added]):
        kind = pa.string() if name in added else kinds.type_of(name)
        fields.append((_whole(name), kind or pa.string()))
        cells[name] = _json_cell if kind is None else _plain_cell
    cells.update(dict.fromkeys(added[:-1], json_text))
    cells[added[-1]] = _error_cell
    schema = pa.schema(fields)
    write_tables((_table(part, cells, schema) for part in parts), target, schema)


def _rows(parts: Iterable[Path]) -> Iterator[dict[str, Any]]:
    for part in parts:
        with part.open(encoding="utf-8", newline="\n") as file:
            for line in file:
                yield json.loads(line)


def _table(part: Path, cells: Mapping[str, Cell], schema: pa.Schema) -> pa.Table:
    rows = list(_rows([part]))
    columns = [
        pa.array([cell(row.get(name)) for row in rows], field.type)
        for (name, cell), field in zip(cells.items(), schema, strict=True)
    ]
    return pa.Table.from_arrays(columns, schema=schema)


def _plain_cell(value: Any) -> Any:
    return _whole(value) if isinstance(value, str) else value


def _json_cell(value: Any) -> str | None:
    return None if value is None else json_text(value)


def _error_cell(value: str | None) -> str:
    return _whole(value or "")  # never null, as in batches


def _whole(text: str) -> str:
    """Text that Arrow can hold: halves of surrogate pairs are replaced."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
