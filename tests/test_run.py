"""What a stretch keeps is put back as it was: no step and no action reaches the groups that it has put aside."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import budget
import pytest

import toolgram
from toolgram.registry import find, format_paths
from toolgram.runtime.core import drafts, moves, tentative
from toolgram.runtime.core.run import Before, Run, Stretch
from toolgram.runtime.tables.limits import DEPTH_MAX
from toolgram.runtime.tables.states import Edge
from toolgram.testing import merge, short_tool
from toolgram.testing.cases import read_cases

GROUPS = ("place", "pending", "open", "message")
FORMATS = [path.stem for path in budget.sample(format_paths(), 8)]


def snapshot(value: Any) -> Any:
    """Everything that a group holds, in depth; tables and parts that nothing changes by themselves."""
    slots = getattr(type(value), "__slots__", None)
    if isinstance(value, list):
        return [snapshot(item) for item in value]
    if slots is None or type(value).__module__.startswith("toolgram.runtime.tables"):
        return value
    return {name: snapshot(getattr(value, name)) for name in slots if hasattr(value, name)}


@pytest.fixture
def given_back(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Compare what each stretch kept with what it puts back; the names of the groups, one for each comparison."""
    kept: dict[int, dict[str, Any]] = {}
    seen: list[str] = []
    begin, begin_draft, know_again = tentative.begin_stretch, drafts.begin_draft, tentative._know_again

    def begin_stretch(run: Run) -> Stretch:
        before = {name: snapshot(getattr(run, name)) for name in GROUPS}
        stretch = begin(run)
        kept[id(stretch)] = before
        return stretch

    def draft(run: Run, edge: Edge, at: int) -> None:
        before = {name: snapshot(getattr(run, name)) for name in GROUPS}
        begin_draft(run, edge, at)
        kept[id(run.draft)] = before

    def compare(run: Run, stretch: Before, chars: int, why: str) -> None:
        know_again(run, stretch, chars, why)
        before = kept[id(stretch)]
        for name in GROUPS:
            assert snapshot(getattr(run, name)) == before[name], name
            seen.append(name)
        assert run.output.message is run.message

    monkeypatch.setattr(moves, "begin_stretch", begin_stretch)
    monkeypatch.setattr(moves, "begin_draft", draft)
    monkeypatch.setattr(tentative, "_know_again", compare)
    return seen


@pytest.mark.skipif(toolgram.compiled, reason="compiled modules call each other's functions where no test can listen")
@pytest.mark.parametrize("name", FORMATS)
def test_what_is_given_back_leaves_no_trace(name: str, given_back: list[str]) -> None:
    fmt = toolgram.load(name)
    cases = [case for case in read_cases(find(name).with_suffix(".md")) if case.suffix is None]
    for case in cases:
        for text in (case.text, *(case.text[:at] + " x" + case.text[at:] for at in range(0, len(case.text), 23))):
            parser = fmt.parser(case.tools, case.inside)
            for char in text:
                parser.feed(char)
            parser.finish()
    if any(fmt.machine.call_openers):
        assert given_back


DEEP_SECTION = """\
# /// format
# title  = "A section whose values are built"
# models = ["acme/*"]
# special_tokens = ["<calls>", "</calls>"]
# commit = "section"
# ///
%import toolgram (TEXT, JSON)
start: (content | _section)*
content: TEXT
_section: "<calls>" tool_call "</calls>"
tool_call: "call:" name "{" [parameter ("," parameter)*] "}"
name: TEXT
parameter: key ":" (array | json)
key: TEXT
array: "[" [_item ("," _item)*] "]"
_item: array | json
json: JSON
"""


def test_what_records_the_source_of_a_value_ends_with_what_is_given_back(tmp_path: Path) -> None:
    """A value too deep is written as its source: no more of it once its call turned out to be text."""
    spec = tmp_path / "deep.lark"
    spec.write_text(DEEP_SECTION, encoding="utf-8")
    text = "<calls>call:f{a:" + "[" * (DEPTH_MAX + 9) + "</calls> is text. <calls>call:f{a:1}</calls> So is this."
    found = []
    for size in (len(text), 7, 1):
        parser = toolgram.load(spec).parser([short_tool("f", {})])
        events = [event for at in range(0, len(text), size) for event in parser.feed(text[at : at + size])]
        assert parser._run.text.recordings == []
        found.append(merge(events + parser.finish()))
    assert found[1:] == found[:-1]
    assert [call.arguments for call in toolgram.collect(found[0]).tool_calls] == ['{"a": 1}']


@pytest.mark.skipif(toolgram.compiled, reason="it looks at the registers of the source, and compiled classes hide them")
def test_every_register_that_changes_stands_in_a_group() -> None:
    """A register of `Run` itself would survive what is given back: each is listed here with its reason."""
    fixed = {
        "tools": "never changes",
        "special": "ids belong to places in the text, which stay",
        "citations": "listens, and keeps what it knows in `message`",
        "echo": "forgotten when text is given back",
        "output": "rewound to the events that the stretch counted",
        "trace": "cut to what the stretch counted",
        "work": "a count of what was done",
        "text": "goes back to the stretch's beginning",
        "stretch": "is over",
        "draft": "is over when it is given back itself, or with the stretch that began it",
        "holds_drafts": "never changes",
        "examples": "places in the text, which stay",
    }
    assert set(Run.__slots__) == {*GROUPS, *fixed}
