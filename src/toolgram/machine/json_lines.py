r"""Plain data as JSON that people can read and compare: what fits on a line stands on one.

In: dicts, lists, strings, numbers, booleans and None. Out: text.

How: a value that fits stays whole. The members of a longer object fill lines together where they fit, and so do the
items of a longer list, but for objects: each of them begins a line of its own, and so does what is too long for one.

Promises: the text is the data, whatever characters the strings hold; the same data gives the same bytes; a change of
one item changes the lines of that item, and of the few that share a line with it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

WIDTH = 160


def write_json(value: Any, depth: int = 0, room: int = 0) -> str:
    """Write a value that begins `room` characters behind an indent of `depth`.

    >>> print(write_json({"literal": "<a>", "to": 4}))
    {"literal": "<a>", "to": 4}
    """
    line = _one_line(value)
    if depth + room + len(line) < WIDTH or not isinstance(value, dict | list) or not value:
        return line
    opener, closer = ("{", "}") if isinstance(value, dict) else ("[", "]")
    inner = " " * (depth + 1)
    lines = f",\n{inner}".join(_fill(_parts(value, depth + 1), WIDTH - depth - 1))
    return f"{opener}\n{inner}{lines}\n{' ' * depth}{closer}"


def _parts(value: dict[str, Any] | list[Any], depth: int) -> Iterator[tuple[str, bool]]:
    """Yield each member or item as text, and whether it may share a line with others."""
    if isinstance(value, dict):
        for key, item in value.items():
            head = _one_line(key) + ": "
            yield head + write_json(item, depth, len(head)), True
    else:
        for item in value:
            yield write_json(item, depth), not isinstance(item, dict)


def _fill(parts: Iterable[tuple[str, bool]], width: int) -> Iterator[str]:
    """Join parts to lines, as many on one as fit."""
    line = ""
    for part, may_share in parts:
        if line and may_share and "\n" not in part and len(line) + len(part) + 3 <= width:
            line += ", " + part
            continue
        if line:
            yield line
        line = part
        if not may_share or "\n" in part:
            yield line
            line = ""
    if line:
        yield line


def _one_line(value: Any) -> str:
    """Write a value without line breaks; characters that break lines or cannot be shown are escaped."""
    return escaped(json.dumps(value, ensure_ascii=False))


def escaped(text: str) -> str:
    """Return JSON with an escape for each character that cannot be shown; the line breaks between its parts stay."""
    if text.isprintable():
        return text
    return "".join(one if one.isprintable() or one == "\n" else json.dumps(one)[1:-1] for one in text)
