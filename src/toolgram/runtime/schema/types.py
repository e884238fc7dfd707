"""Find what a JSON schema says: of which types a value may be, which members and items it may have.

In: a schema, and the root that its `$ref`s point into. Out: names of types, schemas of members and items.

Promises: never raises, whatever the schema holds; what cannot be understood is ignored; `$ref` cycles end, and one
search looks at no more than `SCHEMA_NODES_MAX` schemas.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

SCHEMA_NODES_MAX = 1000  # schemas looked at for the types of one argument
SCHEMA_DEPTH_MAX = 32

JSON_TYPES = ("string", "null", "boolean", "integer", "number", "object", "array")
# Beginnings of type names that request schemas use; the first that fits counts. `enum` and the like: vLLM's own list,
# https://github.com/vllm-project/vllm/blob/main/vllm/tool_parsers/utils.py
TYPE_NAMES = (
    ("str", "string"),
    ("text", "string"),
    ("varchar", "string"),
    ("char", "string"),
    ("enum", "string"),
    ("none", "null"),
    ("null", "null"),
    ("bool", "boolean"),
    ("int", "integer"),
    ("uint", "integer"),
    ("unsigned", "integer"),
    ("long", "integer"),
    ("short", "integer"),
    ("num", "number"),
    ("float", "number"),
    ("double", "number"),
    ("decimal", "number"),
    ("dict", "object"),
    ("map", "object"),
    ("obj", "object"),
    ("list", "array"),
    ("arr", "array"),
    ("tuple", "array"),
    ("set", "array"),
    ("sequence", "array"),
)
SHAPE_KEYWORDS = (
    ("object", ("properties", "additionalProperties", "patternProperties", "required")),
    ("array", ("items", "prefixItems")),
)


class SchemaSearch:
    """One walk through a schema; `root` is where its `$ref`s point into."""

    __slots__ = ("_budget", "_root")

    def __init__(self, root: Any) -> None:
        self._root = root
        self._budget = SCHEMA_NODES_MAX

    def properties(self, root: Any) -> dict[str, Any]:
        """Return the schemas of all properties that the root or what it is made of declares; the first counts."""
        found: dict[str, Any] = {}
        for schema in self._made_of(root):
            declared = schema.get("properties")
            if isinstance(declared, Mapping):
                for key, value in declared.items():
                    found.setdefault(key, value)
        return found

    def keyword(self, root: Any, name: str) -> Any:
        """Return the schema under a keyword of the root or of what it is made of; the first counts."""
        for schema in self._made_of(root):
            if isinstance(schema.get(name), Mapping):
                return schema[name]
        return None

    def _made_of(self, root: Any) -> Iterator[Mapping[str, Any]]:
        """Walk a schema and those that it is made of, the nearest first."""
        waiting = [root]
        while waiting and self._budget > 0:
            self._budget -= 1
            schema = waiting.pop(0)
            if isinstance(schema, Mapping):
                yield schema
                waiting.extend(self._parts(schema, ("allOf", "anyOf", "oneOf")))
                waiting.append(self._target(schema))

    def types(self, schema: Any, depth: int) -> frozenset[str]:
        """Return every type the schema allows, none where it does not say."""
        self._budget -= 1
        if not isinstance(schema, Mapping) or self._budget < 0 or depth > SCHEMA_DEPTH_MAX:
            return frozenset()
        found = set(named_types(schema.get("type")))
        found.update(_types_of_members(schema))
        found.update(self.types(self._target(schema), depth + 1))
        for part in self._parts(schema, ("anyOf", "oneOf")):
            found.update(self.types(part, depth + 1))
        for part in self._parts(schema, ("allOf",)):
            narrow = self.types(part, depth + 1)
            found = (found & narrow) or (found | narrow)
        if not found:
            found.update(name for name, keywords in SHAPE_KEYWORDS if any(keyword in schema for keyword in keywords))
        if schema.get("nullable") is True:
            found.update(("null",) if found else ("null", "string"))
        return frozenset(found)

    def _parts(self, schema: Mapping[str, Any], keywords: tuple[str, ...]) -> list[Any]:
        groups = [schema.get(keyword) for keyword in keywords]
        return [part for group in groups if isinstance(group, (list, tuple)) for part in group]

    def _target(self, schema: Mapping[str, Any]) -> Any:
        return find_target(self._root, schema.get("$ref"))


def find_target(root: Any, pointer: Any) -> Any:
    """Follow the JSON pointer of a `$ref` into the root; None when it leads nowhere."""
    if not isinstance(pointer, str) or not pointer.startswith("#"):
        return None
    node, steps = root, pointer[1:].split("/")[1:]
    if "%" in pointer:
        from urllib.parse import unquote  # hardly any pointer needs it

        steps = [unquote(step) for step in steps]
    for step in steps:
        name = step.replace("~1", "/").replace("~0", "~")
        if isinstance(node, Mapping):
            node = node.get(name)
        elif isinstance(node, (list, tuple)) and name.isascii() and name.isdigit() and len(name) < 9:
            node = node[int(name)] if int(name) < len(node) else None
        else:
            return None
    return node


def named_types(names: Any) -> list[str]:
    """Return the JSON types that a schema's `type` names."""
    found = []
    for name in names if isinstance(names, (list, tuple)) else (names,):
        if isinstance(name, str):
            word = name.strip().lower()
            known = (word,) if word in JSON_TYPES else (kind for begin, kind in TYPE_NAMES if word.startswith(begin))
            found.extend(list(known)[:1])
        elif isinstance(name, Mapping):
            found.extend(named_types(name.get("type")) if isinstance(name.get("type"), str) else ())
    return found


def wire_types(name: str) -> frozenset[str]:
    """The type that a text names, none where it names no single one: of `array[string]` what stands before the bracket.

    >>> sorted(wire_types(" Array[string]")), sorted(wire_types("any"))
    (['array'], [])
    """
    return frozenset(named_types(name.partition("[")[0]))


def _types_of_members(schema: Mapping[str, Any]) -> set[str]:
    """Return the types of the values that `enum` and `const` list."""
    values = list(schema["enum"]) if isinstance(schema.get("enum"), (list, tuple)) else []
    if "const" in schema:
        values.append(schema["const"])
    return {type_of(value) for value in values}


def type_of(value: Any) -> str:
    """Return the JSON type of a value."""
    if value is None:
        return "null"
    for python_type, name in ((bool, "boolean"), (int, "integer"), (float, "number"), (str, "string")):
        if isinstance(value, python_type):
            return name
    return "array" if isinstance(value, (list, tuple)) else "object"
