"""What a grammar is not, though its request asks for it: noted while it is written, told when it is done.

In: nothing. Out: `GrammarNotes`, and its sentences.

Promise: what is said is short and on one line, and says for whom.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Dict, Tuple

from toolgram.grammars.request import ToolShape, quoted

NAMED_MAX = 3  # tools or patterns that one remark names; of more it says how many


class GrammarNotes:
    """Patterns for which any text is let through; tools and members that are left out."""

    def __init__(self) -> None:
        self.loose_patterns: set[str] = set()
        self.tools_left_out: Dict[str, str] = {}  # and why
        self.members_left_out: set[str] = set()

    def remarks(self, tools: Tuple[ToolShape, ...]) -> Tuple[str, ...]:
        """A sentence for each kind of thing, or for each pattern."""
        return (*self._left_out(tools), *self._loose(tools))

    def _left_out(self, tools: Tuple[ToolShape, ...]) -> Iterator[str]:
        if self.tools_left_out:
            names = [f"{quoted(name)} ({why})" for name, why in self.tools_left_out.items()]
            yield f"no call of these tools is let through: {named(names)}"
        kept = [tool for tool in tools if tool.name not in self.tools_left_out]
        places = [
            f"{quoted(tool.name)}{quoted(place)}"
            for tool in kept
            for place, key in keys_in(tool.parameters)
            if key in self.members_left_out
        ]
        if places:
            yield f"optional members whose names this format cannot write are left out: {named(places)}"

    def _loose(self, tools: Tuple[ToolShape, ...]) -> Iterator[str]:
        for pattern in sorted(self.loose_patterns):
            users = [
                f"{quoted(tool.name)}{quoted(place) if place else ''}"
                for tool in tools
                for place, schema in schemas_in(tool.parameters)
                if schema.get("pattern") == pattern
            ]
            yield (
                f"the pattern {quoted(pattern)} cannot be written in this format, and any text is let through for it: "
                f"{named(users)}"
            )


def schemas_in(schema: Any) -> Iterator[Tuple[str, Mapping[str, Any]]]:
    """Yield the mappings in a schema, each with the way to it; one that stands in it twice, or in itself, once."""
    waiting: list[Tuple[str, Any]] = [("", schema)]
    seen: set[int] = set()
    while waiting:
        place, one = waiting.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        if isinstance(one, Mapping):
            yield place, one
            waiting += [(f"{place}/{key}", part) for key, part in reversed(list(one.items()))]
        elif isinstance(one, (list, tuple)):
            waiting += [(f"{place}/{number}", part) for number, part in enumerate(one)]


def keys_in(schema: Any) -> Iterator[Tuple[str, str]]:
    """Yield the keys that a schema declares, each with the way to it."""
    for place, one in schemas_in(schema):
        properties = one.get("properties")
        if isinstance(properties, Mapping):
            yield from ((f"{place}/properties/{key}", key) for key in properties)


def named(names: list[str]) -> str:
    """A list of names, of which a few stand for many."""
    more = len(names) - NAMED_MAX
    return ", ".join(names[:NAMED_MAX]) + (f" and {more} more" if more > 0 else "")
