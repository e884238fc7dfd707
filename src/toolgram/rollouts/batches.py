"""Batches of rows, as libraries for data hand them to a function: Ray Data's `map_batches`, `map` of datasets.

In: a batch: columns by name (lists, or arrays of numpy), a data frame of pandas, or a table of Arrow. Out: a batch of
the same kind with the added columns.

The added columns are text, and never null: nested values are JSON (Note [JSON in columns]), and `error` is empty where
nothing is wrong. So a column has one type in every batch, also in those that hold nothing.

Promises: rows keep their order; the columns of a batch stay what they are; a reader can be pickled, and carries its
format with it, so that a worker needs no file of ours.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ..formats import Format, load
from .columns import Columns
from .rows import RowReader


class Reader:
    """Reads the texts of a batch in one format.

    `format` is an id, an alias, the path of a spec, or a format that is loaded. `column` has the texts. `tools_column`
    has the tools of each row, as a list or as its JSON text; `tools` are those of all rows. What the prompt has opened
    is said by `prompt_column` (the prompt as text), by `inside_column` (`"reasoning"`, or nothing), or for all rows by
    `inside`. `cut_column` is `"length"` or true where a limit of tokens has ended the text. With a `tokenizer`, such as
    transformers has, `column` has token ids. `strict` takes no call that
    was repaired. `prefix` is what the names of the added columns begin with.

    >>> reader = Reader("hermes", "text", tools=[{"function": {"name": "f"}}])
    >>> reader({"text": ["Hi.", '<tool_call>{"name": "f", "arguments": {}}</tool_call>']})["error"]
    ['', '']

    Raises UnknownFormatError, and ValueError when the tools cannot be read or the format cannot begin inside of that.
    """

    def __init__(
        self,
        format: str | Path | Format,
        column: str = "raw",
        *,
        tools_column: str | None = None,
        prompt_column: str | None = None,
        inside_column: str | None = None,
        cut_column: str | None = None,
        tools: Iterable[Any] | None = None,
        inside: str | None = None,
        suffix: str | None = None,
        strict: bool = False,
        tokenizer: Any = None,
        prefix: str = "",
    ) -> None:
        columns = Columns(
            column=column,
            tools_column=tools_column,
            prompt_column=prompt_column,
            inside_column=inside_column,
            cut_column=cut_column,
            tools=None if tools is None else list(tools),
            inside=inside,
            suffix=suffix,
            strict=strict,
            prefix=prefix,
        )
        self._begin(format if isinstance(format, Format) else load(format), columns, tokenizer)

    def _begin(self, fmt: Format, columns: Columns, tokenizer: Any) -> None:
        self._format = fmt
        self._columns = columns
        self._tokenizer = tokenizer
        self._rows = RowReader(fmt, columns, tokenizer)

    def __getstate__(self) -> tuple[dict[str, Any], Columns, Any]:
        return dict(self._format.table), self._columns, self._tokenizer

    def __setstate__(self, state: tuple[dict[str, Any], Columns, Any]) -> None:
        self._begin(Format(state[0]), *state[1:])

    def __call__(self, batch: Any) -> Any:
        """Read a batch. Raises ValueError when it lacks a column, or has one that is to be added."""
        names = batch.column_names if hasattr(batch, "column_names") else list(batch)
        for name in self._columns.used:
            if name not in names:
                raise ValueError(f"there is no column {name} in the batch: it has {', '.join(map(str, names))}")
        for name in self._columns.added:
            if name in names:
                raise ValueError(f"the batch has a column {name} already: prefix= gives the added ones other names")
        used = {name: _values(batch[name]) for name in self._columns.used}
        readings = [
            self._rows.read(dict(zip(used, values, strict=True))).texts() for values in zip(*used.values(), strict=True)
        ]
        added = dict(zip(self._columns.added, map(list, zip(*readings, strict=True)), strict=False))
        return _with_columns(batch, added or {name: [] for name in self._columns.added}, self._columns.column)


def _values(column: Any) -> list[Any]:
    """The values of a column as Python has them: None where there is none."""
    for name in ("to_pylist", "tolist"):
        if hasattr(column, name):
            return [None if _is_missing(value) else value for value in getattr(column, name)()]
    return list(column)


def _is_missing(value: Any) -> bool:
    """Whether a value is what pandas writes where there is none."""
    return type(value).__name__ in ("NAType", "NaTType") or (isinstance(value, float) and value != value)


def _with_columns(batch: Any, added: dict[str, list[str]], column: str) -> Any:
    """A batch with more columns, each of the kind that the column of the texts is."""
    if hasattr(batch, "append_column"):
        import pyarrow as pa

        for name, values in added.items():
            batch = batch.append_column(name, pa.array(values, pa.string()))
        return batch
    if hasattr(batch, "assign"):
        return batch.assign(**added)
    if hasattr(batch[column], "tolist"):
        import numpy as np

        added = {name: np.array(values, dtype=object) for name, values in added.items()}
    if isinstance(batch, Mapping) and not isinstance(batch, dict):  # of datasets: it looks at what has been set
        for name, values in added.items():
            batch[name] = values  # type: ignore[index]
        return batch
    return {**batch, **added}
