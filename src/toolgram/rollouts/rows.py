"""One row: a text and its tools in, what was read in it out.

In: the row's values by column. Out: `Reading`: the message, the attempts and the spans as plain data, or why nothing
was read.

Promises: no row raises; what comes of a row depends on that row alone, so the same rows give the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import lru_cache
from typing import Any

from ..formats import Format
from ..formats import tools as read_tools
from ..prompts import opened_by
from ..reports import Report, Span, tokens_of
from ..reports.attempt import attempt_to_dict
from ..runtime.schema.given import ToolsError
from ..runtime.schema.tools import ToolSet
from .columns import Columns, Reading
from .tokens import TokenReader

LENGTH = "length"  # why a server ended an answer that a limit of tokens has cut
KEPT_TOOLS = 64  # texts of tools that are not read again
LITERAL = ("const", "default", "enum", "examples")  # members of a schema whose values may be null


class RowError(ValueError):
    """A row that cannot be read. Its text begins with the kind of it, up to a colon."""


class RowReader:
    """Reads rows in one format; with a tokenizer, token ids.

    Raises ValueError when what is said of all rows is wrong: their tools, a suffix, or what they begin inside.
    """

    def __init__(self, fmt: Format, columns: Columns, tokenizer: Any = None) -> None:
        self._format = fmt
        self._columns = columns
        self._tools = None if columns.tools is None else read_tools(columns.tools)
        fmt.parser(self._tools, columns.inside, suffix=columns.suffix)
        self._tokens = None if tokenizer is None else TokenReader(fmt, tokenizer)

    def read(self, row: Mapping[str, Any]) -> Reading:
        """Read one row."""
        columns = self._columns
        try:
            answer = self._answer(row)
            tools: Any = self._tools
            if columns.tools_column is not None:
                tools = tools_in(row.get(columns.tools_column))
            cut = columns.cut_column is not None and row.get(columns.cut_column) in (True, LENGTH)
            return self._read(answer, tools, self._inside(row), cut)
        except RowError as error:
            return Reading(error=str(error))
        except ToolsError as error:
            return Reading(error=f"tools: {error}")
        except ValueError as error:
            return Reading(error=f"inside: {error}")
        except Exception as error:  # one row of a million must not end the others
            return Reading(error=f"failed: {type(error).__name__}: {error}")

    def _answer(self, row: Mapping[str, Any]) -> str | list[int]:
        """The text of a row, or its ids. Raises RowError."""
        name = self._columns.column
        answer: Any = row.get(name)
        if self._tokens is None and isinstance(answer, str):
            return answer
        if self._tokens is not None and hasattr(answer, "tolist"):
            answer = answer.tolist()
        if self._tokens is None or not isinstance(answer, list) or not all(isinstance(one, int) for one in answer):
            raise RowError(f"no {'text' if self._tokens is None else 'ids'}: {_what_is(row, name)}")
        return answer

    def _inside(self, row: Mapping[str, Any]) -> str | None:
        """What was open when the answer began. Raises RowError."""
        columns = self._columns
        if columns.inside_column is not None:
            named = row.get(columns.inside_column)
            return named if isinstance(named, str) and named else None
        if columns.prompt_column is None:
            return columns.inside
        prompt = row.get(columns.prompt_column)
        if not isinstance(prompt, str):
            raise RowError(f"no prompt: {_what_is(row, columns.prompt_column)}")
        return opened_by(self._format, prompt)

    def _read(self, answer: str | list[int], tools: Any, inside: str | None, cut: bool) -> Reading:
        """Read one answer. Raises ValueError when the tools cannot be read, or `inside` is no capture to begin in."""
        columns = self._columns
        if isinstance(answer, str):
            return _reading(
                self._format.report(answer, tools, inside, columns.suffix, cut=cut, strict=columns.strict), None
            )
        assert self._tokens is not None
        report = self._tokens.report(answer, tools, inside, cut=cut, strict=columns.strict)
        return _reading(report, self._tokens.offsets(answer))


def _reading(report: Report, offsets: Sequence[Span] | None) -> Reading:
    """What is added to a row. The message is as `toolgram parse` prints it: ids that are made up differ in each run."""
    attempts = [attempt_to_dict(attempt) for attempt in report.attempts]
    found = {"content": report.content_spans, "reasoning": report.reasoning_spans}
    if offsets is not None:
        for attempt in attempts:
            attempt["tokens"] = list(tokens_of((attempt["begin"], attempt["end"]), offsets))
        tokens = {name: tuple(tokens_of(span, offsets) for span in spans) for name, spans in found.items()}
        found |= {f"{name}_tokens": spans for name, spans in tokens.items()}
    return Reading(asdict(report.message), attempts, {name: list(map(list, spans)) for name, spans in found.items()})


def tools_in(value: Any) -> ToolSet | list[Any] | None:
    """The tools of a row: a list, or its JSON text. Raises RowError and ToolsError.

    Libraries for columns give all rows the same keys, and fill those that a row has not with null: these are taken out.
    """
    if isinstance(value, str | bytes):
        return _tools_of_text(value) if value.strip() else None
    if hasattr(value, "tolist"):  # an array of numpy
        value = value.tolist()
    if value is None:
        return None
    if not isinstance(value, list | tuple):
        raise RowError(f"tools: a list is wanted, not {type(value).__name__}")
    return [_without_nulls(tool) for tool in value]


@lru_cache(KEPT_TOOLS)
def _tools_of_text(text: str | bytes) -> ToolSet:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise RowError(f"tools: not JSON: {error}") from None
    if not isinstance(found, list):
        raise RowError(f"tools: a list is wanted, not {type(found).__name__}")
    return read_tools(found)


def _without_nulls(value: Any) -> Any:
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, dict):
        kept = {key: one for key, one in value.items() if one is not None}
        return {key: one if key in LITERAL else _without_nulls(one) for key, one in kept.items()}
    return [_without_nulls(one) for one in value] if isinstance(value, list | tuple) else value


def _what_is(row: Mapping[str, Any], column: str) -> str:
    if column not in row:
        return f"there is no column {column}"
    value = row[column]
    return f"the column {column} is {'null' if value is None else type(value).__name__}"
