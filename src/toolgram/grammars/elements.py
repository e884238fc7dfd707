"""Values that are elements in elements, each with its key in its tags, as rules of a grammar.

In: a key and the schema of its value. Out: an expression for the element.

How: an object is elements named for its members, an array elements with the name that the format gives to items;
everything else, and an object or array that cannot be written so, is text inside one element. A grammar cannot ask for
the same word twice unless it knows the word: members that no schema names are not written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from toolgram.grammars.expressions import NOTHING, Expression, RuleRef, either_of, exactly
from toolgram.grammars.format_rules import FormatRules
from toolgram.grammars.outline import LeafNode, nodes_below
from toolgram.grammars.paths import Part
from toolgram.grammars.raw_text import raw_value
from toolgram.grammars.schema_shapes import count_own_items, item_schema, limits, members_of, shape_type
from toolgram.grammars.values import ITEMS_MAX, ValueRules
from toolgram.grammars.walk import PartReader, write
from toolgram.runtime.tables.limits import NAME_MAX

TAG_KEY = re.compile(r"[^\s\"'<>=/!?][^\s\"'<>=]*")
CONTAINERS = ("object", "array")


def element(fmt: FormatRules, values: ValueRules, key: str, schema: Any) -> RuleRef | None:
    """An element whose value fits a schema; None when there is none."""
    return values.remembered(("element", key), schema, lambda: _element(fmt, values, key, schema))


def _element(fmt: FormatRules, values: ValueRules, key: str, schema: Any) -> Expression | None:
    is_key = TAG_KEY.fullmatch(key) is not None and len(key) <= NAME_MAX
    if not is_key or any(text in key for text in fmt.outline.barred_from("key")):
        fmt.builder.notes.members_left_out.add(key)
        return None
    kinds = {shape_type(shape) for shape in values.shapes(schema)}
    built = [shape for shape in values.shapes(schema) if is_built(shape)]
    may_be_empty = "string" not in kinds and len(kinds.intersection(CONTAINERS)) == 1
    readers: list[TagReader] = [TextReader(fmt, values, key, schema, {str(shape["type"]) for shape in built})]
    for shape in built:
        if shape["type"] == "object":
            # Where it may be an array, too, the first name says which it is.
            barred = (fmt.outline.item,) if "array" in kinds else ()
            readers.append(MembersReader(fmt, values, key, shape, barred, may_be_empty=may_be_empty))
        else:
            readers.append(ItemsReader(fmt, values, key, shape, may_be_empty=may_be_empty))
    paths = fmt.paths_of_rule("element")
    found = [way for way in (write(fmt.builder, paths, reader) for reader in readers) if way is not None]
    return either_of(found) if found else None


def is_built(shape: Mapping[str, Any]) -> bool:
    """Whether a shape is an object of known members, or an array of items that are alike: the parser types those."""
    if "const" in shape:
        return False
    is_object = shape["type"] == "object" and bool(members_of(shape).declared)
    return is_object or (shape["type"] == "array" and not count_own_items(shape))


class TagReader(PartReader):
    """Reads the tags of one element. The state is how much of its value has been read, None before its key."""

    start: Any = None
    begin: Any = 0  # behind the key

    def __init__(self, fmt: FormatRules, values: ValueRules, key: str) -> None:
        self.fmt = fmt
        self.values = values
        self._key = key

    def read(self, part: Part, state: Any) -> list[tuple[Expression, Any]]:
        if part.kind == "literal":
            return [(self.fmt.builder.literal(part.what), state)]
        if part.sink == "key":
            return [(exactly(self._key), self.begin if state is None else state)]
        return self.inside(part, state)

    def inside(self, part: Part, state: Any) -> list[tuple[Expression, Any]]:
        """Return the ways to write a part of the value."""
        raise NotImplementedError


class TextReader(TagReader):
    """Reads an element that is text. Of the types `barred` there is none."""

    def __init__(self, fmt: FormatRules, values: ValueRules, key: str, schema: Any, barred: Iterable[str]) -> None:
        super().__init__(fmt, values, key)
        self._schema = schema
        self._barred = barred

    def inside(self, part: Part, state: Any) -> list[tuple[Expression, Any]]:
        if part.what != "value":
            return []
        is_xml = LeafNode("XML_TEXT") in nodes_below(self.fmt.rules["value"])
        without = self.fmt.outline.barred_from("value")
        written = raw_value(self.values, self._schema, without, entities=is_xml, barred_kinds=self._barred)
        return [] if written is None else [(written, state)]


class MembersReader(TagReader):
    """Reads an object: the state is the place in the schema's order."""

    def __init__(
        self,
        fmt: FormatRules,
        values: ValueRules,
        key: str,
        shape: Mapping[str, Any],
        barred: Iterable[str],
        *,
        may_be_empty: bool,
    ) -> None:
        super().__init__(fmt, values, key)
        self._members = members_of(shape)
        self._may_be_empty = may_be_empty
        self._barred = barred

    def inside(self, part: Part, state: Any) -> list[tuple[Expression, Any]]:
        if part.what == "value":
            return [(NOTHING, state)] if state == 0 and self._may_be_empty else []
        one = None if state is None else self._members.at(state)
        if one is None or one.name in self._barred:
            return []
        written = element(self.fmt, self.values, one.name, one.schema)
        return [] if written is None else [(written, state + 1)]

    def left_out(self, part: Part, state: Any) -> Any:
        is_next = state is not None and part.what == "element" and self._members.may_skip(state)
        return state + 1 if is_next else None

    def may_end(self, state: Any) -> bool:
        return state is not None and self._members.may_end(state)


class ItemsReader(TagReader):
    """Reads an array: the state is how many items there are, up to where they are all alike."""

    def __init__(
        self, fmt: FormatRules, values: ValueRules, key: str, shape: Mapping[str, Any], *, may_be_empty: bool
    ) -> None:
        super().__init__(fmt, values, key)
        self._shape = shape
        self._may_be_empty = may_be_empty
        self._least, most = limits(shape, "minItems", "maxItems")
        self._most = most if most is not None and most <= ITEMS_MAX else None
        self._counted = min(ITEMS_MAX, max(count_own_items(shape), self._least, self._most or 0))

    def inside(self, part: Part, state: Any) -> list[tuple[Expression, Any]]:
        if part.what == "value":
            return [(NOTHING, state)] if state == 0 and self._may_be_empty else []
        schema = item_schema(self._shape, state)
        if schema is None or (self._most is not None and state >= self._most):
            return []
        written = element(self.fmt, self.values, self.fmt.outline.item, schema)
        return [] if written is None else [(written, min(state + 1, self._counted))]

    def may_end(self, state: Any) -> bool:
        return state is not None and state >= self._least
