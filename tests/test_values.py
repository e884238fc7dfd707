"""The text of an argument becomes JSON of the type that the schema allows (docs/rules.md, rules 6 and 7)."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import toolgram
from toolgram.runtime.near_json.json_check import JsonCheck
from toolgram.runtime.schema.tools import ValueKind
from toolgram.runtime.schema.types import JSON_TYPES
from toolgram.runtime.tables.limits import DEPTH_MAX, HELD_MAX, SCALAR_MAX, UNION_MAX
from toolgram.runtime.values.strings import StringWriter
from toolgram.runtime.values.typed import JsonWriter, PythonWriter, TypedWriter, writer_for

HELD_LIMIT = UNION_MAX + HELD_MAX
Make = Callable[[], Any]


def kind(types: str) -> ValueKind:
    return ValueKind(frozenset(types.split()))


def written(make: Make, *pieces: str, fast: bool = False) -> str:
    writer = make()
    out = ""
    for piece in pieces:
        if fast and writer.plain is not None and writer.plain(piece) is None:
            out += piece
            continue
        out += writer.write(piece)
        assert writer.held <= HELD_LIMIT
    return out + writer.end()


def every_split(make: Make, text: str) -> str:
    """Write the text whole, in single characters and at every single cut; all must agree."""
    whole = written(make, text)
    assert written(make, *text) == whole
    assert written(make, *text, fast=True) == whole
    for cut in range(1, len(text)):
        assert written(make, text[:cut], "", text[cut:], fast=True) == whole
    json.loads(whole)
    return whole


TYPED = [
    # exactly a string: the text as it is
    ("string", "", '""'),
    ("string", ' a "b"\n', '" a \\"b\\"\\n"'),
    ("string", "5", '"5"'),
    ("string", "null", '"null"'),
    ("string", '{"a": 1}', '"{\\"a\\": 1}"'),
    # null, where it is allowed
    ("string null", " NULL\n", "null"),
    ("string null", "None", "null"),
    ("string null", "nullable", '"nullable"'),
    ("string null", "nul", '"nul"'),
    ("integer", "null", '"null"'),
    # booleans
    ("boolean", "True", "true"),
    ("boolean", " FALSE ", "false"),
    ("boolean", "1", "true"),
    ("boolean", "0", "false"),
    ("boolean", "2", '"2"'),
    ("boolean integer", "1", "1"),
    ("boolean string", "1", '"1"'),
    ("boolean string", "true", "true"),
    ("boolean string", "trueish", '"trueish"'),
    # integers of any size
    ("integer", "42", "42"),
    ("integer", " -42\n", "-42"),
    ("integer", "+3", "3"),
    ("integer", "3.0", "3"),
    ("integer", "3.", "3"),
    ("integer", "007", "7"),
    ("integer", "1.5", '"1.5"'),
    ("integer", "1e3", '"1e3"'),
    ("integer", "abc", '"abc"'),
    ("integer", "12 Main Street", '"12 Main Street"'),
    ("integer", "12345678901234567890123", "12345678901234567890123"),
    ("integer", "9" * 100, "9" * 100),
    ("integer", " " + "9" * 100 + " ", "9" * 100),
    ("integer", "1." + "5" * 100, '"1.' + "5" * 100 + '"'),
    ("integer string", "5", "5"),
    ("integer string", "5a", '"5a"'),
    # numbers with their digits
    ("number", "1.50", "1.50"),
    ("number", "3.0", "3.0"),
    ("number", "1E5", "1E5"),
    ("number", ".5", "0.5"),
    ("number", "-.5", "-0.5"),
    ("number", "0." + "3" * 100, "0." + "3" * 100),
    ("number", "1e999", '"1e999"'),
    ("number", "NaN", '"NaN"'),
    ("number", "-", '"-"'),
    ("number", "1.2.3", '"1.2.3"'),
    ("integer number", "3.0", "3"),
    ("integer number", "3.5", "3.5"),
    # objects and arrays
    ("object", ' {"a":1} ', '{"a": 1}'),
    ("object", "{'a': True, b: None,}", '{"a": true, "b": null}'),
    ("object", '{"a": 1} and more', '{"a": 1}'),
    ("object", '{"a": "</x>" <', '{"a": "</x>"}'),
    ("object", "[1]", "[1]"),
    ("array", "[1, 'it's']", '[1, "it\'s"]'),
    ("object", "none", '"none"'),
    # ... encoded twice: unwrapped once
    ("object", '"{\\"a\\": [1]}"', '{"a": [1]}'),
    ("array", ' "[1, 2]" ', "[1, 2]"),
    ("object", '"{\\"a\\": 1"', '"\\"{\\\\\\"a\\\\\\": 1\\""'),
    ("object", '"words"', '"\\"words\\""'),
    ("object", '"{}" and more', '"\\"{}\\" and more"'),
    ("object string", '"{}"', '"\\"{}\\""'),
    ("object", "5", '"5"'),
    ("integer array", "[1]", "[1]"),
    ("integer array", "1", "1"),
    # a string or an object
    ("string object", '{"a":1}\n', '{"a": 1}'),
    ("string object", " {} ", "{}"),
    ("string object", '{"a":1} x', '"{\\"a\\":1} x"'),
    ("string object", "{'a': 1}", "\"{'a': 1}\""),
    ("string object", "{a}", '"{a}"'),
    ("string object", '{"a": 1', '"{\\"a\\": 1"'),
    ("string object", "[1]", '"[1]"'),
    ("string array", "[1,[2]]", "[1, [2]]"),
    ("string array null", "[1, 02]", '"[1, 02]"'),
    # nothing at all
    ("integer", "", '""'),
    ("integer", " ", '" "'),
    ("integer null", "", "null"),
    ("integer null", " \n", "null"),
    ("string null", "", '""'),
    ("object", "", '""'),
]

JSON_TEXTS = [
    ("", '""'),
    ("5", "5"),
    (" 3.0\n", "3.0"),
    ("+07", "7"),
    ("9" * 100, "9" * 100),
    ("True", "true"),
    ("NULL", "null"),
    ("NaN", "null"),
    ("-Infinity", "null"),
    ("undefined", "null"),
    ("undef", '"undef"'),
    ('"a\\nb" tail', '"a\\nb"'),
    ("'a'", '"a"'),
    ("{'a': [1, 2,]}", '{"a": [1, 2]}'),
    ("hello, world", '"hello, world"'),
    (" t", '" t"'),
    ("12 apples", '"12 apples"'),
    ("w" * 100, '"' + "w" * 100 + '"'),
]

PYTHON_TEXTS = [
    ("", '""'),
    ("5", "5"),
    ("0x1f", "31"),
    ("1_000", "1000"),
    ("-inf", "null"),
    ("None", "null"),
    ("TRUE", '"TRUE"'),
    ("(1, 'a')", '[1, "a"]'),
    ("{1, 2}", "[1, 2]"),
    ("rb'\\d'", '"\\\\d"'),
    ("'a' \"b\"", '"ab"'),
    ("rob", '"rob"'),
    ("f(x, y)", '"f(x, y)"'),
    ("1 + 2", '"1 + 2"'),
    ("hello, world", '"hello, world"'),
]


@pytest.mark.parametrize(("types", "text", "expected"), TYPED)
def test_text_takes_the_type_of_the_schema(types: str, text: str, expected: str) -> None:
    assert every_split(lambda: writer_for(kind(types)), text) == expected


@pytest.mark.parametrize(("text", "expected"), JSON_TEXTS)
def test_json_text_is_copied_whatever_the_schema_says(text: str, expected: str) -> None:
    assert every_split(JsonWriter, text) == expected


@pytest.mark.parametrize(("text", "expected"), PYTHON_TEXTS)
def test_python_text_is_copied_whatever_the_schema_says(text: str, expected: str) -> None:
    assert every_split(PythonWriter, text) == expected


def test_the_schema_chooses_the_writer() -> None:
    assert isinstance(writer_for(kind("string")), StringWriter)
    assert isinstance(writer_for(kind("")), StringWriter)
    assert isinstance(writer_for(kind("string null")), TypedWriter)


def test_a_string_streams_at_once() -> None:
    writer = StringWriter()
    assert (writer.plain, writer.write("")) == (None, "")
    assert writer.write("a") == '"a'
    assert writer.plain is not None
    assert writer.plain("b c") is None
    assert writer.plain('"') is not None
    assert writer.write("\n") == "\\n"
    assert writer.end() == '"'
    assert writer.plain is None


def test_text_that_can_be_no_scalar_streams_at_once() -> None:
    writer = TypedWriter(kind("integer null"))
    assert writer.write(" nu") == ""
    assert writer.held == 3
    assert writer.write("m") == '" num'
    assert writer.held == 0
    assert writer.plain is not None
    writer = TypedWriter(kind("number"))
    assert writer.write("9" * SCALAR_MAX) == ""
    assert writer.write("9") == "9" * (SCALAR_MAX + 1)
    assert writer.write("9.5") == "9.5"


def test_objects_stream() -> None:
    writer = TypedWriter(kind("object"))
    assert writer.write('\n{"a": "b') == '{"a": "b'
    assert writer.plain is not None
    assert writer.plain("c d") is None
    assert writer.write('c"') == 'c"'
    assert writer.end() == "}"


def test_an_object_that_may_be_a_string_is_held_up_to_a_bound() -> None:
    writer = TypedWriter(kind("object string"))
    assert writer.write('{"a": "b"') == ""
    assert writer.write(", x") == '"{\\"a\\": \\"b\\", x'
    begin = '{"a": "'
    writer = TypedWriter(kind("object string"))
    assert writer.write(begin + "x" * (UNION_MAX - len(begin))) == ""
    assert writer.write("x") == begin + "x" * (UNION_MAX - len(begin) + 1)
    assert writer.write('" oops') == '"'
    assert writer.end() == "}"
    long = begin + "x" * UNION_MAX + '"} oops'
    assert written(lambda: writer_for(kind("object string")), long) == long[: -len(" oops")]
    assert written(lambda: writer_for(kind("object string")), *long) == long[: -len(" oops")]


def test_blanks_are_bounded() -> None:
    blanks = " " * 1000
    assert every_split(lambda: writer_for(kind("object")), blanks[:200] + "{}" + blanks[:200]) == "{}"
    assert every_split(lambda: writer_for(kind("integer")), blanks[:200] + "5" + blanks[:200]) == "5"
    text = blanks[:200] + "5"
    assert every_split(lambda: writer_for(kind("integer string")), text) == f'"{text}"'
    for types in ("integer", "object", "boolean string"):
        for text in (blanks[:200] + "}", "true" + blanks[:200] + "x", "5" + blanks[:200] + "x", "x" + blanks[:200]):
            every_split(lambda types=types: writer_for(kind(types)), text)
    writer = TypedWriter(kind("integer"))
    writer.write(blanks)
    assert writer.held <= SCALAR_MAX


@pytest.mark.parametrize(
    ("text", "possible", "complete"),
    [
        ('{"a": [1, -2.5e+3, true, null, "\\u00e9\\n"], "b": {}} ', True, True),
        ("[]", True, True),
        ("[1", True, False),
        ("[tr", True, False),
        ('["\\u00', True, False),
        ("[01", False, False),
        ("[1.]", False, False),
        ("[trx", False, False),
        ("[1,]", False, False),
        ("{,", False, False),
        ('{"a":1,}', False, False),
        ('{"a" 1', False, False),
        ("{1", False, False),
        ("[}", False, False),
        ("[] x", False, False),
        ('["\n', False, False),
        ('["\\x', False, False),
        ('["\\ux', False, False),
        ("]", False, False),
        ("5", True, False),
        ("5 ", True, True),
        ("--", False, False),
        (",", False, False),
    ],
)
def test_the_strict_reader_knows_the_first_impossible_character(text: str, possible: bool, complete: bool) -> None:
    whole, single = JsonCheck(), JsonCheck()
    whole.feed(text)
    for mark in text:
        single.feed(mark)
    assert (whole.possible, whole.complete) == (single.possible, single.complete) == (possible, complete)


# --- properties -------------------------------------------------------------------------------------------------------

PARTS = [*"{}[]()\"'\\,:; \n<>tTnN0129.-+eEx_#dé\x00\ud83d", "null", "true", "None", "1.0", '{"a": ', "False", "9" * 30]
TEXTS = st.lists(st.sampled_from([*PARTS, " " * 40, "r'", '"b"', "], ", "inf", "Infinity"]), max_size=20).map("".join)
KINDS = st.sets(st.sampled_from(JSON_TYPES)).map(lambda types: ValueKind(frozenset(types)))
CUTS = st.lists(st.integers(0, 1000), max_size=6)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)


def check_splits(make: Make, text: str, cuts: list[int]) -> str:
    whole = written(make, text)
    places = sorted({cut % (len(text) + 1) for cut in cuts})
    pieces = [text[begin:end] for begin, end in zip([0, *places], [*places, len(text)], strict=True)]
    for fast in (False, True):
        assert written(make, *text, fast=fast) == whole
        assert written(make, *pieces, fast=fast) == whole
    return whole


@settings(max_examples=400, deadline=None)
@given(TEXTS, KINDS, CUTS)
def test_any_text_becomes_one_value_of_any_kind(text: str, kind: ValueKind, cuts: list[int]) -> None:
    value = json.loads(check_splits(lambda: writer_for(kind), text, cuts))
    if isinstance(value, bool) or value is None:
        assert kind.allows("null" if value is None else "boolean") or text.strip()[:1] in "{["


@settings(max_examples=200, deadline=None)
@given(TEXTS, st.sampled_from([JsonWriter, PythonWriter]), CUTS)
def test_any_text_becomes_one_value(text: str, make: Make, cuts: list[int]) -> None:
    json.loads(check_splits(make, text, cuts))


@settings(max_examples=200, deadline=None)
@given(JSON, st.sampled_from([None, 1]), CUTS)
def test_json_of_an_allowed_type_keeps_its_value(value: Any, indent: int | None, cuts: list[int]) -> None:
    text, expected = json.dumps(value, indent=indent), json.dumps(value, ensure_ascii=False)
    assert check_splits(JsonWriter, text, cuts) == expected
    everything = kind("null boolean integer number object array")
    if not isinstance(value, (str, float)):
        assert check_splits(lambda: writer_for(everything), text, cuts) == expected
    if isinstance(value, (dict, list)):
        union = kind("string object array")
        assert check_splits(lambda: writer_for(union), text, cuts) == expected
    if isinstance(value, str):
        assert json.loads(check_splits(lambda: writer_for(kind("string")), value, cuts)) == value


@pytest.mark.parametrize("unit", ["[", '"', "\\", "7", " ", '{"a":', "x", "-", "1.", "\n", '{"a":1,', "'", "tr"])
def test_hostile_text_costs_linear_work(unit: str) -> None:
    kinds = [kind(types) for types in ("string", "integer", "number null", "object", "string object array", "boolean")]
    for make in [JsonWriter, PythonWriter, *[lambda found=found: writer_for(found) for found in kinds]]:
        work = []
        for times in (300, 3000):
            writer = make()
            for begin in range(0, times * len(unit), 7):
                writer.write((unit * times)[begin : begin + 7])
                assert writer.held <= HELD_LIMIT
            writer.end()
            work.append(writer.work)
            assert writer.work <= 4 * times * len(unit) + 100
        assert work[1] <= 18 * work[0] + 4 * UNION_MAX  # what was held, or is too deep, may be read twice


# --- depth ------------------------------------------------------------------------------------------------------------

NAMED_ELEMENTS = Path(__file__).parent / "features" / "elements.lark"
ALIKE_ELEMENTS = Path(__file__).parent / "features" / "elements_alike.lark"
DEPTHS = [DEPTH_MAX - 1, DEPTH_MAX, DEPTH_MAX + 1, 5_000]


def innermost(value: Any) -> tuple[int, Any]:
    """Count the containers from the outermost to the innermost, by way of last items; return what stands there."""
    depth = 0
    while isinstance(value, (list, dict)) and value:
        depth += 1
        value = list(value.values() if isinstance(value, dict) else value)[-1]
    return depth, value


def argument(text: str, schema: Any, *pieces: str, spec: Path = NAMED_ELEMENTS) -> Any:
    """Parse a call with one parameter `p`; return its value."""
    tools = [{"function": {"name": "f", "parameters": {"type": "object", "properties": {"p": schema}}}}]
    parser = toolgram.load(spec).parser(tools)
    events = [event for piece in pieces or (text,) for event in parser.feed(piece)] + parser.finish()
    (call,) = toolgram.collect(events).tool_calls
    return json.loads(call.arguments)["p"]


def in_call(value: str) -> str:
    return f'<call name="f"><p>{value}</p></call>'


@pytest.mark.parametrize("depth", DEPTHS)
def test_elements_nested_too_deep_are_a_string_of_their_source(depth: int) -> None:
    text = in_call("<a>" * depth + "x &lt; y" + "</a>" * depth)
    value = argument(text, {})
    level, inside = innermost(value)
    assert level == min(depth, DEPTH_MAX)
    deeper = max(depth - DEPTH_MAX, 0)
    assert inside == "<a>" * deeper + "x &lt; y" + "</a>" * deeper
    assert argument(text, {}, text[: len(text) // 3], text[len(text) // 3 : -9], text[-9:]) == value
    if depth < 1_000:
        assert argument(text, {}, *text) == value


def test_a_deep_source_holds_all_of_its_elements() -> None:
    source = "\n<b>1</b> and <a>\n<b/></a></b>\n<c>2</c>"
    around = DEPTH_MAX - 1
    text = in_call("<a>" * around + f"<a><d>{source}</d></a><e>3</e>" + "</a>" * around)
    value = argument(text, {})
    for _ in range(around):
        value = value["a"]
    assert value == {"a": f"<d>{source}</d>", "e": "3"}
    assert argument(text, {}, *text) == argument(text, {})


@pytest.mark.parametrize("depth", DEPTHS)
def test_every_bracket_of_elements_counts(depth: int) -> None:
    """A list whose items stand under their own name has a bracket for the list and one for each item."""
    text = in_call("<a><b>0</b></a><a>" * depth + "x" + "</a>" * depth)
    value = argument(text, {})
    assert nesting(value) <= DEPTH_MAX
    assert argument(text, {}, *[text[begin : begin + 7] for begin in range(0, len(text), 7)]) == value


def nesting(value: Any) -> int:
    """How many containers are in each other; without recursion."""
    deepest, level = 0, [value]
    while level:
        containers = [one for one in level if isinstance(one, (list, dict))]
        deepest += bool(containers)
        level = [item for one in containers for item in (one.values() if isinstance(one, dict) else one)]
    return deepest


@pytest.mark.parametrize("depth", DEPTHS)
@pytest.mark.parametrize("types", ["object", "string object", "object array"])
def test_json_in_elements_is_no_deeper_than_other_values(types: str, depth: int) -> None:
    """The containers around a text count: those of elements, and a list that the value may turn out to be in."""
    schema: dict[str, Any] = {"type": types.split()}
    for key in "edcba":
        schema = {"type": "object", "properties": {key: schema}}
    text = in_call("<a><b><c><d><e>" + '{"a": ' * depth + "1" + "}" * depth + "</e></d></c></b></a>")
    value = argument(text, schema)
    assert argument(text, schema, text[:300], text[300:]) == value
    level, inside = innermost(value)
    room = DEPTH_MAX - 5 - ("array" in types)
    deeper = max(depth - room, 0)
    assert level == min(depth, room) + 5
    assert inside == ('{"a": ' * deeper + "1" + "}" * deeper if deeper else 1)


@pytest.mark.parametrize("depth", DEPTHS)
def test_typed_text_nested_too_deep_is_a_string_of_its_source(depth: int) -> None:
    for make in (JsonWriter, PythonWriter, lambda: writer_for(kind("array")), lambda: writer_for(kind("array string"))):
        text = "[" * depth + "]" * depth
        whole = written(make, text)
        assert written(make, *[text[begin : begin + 7] for begin in range(0, len(text), 7)]) == whole
        level, inside = innermost(json.loads(whole))
        deeper = max(depth - DEPTH_MAX, 0)
        if level:  # else it was a string, which is longer than is held
            assert (level, inside) == ((depth - 1, []) if not deeper else (DEPTH_MAX, "[" * deeper + "]" * deeper))


def test_hostile_elements_cost_linear_time() -> None:
    """A hundred thousand openers, and closers of an element far away that nothing can follow."""
    for text in ("<a>" * 100_000, "<b>" + "<a>" * 50_000 + "</b>x" * 50_000, "<a>" * 30_000 + "</a>" * 30_000):
        work = []
        for size in (len(text) // 10, len(text)):
            parser = toolgram.load(NAMED_ELEMENTS).parser([])
            parser.feed('<call name="f"><p>' + text[:size])
            parser.finish()
            work.append(parser.work)
        assert work[1] <= 12 * work[0] + 40_000
