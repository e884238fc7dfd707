"""The columns of rows: those that are read, those that are added, and what is counted of them.

In: what a program or a person says of the rows. Out: plain data.

Promise: standard library only; the command line asks for it before it knows whether it needs more.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

ADDED = ("message", "attempts", "spans", "error")  # what is added to a row


@dataclass(frozen=True)
class Columns:
    """Which columns of a row are read, and what is said of all rows."""

    column: str = "raw"
    tools_column: str | None = None
    prompt_column: str | None = None
    inside_column: str | None = None
    cut_column: str | None = None
    tools: list[Any] | None = None
    inside: str | None = None
    suffix: str | None = None
    strict: bool = False
    prefix: str = ""

    @property
    def added(self) -> tuple[str, ...]:
        """The names of the columns that are added."""
        return tuple(self.prefix + name for name in ADDED)

    @property
    def used(self) -> tuple[str, ...]:
        """The names of the columns that are read."""
        names = (self.column, self.tools_column, self.prompt_column, self.inside_column, self.cut_column)
        return tuple(name for name in names if name is not None)


@dataclass
class Reading:
    """What was read in one row. Of a row that could not be read, only `error` says something."""

    message: dict[str, Any] | None = None
    attempts: list[dict[str, Any]] | None = None
    spans: dict[str, Any] | None = None
    error: str | None = None

    def values(self) -> tuple[Any, ...]:
        """The values of the added columns."""
        return self.message, self.attempts, self.spans, self.error

    def texts(self) -> tuple[str, ...]:
        """The same, each as text: nested values are JSON, and no error is the empty text."""
        return (*map(json_text, (self.message, self.attempts, self.spans)), self.error or "")


@dataclass
class Counts:
    """How many rows there were, why some were not read, and what became of the attempts in the others."""

    rows: int = 0
    errors: dict[str, int] = field(default_factory=dict)
    statuses: dict[str, int] = field(default_factory=dict)

    def add(self, reading: Reading) -> None:
        """Count a row."""
        self.rows += 1
        if reading.error is not None:
            _count(self.errors, reading.error.partition(":")[0])
        for attempt in reading.attempts or ():
            _count(self.statuses, attempt["status"])

    def join(self, other: Counts) -> None:
        """Count what somebody else has counted."""
        self.rows += other.rows
        for mine, theirs in ((self.errors, other.errors), (self.statuses, other.statuses)):
            for word, number in theirs.items():
                _count(mine, word, number)


def _count(numbers: dict[str, int], word: str, number: int = 1) -> None:
    numbers[word] = numbers.get(word, 0) + number


def json_text(value: Any) -> str:
    """JSON text that can be written as UTF-8."""
    text = json.dumps(value, ensure_ascii=False)
    try:
        text.encode()
    except UnicodeEncodeError:  # half of a surrogate pair
        return json.dumps(value)
    return text
