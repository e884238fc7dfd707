r"""Where the values of a JSON text stand, so that messages can point at them.

In: JSON text, and the path of a value in it. Out: `Places`, from paths such as `fields.content.close` to offsets.

    >>> found = places('{"a": {"b": [1, "x"]}}', ("a",))
    >>> found["b"], found["b.1"]
    (Span(start=12, end=20), Span(start=16, end=19))

Promise: only the value asked for is walked through; a tokenizer's list of a hundred thousand tokens beside it is not.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

_BLANKS = re.compile(r"[ \t\n\r]*")
_ESCAPE = re.compile(r"\\(?:u[0-9a-fA-F]{4}|.)|.", re.DOTALL)


class Span(NamedTuple):
    """Offsets in the text, from 0, the end not included."""

    start: int
    end: int


def places(text: str, inside: Sequence[str] = ()) -> dict[str, Span]:
    """Map the paths of all values below one value to their places; its own path is empty.

    `text` is valid JSON, and `inside` leads to a value that is there.
    """
    start = _skip(text, 0)
    for wanted in inside:
        start = next(at for key, at in _members(text, start) if key == wanted)
    found: dict[str, Span] = {}
    _walk(text, start, "", found)
    return found


def part_of(text: str, span: Span, start: int, end: int) -> Span:
    """Return the place of a part of a JSON string: `start` and `end` count its decoded characters."""
    offsets = [found.start() for found in _ESCAPE.finditer(text, span.start + 1, span.end - 1)] + [span.end - 1]
    last = len(offsets) - 1
    return Span(offsets[min(start, last)], offsets[min(max(end, start + 1), last)])


def _walk(text: str, start: int, path: str, found: dict[str, Span]) -> int:
    """Note a value and all that is in it; return its end."""
    match text[start]:
        case "{":
            end = _each(text, _members(text, start), path, found, start)
        case "[":
            end = _each(text, _items(text, start), path, found, start)
        case _:
            end = _value(text, start)[1]
    found[path] = Span(start, end)
    return end


def _each(text: str, parts: Iterator[tuple[str, int]], path: str, found: dict[str, Span], start: int) -> int:
    end = start + 1
    for key, at in parts:
        end = _walk(text, at, f"{path}.{key}" if path else key, found)
    return _skip(text, end) + 1


def _members(text: str, start: int) -> Iterator[tuple[str, int]]:
    """Yield the keys of an object, and where their values begin."""
    at = _skip(text, start + 1)
    while text[at] == '"':
        key, at = _value(text, at)
        at = _skip(text, _skip(text, at) + 1)
        yield key, at
        at = _next(text, at)


def _items(text: str, start: int) -> Iterator[tuple[str, int]]:
    """Yield the numbers of an array's items, from 0, and where they begin."""
    at, number = _skip(text, start + 1), 0
    while text[at] != "]":
        yield str(number), at
        at, number = _next(text, at), number + 1


def _next(text: str, at: int) -> int:
    """Return where the next member or item begins, or the closing bracket stands."""
    end = _skip(text, _value(text, at)[1])
    return _skip(text, end + 1) if text[end] == "," else end


def _value(text: str, at: int) -> tuple[Any, int]:
    return json.JSONDecoder().raw_decode(text, at)


def _skip(text: str, at: int) -> int:
    found = _BLANKS.match(text, at)
    return found.end() if found else at
