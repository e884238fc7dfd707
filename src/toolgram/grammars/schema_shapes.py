"""What a JSON schema allows, as a list of simple shapes.

In: a schema, and the root that its `$ref`s point into. Out: shapes, each a mapping: either `{"const": value}`, or a
schema of exactly one `type` without `$ref`, `anyOf`, `oneOf`, `allOf`, `enum`. A value that fits one shape fits the
schema, as far as the keywords below go.

Read are: type (also lists, and the names that the parser knows), nullable, enum, const, $ref, anyOf, oneOf, allOf,
properties, required, additionalProperties, items, prefixItems, minItems, maxItems, minLength, maxLength, pattern,
minimum, maximum, exclusiveMinimum, exclusiveMaximum. Other keywords are as if they were not there.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Optional

from toolgram.grammars.budget import GrammarBudget
from toolgram.grammars.expressions import GrammarError
from toolgram.runtime.schema.types import (
    JSON_TYPES,
    SCHEMA_DEPTH_MAX,
    SHAPE_KEYWORDS,
    find_target,
    named_types,
    type_of,
)

SHAPE_CHARS = 4  # what it costs to look at a schema, besides what is merged
COMBINED = ("$ref", "anyOf", "oneOf", "allOf", "enum", "const", "nullable", "type")


class SchemaRoot(NamedTuple):
    """The schema that references point into, and who pays for what is read of it."""

    schema: Any
    budget: GrammarBudget


class Property(NamedTuple):
    """One declared member of an object."""

    name: str
    schema: Any
    is_required: bool


class Members(NamedTuple):
    """The members of an object: the declared ones in order, and the schema of others (None: there are none)."""

    declared: Sequence[Property]
    others: Any | None
    last_required: int  # its place, -1 if none is

    def at(self, place: int) -> Optional[Property]:
        """The declared member that comes when those before `place` are settled; None behind the last."""
        return self.declared[place] if place < len(self.declared) else None

    def may_skip(self, place: int) -> bool:
        """Whether there is a member at `place`, and it may be left out."""
        return place < len(self.declared) and not self.declared[place].is_required

    def may_end(self, place: int) -> bool:
        """Whether nothing that is required is missing from `place` on."""
        return place > self.last_required


def shapes_of(schema: Any, root: SchemaRoot, depth: int = 0) -> list[dict[str, Any]]:
    """Return what a schema allows. Raises GrammarError when that cannot be told, or would cost too much."""
    root.budget.spend(SHAPE_CHARS)
    if schema is None or schema is True:
        schema = {}
    if schema is False:
        return []
    if not isinstance(schema, Mapping) or depth > SCHEMA_DEPTH_MAX:
        raise GrammarError("a schema that is no schema, or has no end")
    for keyword in ("$ref", "allOf"):
        if keyword in schema:
            return shapes_of(_combined(schema, keyword, root), root, depth + 1)
    for keyword in ("anyOf", "oneOf"):
        if isinstance(schema.get(keyword), (list, tuple)):
            rest = {key: value for key, value in schema.items() if key != keyword}
            options = [_merged(rest, option, root) for option in schema[keyword]]
            return [shape for option in options for shape in shapes_of(option, root, depth + 1)]
    return _simple_shapes(schema)


def _simple_shapes(schema: Mapping[str, Any]) -> list[dict[str, Any]]:
    types = _types(schema)
    if "const" in schema or isinstance(schema.get("enum"), (list, tuple)):
        values = [schema["const"]] if "const" in schema else schema["enum"]
        return [{"const": value} for value in values if _fits(value, types)]
    bare = {key: value for key, value in schema.items() if key not in COMBINED}
    return [{**bare, "type": name} for name in types or JSON_TYPES]


def _types(schema: Mapping[str, Any]) -> list[str]:
    """The types by name; those of the keywords when none is named; none when nothing says."""
    found = named_types(schema.get("type"))
    if not found and "const" not in schema and "enum" not in schema:
        found = [name for name, keywords in SHAPE_KEYWORDS if any(keyword in schema for keyword in keywords)]
    if found and schema.get("nullable") is True:
        found.append("null")
    return [name for name in dict.fromkeys(found) if not (name == "integer" and "number" in found)]


def _fits(value: Any, types: Sequence[str]) -> bool:
    kind = type_of(value)
    return not types or kind in types or (kind == "integer" and "number" in types)


def _combined(schema: Mapping[str, Any], keyword: str, root: SchemaRoot) -> dict[str, Any]:
    rest = {key: value for key, value in schema.items() if key != keyword}
    parts = [find_target(root.schema, schema[keyword])] if keyword == "$ref" else schema[keyword]
    for part in parts if isinstance(parts, (list, tuple)) else ():
        if part is None:
            raise GrammarError("a $ref that leads nowhere")
        rest = _merged(rest, part, root)
    return rest


def _merged(one: Mapping[str, Any], other: Any, root: SchemaRoot) -> dict[str, Any]:
    """What both schemas allow, near enough: a later keyword counts, types, members and constants of both."""
    if isinstance(other, bool):
        return dict(one) if other else {**one, "enum": []}
    if not isinstance(other, Mapping):
        raise GrammarError("a part of a schema that is no schema")
    root.budget.spend(_size_of(one) + _size_of(other))
    merged = {**one, **other}
    if "$ref" in one and "$ref" in other:
        merged = _merged(_combined(one, "$ref", root), _combined(other, "$ref", root), root)
    if one.get("type") is not None and other.get("type") is not None:
        merged["type"] = [name for name in named_types(one["type"]) if _fits_type(name, named_types(other["type"]))]
        if not merged["type"]:
            merged["enum"] = []
    for keyword in ("anyOf", "oneOf", "allOf"):
        lists = [part[keyword] for part in (one, other) if isinstance(part.get(keyword), (list, tuple))]
        if len(lists) == 2 and keyword == "allOf":
            merged["allOf"] = [*lists[0], *lists[1]]
        elif len(lists) == 2:
            root.budget.spend(len(lists[0]) * len(lists[1]))
            merged[keyword] = [{"allOf": [first, second]} for first in lists[0] for second in lists[1]]
    properties = [part.get("properties") for part in (one, other)]
    if all(isinstance(part, Mapping) for part in properties):
        merged["properties"] = {**properties[0], **properties[1]}  # type: ignore[dict-item]  # both are mappings
    if isinstance(one.get("required"), (list, tuple)) and isinstance(other.get("required"), (list, tuple)):
        merged["required"] = [*one["required"], *other["required"]]
    if isinstance(one.get("enum"), (list, tuple)) and isinstance(other.get("enum"), (list, tuple)):
        root.budget.spend(len(one["enum"]) * len(other["enum"]) // 10)
        merged["enum"] = [value for value in one["enum"] if value in other["enum"]]
    return merged


def _size_of(schema: Mapping[str, Any]) -> int:
    """How many entries are looked at when a schema is merged with another."""
    below = (schema.get(keyword) for keyword in ("properties", "required", "allOf"))
    return len(schema) + sum(len(part) for part in below if isinstance(part, (Mapping, list, tuple)))


def _fits_type(name: str, names: Sequence[str]) -> bool:
    return name in names or (name == "integer" and "number" in names)


def members_of(shape: Mapping[str, Any]) -> Members:
    """The members of an object's shape. Where some are declared, others come only when the schema says so."""
    properties = shape.get("properties")
    declared = properties if isinstance(properties, Mapping) else {}
    required = shape.get("required")
    named = required if isinstance(required, (list, tuple)) else ()
    wanted = dict.fromkeys(name for name in named if isinstance(name, str))
    found = [Property(str(name), schema, name in wanted) for name, schema in declared.items()]
    others = shape.get("additionalProperties", None if isinstance(properties, Mapping) else {})
    others = {} if others is True else None if others is False else others
    found += [Property(name, others or {}, True) for name in wanted if name not in declared]
    return Members(found, others, max((at for at, one in enumerate(found) if one.is_required), default=-1))


def item_schema(shape: Mapping[str, Any], place: int) -> Any:
    """The schema of an array's item; None when there is to be none."""
    first = shape.get("prefixItems")
    rest = shape.get("items", {})
    if isinstance(rest, (list, tuple)):
        first, rest = rest, shape.get("additionalItems", {})
    if isinstance(first, (list, tuple)) and place < len(first):
        return first[place]
    return None if rest is False else rest


def shape_type(shape: Mapping[str, Any]) -> str:
    """The JSON type of a shape."""
    return type_of(shape["const"]) if "const" in shape else shape["type"]


def kind_of(shape: Mapping[str, Any]) -> str:
    """The type of a shape; that of a given object or array, which no rules of the format's own write, is another."""
    kind = shape_type(shape)
    return "constant " + kind if "const" in shape and kind in ("object", "array") else kind


def count_own_items(shape: Mapping[str, Any]) -> int:
    """How many items of an array have a schema of their own."""
    for keyword in ("prefixItems", "items"):
        if isinstance(shape.get(keyword), (list, tuple)):
            return len(shape[keyword])
    return 0


def limits(shape: Mapping[str, Any], least: str, most: str) -> tuple[int, int | None]:
    """Two counts of a shape, none where they are not numbers."""
    low, high = shape.get(least), shape.get(most)
    return (int(low) if _is_count(low) else 0), (int(high) if _is_count(high) else None)  # type: ignore[arg-type]


def _is_count(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value < math.inf
