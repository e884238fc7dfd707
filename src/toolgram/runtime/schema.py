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
NUMERIC = frozenset(("integer", "number"))


class ToolSet:
    """The tools of one request."""

    __slots__ = ("_kinds", "_properties", "_schemas", "declared")

    def __init__(self, tools: Any = None) -> None:
        self._schemas: dict[str, Any] = {}
        self._kinds: dict[tuple[str, str], ValueKind] = {}
        self._properties: dict[str, dict[str, Any]] = {}
        for tool in tools if isinstance(tools, (list, tuple)) else ():
            body = _member_of(tool, "function") or tool
            name = _member_of(body, "name")
            if isinstance(name, str) and name and name not in self._schemas:
                self._schemas[name] = _as_mapping(_member_of(body, "parameters"))
        self.declared = frozenset(self._schemas)

    def has(self, name: str) -> bool:
        return name in self._schemas

    def resolve(self, name: str) -> str:
        """Return the tool that is meant: a model that knows namespaces may write `f.f` for a plain `f`."""
        half = len(name) // 2
        once = name[:half]
        doubled = name == f"{once}.{once}" and name not in self._schemas and once in self._schemas
        return once if doubled else name

    def is_prefix(self, text: str) -> bool:
        """Say whether the name of some tool, as `resolve` takes it, begins with text."""
        return any(f"{name}.{name}".startswith(text) for name in self._schemas)

    def kind(self, tool: str, key: str) -> ValueKind:
        """Return of which types the argument may be; exactly a string, where the schema does not say."""
        found = self._known_kind(tool, key)
        return found if found.types else STRING_KIND

    def kind_on_wire(self, tool: str, key: str, name: str) -> ValueKind:
        """As `kind`, where the text names a type: it counts where the schema does not say, or has it among others."""
        known = self._known_kind(tool, key).types
        wired = _wire_types(name)
        if not known:
            return ValueKind(wired or STRING_KIND.types)
        chosen = known & wired or (known & NUMERIC if wired & NUMERIC else frozenset())
        return ValueKind(chosen or known)

    def _known_kind(self, tool: str, key: str) -> ValueKind:
        """The types that the schema says, none where it does not."""
        found = self._kinds.get((tool, key))
        if found is None:
            schema = self._property(tool, key)
            found = ValueKind(_TypeSearch(self._schemas[tool]).types(schema, 0) if schema is not None else frozenset())
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
        return _member_of(more, "additionalProperties") if isinstance(more, Mapping) else None

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
        found = set(_named_types(schema.get("type")))
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
        """Follow `$ref`, a JSON pointer into the root."""
        pointer = schema.get("$ref")
        if not isinstance(pointer, str) or not pointer.startswith("#"):
            return None
        node = self._root
        for step in pointer[1:].split("/")[1:]:
            name = unquote(step).replace("~1", "/").replace("~0", "~")
            if isinstance(node, Mapping):
                node = node.get(name)
            elif isinstance(node, (list, tuple)) and name.isascii() and name.isdigit() and len(name) < 9:
                node = node[int(name)] if int(name) < len(node) else None
            else:
                return None
        return node


def _named_types(names: Any) -> list[str]:
    found = []
    for name in names if isinstance(names, (list, tuple)) else (names,):
        if isinstance(name, str):
            word = name.strip().lower()
            known = (word,) if word in JSON_TYPES else (kind for begin, kind in TYPE_NAMES if word.startswith(begin))
            found.extend(list(known)[:1])
        elif isinstance(name, Mapping):
            found.extend(_named_types(name.get("type")) if isinstance(name.get("type"), str) else ())
    return found


def _wire_types(name: str) -> frozenset[str]:
    """The type that a text names, none where it names no single one: of `array[string]` what stands before the bracket.

    >>> sorted(_wire_types(" Array[string]")), sorted(_wire_types("any"))
    (['array'], [])
    """
    return frozenset(_named_types(name.partition("[")[0]))


def _types_of_members(schema: Mapping[str, Any]) -> set[str]:
    """Return the types of the values that `enum` and `const` list."""
    values = list(schema["enum"]) if isinstance(schema.get("enum"), (list, tuple)) else []
    if "const" in schema:
        values.append(schema["const"])
    return {_type_of(value) for value in values}


def _type_of(value: Any) -> str:
    if value is None:
        return "null"
    for python_type, name in ((bool, "boolean"), (int, "integer"), (float, "number"), (str, "string")):
        if isinstance(value, python_type):
            return name
    return "array" if isinstance(value, (list, tuple)) else "object"


def _member_of(owner: Any, name: str) -> Any:
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
