"""Suffixes that differ by checkpoint: told, found among token names, read from the text; and what no suffix can be."""

from __future__ import annotations

from pathlib import Path

import pytest

import toolgram
from toolgram.runtime.tables.limits import SUFFIX_MAX
from toolgram.runtime.tables.suffix import HALF_SUFFIX, HAS_SUFFIX, NO_SUFFIX, find_suffix, is_suffix, read_suffix
from toolgram.testing import merge

SPEC = Path(__file__).parent / "features" / "suffix.lark"
LITERALS = ("<call{suffix}>", "</call{suffix}>", "<think{suffix}>")


@pytest.mark.parametrize(
    ("text", "verdict", "end"),
    [
        (">", HAS_SUFFIX, 0),
        (":1f>x", HAS_SUFFIX, 3),
        ("", HALF_SUFFIX, 0),
        (":", HALF_SUFFIX, 1),
        (":1f", HALF_SUFFIX, 3),
        (":>", NO_SUFFIX, 1),
        ("s>", NO_SUFFIX, 0),
        (":1 f>", NO_SUFFIX, 2),
        (":" + "a" * (SUFFIX_MAX - 1) + ">", HAS_SUFFIX, SUFFIX_MAX),
        (":" + "a" * (SUFFIX_MAX - 1), HALF_SUFFIX, SUFFIX_MAX),
        (":" + "a" * SUFFIX_MAX + ">", NO_SUFFIX, SUFFIX_MAX),
    ],
)
def test_a_suffix_is_read_up_to_what_stands_behind_it(text: str, verdict: int, end: int) -> None:
    assert read_suffix(text, 0, ":", ">") == (verdict, end)


@pytest.mark.parametrize(
    ("names", "suffix"),
    [
        (["a", "<call>", "</call>"], ""),
        (["<call:1f>", "</call:1f>", "<think>"], ":1f"),
        (["<think:x y>", "<calls>", "b"], None),
        ([], None),
    ],
)
def test_the_suffix_is_the_one_that_most_tokens_have(names: list[str], suffix: str | None) -> None:
    assert find_suffix(LITERALS, names, ":") == suffix


def test_what_can_be_a_suffix() -> None:
    assert all(is_suffix(text, ":") for text in ("", ":1f", ":open-source_2"))
    assert not any(is_suffix(text, ":") for text in (":", "1f", ":1f>", ":a b", ":" + "a" * SUFFIX_MAX))


def test_a_suffix_that_cannot_be_is_refused() -> None:
    with pytest.raises(ValueError, match="no suffix '1f'"):
        toolgram.load(SPEC).parser(suffix="1f")
    with pytest.raises(ValueError, match="no suffix ':1f'"):
        toolgram.load("hermes").parser(suffix=":1f")
    assert toolgram.load("hermes").parse("x", suffix="").content == "x"


def test_ids_say_the_suffix_and_which_delimiters_are_real() -> None:
    ids = {"<call:1f>": 1, "</call:1f>": 2}
    text = "<call:1f>f</call:1f> <call:1f>f</call:1f> <call:2e>f</call:2e>"
    parser = toolgram.load(SPEC).parser(token_ids=ids)
    events = [*parser.feed(text[:20], []), *parser.feed(text[20:41], [1, 2]), *parser.feed(text[41:], [])]
    events += parser.finish()
    assert merge(events) == [
        toolgram.ContentDelta("<call:1f>f</call:1f>"),
        toolgram.CallStart(0, "f", None),
        toolgram.ArgumentsDelta(0, "{}"),
        toolgram.CallEnd(0, True),
        toolgram.ContentDelta("  <call:2e>f</call:2e>"),
    ]


def test_any_number_of_suffixes_costs_little() -> None:
    """Every one binds, and is given back: work and memory stay linear."""
    machine = toolgram.load(SPEC)
    counts = []
    for times in (100, 1000):
        text = "".join(f"<call:{number}>no name<" for number in range(times))
        parser = machine.parser()
        parser.feed(text)
        parser.finish()
        counts.append(parser.work / len(text))
    assert counts[1] < 1.1 * counts[0]
