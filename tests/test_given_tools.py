"""The tools of a request, however they are given: read, or one clear error; and their names, whatever they are made of.

The plugin's half of the same is `with_vllm/test_given_tools.py`.
"""

from __future__ import annotations

import json
import logging
import re
from collections import UserDict, deque
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from enum import Enum, IntEnum
from functools import cache
from pathlib import Path
from typing import Any

import budget
import pytest
from derivations import Drawing
from pydantic import BaseModel
from slips import sample
from test_grammars import CALLING, grammar_of, tokens_of
from typer.testing import CliRunner

import toolgram
from toolgram import CallStart
from toolgram.cli.commands import app
from toolgram.runtime.schema import plain
from toolgram.runtime.schema.given import ToolsError, body_of_tool, items_of, repeatable
from toolgram.runtime.schema.kept_tools import kept_tool_set, whole_tool_set
from toolgram.runtime.schema.plain import plain_schema
from toolgram.runtime.schema.tools import ToolSet
from toolgram.runtime.tables.limits import NAME_MAX
from toolgram.targets.serving.tools_again import tool_set_of
from toolgram.testing import merge

SCHEMA = {"type": "object", "properties": {"k": {"type": "integer"}}}
FUNCTION = {"name": "f", "parameters": SCHEMA}
TOOL = {"type": "function", "function": FUNCTION}
TEXT = "<tool_call>\n<function=f>\n<parameter=k>\n5\n</parameter>\n</function>\n</tool_call>"
FMT = toolgram.load("qwen3_coder")


class Own(Mapping[str, Any]):
    """A mapping of somebody's own, declared as one."""

    def __init__(self, inner: Mapping[str, Any]) -> None:
        self.inner = inner

    def __getitem__(self, key: str) -> Any:
        return self.inner[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.inner)

    def __len__(self) -> int:
        return len(self.inner)


class Undeclared:
    """The same, not declared as one."""

    def __init__(self, inner: Mapping[str, Any]) -> None:
        self.inner = inner

    def keys(self) -> Iterable[str]:
        return self.inner.keys()

    def __getitem__(self, key: str) -> Any:
        return self.inner[key]


class Schema(BaseModel):
    type: str = "object"
    properties: dict[str, Any] = SCHEMA["properties"]  # type: ignore[assignment]


class Named(str, Enum):  # noqa: UP042  as code for old Pythons has it
    F = "f"


class Number(IntEnum):
    TWO = 2


class Endless(dict[str, Any]):
    """A mapping with another inside, and so on."""

    def keys(self) -> Any:
        return ["properties"]

    def __getitem__(self, key: str) -> Any:
        return Endless()


class Nameless:
    """An object of no class."""

    @property
    def __class__(self) -> Any:
        raise RuntimeError

    def __getattr__(self, name: str) -> Any:
        raise RuntimeError


class NeverEnding:
    def __iter__(self) -> Iterator[Any]:
        raise RuntimeError


def with_parameters(parameters: Any) -> list[Any]:
    return [{"type": "function", "function": {"name": "f", "parameters": parameters}}]


READ: dict[str, Any] = {
    "list": lambda: [TOOL],
    "tuple": lambda: (TOOL,),
    "generator": lambda: (tool for tool in [TOOL]),
    "dict values": lambda: {"f": TOOL}.values(),
    "tool as a mapping": lambda: [Own({"type": "function", "function": Own(FUNCTION)})],
    "tool as an undeclared mapping": lambda: [Undeclared({"type": "function", "function": Undeclared(FUNCTION)})],
    "tool as a UserDict": lambda: [UserDict(TOOL)],
    "flat tool": lambda: [{"type": "function", **FUNCTION}],
    "parameters as JSON text": lambda: with_parameters(json.dumps(SCHEMA)),
    "parameters as JSON bytes": lambda: with_parameters(json.dumps(SCHEMA).encode()),
    "parameters as a mapping": lambda: with_parameters(Own(SCHEMA)),
    "parameters as an undeclared mapping": lambda: with_parameters(
        Undeclared({"type": "object", "properties": Undeclared({"k": {"type": "integer"}})})
    ),
    "a mapping inside a plain schema": lambda: with_parameters({"properties": Undeclared({"k": {"type": "integer"}})}),
    "a mapping far inside": lambda: with_parameters(
        {"allOf": [{}, {"properties": {"k": Undeclared({"type": "integer"})}}]}
    ),
    "a model inside a plain schema": lambda: with_parameters(
        {"allOf": ({"$ref": "#/$defs/s"},), "$defs": {"s": Schema()}}
    ),
    "a set for a list": lambda: with_parameters({"properties": {"k": {"type": {"integer"}}}}),
    "a queue for a list": lambda: with_parameters({"allOf": deque([{"properties": {"k": {"type": "integer"}}}])}),
    "a name of an enumeration": lambda: [{"name": Named.F, "parameters": SCHEMA}],
    "parameters as a model": lambda: with_parameters(Schema()),
    "beside a tool without a function": lambda: [{"type": "web_search"}, TOOL],
}


@pytest.mark.parametrize("name", READ)
def test_tools_of_any_kind_are_read_by_every_door(name: str) -> None:
    message = FMT.parse(TEXT, READ[name]())
    assert message.tool_calls[0].arguments == '{"k": 5}'  # a string, where the schema is not read
    parser = FMT.parser(READ[name]())
    assert toolgram.collect([*parser.feed(TEXT), *parser.finish()]) == message
    assert ToolSet(READ[name]()).problems == ()


@pytest.mark.parametrize("parameters", [None, {}, "", " "])
def test_no_parameters_are_no_schema(parameters: Any) -> None:
    assert FMT.parse(TEXT, with_parameters(parameters)).tool_calls[0].name == "f"


REFUSED: dict[str, tuple[Any, str]] = {
    "text": ('[{"name": "f"}]', "the tools are text: a list of tools is wanted"),
    "one tool": (TOOL, "the tools are one mapping: a list of tools is wanted"),
    "names to tools": ({"f": TOOL}, "the tools are one mapping"),
    "number": (5, "the tools are a int: a list"),
    "what cannot be iterated": (NeverEnding(), "the tools are a NeverEnding"),
    "a text among them": ([TOOL, "f"], "tool 2 has no name, in a str"),
    "nothing among them": ([None], "tool 1 has no name, in a NoneType"),
    "no name": ([{"type": "function", "function": {}}], "tool 1 has no name"),
    "no function": ([{"type": "function"}], "tool 1 has no name"),
    "empty name": ([{"name": ""}], "tool 1 has an empty name"),
    "number for a name": ([{"name": 5}], "tool 1 has a name that is no text"),
    "parameters as a list": (with_parameters([]), "tool 1, 'f', has parameters that are no schema, but a list"),
    "parameters as a number": (with_parameters(5), "has parameters that are no schema, but a int"),
    "a schema that raises": (with_parameters({"properties": Nameless()}), "'f', has parameters that are no schema"),
    "a schema without an end": (with_parameters(Endless()), "'f', has parameters that are no schema"),
    "parameters as any text": (with_parameters("{k: int}"), "'f', has parameters in a text that is not JSON"),
    "parameters as other JSON": (with_parameters("[]"), "has parameters in a text that is no JSON object"),
    "parameters with digits": (with_parameters("9" * 5000), "has parameters in a text that is not JSON"),
    "parameters too deep": (with_parameters("[" * 100_000), "has parameters in a text that is not JSON"),
}


@pytest.mark.parametrize("name", READ)
def test_a_plugin_reads_the_same_tools_once(name: str) -> None:
    kept_tool_set.cache_clear()
    once, again, other = tool_set_of(READ[name]()), tool_set_of(READ[name]()), ToolSet(READ[name]())
    assert (once.problems, list(once.declared), once.kind("f", "k")) == ((), ["f"], other.kind("f", "k"))
    assert again is once or kept_tool_set.cache_info().currsize == 0
    assert tool_set_of([*READ[name](), {"name": "g"}]).has("g")
    assert not tool_set_of(READ[name]()).has("g")


def test_models_of_a_server_are_read_once_and_not_kept() -> None:
    class Function(BaseModel):
        name: str
        parameters: dict[str, Any]

    class Tool(BaseModel):
        type: str = "function"
        function: Function

    first, second = ([Tool.model_validate(TOOL)] for _ in range(2))
    assert tool_set_of(first) is tool_set_of(second)
    first[0].function.parameters["properties"] = {}
    assert tool_set_of(second).kind("f", "k") == ToolSet([TOOL]).kind("f", "k") != tool_set_of(first).kind("f", "k")


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_read_is_one_clear_error(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if not budget.full:
        monkeypatch.setattr(plain, "SCHEMA_VALUES_MAX", 5_000)
    tools, words = REFUSED[name]
    for door in (FMT.parser, lambda tools: FMT.parse("", tools)):
        with pytest.raises(ToolsError, match=re.escape(words)):
            door(tools)
    assert words in "; ".join(ToolSet(tools).problems)
    assert tool_set_of(tools).problems == ToolSet(tools).problems


def test_an_error_is_told_with_its_file(tmp_path: Path) -> None:
    path = tmp_path / "tools.json"
    path.write_text('[{"type": "function", "function": {}}]', encoding="utf-8")
    result = CliRunner().invoke(app, ["parse", "hermes", "--tools", str(path)], input="x")
    assert result.exit_code == 2
    assert result.stderr == f"toolgram: {path}: tool 1 has no name, in a dict\n"
    path.write_text("[" + "9" * 10_000 + "]", encoding="utf-8")
    result = CliRunner().invoke(app, ["parse", "hermes", "--tools", str(path)], input="x")
    assert result.stderr == f"toolgram: {path}: not the JSON of tools: a number has thousands of digits\n"


def test_objects_that_raise_are_told_as_well() -> None:
    for tools in (Nameless(), [Nameless()], with_parameters(Nameless())):
        assert len(ToolSet(tools).problems) == 1


def test_what_is_copied_is_what_json_has() -> None:
    day = date(2026, 11, 29)
    inside = {"a": Decimal("1.5"), "b": Named.F, "c": b"x", "d": day, "e": (True, None, 2), "f": Number.TWO, "g": {3}}
    found = plain_schema(Own(inside))
    wanted = {"a": 1.5, "b": "f", "c": "x", "d": "2026-11-29", "e": [True, None, 2], "f": 2, "g": [3]}
    assert found == wanted
    assert json.loads(json.dumps(found)) == wanted
    assert plain_schema(SCHEMA) is SCHEMA


def test_a_schema_in_itself_is_read() -> None:
    tree: dict[str, Any] = {"type": "object", "properties": {"k": {"type": "integer"}}}
    tree["properties"]["below"] = tree
    assert FMT.parse(TEXT, with_parameters(tree)).tool_calls[0].arguments == '{"k": 5}'
    shared: Any = Undeclared({"type": "integer"})
    for _ in range(60):
        shared = {"a": shared, "b": shared, "properties": Undeclared({"k": {"type": "integer"}})}
    assert FMT.parse(TEXT, with_parameters(shared)).tool_calls[0].arguments == '{"k": 5}'
    own = Undeclared(tree)
    tree["properties"]["own"] = own
    assert FMT.parse(TEXT, with_parameters(own)).tool_calls[0].arguments == '{"k": 5}'


def test_problems_are_not_told_without_end() -> None:
    assert len(ToolSet([None] * 1000).problems) == 20


def test_a_generator_is_kept() -> None:
    tools = repeatable(iter([TOOL]))
    assert [body_of_tool(tool) for tool in items_of(tools)[0]] == [FUNCTION] == list(map(body_of_tool, tools))
    assert repeatable("text") == "text"
    assert repeatable(None) is None


# --- names ------------------------------------------------------------------------------------------------------------

PLAIN = "plainname"
ONE_KEY = {"type": "object", "properties": {"k": {"type": "string"}}, "required": ["k"]}
HARD = ["-f", ".f", "{x}", " f", "functions.f"]  # each was lost in some formats
NAMES = [
    *["-", "--", "+", "$f", "2fa", "3.14", "null", "_", "é", "天气", "😀", "#f", "a@b", "f!", "~x", "%s"],
    *["a b", "a  b", "f ", "\nf", "f ( ", "a\nb", "f\tg", "f(x)", "f[0]", "{}", "<f>", "f>", "f=1"],
    *['say "f"', '"f"', "it's", "'f'", "\\f", "f\\", "f`g", "f:g", ":f", "f/", "f|g", "f,g", "f;g", "f&g", "&amp;"],
    *["f.f", "functions", "name", "arguments", "json", "<tool_call>", "</function>", "f</function>"],
    *["{", "[", "(", "<", "[]", "\u00a0f", "x" * NAME_MAX],
]


def tool(name: str) -> list[Any]:
    return [{"type": "function", "function": {"name": name, "parameters": ONE_KEY}}]


@cache
def calls_of(format_id: str) -> list[str]:
    """Texts with one call of the plain tool, drawn from the format's own grammar."""
    grammar = grammar_of(format_id, {PLAIN: ONE_KEY}, is_forced=True, is_single=True, may_reason=False)
    found = []
    for seed in range(60):
        text = "".join(piece.text for piece in Drawing(grammar, tokens_of(format_id), seed).pieces())
        if text.count(PLAIN) == 1 and len(text) < 600 and is_read(format_id, text, PLAIN):
            found.append(text)
        if len(found) == (3 if budget.full else 2):
            return found
    return found


def named(text: str, name: str) -> str:
    """The text with another name; as the content of a JSON string, where the name stands in one."""
    in_json = re.search(rf'(?<!=)"{PLAIN}"', text)
    return text.replace(PLAIN, json.dumps(name, ensure_ascii=False)[1:-1] if in_json else name)


def is_read(format_id: str, text: str, name: str, size: int = 1 << 20) -> bool:
    """Whether the text is one complete call of a tool, and nothing else."""
    parser = toolgram.load(format_id).parser(tool(name))
    events = [event for at in range(0, len(text), size) for event in parser.feed(text[at : at + size])]
    message = toolgram.collect([*events, *parser.finish()])
    return [(call.name, call.complete) for call in message.tool_calls] == [(name, True)] and not message.content


@pytest.mark.parametrize("format_id", CALLING)
def test_a_declared_name_is_a_name_whatever_it_is_made_of(format_id: str) -> None:
    """Or the parser says that it is none here."""
    texts = calls_of(format_id)
    assert texts
    names = [*HARD, *budget.sample(NAMES, 10)]
    unread = {name for name in names if toolgram.load(format_id).parser(tool(name)).unread_names}
    assert unread <= {"{", "[", "(", "<"}
    written = [(name, named(text, name)) for name in names if name not in unread for text in texts]
    sizes = (1 << 20, 1) if budget.full else (1 << 20,)
    assert [one for one in written for size in sizes if not is_read(format_id, one[1], one[0], size)] == []


def test_names_that_cannot_be_told_apart_are_told(caplog: pytest.LogCaptureFixture) -> None:
    tools = [*tool("f"), *tool("f "), *tool(" "), *tool("x" * (NAME_MAX + 1)), *tool("{")]
    with caplog.at_level(logging.WARNING, "toolgram"):
        parser = toolgram.load("mistral").parser(tools)
    assert parser.unread_names == {
        "f ": "without the blanks around it, it is the name of another tool, 'f'",
        " ": "it is nothing but blanks",
        "x" * (NAME_MAX + 1): f"it is longer than {NAME_MAX} characters",
        "{": "the format reads it as the beginning of '{'",
    }
    assert len(caplog.messages) == 4
    assert caplog.messages[0].startswith("no call of the tool 'f ' can be read in mistral: without")


def test_the_command_line_tells_them_too(tmp_path: Path) -> None:
    path = tmp_path / "tools.json"
    path.write_text(json.dumps(tool("{")), encoding="utf-8")
    result = CliRunner().invoke(app, ["parse", "mistral", "--tools", str(path)], input="x")
    assert result.exit_code == 0
    assert result.stderr.startswith("warning: no call of the tool '{' can be read in mistral")


def test_usual_names_cost_nothing_more() -> None:
    """The hot path: without unusual names no list of them is looked through."""
    tools = ToolSet([*tool("get_weather"), *tool("a.b-c"), *tool("2fa")])
    assert not tools.unusual
    assert list(ToolSet(tool("-f")).unusual) == ["-f"]


@pytest.mark.parametrize("name", CALLING)
def test_a_name_and_a_key_as_long_as_may_be_are_read_at_every_split(name: str) -> None:
    example, fmt = sample(name), toolgram.load(name)
    call = example.case.expected.calls[0]
    for old in (call.name, *list(json.loads(call.arguments))[:1]):
        for size in (NAME_MAX - 1, NAME_MAX, NAME_MAX + 1):
            text = example.text.replace(old, "n" * size)
            tools = json.loads(json.dumps(example.tools).replace(f'"{old}"', '"' + "n" * size + '"'))
            results = []
            for cut in (1, 3, len(text)):
                parser = fmt.parser(tools, example.case.inside)
                parts = [text[at : at + cut] for at in range(0, len(text), cut)]
                results.append(merge([event for part in parts for event in parser.feed(part)] + parser.finish()))
            assert results[1:] == results[:-1], (old, size)
            assert size > NAME_MAX or any(isinstance(event, CallStart) for event in results[0]), (old, size)


# --- tools that were read before --------------------------------------------------------------------------------------


def test_the_same_tools_are_read_once() -> None:
    first = whole_tool_set(json.loads(json.dumps([TOOL])))
    assert whole_tool_set(json.loads(json.dumps([TOOL]))) is first
    assert whole_tool_set([{**TOOL, "type": "other"}]) is not first


def test_tools_that_are_changed_are_read_again() -> None:
    given = json.loads(json.dumps([TOOL]))
    fmt, text = toolgram.load("qwen3_coder"), "<function=f>\n<parameter=k>\n1\n</parameter>\n</function>"
    assert fmt.parse(text, tools=given).tool_calls[0].arguments == '{"k": 1}'
    given[0]["function"]["parameters"]["properties"]["k"]["type"] = "string"
    assert fmt.parse(text, tools=given).tool_calls[0].arguments == '{"k": "1"}'
    given[0]["function"]["parameters"]["properties"]["k"]["type"] = "integer"
    assert fmt.parse(text, tools=given).tool_calls[0].arguments == '{"k": 1}'


def test_values_that_are_equal_and_differ_are_not_the_same_tools() -> None:
    """`1`, `1.0` and `True` are equal, and types of their own."""
    found = []
    for one in (1, 1.0, True):
        schema = {"properties": {"k": {"const": one}}}
        found.append(*whole_tool_set([{"function": {"name": "f", "parameters": schema}}]).kind("f", "k").types)
    assert found == ["integer", "number", "boolean"]


def test_tools_of_classes_of_their_own_are_read_anew() -> None:
    assert whole_tool_set(UserDict(enumerate([TOOL])).values()) is not whole_tool_set(
        UserDict(enumerate([TOOL])).values()
    )
    endless: list[Any] = [TOOL]
    endless[0] = {"type": "function", "function": {"name": "f", "parameters": {"properties": {"k": endless}}}}
    assert whole_tool_set(endless).has("f")


def test_tools_that_are_ready_stand_wherever_tools_are_wanted() -> None:
    ready, text = toolgram.tools([TOOL]), '<tool_call>{"name": "f", "arguments": {"k": 1}}</tool_call>'
    fmt = toolgram.load("hermes")
    assert fmt.parse(text, tools=ready) == fmt.parse(text, tools=[TOOL])
    assert fmt.parser(ready).feed(text) == fmt.parser([TOOL]).feed(text)
    assert toolgram.tools(ready) is ready  # type: ignore[arg-type]  # whoever has it already
    with pytest.raises(ToolsError, match="tool 2 has an empty name"):
        toolgram.tools([TOOL, {"function": {"name": ""}}])
