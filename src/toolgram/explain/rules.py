"""The rules of a format in words, from the outline of its machine."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

LEAVES = {
    "TEXT": "text",
    "NAME": "a word",
    "INT": "a number",
    "JSON": "a JSON value",
    "JSON_OBJECT": "a JSON object",
    "JSON_STRING": "a JSON string",
    "PYTHON": "a Python literal",
}
BLANKS = {("any", 0): "", ("any", 1): "blanks", ("newline", 0): "", ("newline", 1): "a line end"}


def literal(text: str) -> str:
    """Show a delimiter, in as many backquotes as it takes.

    >>> print(literal("<a>\\n"), literal("```json"))
    `<a>\\n` ```` ```json ````
    """
    text = text.replace("\n", "\\n")
    longest = max(map(len, re.findall("`+", text)), default=0)
    return f"{'`' * (longest + 1)} {text} {'`' * (longest + 1)}" if longest else f"`{text}`"


def rules_in_words(outline: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield each rule with what it reads; blanks that may be absent are left out.

    >>> rule = ["seq", "<a>", ["blank", "any", 0], ["use", "name"], ["rep", 0, None, ["alt", "x", "y"]]]
    >>> [*rules_in_words({"rules": {"tool_call": rule}})]
    [('tool_call', '`<a>`, then name, then any number of (`x` or `y`)')]
    """
    for name, node in outline["rules"].items():
        yield name, _words(node)


def _words(node: Any, *, inner: bool = False) -> str:
    if isinstance(node, str):
        return literal(node)
    kind, *rest = node
    if kind == "seq":
        parts = [words for words in (_words(one, inner=True) for one in _joined(rest)) if words]
        return _grouped(", then ".join(parts), inner and len(parts) > 1)
    if kind == "alt":
        return _grouped(" or ".join(dict.fromkeys(_words(one, inner=True) for one in rest)), inner)
    if kind == "rep":
        least, most, item = rest
        what = _words(item, inner=True)
        return f"perhaps {what}" if most == 1 else f"{'one or more' if least else 'any number'} of {what}"
    if kind == "blank":
        return BLANKS[(rest[0], min(rest[1], 1))]
    return LEAVES.get(rest[0], str(rest[0])) if kind == "leaf" else str(rest[0])


def _grouped(words: str, is_group: bool) -> str:
    return f"({words})" if is_group else words


def _joined(nodes: list[Any]) -> list[Any]:
    """Join literals with nothing but optional blanks between them: `{`, `"name"`, `:` is one delimiter to a reader."""
    found: list[Any] = []
    for node in nodes:
        flat = _joined(node[1:]) if isinstance(node, list) and node[0] == "seq" else [node]
        for one in flat:
            if isinstance(one, list) and one[0] == "blank" and not one[2]:
                continue
            if found and isinstance(one, str) and isinstance(found[-1], str):
                found[-1] += one
            else:
                found.append(one)
    return found
