"""What a request's tools say about names and argument types (docs/rules.md, rule 7)."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from toolgram.runtime.schema.tools import ToolSet, ValueKind
from toolgram.runtime.schema.types import JSON_TYPES


def chat(name: str, parameters: Any) -> dict[str, Any]:
    return {"type": "function", "function": {"name": name, "parameters": parameters}}


def types_of(schema: Any, **root: Any) -> str:
    tools = ToolSet([chat("f", {"type": "object", "properties": {"k": schema}, **root})])
    return " ".join(sorted(tools.kind("f", "k").types)) or "nothing"


class Function(BaseModel):
    name: str
    parameters: dict[str, Any] | None = None


class Tool(BaseModel):
    type: str = "function"
    function: Function


PARAMETERS = {"type": "object", "properties": {"n": {"type": "integer"}}}


@pytest.mark.parametrize(
    "tool",
    [
        chat("f", PARAMETERS),
        {"type": "function", "name": "f", "parameters": PARAMETERS},
        Tool(function=Function(name="f", parameters=PARAMETERS)),
        Tool(function=Function(name="f", parameters=PARAMETERS)).model_dump(),
        SimpleNamespace(name="f", parameters=PARAMETERS),
        SimpleNamespace(function=SimpleNamespace(name="f", parameters=PARAMETERS)),
    ],
)
def test_tools_of_every_shape_are_read(tool: Any) -> None:
    tools = ToolSet([tool])
    assert set(tools.declared) == {"f"}
    assert tools.kind("f", "n") == ValueKind(frozenset({"integer"}))


def test_names() -> None:
    tools = ToolSet([chat("get_weather", {}), chat("get_time", None)])
    assert set(tools.declared) == {"get_weather", "get_time"}
    assert (tools.has("get_time"), tools.has("get_")) == (True, False)
    assert (tools.is_prefix("get_w"), tools.is_prefix(""), tools.is_prefix("get_x")) == (True, True, False)
    assert not ToolSet(None).is_prefix("")


def test_keys() -> None:
    tools = ToolSet([chat("f", PARAMETERS), chat("g", {"type": "object"}), chat("h", None)])
    assert (tools.knows("f", "n"), tools.knows("f", "m"), tools.knows("x", "n")) == (True, False, False)
    assert (tools.open("f"), tools.open("g"), tools.open("h"), tools.open("x")) == (False, True, True, True)
    assert tools.kind("f", "m") == tools.kind("x", "n") == ValueKind(frozenset())
    assert not tools.kind("f", "n").is_string


class Broken:
    @property
    def function(self) -> Any:
        raise RuntimeError

    name = property(function.fget)


BAD_TOOLS = [None, 5, "x", [], {}, {"function": None}, {"function": {"name": 5}}, {"function": {"name": ""}}, Broken()]


@pytest.mark.parametrize("tools", [None, 5, "tools", {}, *[[tool] for tool in BAD_TOOLS], BAD_TOOLS])
def test_garbage_is_ignored(tools: Any) -> None:
    assert not ToolSet(tools).declared


@pytest.mark.parametrize("parameters", [None, 5, "x", [], {"properties": 5}, {"properties": {"k": 5}}, Broken()])
def test_garbage_for_parameters_means_strings(parameters: Any) -> None:
    tools = ToolSet([chat("f", parameters)])
    assert tools.has("f")
    assert tools.kind("f", "k") == ValueKind(frozenset())


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({}, "nothing"),
        (None, "nothing"),
        (True, "nothing"),
        ({"type": "integer"}, "integer"),
        ({"type": ["integer", "null"]}, "integer null"),
        ({"type": "int"}, "integer"),
        ({"type": "int64"}, "integer"),
        ({"type": "str"}, "string"),
        ({"type": "bool"}, "boolean"),
        ({"type": "float"}, "number"),
        ({"type": "dict"}, "object"),
        ({"type": "List[int]"}, "array"),
        ({"type": "NoneType"}, "null"),
        ({"type": "wibble"}, "nothing"),
        ({"type": "number", "nullable": True}, "null number"),
        ({"nullable": True}, "null string"),
        ({"enum": ["a", "b"]}, "string"),
        ({"enum": [1, 2.5, None, True, [], {}]}, "array boolean integer null number object"),
        ({"const": 5}, "integer"),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, "null string"),
        ({"oneOf": [{"type": "integer"}, {"type": "object"}]}, "integer object"),
        ({"anyOf": [{"anyOf": [{"type": "array"}]}, {"description": "x"}]}, "array"),
        ({"allOf": [{"type": "integer"}, {"description": "x"}]}, "integer"),
        ({"allOf": [{"type": ["integer", "string"]}, {"type": ["integer", "null"]}]}, "integer"),
        ({"allOf": [{"type": "integer"}, {"type": "string"}]}, "integer string"),
        ({"properties": {"a": {}}}, "object"),
        ({"items": {}}, "array"),
        ({"$ref": "#/$defs/N"}, "integer"),
        ({"$ref": "#/$defs/chain"}, "integer"),
        ({"$ref": "#/$defs/a~1b%20c"}, "boolean"),
        ({"$ref": "#/$defs/list/1"}, "number"),
        ({"$ref": "#/$defs/loop"}, "nothing"),
        ({"$ref": "#/$defs/tree"}, "null object"),
        ({"$ref": "#/no/such"}, "nothing"),
        ({"$ref": "#/$defs/list/99"}, "nothing"),
        ({"$ref": "http://example.org/x"}, "nothing"),
        ({"$ref": 5, "type": {"a": 1}, "enum": 5, "anyOf": 5, "allOf": {"a": 1}}, "nothing"),
        ({"$ref": "#"}, "object"),
    ],
)
def test_types(schema: Any, expected: str) -> None:
    definitions = {
        "N": {"type": "integer"},
        "chain": {"$ref": "#/$defs/N"},
        "a/b c": {"type": "boolean"},
        "list": [{}, {"type": "number"}],
        "loop": {"$ref": "#/$defs/loop"},
        "tree": {"anyOf": [{"type": "null"}, {"type": "object"}, {"$ref": "#/$defs/tree"}, {"$ref": "#/$defs/tree"}]},
    }
    assert types_of(schema, **{"$defs": definitions}) == expected


def test_properties_may_stand_behind_references_and_combinations() -> None:
    tools = ToolSet(
        [
            chat("ref", {"$ref": "#/$defs/P", "$defs": {"P": PARAMETERS}}),
            chat("all", {"allOf": [{"properties": {"a": {"type": "array"}}}, PARAMETERS]}),
            chat("more", {"properties": {}, "additionalProperties": {"type": "number"}}),
        ]
    )
    assert tools.kind("ref", "n").types == {"integer"}
    assert tools.kind("all", "n").types == {"integer"}
    assert tools.kind("all", "a").types == {"array"}
    assert tools.kind("more", "any").types == {"number"}
    assert tools.knows("all", "a")


def test_a_schema_that_refers_to_itself_everywhere_ends() -> None:
    knot = {"anyOf": [{"$ref": "#/$defs/k"}] * 50, "allOf": [{"$ref": "#/$defs/k"}] * 50}
    assert types_of({"$ref": "#/$defs/k"}, **{"$defs": {"k": knot}}) == "nothing"
    tools = ToolSet([chat("f", {"$ref": "#", "allOf": [{"$ref": "#"}] * 50})])
    assert tools.kind("f", "k") == ValueKind(frozenset())


KEYWORDS = ["type", "properties", "k", "$ref", "anyOf", "allOf", "enum", "const", "items", "nullable"]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(["string", "integer", "#/properties/k", "#", "k"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYWORDS), inner, max_size=4),
    max_leaves=15,
)


@settings(max_examples=200, deadline=None)
@given(JSON, JSON)
def test_any_schema_is_read(schema: Any, parameters: Any) -> None:
    tools = ToolSet([chat("f", {"properties": {"k": schema}}), chat("g", parameters), parameters, schema])
    for name in ("f", "g", "h"):
        assert tools.kind(name, "k").types <= set(JSON_TYPES)
        assert isinstance(tools.knows(name, "k"), bool)
        assert isinstance(tools.open(name), bool)
