"""Captures as rules of a grammar: what a format writes as the value of a schema.

In: a capture or a part of a rule, and a schema. Out: an expression, or None when the format cannot write such a value.

What a value is written as depends on where it stands and on its schema. A `value` is raw text, `string` raw text that
is a string, `json` and `python` literals, `object` and `array` what the format's own rules build; `arguments` is the
whole object. Of two ways to write the same value the format's own counts: where it has `string`s, its `json` has none.

How: a reader walks the rule of a capture and asks this module for the parts, which may be captures again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from toolgram.grammars.expressions import Expression, RuleRef, either_of, exactly, in_order
from toolgram.grammars.format_rules import FormatRules
from toolgram.grammars.paths import Part
from toolgram.grammars.raw_text import raw_value
from toolgram.grammars.schema_shapes import Members, count_own_items, item_schema, limits, members_of, shape_type
from toolgram.grammars.texts import word_unlike
from toolgram.grammars.values import (
    ITEMS_MAX,
    JSON_NOTATION,
    PYTHON_NOTATION,
    QUOTE,
    ValueRules,
)
from toolgram.grammars.walk import PartReader, write

KINDS = ("string", "null", "boolean", "integer", "number", "object", "array", "constant object", "constant array")
BUILT = ("string", "object", "array")
NAME_CHARS = re.compile(r"[a-zA-Z0-9_.\-]+")


class CaptureRules:
    """Writes the captures of one format."""

    def __init__(self, fmt: FormatRules) -> None:
        self.fmt = fmt

    def value(self, capture: str, schema: Any, values: ValueRules) -> RuleRef | None:
        """A value of a schema as one capture writes it."""
        key = ("capture", capture, json.dumps(schema, sort_keys=True, default=str))
        return values.remembered(key, capture, lambda: self._value(capture, schema, values))

    def _value(self, capture: str, schema: Any, values: ValueRules) -> Expression | None:
        paths = self.fmt.paths_of_rule(capture)
        ways = []
        if capture in ("object", "array"):
            for shape in values.shapes(schema):
                if shape_type(shape) == capture and "const" not in shape:
                    reader = (ObjectReader if capture == "object" else ArrayReader)(self, values, shape)
                    ways.append(write(self.fmt.builder, paths, reader, capture))
        else:
            ways.append(write(self.fmt.builder, paths, ValueReader(self, values, schema), capture))
        found = [way for way in ways if way is not None]
        return either_of(found) if found else None

    def part(self, part: Part, schema: Any, values: ValueRules) -> Expression | None:
        """A part of a rule, a built-in or another rule, as the value of a schema."""
        if part.kind == "use":
            return self.value(part.what, schema, values)
        return self._leaf(part, schema, values)

    def _leaf(self, part: Part, schema: Any, values: ValueRules) -> Expression | None:
        """A built-in as the value of a schema."""
        # What the format has a rule of its own for is not written as something else.
        barred = [name for name in BUILT if name in self.fmt.rules and name != part.sink]
        if part.what == "PYTHON":
            return values.value(schema, PYTHON_NOTATION)
        if part.what.startswith("JSON"):
            only = {"JSON_OBJECT": "object", "JSON_ARRAY": "array", "JSON_STRING": "string"}.get(part.what)
            kinds = [name for name in KINDS if only not in (name, name[len("constant ") :])] if only else barred
            return values.value(schema, JSON_NOTATION, kinds)
        if part.what in ("TEXT", "XML_TEXT"):
            without, entities = self.fmt.outline.barred_from(part.sink), part.what == "XML_TEXT"
            kinds = {"string": [name for name in KINDS if name != "string"], "json": barred}.get(part.sink, [])
            return raw_value(values, schema, without, entities=entities, barred_kinds=kinds)
        return None


class ValueReader(PartReader):
    """Reads a value that is one built-in, with markup around it."""

    def __init__(self, captures: CaptureRules, values: ValueRules, schema: Any) -> None:
        self._captures = captures
        self._values = values
        self._schema = schema

    def read(self, part: Part, state: Any) -> list[tuple[Expression, Any]]:
        if part.kind == "literal":
            return [(self._captures.fmt.builder.literal(part.what), state)]
        written = self._captures.part(part, self._schema, self._values)
        return [] if written is None else [(written, state)]


class ObjectReader(PartReader):
    """Reads members: the state is the place in the schema's order, the member whose key has been read, and its type."""

    start: Any = (0, None, "")

    def __init__(self, captures: CaptureRules, values: ValueRules, shape: Mapping[str, Any]) -> None:
        self.captures = captures
        self.fmt = captures.fmt
        self.values = values
        self.members: Members = members_of(shape)

    def read(self, part: Part, state: Any) -> list[tuple[Expression, Any]]:
        place, pending, kind = state
        if part.kind == "literal":
            return [(self.fmt.builder.literal(part.what), state)]
        if part.sink == "key" and part.kind == "leaf":
            return self._keys(part, place) if pending is None else []
        if pending is None:
            return []
        schema = self.members.others if pending < 0 else self.members.declared[pending].schema
        if part.kind == "leaf" and part.sink in ("type", "parameter"):
            return [] if kind else self._types(part, state, schema)
        if kind:
            schema = {"allOf": [{} if schema is None else schema, {"type": kind}]}
        written = self.captures.part(part, schema, self.values)
        return [] if written is None else [(written, (place, None, ""))]

    def _types(self, part: Part, state: Any, schema: Any) -> list[tuple[Expression, Any]]:
        """The name of a type before the value, which then is of that type."""
        kinds = dict.fromkeys(shape_type(shape) for shape in self.values.shapes(schema))
        found = [kind for kind in kinds if not self.fmt.is_taken(kind, part.before)]
        return [(exactly(kind), (state[0], state[1], kind)) for kind in found]

    def _keys(self, part: Part, place: int) -> list[tuple[Expression, Any]]:
        without = self.fmt.outline.barred_from("key")
        found = []
        for at, one in self.members.next_from(place):
            written = fixed_text(one.name, part.what, without)
            if written is not None:
                found.append((written, (at + 1, at, "")))
        if self.members.others is not None and self.members.may_end(place):
            word = word_unlike(self.fmt.builder, (one.name for one in self.members.declared))
            key = in_order(QUOTE, word, QUOTE) if part.what.startswith("JSON") else word
            found.append((key, (len(self.members.declared), -1, "")))
        return found

    def may_end(self, state: Any) -> bool:
        return state[1] is None and self.members.may_end(state[0])


class ArrayReader(PartReader):
    """Reads items: the state is how many there are, up to where they are all alike."""

    start = 0

    def __init__(self, captures: CaptureRules, values: ValueRules, shape: Mapping[str, Any]) -> None:
        self._captures = captures
        self._values = values
        self._shape = shape
        self._least, most = limits(shape, "minItems", "maxItems")
        self._most = most if most is not None and most <= ITEMS_MAX else None
        self._counted = min(ITEMS_MAX, max(count_own_items(shape), self._least, self._most or 0))

    def read(self, part: Part, state: Any) -> list[tuple[Expression, Any]]:
        if part.kind == "literal":
            return [(self._captures.fmt.builder.literal(part.what), state)]
        if self._most is not None and state >= self._most:
            return []
        schema = item_schema(self._shape, state)
        if schema is None:
            return []
        written = self._captures.part(part, schema, self._values)
        return [] if written is None else [(written, min(state + 1, self._counted))]

    def may_end(self, state: Any) -> bool:
        return bool(state >= self._least)


def fixed_text(text: str, built_in: str, without: Iterable[str]) -> Expression | None:
    """A text that is known, as a built-in reads it; None when it cannot."""
    if built_in.startswith("JSON"):
        return exactly(json.dumps(text, ensure_ascii=False))
    if built_in == "NAME":
        return exactly(text) if NAME_CHARS.fullmatch(text) else None
    is_safe = text and text == text.strip() and not any(literal in text for literal in without)
    return exactly(text) if is_safe else None
