"""Read what a request's tools say about names and arguments.

In: the `tools` of an OpenAI request: chat tools, flat Responses tools, or objects with the same attributes. Out: which
functions exist and of which JSON types each argument may be.

Promises: never raises, whatever the list holds; what cannot be understood is ignored; `$ref` cycles end; an argument
without a known type is exactly a string.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import unquote

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


class ValueKind(NamedTuple):
    """The JSON types that a value may have."""

    types: frozenset[str]

    def allows(self, name: str) -> bool:
        return name in self.types

    @property
    def is_string(self) -> bool:
        """Nothing but a string: its text streams as it is."""
        return len(self.types) == 1 and "string" in self.types


STRING_KIND = ValueKind(frozenset(("string",)))


class ToolSet:
    """The tools of one request."""

    __slots__ = ("_kinds", "_properties", "_schemas", "declared")

    def __init__(self, tools: Any = None) -> None:
        self._schemas: dict[str, Any] = {}
        self._kinds: dict[tuple[str, str], ValueKind] = {}
        self._properties: dict[str, dict[str, Any]] = {}
        for tool in tools if isinstance(tools, (list, tuple)) else ():
            body = member_of(tool, "function") or tool
            name = member_of(body, "name")
            if isinstance(name, str) and name and name not in self._schemas:
                self._schemas[name] = _as_mapping(member_of(body, "parameters"))
        self.declared = frozenset(self._schemas)

    def has(self, name: str) -> bool:
        return name in self._schemas

    def is_prefix(self, text: str) -> bool:
        """Say whether the name of some tool begins with text."""
        return any(name.startswith(text) for name in self._schemas)

    def kind(self, tool: str, key: str) -> ValueKind:
        """Return of which types the argument may be; exactly a string, where the schema does not say."""
        found = self._kinds.get((tool, key))
        if found is None:
            found = STRING_KIND
            schema = self._property(tool, key)
            if schema is not None:
                types = _TypeSearch(self._schemas[tool]).types(schema, 0)
                found = ValueKind(types) if types else STRING_KIND
            self._remember(tool, key, found)
        return found

    def knows(self, tool: str, key: str) -> bool:
        """Say whether the key is a declared property."""
        return key in self._declared_properties(tool)

    def open(self, tool: str) -> bool:
        """Say whether the tool declares no properties, so that any key may be one."""
        return not self._declared_properties(tool)

    def _remember(self, tool: str, key: str, kind: ValueKind) -> None:
        if self.knows(tool, key):  # keys that the model made up are not kept
            self._kinds[tool, key] = kind

    def _property(self, tool: str, key: str) -> Any:
        properties = self._declared_properties(tool)
        if key in properties:
            return properties[key]
        more = self._schemas.get(tool)
        return member_of(more, "additionalProperties") if isinstance(more, Mapping) else None

    def _declared_properties(self, tool: str) -> dict[str, Any]:
        found = self._properties.get(tool)
        if found is None:
            if tool not in self._schemas:
                return {}
            root = self._schemas[tool]
            found = _TypeSearch(root).properties(root)
            self._properties[tool] = found
        return found


class _TypeSearch:
    """One walk through a schema; `root` is where its `$ref`s point into."""

    __slots__ = ("_budget", "_root")

    def __init__(self, root: Any) -> None:
        self._root = root
        self._budget = SCHEMA_NODES_MAX

    def properties(self, root: Any) -> dict[str, Any]:
        """Return the schemas of all properties that the root or what it is made of declares; the first counts."""
        found: dict[str, Any] = {}
        waiting = [root]
        while waiting and self._budget > 0:
            self._budget -= 1
            schema = waiting.pop(0)
            if not isinstance(schema, Mapping):
                continue
            declared = schema.get("properties")
            if isinstance(declared, Mapping):
                for key, value in declared.items():
                    found.setdefault(key, value)
            waiting.extend(self._parts(schema, ("allOf", "anyOf", "oneOf")))
            waiting.append(self._target(schema))
        return found

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
    node = root
    for step in pointer[1:].split("/")[1:]:
        name = unquote(step).replace("~1", "/").replace("~0", "~")
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


def member_of(owner: Any, name: str) -> Any:
    """Return an item or an attribute, None where there is none or reading it fails."""
    try:
        return owner.get(name) if isinstance(owner, Mapping) else getattr(owner, name, None)
    except Exception:  # a request may bring objects of any class; a broken one is no tool
        return None


def _as_mapping(value: Any) -> Mapping[str, Any]:
    if isinstance(value, Mapping):
        return value
    try:
        dumped = value.model_dump()
    except Exception:  # no model, or a broken one: no schema
        return {}
    return dumped if isinstance(dumped, Mapping) else {}
