"""A quote ends a string where what follows can follow it (docs/rules.md, rule 6)."""

from __future__ import annotations

import ast
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolgram.runtime.near_json.scan import ValueScanner
from toolgram.runtime.tables.limits import LOOK_MAX

ENDS = ("</call>", "[END]")
TEXTS = st.text(alphabet=st.sampled_from("ab,:{}[]()\"'\\ \n=<>/é𝄞"), max_size=12)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)


def scan(text: str, size: int, **options: Any) -> tuple[str, str, bool]:
    """(JSON, what was left of the text, whether something was lost), the text fed in pieces of a size."""
    scanner = ValueScanner(ends=ENDS, **options)
    out, rest = "", ""
    for at in range(0, len(text), size):
        rest += text[at : at + size]
        piece, end = scanner.feed(rest, 0)
        out, rest = out + piece, rest[end:]
        if scanner.done or scanner.stuck:
            rest += text[at + size :]
            break
    if not (scanner.done or scanner.stuck):
        piece, end = scanner.feed(rest, 0, final=True)
        out, rest = out + piece, rest[end:]
    lossy = scanner.is_in_string
    out += "" if scanner.done else scanner.close()
    return out, rest, lossy or scanner.lossy


@settings(max_examples=200, deadline=None)
@given(VALUES, st.sampled_from([None, 2]), st.integers(1, 9))
def test_no_quote_of_json_is_taken_for_text(value: Any, indent: int | None, size: int) -> None:
    text = json.dumps({"a": value}, ensure_ascii=False, indent=indent)
    out, rest, lossy = scan(text + "</call>", size)
    assert (json.loads(out), rest, lossy) == ({"a": value}, "</call>", False)


@settings(max_examples=200, deadline=None)
@given(VALUES, st.integers(1, 9))
def test_no_quote_of_python_is_taken_for_text(value: Any, size: int) -> None:
    text = repr([value])
    out, rest, _ = scan(text + ", b=1)", size, python=True)
    assert json.loads(out) == json.loads(json.dumps(ast.literal_eval(text)))
    assert rest == ", b=1)"


@settings(max_examples=200, deadline=None)
@given(st.lists(st.text("ab c", min_size=1, max_size=5), min_size=2, max_size=6), st.integers(1, 9))
def test_words_between_quotes_are_text(words: list[str], size: int) -> None:
    inside = '"'.join(f"x{word}x" for word in words)
    out, rest, lossy = scan(f'{{"a": "{inside}", "b": 1}}</call>', size)
    assert (json.loads(out), rest, lossy) == ({"a": inside, "b": 1}, "</call>", False)


@pytest.mark.parametrize("size", [1, 2, 5, 100])
@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ('{"a": "x = {"k": "v"}", "b": 1}</call>', 'x = {"k": "v"}'),
        ('{"a": "say "one", "two" now"}</call>', 'say "one", "two" now'),
        ('{"a": "<i class="c">"}</call>', '<i class="c">'),
        ('{"a": "f("x")" "b": 1}</call>', 'f("x")'),
        ('{"a": "x",}</call>', "x"),
        ('{"a": "x"</call>', "x"),
        ('{"a": "x"\\n, "b": 1}</call>', "x"),
    ],
)
def test_a_quote_counts_by_what_follows(text: str, wanted: str, size: int) -> None:
    out, rest, _ = scan(text, size)
    assert (json.loads(out)["a"], rest) == (wanted, "</call>")


@pytest.mark.parametrize("size", [1, 3, 100])
def test_a_delimiter_ends_a_string_with_a_quote_that_was_none(size: int) -> None:
    assert scan('{"a": "x" junk</call> "b"', size) == ('{"a": "x\\" junk', '</call> "b"', True)
    assert scan('{"a": "x </call>"}', size) == ('{"a": "x </call>"}', "", False)


def test_no_more_is_looked_at_than_the_bound() -> None:
    key = "k" * (2 * LOOK_MAX)
    scanner = ValueScanner(ends=ENDS)
    text = '{"a": "x", "' + key
    out, end = scanner.feed(text)
    assert (out, text[end:]) == ('{"a": "x"', key) or end >= len('{"a": "x"')
