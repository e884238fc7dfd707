"""The benchmark beside other libraries: its texts are read right, and a library that reads them wrong is found out."""

from __future__ import annotations

import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
sys.path.append(str(ROOT / "benchmarks"))  # behind the tests: both have a `judge`

import curves  # noqa: E402
import peers  # noqa: E402
import readers  # noqa: E402
from lengths import each_delta  # noqa: E402
from reading import Reader, TooSlow, joined, limit  # noqa: E402
from samples import Sampler  # noqa: E402
from workloads import NEW, SPECIAL_TOKENS, WRITERS, Workload, drawn, prose, tokens, workloads  # noqa: E402

SMALL = {one.key: one for one in workloads(WRITERS, size=300, whole=2_000)}
[SHORT] = (one for one in SMALL.values() if one.key == "hermes:short")


@pytest.mark.parametrize("key", SMALL)
def test_our_parser_reads_each_text_right(key: str) -> None:
    workload = SMALL[key]
    assert Sampler(readers.toolgram(workload.format_id), workload).is_right is True


def test_deltas_are_the_text_and_special_tokens_are_whole() -> None:
    for workload in SMALL.values():
        deltas = workload.deltas()
        assert "".join(deltas) == workload.text
        if not workload.is_whole:
            special = [token for token in SPECIAL_TOKENS if token in workload.text]
            assert set(special) <= set(deltas)
    assert tokens("Hello, unbelievable\n  12345 things</tool_call>\n") == [
        *("Hello", ",", " unbeliev", "able", "\n  ", "123", "45", " things", "</tool_call>", "\n")
    ]


def test_texts_are_chosen_by_name_and_format() -> None:
    def chosen(*parts: str) -> int:
        return sum(one.is_one_of(parts) for one in SMALL.values())

    assert (chosen(""), chosen("code"), chosen("qwen3_coder"), chosen("hermes:code", "whole")) == (84, 6, 14, 7)


@pytest.mark.parametrize("name", NEW)
def test_each_new_text_is_another_one_and_read_right(name: str) -> None:
    texts = [drawn(SMALL[f"hermes:{name}"], seed) for seed in range(4)]
    assert len({one.text for one in texts}) == 4
    for one in texts:
        assert Sampler(readers.toolgram("hermes"), one).is_right is True


def test_prose_has_its_length() -> None:
    assert [len(prose(length)) for length in (1, 100, 4_001)] == [1, 100, 4_001]


class _Drops:
    """A parser that is fast because it drops the call."""

    def feed(self, text: str) -> list[str]:
        return [text]

    def finish(self) -> None: ...


def _raises(_: Any) -> Any:
    raise KeyError("x")


def test_a_library_that_reads_wrong_is_marked() -> None:
    drops = Reader(
        _Drops, lambda text: text, lambda answers: ("".join(map("".join, answers)), []), lambda text: (text, [])
    )
    assert Sampler(drops, SHORT).is_right is False
    assert Sampler(drops._replace(heard=_raises), SHORT).is_right == "KeyError"
    assert Sampler(drops, SHORT).sample() > 0


def test_a_reading_is_stopped_whatever_the_parser_catches() -> None:
    def hangs() -> None:
        while True:
            try:
                sum(range(1000))
            except Exception:
                continue

    with pytest.raises(TooSlow), limit(0.05):
        hangs()


def test_each_delta_is_timed() -> None:
    mean, longest, is_cut = each_delta(_Drops, ["a"] * 100)
    assert 0 < mean <= longest
    assert not is_cut


def test_parts_become_a_message() -> None:
    parts = [("Hi", -1, "", ""), ("", 0, "f", ""), ("", 0, "", '{"a"'), ("", 1, "g", "{}"), ("", 0, "", ": 1}")]
    assert joined(parts) == ("Hi", [("f", {"a": 1}), ("g", {})])


def test_figures_are_in_the_unit_of_the_text() -> None:
    assert peers.shown(Workload("short", "hermes", "one two", "", ()), 3_000) == 1.5
    assert peers.shown(Workload("whole", "hermes", "one two", "", (), is_whole=True), 3_000) == 3
    assert peers.shown(Workload("json1m", "hermes", "x" * 1_000_000, "", (), is_whole=True), 5e8) == 2


def test_labels_of_a_plot_stand_apart() -> None:
    assert curves.spread({"a": 10, "b": 12, "c": 90}) == {"a": 10, "b": 24, "c": 90}


def test_a_plot_can_be_read_aloud_and_in_the_dark() -> None:
    line = curves.Line([(250, 4.0), (64_000, 2.0)], is_cut=False)
    text = curves.picture({"hermes": {"toolgram": line, "sglang": line._replace(is_cut=True)}}, peers.TITLES)
    root = ElementTree.fromstring(text)
    names = {"{http://www.w3.org/2000/svg}" + name for name in ("title", "desc")}
    assert {child.attrib["id"] for child in root if child.tag in names} == set(root.attrib["aria-labelledby"].split())
    assert "toolgram from 4.0 to 2.0 at 64,000 characters" in text
    assert "SGLang, stopped" in text
    assert "prefers-color-scheme: dark" in text
    assert "http" not in text.replace("http://www.w3.org/2000/svg", "")  # nothing is loaded


def test_the_page_has_the_plot_and_its_marks() -> None:
    page = peers.PAGE.read_text(encoding="utf-8")
    assert page.count(peers.MARKS[0]) == page.count(peers.MARKS[1]) == 1
    assert "](speed.svg)" in page
    ElementTree.fromstring(curves.PICTURE.read_text(encoding="utf-8"))
