"""What a JSON schema allows, as a list of simple shapes.

In: a schema, and the root that its `$ref`s point into. Out: shapes, each a mapping: either `{"const": value}`, or a
schema of exactly one `type` without `$ref`, `anyOf`, `oneOf`, `allOf`, `enum`. A value that fits one shape fits the
schema, as far as the keywords below go.

Read are: type (also lists, and the names that the parser knows), nullable, enum, const, $ref, anyOf, oneOf, allOf,
properties, required, additionalProperties, items, prefixItems, minItems, maxItems, minLength, maxLength, pattern,
minimum, maximum, exclusiveMinimum, exclusiveMaximum. Other keywords are as if they were not there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from toolgram.grammars.expressions import GrammarError
from toolgram.runtime.schema.types import (
    JSON_TYPES,
    SCHEMA_DEPTH_MAX,
    SHAPE_KEYWORDS,
    find_target,
    named_types,
    type_of,
)

COMBINED = ("$ref", "anyOf", "oneOf", "allOf", "enum", "const", "nullable", "type")


class Property(NamedTuple):
    """One declared member of an object."""

    name: str
    schema: Any
    is_required: bool


class Members(NamedTuple):
    """The members of an object: the declared ones in order, and the schema of others (None: there are none)."""

    declared: Sequence[Property]
    others: Any | None

    def next_from(self, place: int) -> list[tuple[int, Property]]:
        """The members that may come when those before `place` are settled, each with its own place."""
        found = []
        for at in range(place, len(self.declared)):
            found.append((at, self.declared[at]))
            if self.declared[at].is_required:
                break
        return found

    def may_end(self, place: int) -> bool:
        """Whether nothing that is required is missing from `place` on."""
        return not any(one.is_required for one in self.declared[place:])


def shapes_of(schema: Any, root: Any, depth: int = 0) -> list[dict[str, Any]]:
    """Return what a schema allows. Raises GrammarError when that cannot be told."""
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


def _combined(schema: Mapping[str, Any], keyword: str, root: Any) -> dict[str, Any]:
    rest = {key: value for key, value in schema.items() if key != keyword}
    parts = [find_target(root, schema[keyword])] if keyword == "$ref" else schema[keyword]
    for part in parts if isinstance(parts, (list, tuple)) else ():
        if part is None:
            raise GrammarError("a $ref that leads nowhere")
        rest = _merged(rest, part, root)
    return rest


def _merged(one: Mapping[str, Any], other: Any, root: Any) -> dict[str, Any]:
    """What both schemas allow, near enough: a later keyword counts, types, members and constants of both."""
    if isinstance(other, bool):
        return dict(one) if other else {**one, "enum": []}
    if not isinstance(other, Mapping):
        raise GrammarError("a part of a schema that is no schema")
    merged = {**one, **other}
    if "$ref" in one and "$ref" in other:
        merged = _merged(_combined(one, "$ref", root), _combined(other, "$ref", root), root)
    if one.get("type") is not None and other.get("type") is not None:
        merged["type"] = [name for name in named_types(one["type"]) if _fits_type(name, named_types(other["type"]))]
        if not merged["type"]:
            merged["enum"] = []
    for keyword in ("anyOf", "oneOf", "allOf"):
        if keyword in one and keyword in other:
            merged.pop(keyword)
            merged["allOf"] = [*merged.get("allOf", ()), {keyword: one[keyword]}, {keyword: other[keyword]}]
    properties = [part.get("properties") for part in (one, other)]
    if all(isinstance(part, Mapping) for part in properties):
        merged["properties"] = {**properties[0], **properties[1]}  # type: ignore[dict-item]  # both are mappings
    if isinstance(one.get("required"), (list, tuple)) and isinstance(other.get("required"), (list, tuple)):
        merged["required"] = [*one["required"], *other["required"]]
    if isinstance(one.get("enum"), (list, tuple)) and isinstance(other.get("enum"), (list, tuple)):
        merged["enum"] = [value for value in one["enum"] if value in other["enum"]]
    return merged


def _fits_type(name: str, names: Sequence[str]) -> bool:
    return name in names or (name == "integer" and "number" in names)


def members_of(shape: Mapping[str, Any]) -> Members:
    """The members of an object's shape. Where some are declared, others come only when the schema says so."""
    properties = shape.get("properties")
    declared = properties if isinstance(properties, Mapping) else {}
    required = shape.get("required")
    wanted = [name for name in required if isinstance(name, str)] if isinstance(required, (list, tuple)) else []
    found = [Property(str(name), schema, name in wanted) for name, schema in declared.items()]
    others = shape.get("additionalProperties", None if isinstance(properties, Mapping) else {})
    others = {} if others is True else None if others is False else others
    found += [Property(name, others or {}, True) for name in dict.fromkeys(wanted) if name not in declared]
    return Members(found, others)


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
    return isinstance(value, (int, float)) and not isinstance(value, bool) and value >= 0
