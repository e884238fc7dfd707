"""Values are copied as canonical JSON, the same for every split (docs/rules.md, rule 6 and promises 1, 2, 4, 5, 6)."""

from __future__ import annotations

import json
import math
from typing import Any, NamedTuple

import budget
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from json_text import is_json

from toolgram.runtime.near_json.bare import BARE_KEY_MAX
from toolgram.runtime.near_json.escape import PLAIN, escape
from toolgram.runtime.near_json.number_stream import DIGITS_MAX, NumberStream
from toolgram.runtime.near_json.scan import ValueScanner
from toolgram.runtime.near_json.strings import StringReader
from toolgram.runtime.tables.limits import DEPTH_MAX, HELD_MAX, SCALAR_MAX

EXAMPLES = settings(max_examples=200, deadline=None)
VERY_DEEP = 100_000 if budget.full else 10_000


class Scanned(NamedTuple):
    out: str
    consumed: int
    complete: bool
    done: bool
    wrong: bool
    empty: bool
    lossy: bool

    @property
    def whole(self) -> str:
        """The JSON; of arguments that have lost something, with the closer that is left out."""
        return self.out + ("}" if self.lossy and self.out.startswith("{") and not is_json(self.out) else "")


def scan(*pieces: str, fast: bool = False, **options: Any) -> Scanned:
    """Scan the pieces; a caller without delimiters of its own skips what stands in the way."""
    scanner = ValueScanner(**options)
    out, consumed = "", 0
    for piece in pieces:
        if fast and scanner.plain is not None and scanner.plain(piece) is None:
            out, consumed = out + piece, consumed + len(piece)
            continue
        at = 0
        while at < len(piece) and not scanner.done:
            text, after = scanner.feed(piece, at)
            out += text
            assert scanner.held <= HELD_MAX
            if scanner.stuck:
                after = scanner.skip(piece, after)
            if after == at:
                break
            at = after
        consumed += at
        if at < len(piece):
            break
    done = scanner.done
    out += scanner.close()
    assert scanner.close() == ""
    assert scanner.done or scanner.wrong
    return Scanned(out, consumed, scanner.complete, done, scanner.wrong, scanner.empty, scanner.lossy)


def every_split(text: str, **options: Any) -> Scanned:
    """Scan the text whole, in single characters and at every single cut; all must agree."""
    whole = scan(text, **options)
    assert scan(*text, **options) == whole
    assert scan(*text, fast=True, **options) == whole
    for cut in range(1, len(text)):
        assert scan(text[:cut], "", text[cut:], fast=True, **options) == whole
    return whole


def pieces_of(text: str, cuts: list[int]) -> list[str]:
    places = sorted({cut % (len(text) + 1) for cut in cuts})
    return [text[begin:end] for begin, end in zip([0, *places], [*places, len(text)], strict=True)]


def parse(text: str) -> Any:
    return json.loads(text, parse_constant=pytest.fail)


# --- examples ---------------------------------------------------------------------------------------------------------

CANONICAL = [
    ('{"a":1,"b":[1,2,{"c":"x\\ny"}]}', '{"a": 1, "b": [1, 2, {"c": "x\\ny"}]}'),
    (' \n{ "a" :\t1 } ', '{"a": 1}'),
    ("{}", "{}"),
    ("[ ]", "[]"),
    ('"\\u00e9\\/\\u20ac"', '"é/€"'),
    ('"\\ud83d\\ude00"', '"😀"'),
    ('"\\ud83dx\\ude00"', '"\\ud83dx\\ude00"'),
    ('"\\ud83d\\ud83d\\ude00\\n"', '"\\ud83d😀\\n"'),
    ('"\\ud83d\\n"', '"\\ud83d\\n"'),
    ('"\ud83d"', '"\\ud83d"'),
    ('"\\u0001\\u001F\\b\\f"', '"\\u0001\\u001f\\b\\f"'),
    ("[1.50, -0.0, 1E5, 1e+05, 12345678901234567890]", "[1.50, -0.0, 1E5, 1e+05, 12345678901234567890]"),
    ("[true,false,null]", "[true, false, null]"),
    ('"a\x7fb"', '"a\x7fb"'),
]

REPAIRED = [
    ('"a\nb\tc\x00"', '"a\\nb\\tc\\u0000"'),
    ("{'a': 'b'}", '{"a": "b"}'),
    ("{'a': 'it's', 'b': 1}", '{"a": "it\'s", "b": 1}'),
    ("['a' , 'b' ]", '["a", "b"]'),
    ("'say \"x\"'", '"say \\"x\\""'),
    ("'a' b'", '"a\' b"'),
    ("'a\\x41\\'b'", '"aA\'b"'),
    ("['a'" + " " * 100 + "b']", '["a", "b\'"]'),
    ('"it\\\'s \\d+ \\u12 C:\\Temp"', '"it\'s \\\\d+ \\\\u12 C:\\\\Temp"'),
    ("[True, False, None]", "[true, false, null]"),
    ("[NaN, Infinity, -Infinity, undefined]", "[null, null, null, null]"),
    ("{a: 1, b-c: x, $d: y}", '{"a": 1, "b-c": "x", "$d": "y"}'),
    ("{city: New York, n: 2}", '{"city": "New York", "n": 2}'),
    ("[New  York , it's]", '["New  York", "it\'s"]'),
    ("[+1, 007, -007, .5, -.5, 5., 5.e3, 0, 00, +0, -0]", "[1, 7, -7, 0.5, -0.5, 5.0, 5.0e3, 0, 0, 0, -0]"),
    ("[1e, 1-2, --1, 0x10, 1_0]", '["1e", "1-2", "--1", "0x10", "1_0"]'),
    ('{"a": 1,}', '{"a": 1}'),
    ("[1,,2,]", "[1, 2]"),
    ('{,"a": 1,,"b": 2}', '{"a": 1, "b": 2}'),
    ('{"a": 1 "b": 2}', '{"a": 1, "b": 2}'),
    ("[1 2 3]", "[1, 2, 3]"),
    ('["a" "b"]', '["a", "b"]'),
    ("[[1] [2] {}]", "[[1], [2], {}]"),
    ('{1: 2, true: 3, "b" : 4}', '{"1": 2, "true": 3, "b": 4}'),
    ('{"a": [1, 2}}', '{"a": [1, 2]}'),
    ('[{"a": 1], 2]', '[{"a": 1}, 2]'),
    ('{"a": }', '{"a": null}'),
    ('{"a": , "b": 1}', '{"a": null, "b": 1}'),
    ('{"a", "b": 1}', '{"b": 1}'),
    ("{a}", "{}"),
    ('{"a": 1, "a": {"x": [2]}, "b": 3}', '{"a": 1, "b": 3}'),
    ('{"a": 1, \'a\': 2, a: 3, "\\u0061": 4}', '{"a": 1}'),
    ('{"o": {"a": 1, "a": 2}}', '{"o": {"a": 1}}'),
    ('{"a": 1; "b": 2}', '{"a": 1, "b": 2}'),
    ('{"a": 1 / "b": 2}', '{"a": 1, "b": 2}'),
]

SCALARS = [(f"12{mark}", "12", 2) for mark in " \n,)]}<;:"] + [
    ("12", "12", 2),
    ("  12", "12", 4),
    ("hello world", '"hello"', 5),
    ('"a" b', '"a"', 3),
    ("'a' , b", '"a"', 4),
    ("'a'</x>", '"a"', 3),
    ("nul</x>", '"nul"', 3),
    ("{}}", "{}", 2),
]

CLOSED = [
    ("", ""),
    ("  ", ""),
    ("[", "[]"),
    ('{"a', "{}"),
    ('{"a"', "{}"),
    ('{"a":', '{"a": null}'),
    ('{"a": 1,', '{"a": 1}'),
    ('{"a": 1, b', '{"a": 1}'),
    ('{"a": "x', '{"a": "x"}'),
    ('{"a": "x\\', '{"a": "x"}'),
    ('{"a": "x\\u00', '{"a": "x"}'),
    ('["\\ud83d', '["\\ud83d"]'),
    ("['x'  ", '["x"]'),
    ("[tr", "[true]"),
    ("[Fals", "[false]"),
    ("[n", "[null]"),
    ("[1.", "[1.0]"),
    ("[1.5e-", "[1.5]"),
    ("[-", "[null]"),
    ("[hel", '["hel"]'),
    ("tr", '"tr"'),
    ('[{"a": [1, {"b": ', '[{"a": [1, {"b": null}]}]'),
    ('{"a": 1, "a": [2, {"b"', '{"a": 1}'),
]


@pytest.mark.parametrize(("text", "expected"), CANONICAL + REPAIRED)
def test_json_is_written_canonically_and_repaired(text: str, expected: str) -> None:
    found = every_split(text)
    assert found.out == expected
    assert found.complete
    parse(expected)


@pytest.mark.parametrize(("text", "expected", "consumed"), SCALARS)
def test_a_scalar_ends_before_its_terminator(text: str, expected: str, consumed: int) -> None:
    found = every_split(text)
    assert (found.out, found.consumed, found.complete) == (expected, consumed, True)
    assert found.done == (consumed < len(text))


@pytest.mark.parametrize(("text", "expected"), CLOSED)
def test_close_completes_what_was_written(text: str, expected: str) -> None:
    found = every_split(text)
    assert (found.out, found.empty, found.done) == (expected, not expected, False)


def test_the_caller_sees_what_cannot_continue_the_value() -> None:
    scanner = ValueScanner()
    assert scanner.feed('x{"a": 1 </tool_call>', 1) == ('{"a": 1', 9)
    assert scanner.stuck
    assert not scanner.done
    assert scanner.close() == "}"
    assert (scanner.done, scanner.complete) == (True, False)
    scanner = ValueScanner()
    assert scanner.feed('{"a": 1 </t>') == ('{"a": 1', 8)
    assert scanner.skip('{"a": 1 </t>', 8) == 9
    assert not scanner.stuck


def test_nothing_in_a_string_is_a_delimiter() -> None:
    scanner = ValueScanner()
    assert scanner.feed('{"a": "</tool_call>') == ('{"a": "</tool_call>', 19)
    assert not scanner.stuck
    assert scanner.plain is not None
    assert scanner.plain("any </tool_call> text {[") is None
    assert scanner.plain("") is None
    assert scanner.plain("a\\") is not None
    assert scanner.feed("") == ("", 0)


PYTHON = [
    ("{'a': True, 'b': None, 'c': false, 'd': null}", '{"a": true, "b": null, "c": false, "d": null}'),
    ("(1, 2)", "[1, 2]"),
    ("(2)", "2"),
    ("(2,)", "[2]"),
    ("()", "[]"),
    ("((1, 2), 3)", "[[1, 2], 3]"),
    ("(((1), (2)))", "[1, 2]"),
    ("{'a': (1,), 'b': ('x')}", '{"a": [1], "b": "x"}'),
    ("{1, 2}", "[1, 2]"),
    ("{'a', 'b'}", '["a", "b"]'),
    ("{(1, 2), (3,)}", "[[1, 2], [3]]"),
    ("{'a'}", '["a"]'),
    ("{None}", "[null]"),
    ("{}", "{}"),
    ("{1: 2, None: 3, True: 4, 1.5: 5, x: 6}", '{"1": 2, "null": 3, "true": 4, "1.5": 5, "x": 6}'),
    ("{'a': 1, (1, 2): 3}", '{"a": 1, "(1, 2)": 3}'),
    ("[-5, +5, 1_000, 0xFF, 0o17, 0b101, -0x10, 1_0.5_0]", "[-5, 5, 1000, 255, 15, 5, -16, 10.50]"),
    ("[1__0, 0x, 1_]", '["1__0", "0x", "1_"]'),
    ("[1j, 1 + 2, f(x, y), a.b[0], 'x' if y else z]", '["1j", "1 + 2", "f(x, y)", "a.b[0]", "x"]'),
    ("[lambda: 0, not x, f(')', \"]\")]", '["lambda: 0", "not x", "f(\')\', \\"]\\")"]'),
    ("['a' + f(1, 2), 3]", '["a", 3]'),
    ("'a' 'b'\n\"c\"", '"abc"'),
    ("['a' r'\\n' , f'{x}']", '["a\\\\n", "{x}"]'),
    ("{'a' 'b': 1, r'c': 2}", '{"ab": 1, "c": 2}'),
    ("[r'\\d\\'', b'\\xff\\u0041', U'x', Rb'\\x', fR'\\y']", '["\\\\d\\\\\'", "ÿ\\\\u0041", "x", "\\\\x", "\\\\y"]'),
    ("'''a'b''c\n'''", "\"a'b''c\\n\""),
    ('""""x" """', '"\\"x\\" "'),
    ("['', \"\", '''''']", '["", "", ""]'),
    ("'\\n\\t\\x41\\u00e9\\U0001F600\\101\\0\\7z\\a'", '"\\n\\tAé😀A\\u0000\\u0007z\\u0007"'),
    ("'\\N{BULLET}\\N{no such}\\N\\q'", '"•\\\\N{no such}\\\\N\\\\q"'),
    ("'a\\\nb'", '"ab"'),
    ("'\\U99999999\\xg'", '"\\\\U99999999\\\\xg"'),
    ("[float('inf'), nan, inf, -inf]", "[\"float('inf')\", null, null, null]"),
    ("[1 < 2, 'a'.upper()]", '[1, "a"]'),
    ("{'a': 1 if b else {2: 3}, 'c': 4}", '{"a": "1 if b else {2: 3}", "c": 4}'),
]


@pytest.mark.parametrize(("text", "expected"), PYTHON)
def test_python_literals_become_json(text: str, expected: str) -> None:
    found = every_split(text, python=True)
    assert (found.out, found.complete) == (expected, True)


@pytest.mark.parametrize(
    ("text", "expected", "consumed"),
    [
        ("f(x, y), b=2", '"f(x, y)"', 7),
        ("x if y else z)", '"x if y else z"', 13),
        ("1 + 2 , 3", '"1 + 2"', 6),
        ("12 , 3", "12", 3),
        ("12<", "12", 2),
        ("a<b]", '"a<b"', 3),
        ("'a' 'b' )", '"ab"', 8),
        ("(1)(2)", "1", 3),
    ],
)
def test_a_python_expression_ends_at_a_comma_or_closer(text: str, expected: str, consumed: int) -> None:
    found = every_split(text, python=True)
    assert (found.out, found.consumed) == (expected, consumed)


def test_a_parenthesis_held_too_long_is_a_group() -> None:
    long = "x" * 300
    assert every_split(f"('{long}', 2)", python=True).out == f'"{long}"'
    assert every_split(f"[('{long}', [2], (3, 4)), 5]", python=True).out == f'["{long}", 5]'
    short = "x" * 200
    assert every_split(f"('{short}', 2)", python=True).out == f'["{short}", 2]'


# --- what is wanted ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wants", "text", "right"),
    [
        ("object", '{"a": 1}', True),
        ("object", "[1]", False),
        ("array", "[1]", True),
        ("array", "1", False),
        ("string", '"a"', True),
        ("string", "a", False),
    ],
)
def test_what_is_not_wanted_is_wrong_at_once(wants: str, text: str, right: bool) -> None:
    found = every_split(text, wants=wants)
    assert found.wrong is not right
    assert found.complete is right
    if not right:
        assert (found.out, found.consumed) == ("", 0)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"a": 1}', '{"a": 1}'),
        ('"{\\"a\\": \\"x\\\\ny \\\\u00e9 \\\\\\"q\\\\\\"\\"}"', '{"a": "x\\ny é \\"q\\""}'),
        ("'{\"a\": 1}'", '{"a": 1}'),
        ("\"{'a': True, b: 1,} rest\"", '{"a": true, "b": 1}'),
        ('"{}"', "{}"),
        ('" "', "{}"),
        ('""', "{}"),
        ("", "{}"),
        (" ", "{}"),
        ("null", "{}"),
        ("None", "{}"),
        ('"null"', "{}"),
    ],
)
def test_arguments_are_one_object(text: str, expected: str) -> None:
    found = every_split(text, wants="arguments")
    assert (found.out, found.wrong) == (expected, False)
    assert every_split(text, wants="arguments", python=True).out == expected


@pytest.mark.parametrize("text", ["[1]", "5", "abc", '"abc"', '"[1]"', '"5"', '"\\"{}\\""', "x" * 100, "[{]", '["{}"]'])
def test_other_arguments_are_consumed_and_wrong(text: str) -> None:
    found = every_split(text, wants="arguments")
    assert (found.out, found.wrong, found.consumed) == ("", True, len(text))


def test_double_encoded_arguments_stream() -> None:
    scanner = ValueScanner(wants="arguments")
    assert scanner.feed('"{\\"a\\": \\"he') == ('{"a": "he', 13)
    assert scanner.plain is not None
    assert scanner.plain("llo") is None
    assert scanner.feed('\\"')[0] == '"'
    assert scanner.feed('}"')[0] == "}"
    assert (scanner.done, scanner.complete) == (True, True)


# --- bounds -----------------------------------------------------------------------------------------------------------


def test_long_keys_stream() -> None:
    key = "k" * (BARE_KEY_MAX + 1)
    for text in (f'{{"{key}": 1}}', f"{{'{key}': 1}}", f"{{{key}: 1}}"):
        for python in (False, True):
            assert every_split(text, python=python).out == f'{{"{key}": 1}}'
    assert every_split(f'{{"{key}').out == f'{{"{key}": null}}'
    assert every_split(f'{{"{key}", "b": 1}}').out == f'{{"{key}": null, "b": 1}}'
    assert ValueScanner().feed(f'{{"{key}')[0] == f'{{"{key}'


def test_long_scalars_stream() -> None:
    digits = "1234567890" * 10
    assert ValueScanner().feed("[" + digits)[0] == "[" + digits
    for text, expected in [
        (digits, digits),
        ("-000" + digits + ".5e3", "-" + digits + ".5e3"),
        ("0" * 100, "0"),
        (digits + ".", digits + ".0"),
        (digits + "e", digits),
        (digits + "x", digits),
        ("0." + digits, "0." + digits),
        ("w" * (SCALAR_MAX + 1), '"' + "w" * (SCALAR_MAX + 1) + '"'),
    ]:
        assert every_split(f"[{text}]").out == f"[{expected}]"
        assert every_split(text).out == expected


def lossy(text: str) -> tuple[str, bool]:
    scanner = ValueScanner()
    out, end = scanner.feed(text)
    assert end == len(text)
    return out, scanner.lossy


def test_a_number_that_readers_refuse_is_none() -> None:
    """While it is short enough to be held it is a string; of a longer one too much has gone out, and it is lossy."""
    nines = "9" * SCALAR_MAX
    assert lossy("[1e999]") == ('["1e999"]', False)
    assert lossy("[1e308, 1e-999]") == ("[1e308, 1e-999]", False)
    assert lossy(f"[{'9' * DIGITS_MAX}]") == (f"[{'9' * DIGITS_MAX}]", False)
    assert lossy(f"[{'9' * (DIGITS_MAX + 1)}]") == (f"[{'9' * DIGITS_MAX}]", True)
    assert lossy(f"[{nines}999e5]") == (f"[{nines}999e5]", False)
    assert lossy(f"[{nines}999e5x]") == (f"[{nines}999e5]", True)
    assert lossy(f"[{nines}999e300]") == (f"[{nines}999e300]", True)


@given(
    st.from_regex(r"[+-]?0{0,3}[0-9]{1,330}(\.0{0,400}[0-9]{0,20})?([eE][+-]?0{0,3}[0-9]{1,4})?", fullmatch=True),
    st.integers(1, 400),
)
def test_a_number_is_whole_if_it_is_finite(text: str, cut: int) -> None:
    number = NumberStream()
    out = number.write(text[:cut]) + number.write(text[cut:]) + number.end()
    value = json.loads(out)
    assert number.is_whole == (isinstance(value, int) or math.isfinite(value))


def test_of_two_members_with_one_key_the_first_counts_at_every_depth() -> None:
    text = '{"a": {"b": 1, "c": {"d": 2, "d": [{"e": 3}]}, "b": {"x": [1]}}, "f": [{"g": 4, "g": 5, "h": 6}], "a": 7}'
    expected = '{"a": {"b": 1, "c": {"d": 2}}, "f": [{"g": 4, "h": 6}]}'
    assert every_split(text).out == expected
    assert every_split(text, wants="arguments").out == expected
    assert every_split(text, python=True).out == expected


def open_levels(value: Any) -> tuple[int, Any]:
    """Count the containers from the outermost to the innermost, by way of last items; return what stands there."""
    depth = 0
    while isinstance(value, (list, dict)):
        depth += 1
        items = list(value.values() if isinstance(value, dict) else value)
        value = items[-1] if items else None
    return depth, value


# How a text opens and closes containers, how many at once, and whether it is Python.
ROUTES = [
    ("[", "]", 1, False),
    ('{"a": ', "}", 1, False),
    ('{"a": [', "]}", 2, False),
    ("{'a': [", "]}", 2, True),
    ("(1, ", ")", 1, True),
    ("[({2}, ", ")]", 2, True),
    ("{1, ", "}", 1, True),
]


@pytest.mark.parametrize("depth", [DEPTH_MAX - 2, DEPTH_MAX - 1, DEPTH_MAX, DEPTH_MAX + 1, DEPTH_MAX + 2, VERY_DEEP])
@pytest.mark.parametrize(("opener", "closer", "levels", "python"), ROUTES)
def test_what_is_too_deep_is_a_string_of_its_source(
    opener: str, closer: str, levels: int, python: bool, depth: int
) -> None:
    times = depth // levels
    text = opener * times + "1" + closer * times
    found = scan(text, python=python)
    assert found == scan(*pieces_of(text, [3, 7, 1000, len(text) // 2]), python=python)
    assert (found.complete, found.consumed) == (True, len(text))
    level, inside = open_levels(parse(found.out))
    assert level == min(DEPTH_MAX, times * levels)
    deeper = times - DEPTH_MAX // levels
    assert inside == (1 if deeper <= 0 else opener * deeper + "1" + closer * deeper)


@pytest.mark.parametrize("depth", [DEPTH_MAX - 1, DEPTH_MAX, DEPTH_MAX + 1, VERY_DEEP])
def test_arguments_in_a_string_are_as_deep_as_others(depth: int) -> None:
    text = '{"a": ' * depth + "1" + "}" * depth
    plain = scan(text, wants="arguments").out
    assert open_levels(parse(plain))[0] == min(depth, DEPTH_MAX)
    for python in (False, True):
        found = scan(json.dumps(text), wants="arguments", python=python)
        assert (found.out, found.wrong, found.complete) == (plain, False, True)


def test_containers_around_a_value_count() -> None:
    assert scan("[[[1]], 2]", depth=DEPTH_MAX - 2).out == '[["[1]"], 2]'
    assert scan("[1] ", depth=DEPTH_MAX).out == '"[1]"'
    assert scan("(1, 2)", depth=DEPTH_MAX, python=True).out == '"(1, 2)"'


DEEP_SOURCES = [
    ('[{"a": "]"}, 1]', False),
    ("[ 'it's ]' , \"\\u00e9\\n\" ,\n\t2 ]", False),
    ('{"a": [1, 2}, b}', False),
    ("[new york's, 1 2 ; 3]", False),
    ("('a' + f(1, 2), {1: (2)}, r'\\d]', '''x]''', )", True),
    ("{1, 'b]'}", True),
]


@pytest.mark.parametrize(("source", "python"), DEEP_SOURCES)
def test_a_deep_source_is_what_stands_in_the_text(source: str, python: bool) -> None:
    """Quotes, wrong closers and junk in it are read as everywhere; what stands behind it is read on."""
    found = every_split(source + ", 7]", python=python, depth=DEPTH_MAX)
    assert (parse(found.out), found.complete, found.consumed) == (source, True, len(source))
    found = every_split(f"[{source}, 7]", python=python, depth=DEPTH_MAX - 1)
    assert found.out == json.dumps([source, 7], ensure_ascii=False)


def test_a_deep_container_that_is_cut_off_ends_where_the_text_does() -> None:
    assert every_split('[{"a": [1, "x', depth=DEPTH_MAX - 1).out == json.dumps(['{"a": [1, "x'])
    scanner = ValueScanner(depth=DEPTH_MAX - 1)
    assert scanner.feed("[[[1, </call>") == ('["[[1, ', 6)
    assert (scanner.stuck, scanner.done) == (True, False)
    assert scanner.close() == '"]'


def test_deep_text_streams() -> None:
    scanner = ValueScanner(depth=DEPTH_MAX)
    assert scanner.feed('["some text') == ('"[\\"some text', 11)
    assert scanner.feed(" \\u00") == (" \\\\u00", 5)
    assert scanner.plain is None
    assert scanner.feed("e9 more")[0] == "e9 more"
    assert scanner.plain is not None
    assert scanner.plain("more") is None


# --- string tokens ----------------------------------------------------------------------------------------------------


def test_a_string_token_is_decoded() -> None:
    reader = StringReader()
    assert reader.feed(' "a\\n\\ud83d') == ("a\n", 11)
    assert reader.held
    assert reader.feed('x\\ude00" y', 1) == ("😀", 8)
    assert (reader.done, reader.wrong) == (True, False)
    reader = StringReader()
    assert reader.feed("  x") == ("", 2)
    assert reader.wrong
    reader = StringReader(python=True)
    assert reader.feed("rb'\\d' \"x\" ,") == ("\\dx", 11)
    assert reader.done


@pytest.mark.parametrize("text", ["", "plain é 😀", 'a"b\\c/\n\r\t\b\f\x00\x1f\x7f', "\u2028"])
def test_escape_writes_what_json_writes(text: str) -> None:
    assert f'"{escape(text)}"' == json.dumps(text, ensure_ascii=False)
    assert (PLAIN(text) is None) == (escape(text) == text)


def test_escaped_text_always_encodes() -> None:
    assert escape("\ud800\n\udfff").encode() == b"\\ud800\\n\\udfff"


# --- properties -------------------------------------------------------------------------------------------------------

SCALAR = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
LEAVES = SCALAR | st.text(max_size=12)
JSON = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)
KEYS = st.text(max_size=4) | SCALAR
PYTHON_VALUES = st.recursive(
    LEAVES | st.binary(max_size=5) | st.sets(st.integers() | st.text(max_size=3), min_size=1, max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(KEYS, inner, max_size=3).filter(lambda value: not repeats(value))
    ),
    max_leaves=6,
)
MARKS = "{}[]()\"'\\,:; \n\t<>=tTrNulefas0123.-+eExuU_#dé\x00\ud83d\ude00"
TOKENS = ['{"a":', "\\ud83d", "\\ude00", "'''", "b'", "null", "True", '\\"', "  ", "0x1", "\\N{", '": "', "e5", "), ("]
TOKENS += ["{1, 2}", '"{\\"a\\":', "-Infinity", "',", '",', "1,"]
HOSTILE = st.lists(st.sampled_from([*MARKS, *TOKENS]), max_size=30).map("".join)
CUTS = st.lists(st.integers(0, 1000), max_size=6)
WANTS = st.sampled_from(["any", "any", "object", "array", "string", "arguments"])


def key_text(key: Any) -> str:
    return json.loads(json.dumps({key: 0}, ensure_ascii=False).rpartition(":")[0][1:])


def repeats(value: dict[Any, Any]) -> bool:
    return len({key_text(key) for key in value}) < len(value)


def plain_json(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.decode("latin-1")
    if isinstance(value, (tuple, list, set)):
        return [plain_json(item) for item in value]
    if isinstance(value, dict):
        return {key_text(key): plain_json(item) for key, item in value.items()}
    return value


@EXAMPLES
@given(JSON, st.sampled_from([None, 0, 2]), st.booleans(), CUTS)
def test_any_json_comes_out_canonical(value: Any, indent: int | None, ascii_only: bool, cuts: list[int]) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    expected = json.dumps(value, ensure_ascii=False)
    for pieces in ([text], list(text), pieces_of(text, cuts)):
        found = scan(*pieces, " ")
        assert (found.out, found.complete, found.consumed) == (expected, True, len(text))
    wrapped = json.dumps(json.dumps({"a": value}, indent=indent, ensure_ascii=ascii_only), ensure_ascii=ascii_only)
    assert scan(*pieces_of(wrapped, cuts), wants="arguments").out == json.dumps({"a": value}, ensure_ascii=False)


@EXAMPLES
@given(PYTHON_VALUES, CUTS)
def test_any_python_literal_comes_out_as_json(value: Any, cuts: list[int]) -> None:
    text = repr(value)
    expected = json.dumps(plain_json(value), ensure_ascii=False)
    for pieces in ([text], list(text), pieces_of(text, cuts)):
        found = scan(*pieces, ",", python=True)
        assert (found.out, found.complete) == (expected, True)


@settings(max_examples=600, deadline=None)
@given(HOSTILE, CUTS, st.booleans(), WANTS)
def test_any_text_is_one_value_however_it_is_cut(text: str, cuts: list[int], python: bool, wants: str) -> None:
    whole = scan(text, python=python, wants=wants)
    for pieces in (list(text), pieces_of(text, cuts)):
        for fast in (False, True):
            assert scan(*pieces, python=python, wants=wants, fast=fast) == whole
    if whole.empty or whole.wrong:
        assert whole.out == ""
        return
    value = parse(whole.whole)
    whole.out.encode()
    if wants in ("object", "arguments"):
        assert isinstance(value, dict)
        assert whole.out.startswith("{")


@settings(max_examples=300, deadline=None)
@given(HOSTILE, CUTS, st.booleans(), WANTS, st.integers(0, 3), st.integers(0, 4))
def test_any_text_at_any_depth_is_one_value(
    text: str, cuts: list[int], python: bool, wants: str, room: int, levels: int
) -> None:
    text = ('{"a":' if wants in ("object", "arguments") else "[") * levels + text
    options: dict[str, Any] = {"python": python, "wants": wants, "depth": DEPTH_MAX - room}
    whole = scan(text, **options)
    for pieces in (list(text), pieces_of(text, cuts)):
        for fast in (False, True):
            assert scan(*pieces, fast=fast, **options) == whole
    if not whole.empty and not whole.wrong:
        whole.out.encode()
        assert nesting(parse(whole.whole)) <= max(room, wants == "arguments")  # no arguments are `{}`, at any depth


def nesting(value: Any) -> int:
    inside = list(value.values()) if isinstance(value, dict) else value
    return 1 + max(map(nesting, inside), default=0) if isinstance(value, (dict, list)) else 0


@EXAMPLES
@given(HOSTILE, st.booleans())
def test_what_was_written_is_a_prefix(text: str, python: bool) -> None:
    scanner = ValueScanner(python=python)
    out, at = "", 0
    while at < len(text) and not scanner.done:
        piece, at = scanner.feed(text, at)
        out += piece
        if scanner.stuck:
            at = scanner.skip(text, at)
    assert scan(text, python=python).out.startswith(out)


UNITS = ["[", '"', "\\", "7", " ", '{"a":', "{'", "(", "((1,", "'''", '{"a":1,', "x", "'  ", "\\u", "{1,"]
UNITS += ["-.", "b'", "\n,", "é", "\x00", "1,"]
OPENERS = ["", '"', "[", '{"', '{"a": ', "'", "[x", "('"]


@pytest.mark.parametrize("python", [False, True])
@pytest.mark.parametrize("unit", UNITS)
def test_hostile_text_costs_linear_work(unit: str, python: bool) -> None:
    for opener in OPENERS:
        work = []
        for times in (300, 3000):
            for size in (1 << 30, 7):
                scanner = ValueScanner(python=python)
                text = opener + unit * times
                for begin in range(0, len(text), size):
                    piece, at = text[begin : begin + size], 0
                    while at < len(piece) and not scanner.done:
                        _, at = scanner.feed(piece, at)
                        at = scanner.skip(piece, at) if scanner.stuck else at
                assert scanner.held <= HELD_MAX
                scanner.close()
                work.append(scanner.work)
        assert work[2] <= 18 * work[0] + 100  # what is too deep is looked at twice
        assert work[3] <= 18 * work[1] + 100
        assert work[3] <= 4 * len(opener + unit * 3000) + 100


@pytest.mark.parametrize("python", [False, True])
@pytest.mark.parametrize("unit", ["[", '{"a":', "(", "[(", "{(1,", "{1,"])
def test_a_hundred_thousand_levels_stay_valid(unit: str, python: bool) -> None:
    work = []
    for times in (max(VERY_DEEP // 20, 2_000), VERY_DEEP // 2 if len(unit) > 1 else VERY_DEEP):
        text = unit * times
        for closers in ("", "]" * times, ")" * times):
            parse(scan(text + closers, python=python).out or "0")
        scanner = ValueScanner(python=python)
        scanner.feed(text)
        scanner.close()
        work.append(scanner.work)
    assert work[1] <= 22 * work[0]
