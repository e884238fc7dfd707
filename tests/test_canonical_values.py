"""A long JSON value that stands as it would be written is known to, without writing it (near_json/canonical.py)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolgram.runtime.near_json import whole
from toolgram.runtime.near_json.canonical import has_many_parts
from toolgram.runtime.near_json.scan import ValueScanner
from toolgram.runtime.near_json.whole import whole_value
from toolgram.runtime.tables.limits import DEPTH_MAX

ROW = {"id": 1, "name": "row 1", "tags": ["a", "b"], "v": 1.5, "ok": True, "o": {"x": None}}
ODD_STRINGS = (": x", ", ", "a,b", "a:b", "{", "]", "[]", '"', '", "', "\\", "\n", "é", "\u2028", "\x7f", "\x1b", " ")
STRINGS = st.text(max_size=4) | st.sampled_from(ODD_STRINGS)
NUMBERS = st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.sampled_from((-0.0, 1e-4, 1e-5, 1e16))
VALUES = st.recursive(
    NUMBERS | st.booleans() | st.none() | STRINGS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(STRINGS, inner, max_size=4),
    max_leaves=12,
).filter(lambda value: isinstance(value, (dict, list)))
# What is put in the place of some characters of a text.
SLIPS = st.sampled_from(
    ("", " ", "  ", "\n", "\t", ",", ":", '"', "\\", "0", "-", "e", ".", "[", "}", "\ud800", "\x01")
)


def proof(text: str, room: int = DEPTH_MAX) -> tuple[str, int] | None:
    """What is known of the text that `json` would write of a value."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(whole, "PROOF_MIN", 0)
        patch.setattr(whole, "has_many_parts", lambda *_: True)
        patch.setattr(whole, "_written", lambda *_: None)
        return whole_value(text, 0, room, None, True)


def written(text: str, room: int = DEPTH_MAX) -> tuple[str, int] | None:
    """What `json` writes of a value."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(whole, "has_many_parts", lambda *_: False)
        return whole_value(text, 0, room, None, True)


@given(VALUES, st.booleans(), st.lists(st.tuples(st.integers(0, 200), SLIPS), max_size=2), st.integers(1, 6))
@settings(max_examples=250, deadline=None)
def test_what_is_known_is_what_json_writes(value: Any, ascii_only: bool, slips: list[Any], room: int) -> None:
    text = json.dumps(value, ensure_ascii=ascii_only)
    for at, slip in slips:
        text = text[: at % len(text)] + slip + text[at % len(text) + len(slip) % 2 :]
    if text[:1] in ("{", "["):
        text += "     ]}"  # so that none is too short
        assert proof(text, room) in (None, written(text, room))


@pytest.mark.parametrize("string", ODD_STRINGS)
@pytest.mark.parametrize("shape", ['{"a": %s, "b": [%s, 1]}', "[%s, {%s: 2}]", '[[], {}, %s, %s, "x, y"]'])
def test_any_string_may_stand_in_it(string: str, shape: str) -> None:
    text = shape % ((json.dumps(string, ensure_ascii=False),) * 2)
    assert proof(text, 2) == (None if string == ": x" else (text, len(text)))  # its colon may be that of a key
    assert proof(text, 1) is None


@pytest.mark.parametrize(
    "number", ["0", "-1", "0.0", "-0.0", "1.5", "0.0001", "123456.789", "0.30000000000000004", "1e+16"]
)
def test_any_number_may_stand_in_it_that_is_written_so(number: str) -> None:
    text = f'{{"a": {number}, "b": [{number}]}}'
    assert proof(text) == written(text) == (text, len(text))


@pytest.mark.parametrize(
    "value",
    [
        '{"a":1, "b": 2}',
        '{"a" : 1}',
        '{"a":  1}',
        '{"a": 1 , "b": 2}',
        '{"a": 1,"b": 2}',
        '{"a": 1,  "b": 2}',
        '{ "a": 1}',
        '{"a": 1 }',
        '{"a": [ ]}',
        '{"a": "x y" }',
        '{"a": 1,\n"b": 2}',
        '{"a":\t1}',
        '{"a": 1, "\\u0061b": 2}',
        '{"a": "\\u0061\\/"}',
    ],
)
def test_a_value_with_other_blanks_or_escapes_is_written(value: str) -> None:
    for text in (value, f'["a, b", {value}, "c"]'):
        assert proof(text) == (json.dumps(json.loads(text)), len(text))


@pytest.mark.parametrize(
    "slip",
    [
        '{"a": -0}',
        '{"a": 1E5}',
        '{"a": 1.50}',
        '{"a": 1.0000000000000001}',
        '{"a": 0.00001}',
        '{"a": 1e400}',
        '{"a": NaN}',
        f'{{"a": {"9" * 5000}}}',
        '{"a": 1, "a": 2}',
        '{"a": 1, "b": {"c": ": x", "c": 2}}',
        '{"a": 1, "\\u0061": 2}',
        '{"a" : 1, "a" : 2, "b": ":"}',
        '{"a": "\\ud800"}',
        '{"a": "\ud800"}',
        '{"a": "x\ty"}',
        '{"a": 1,}',
        '{"a": [1, 2}',
    ],
)
def test_what_would_be_written_otherwise_is_not_known(slip: str) -> None:
    assert proof(slip) is None
    assert proof(f'["a, b", {slip}, "c"]') is None


@pytest.mark.parametrize("string", ["x", "[[}", "]]"])
@pytest.mark.parametrize("depth", [5, 12, DEPTH_MAX])
def test_no_more_containers_are_nested_than_there_is_room(string: str, depth: int) -> None:
    text = f'["{string}", ' * (depth - 1) + '{"a": []}' + "]" * (depth - 1)
    assert proof(text, depth + 1) == written(text, depth + 1) == (text, len(text))
    assert proof(text, depth) is None


def test_a_long_value_is_not_written(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither where it ends the text, nor where a delimiter stands behind it."""
    monkeypatch.setattr(whole, "ENCODE", None)
    text = json.dumps({"rows": [ROW] * 100, "text": 'said: "so", \\ twice\n'})
    assert ValueScanner().read_whole(text, 0, True) == (text, len(text))
    assert ValueScanner(ends=("</x>",)).read_whole(text + "</x>", 0, False) == (text, len(text))


def test_what_does_not_look_so_is_not_tried() -> None:
    """A short value, one of long strings, one of numbers that are long."""
    text = json.dumps([ROW] * 100)
    assert has_many_parts(text, 0, ("</x>",))
    assert not has_many_parts(text[:900] + "</x>" + text, 0, ("</x>",))
    assert not has_many_parts(json.dumps({"text": "so it goes on and on " * 500}), 0, ())
    assert not has_many_parts(json.dumps([0.1234567890123456] * 500), 0, ())
