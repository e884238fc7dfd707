"""A JSON value that stands whole in the text is read at once, as the steps would read it (near_json/whole.py)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import toolgram
from toolgram.runtime.near_json import value as value_steps
from toolgram.runtime.near_json.scan import ValueScanner
from toolgram.runtime.tables.limits import DEPTH_MAX
from toolgram.runtime.values.structured import ScanWriter

TOOLS = [{"type": "function", "function": {"name": "f"}}]
ENDS = (None, ("</tool_call>",), ("<|call|>", "</x>"))
BEHIND = ("", "}", "\n}\n</tool_call>", " junk", '"', ' "more', ', "b": 1}', "<|call|>", "\\n}", "]", ",", ".", ": x")
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
    | st.sampled_from(('a "quoted" word', "</tool_call>", "é😀", "\\", "{", '"}', "1e5", "\x7f")),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=12,
).filter(lambda value: isinstance(value, (dict, list)))
STYLES: tuple[dict[str, Any], ...] = (
    {},
    {"ensure_ascii": False},
    {"separators": (",", ":")},
    {"indent": 2, "ensure_ascii": False},
)


def by_steps(text: str, wants: str, ends: Any, *, final: bool) -> tuple[str, int] | None:
    """What the steps read of a value that ends by itself."""
    scanner = ValueScanner(wants=wants, ends=ends)
    out, end = scanner.feed(text, 0, final)
    return (out, end) if scanner.done else None


@given(VALUES, st.sampled_from(STYLES), st.sampled_from(BEHIND), st.sampled_from(ENDS), st.booleans())
@settings(max_examples=400, deadline=None)
def test_it_is_what_the_steps_read(value: Any, style: Any, behind: str, ends: Any, final: bool) -> None:
    text = json.dumps(value, **style) + behind
    for wants in ("any", "object", "array", "arguments"):
        found = ValueScanner(wants=wants, ends=ends).read_whole(text, 0, final)
        assert found is None or found == by_steps(text, wants, ends, final=final)


@pytest.mark.parametrize(
    "text",
    [
        '{"city": "Rome"}',
        '{"a":[1,2.5,true,null],"b":{}}',
        '{\n  "a": "x",\n  "b": [\n    1\n  ]\n}',
        '{"a": "\\u4e2d \\/ \\ud83d\\ude00"}',
        "[1, [2, [3]]]",
    ],
)
def test_a_well_formed_value_is_read_at_once(text: str) -> None:
    assert ValueScanner(ends=("</tool_call>",)).read_whole(text + "\n</tool_call>", 0, False) is not None


@pytest.mark.parametrize(
    "text",
    [
        '{"a": 1, "a": 2}',
        '{"a": 1E5}',
        '{"a": -0}',
        '{"a": 1.50}',
        '{"a": NaN}',
        '{"a": Infinity, "b": 1}',
        '{"a": "\\ud800"}',
        '{"a": "\ud800"}',
        '{"a": "line\nend"}',
        '{"a": "x",}',
        "{'a': 1, 'b': 2}",
        '{"a": "half',
        '{"a": [1, 2}}',
        f'{{"a": {"9" * 5000}}}',
        "[" * (DEPTH_MAX + 1) + "]" * (DEPTH_MAX + 1),
        "[" * 100_000 + "]" * 100_000,
        "{}",
    ],
)
def test_what_json_would_write_otherwise_is_left_to_the_steps(text: str) -> None:
    assert ValueScanner().read_whole(text, 0, True) is None


def test_a_quote_that_more_text_may_belong_to_is_judged_by_the_steps() -> None:
    """Behind the value stands what no value is followed by: its last quote may be text of its string."""
    text = '{"a": "x"} "said so"}</tool_call>'
    assert ValueScanner(ends=("</tool_call>",)).read_whole(text, 0, True) is None
    assert ValueScanner().read_whole(text, 0, True) == ('{"a": "x"}', 10)


@pytest.mark.parametrize(
    "unit",
    [
        '<tool_call>{"name": "f", "arguments": {"a": [',
        '<tool_call>{"name": "f", "arguments": {"a": "',
        '{"name": "f", "arguments": [{"a": 1}',
        '<tool_call>{"name": "f", "arguments": {"a": 1}, ',
        '<tool_call>{"name": "f", "arguments": {"a": 1E5}}',
    ],
)
def test_the_work_is_linear_however_many_values_begin(unit: str) -> None:
    """Work a unit for one and for four times the text."""
    fmt, costs = toolgram.load("hermes"), []
    for count in (200, 800):
        parser = fmt.parser(tools=TOOLS)
        parser.feed(unit * count + "]}")
        parser.finish()
        costs.append(parser.work / count)
    assert costs[1] < 1.3 * costs[0] + 20


@given(VALUES, st.sampled_from(STYLES), st.sampled_from(("", " ", " junk", "}", ", 1")), st.integers(1, 9))
@settings(max_examples=200, deadline=None)
def test_the_text_of_an_argument_is_read_at_once_as_it_is_in_pieces(
    value: Any, style: Any, behind: str, size: int
) -> None:
    text = json.dumps(value, **style) + behind
    whole, pieces = ScanWriter(python=False), ScanWriter(python=False)
    read = whole.write(text) + whole.end()
    assert read == "".join(pieces.write(text[at : at + size]) for at in range(0, len(text), size)) + pieces.end()
    assert (whole.is_lossy, whole.is_mended, whole.whole) == (pieces.is_lossy, pieces.is_mended, pieces.whole)


ROWS = '[1E5, {"id": 1, "name": "first row"}, {"id": 2, "name": "the second"}, {"id": 3, "name": "the third'


def test_containers_in_a_value_that_is_not_whole_are_read_at_once() -> None:
    """A step for each, and not for each part of it."""
    scanner, by_characters = ValueScanner(), ValueScanner()
    assert scanner.feed(ROWS)[0] == "".join(by_characters.feed(mark)[0] for mark in ROWS)
    assert scanner.work < len(ROWS) + 30


def test_few_containers_are_tried_in_vain() -> None:
    """Each that is not whole would be looked at up to the end of the text."""
    scanner, values = ValueScanner(), []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(value_steps, "whole_value", lambda *given, **_: values.append(given))
        scanner.feed('[{"a": ' * 100)
    assert len(values) < 10


@given(st.lists(VALUES, max_size=3), st.sampled_from(STYLES), st.sampled_from(BEHIND), st.sampled_from(ENDS), st.data())
@settings(max_examples=120, deadline=None)
def test_what_is_in_a_value_is_read_as_it_is_in_pieces(
    values: list[Any], style: Any, behind: str, ends: Any, data: st.DataObject
) -> None:
    text = "[1E5, " + json.dumps([*values, ["long enough to be tried"]], **style)[1:] + behind
    cut = data.draw(st.integers(0, len(text)))
    found = []
    for pieces in ([text[:cut], text[cut:]], text):
        scanner, out, rest = ValueScanner(ends=ends), "", ""
        for piece in pieces:
            read, at = scanner.feed(rest + piece)
            out, rest = out + read, (rest + piece)[at:]
            if scanner.done or scanner.stuck:
                break
        found.append((out, scanner.done, scanner.stuck, scanner.mended, scanner.lossy))
    assert found[0] == found[1]
