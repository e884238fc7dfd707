"""The text of an argument becomes JSON of the type that the schema allows (docs/rules.md, rules 6 and 7)."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolgram.runtime.near_json.scalars import SCALAR_MAX
from toolgram.runtime.near_json.scan import HELD_MAX
from toolgram.runtime.near_json.strict import StrictReader
from toolgram.runtime.schema.tools import ValueKind
from toolgram.runtime.schema.types import JSON_TYPES
from toolgram.runtime.values.text_writers import UNION_MAX, StringWriter
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
    whole, single = StrictReader(), StrictReader()
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
        assert work[1] <= 11 * work[0] + 2 * UNION_MAX  # what was held may be read twice
