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
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from toolgram.grammars.expressions import Expression, RuleRef, either_of, exactly, exactly_if_writable, in_order
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
from toolgram.grammars.walk import Apart, PartReader, write
from toolgram.runtime.tables.limits import NAME_MAX

KINDS = ("string", "null", "boolean", "integer", "number", "object", "array", "constant object", "constant array")
BUILT = ("string", "object", "array")
HAS_VALUE = "\0value"
NAME_CHARS = re.compile(r"[.\-]*\w[\w.\-]*")  # a declared name is read also where it begins with none of a word's
WORD_CHARS = re.compile(r"\w[\w.\-]*")


class CaptureRules:
    """Writes the captures of one format."""

    def __init__(self, fmt: FormatRules) -> None:
        self.fmt = fmt

    def value(self, capture: str, schema: Any, values: ValueRules) -> RuleRef | None:
        """A value of a schema as one capture writes it."""
        return values.remembered(("capture", capture), schema, lambda: self._value(capture, schema, values))

    def _value(self, capture: str, schema: Any, values: ValueRules) -> Expression | None:
        paths = self.fmt.paths_of_rule(capture)
        ways = []
        if capture in ("object", "array"):
            for shape in values.shapes(schema):
                if shape_type(shape) == capture and "const" not in shape:
                    reader = (ObjectReader if capture == "object" else ArrayReader)(self, values, shape)
                    ways.append(write(self.fmt.builder, paths, reader))
        else:
            ways.append(write(self.fmt.builder, paths, ValueReader(self, values, schema)))
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


class MemberReader(PartReader):
    """Reads one member: its key, and then what members of the same schema share.

    `key` says how the key is written as a built-in; None when it cannot.
    """

    def __init__(
        self, captures: CaptureRules, values: ValueRules, schema: Any, key: Callable[[str], Expression | None]
    ) -> None:
        self._captures = captures
        self._values = values
        self._schema = schema
        self._key = key

    def read(self, part: Part, state: Any) -> list[tuple[Expression, Any]]:
        if part.kind == "literal":
            return [(self._captures.fmt.builder.literal(part.what), state)]
        written = self._key(part.what) if part.kind == "leaf" and part.sink == "key" else None
        rest = Apart(ValueOfMember(self._captures, self._values, self._schema), self._values.key_of(self._schema))
        return [] if written is None else [(written, rest)]

    def may_end(self, state: Any) -> bool:  # noqa: ARG002  the key is what must be read, and what is behind is apart
        return False


class ValueOfMember(PartReader):
    """Reads what follows a key. The state: the type that has been named, `HAS_VALUE` behind the value."""

    start: Any = ""

    def __init__(self, captures: CaptureRules, values: ValueRules, schema: Any) -> None:
        self._captures = captures
        self._values = values
        self._schema = schema

    def read(self, part: Part, state: Any) -> list[tuple[Expression, Any]]:
        if part.kind == "literal":
            return [(self._captures.fmt.builder.literal(part.what), state)]
        if state == HAS_VALUE or (part.kind == "leaf" and part.sink == "key"):
            return []
        if part.kind == "leaf" and part.sink in ("type", "parameter"):
            return [] if state else self._types(part)
        schema = {"allOf": [self._schema, {"type": state}]} if state else self._schema
        written = self._captures.part(part, schema, self._values)
        return [] if written is None else [(written, HAS_VALUE)]

    def _types(self, part: Part) -> list[tuple[Expression, Any]]:
        """The name of a type before the value, which then is of that type."""
        kinds = dict.fromkeys(shape_type(shape) for shape in self._values.shapes(self._schema))
        return [(exactly(kind), kind) for kind in kinds if not self._captures.fmt.is_taken(kind, part.before)]

    def may_end(self, state: Any) -> bool:
        return bool(state == HAS_VALUE)


class ObjectReader(PartReader):
    """Reads members whose keys stand in the rule of an object.

    The state: the place in the schema's order, the member whose key has been read, and what `ValueOfMember` keeps.
    """

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
            written = self.key(place, part.what) if pending is None else None
            return [] if written is None else [(written, (self.behind(place), place, ""))]
        if pending is None:
            return []
        found = ValueOfMember(self.captures, self.values, self.schema_at(pending)).read(part, kind)
        return [
            (written, (place, None, "") if after == HAS_VALUE else (place, pending, after)) for written, after in found
        ]

    def schema_at(self, place: int) -> Any:
        """The schema of the member at a place; behind the last declared one that of others."""
        one = self.members.at(place)
        schema = self.members.others if one is None else one.schema
        return {} if schema is None else schema

    def behind(self, place: int) -> int:
        """The place behind the member at a place; of others there may be more."""
        return min(place + 1, len(self.members.declared))

    def key(self, place: int, built_in: str) -> Expression | None:
        """The key of the member at a place; behind the last declared one any other word. None when there is none."""
        one = self.members.at(place)
        if one is not None:
            written = self._own_key(one.name, built_in)
            if written is None:
                self.fmt.builder.notes.members_left_out.add(one.name)
            return written
        if self.members.others is None:
            return None
        word = word_unlike(self.fmt.builder, (one.name for one in self.members.declared))
        return in_order(QUOTE, word, QUOTE) if built_in.startswith("JSON") else word

    def _own_key(self, name: str, built_in: str) -> Expression | None:
        """A declared key; None where the parser would read something else."""
        is_word = built_in != "NAME" or WORD_CHARS.fullmatch(name) is not None
        is_text = built_in.startswith("JSON") or not self.fmt.begins_with_literal(name)
        return fixed_text(name, built_in, self.fmt.outline.barred_from("key")) if is_word and is_text else None

    def left_out(self, part: Part, state: Any) -> Any:
        is_key = part.kind == "leaf" and part.sink == "key"
        return (state[0] + 1, None, "") if is_key and state[1] is None and self.members.may_skip(state[0]) else None

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
    """A name or a key, as a built-in reads it; None when it cannot."""
    if len(text) > NAME_MAX:
        return None
    if built_in.startswith("JSON"):
        return exactly_if_writable(json.dumps(text, ensure_ascii=False))
    if built_in == "NAME":
        return exactly(text) if NAME_CHARS.fullmatch(text) else None
    is_safe = text and text == text.strip() and not any(literal in text for literal in without)
    return exactly_if_writable(text) if is_safe else None
