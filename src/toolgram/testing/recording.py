"""A text as a case of a page: what `cases.py` reads, written.

In: a title, a text, tools, and what comes of the text. Out: the lines of the case. Reading them gives the same back.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..formats import Format
from ..runtime.message import Message
from .cases import parse_cases, tools_of_page

FENCE_RUN = re.compile(r"^ {0,3}(`{3,})", re.MULTILINE)
NUMBERED = re.compile(r"(.*?)(?: \((\d+)\))?")


@dataclass(frozen=True, slots=True)
class Added:
    """A page with one case more. `has_tools`: the page or the request declares some."""

    page: str
    heading: str
    case: str
    message: Message
    has_tools: bool


def add_case(
    fmt: Format,
    path: str,
    page: str,
    text: str,
    *,
    title: str,
    tools: list[dict[str, Any]] | None = None,
    inside: str | None = None,
) -> Added:
    """Put a text behind the last case of a page, with what is read today as its message.

    Raises PageError when the page cannot be read, ToolsError when the tools cannot, and ValueError when the format
    cannot begin inside that capture.
    """
    known = parse_cases(path, page)
    declared = tools_of_page(path, page) if tools is None else tools
    message = fmt.parse(text, declared, inside)
    heading = free_title(title, [case.name for case in known])
    case = write_case(heading, text, message, tools=tools, inside=inside)
    return Added(page.rstrip("\n") + "\n\n" + case, heading, case, message, bool(declared))


def write_case(
    title: str,
    text: str,
    message: Message,
    *,
    tools: list[dict[str, Any]] | None = None,
    inside: str | None = None,
    note: str = "",
) -> str:
    """Write one case; without `tools`, it is one of those that the page has for all."""
    blocks = [f"## {title}", *([note] if note else []), _output(text)]
    if tools is not None:
        blocks.append(fenced("tools", _listed(tools)))
    if inside is not None:
        blocks.append(fenced("options", f"inside = {json.dumps(inside)}"))
    blocks.append(fenced("message", message_text(expected_of(message))))
    return "\n\n".join(blocks) + "\n"


def expected_of(message: Message) -> dict[str, Any]:
    """A message as a page has it."""
    found: dict[str, Any] = {}
    for key in ("content", "reasoning"):
        if getattr(message, key):
            found[key] = getattr(message, key)
    if message.tool_calls:
        found["tool_calls"] = [
            {
                "name": call.name,
                "arguments": json.loads(call.arguments) if call.complete else call.arguments,
                **({"id": call.id} if call.id else {}),
                **({} if call.complete else {"complete": False}),
            }
            for call in message.tool_calls
        ]
    if message.citations:
        found["citations"] = [
            {
                "start": one.start,
                "end": one.end,
                "text": one.text,
                "source": one.source,
                **({} if one.capture == "content" else {"capture": one.capture}),
            }
            for one in message.citations
        ]
    return found


def free_title(title: str, taken: Sequence[str]) -> str:
    """A title that no other case has: with a number, where it is taken.

    >>> free_title("One call", ["One call", "One call (2)"])
    'One call (3)'
    """
    found = NUMBERED.fullmatch(title)
    assert found is not None
    base, number = found[1], int(found[2] or 1)
    while title in taken:
        number += 1
        title = f"{base} ({number})"
    return title


def tools_text(tools: Mapping[str, Any]) -> str:
    """Tools in the short form, a line for each."""
    lines = ",\n".join(f"  {_json(name)}: {_json(keys)}" for name, keys in tools.items())
    return f"{{\n{lines}\n}}"


def message_text(expected: Mapping[str, Any]) -> str:
    """A message with a line for each part and each call."""
    parts = [
        f"  {_json(key)}: {_json(value) if key != 'tool_calls' else _listed(value, 2)}"
        for key, value in expected.items()
    ]
    return "{\n" + ",\n".join(parts) + "\n}"


def _listed(values: Sequence[Any], indent: int = 0) -> str:
    blanks = " " * indent
    return "[\n" + ",\n".join(f"{blanks}  {_json(value)}" for value in values) + f"\n{blanks}]"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _output(text: str) -> str:
    r"""The text as a block, with escapes where a block cannot show it.

    >>> print(_output("a\n"))
    ```output escaped
    a\n
    ```
    """
    plain = text == text.strip() and all(char.isprintable() or char == "\n" for char in text) and text
    if plain:
        return fenced("output", text)
    escaped = text.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r")
    return fenced("output escaped", "".join(map(_escaped, escaped)))


def _escaped(char: str) -> str:
    if char.isprintable():
        return char
    units = char.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))


def fenced(words: str, text: str) -> str:
    """A block of a page; its fence is longer than any in the text."""
    longest = max((len(run) for run in FENCE_RUN.findall(text)), default=2)
    fence = "`" * (longest + 1)
    return f"{fence}{words}\n{text}\n{fence}"
