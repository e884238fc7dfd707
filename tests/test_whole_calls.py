"""A call that is read at once is what the steps make of it: the same events, and the same registers behind it.

The texts are those of the pages, of the features, of recorded answers, of random writing, and mutations of all these.
In each of them the ways that read whole calls are taken out of the machine, and put back.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import budget
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mutated_pages import mutated_page
from slips import CALLING
from strategies import page, samples
from test_features import CASES as FEATURES
from test_field_cases import field_cases

import toolgram
from toolgram import Event, Format, Parser
from toolgram.registry import format_paths
from toolgram.runtime.core import moves
from toolgram.runtime.core.whole_call import read_whole_call
from toolgram.testing import merge

FORMATS = [path.stem for path in format_paths()]
each_format = pytest.mark.parametrize("name", FORMATS)


@contextmanager
def by_steps(fmt: Format) -> Iterator[None]:
    """Inside, no call is read at once."""
    machine = fmt.prepared
    ways, machine.call_ways = machine.call_ways, None
    try:
        yield
    finally:
        machine.call_ways = ways


def registers(parser: Parser) -> list[Any]:
    """What the parser knows, as far as anything later asks for it."""
    run = parser._catch_up()
    message = {name: getattr(run.message, name) for name in type(run.message).__slots__ if name != "cited"}
    place = [run.place.state.number, list(run.place.stack)]
    text = [run.text.buffer, run.text.position, run.text.base, run.text.looked, len(run.text.recordings)]
    call = run.open.call
    if call is None:
        return [message, place, text, run.stretch is None, run.draft is None]
    names = ("tool", "is_empty", "is_copied", "is_wrong", "is_open", "is_active", "keys", "last", "listed")
    arguments = {name: getattr(call.arguments, name) for name in names}
    opened = [run.open.call_depth, run.open.scanner is None, call.channel.index, call.channel.is_open, arguments]
    return [message, place, text, run.stretch is None, run.draft is None, opened, run.pending.name, run.pending.id]


def read(fmt: Format, chunks: list[str], **options: Any) -> list[Any]:
    """The events of a text in pieces, and what is known behind each piece."""
    parser = fmt.parser(**options)
    events: list[Event] = []
    known = []
    for chunk in chunks:
        events += parser.feed(chunk)
        known.append([merge(events), registers(parser)])
    return [*known, merge(events + parser.finish())]


def same(fmt: Format, text: str, cut: int | None = None, **options: Any) -> None:
    """Both readings agree, of a whole text, or of a text in two pieces."""
    chunks = [text] if cut is None else [text[:cut], text[cut:]]
    at_once = read(fmt, chunks, **options)
    with by_steps(fmt):
        assert at_once == read(fmt, chunks, **options), chunks


@each_format
def test_the_cases_of_pages_are_read_the_same(name: str) -> None:
    for case in budget.sample(page(name), 12):
        same(toolgram.load(name), case.text, tools=case.tools, inside=case.inside, suffix=case.suffix)


@pytest.mark.parametrize("path", sorted({path for path, _ in FEATURES}), ids=lambda path: path.stem)
def test_features_are_read_the_same(path: Path) -> None:
    for case in [case for other, case in FEATURES if other == path]:
        same(toolgram.load(path), case.text, tools=case.tools, inside=case.inside, suffix=case.suffix)


@pytest.mark.parametrize("case", field_cases())
def test_recorded_answers_are_read_the_same(case: dict[str, Any]) -> None:
    inside = "reasoning" if case["start_in_reasoning"] else None
    same(toolgram.load(case["format"]), case["raw"], tools=case["tools"], inside=inside)


# Formats whose calls are read by steps, and what of a call is not followed.
NAME_IS_KEY, TEXT_SAYS, QUOTED = (
    "the name is a key",
    "the text says what the delimiters are",
    "a quote closes what it opens",
)
PEEKS, PYTHON, BUILT = "an edge that only looks", "Python literals", "values built by rules"
BY_STEPS = {
    "apertus": NAME_IS_KEY,
    "beam": "a header may hold more",
    "cohere_command3": "citations",
    "command_r": "citations",
    "functionary_v32": "no delimiter opens a call",
    "functiongemma": QUOTED,
    "gemma4": QUOTED,
    "glm4": "no delimiter opens a call",
    "hy_v3": TEXT_SAYS,
    "hy_v4": TEXT_SAYS,
    "k2_horizon": "a section is calls altogether or text altogether",
    "kimi_k3": "entities",
    "lfm2": "a section may be written twice",
    "llama4_pythonic": PYTHON,
    "minicpm5": "entities",
    "minimax_m3": BUILT,
    "mirothinker": "text that is skipped",
    "muse": "a header may hold more",
    "muse_glimmer": "a header may hold more",
    "name_tags": TEXT_SAYS,
    "olmo3": PYTHON,
    "pythonic": PYTHON,
    "sarashina": PYTHON,
    "telechat4": PEEKS,
}


@pytest.mark.parametrize("name", CALLING)
def test_a_call_of_a_page_is_read_at_once(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    found = []

    def note(*given: Any) -> bool:
        found.append(read_whole_call(*given))
        return found[-1]

    monkeypatch.setattr(moves, "read_whole_call", note)
    case = next(case for case in page(name) if case.name == "One call")
    toolgram.load(name).parser(case.tools, case.inside, suffix=case.suffix).feed(case.text)
    assert any(found) == (name not in BY_STEPS)


@each_format
@settings(max_examples=budget.examples(), deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_random_texts_are_read_the_same(name: str, data: st.DataObject) -> None:
    sample = data.draw(samples(name))
    cut = data.draw(st.none() | st.integers(0, len(sample.text)))
    same(toolgram.load(name), sample.text, cut, tools=sample.tools, inside=sample.inside)


@each_format
def test_mutated_pages_are_read_the_same(name: str) -> None:
    chance = random.Random(name)
    for _ in range(3 * budget.examples()):
        text, tools, inside, suffix = mutated_page(name, chance)
        cut = chance.choice((None, chance.randrange(len(text) + 1)))
        same(toolgram.load(name), text, cut, tools=tools, inside=inside, suffix=suffix)


ENVELOPE = """\
# /// format
# title = "Text, then an object that has calls in a member"
# models = ["acme/*"]
# ///
%import toolgram (TEXT, JSON_OBJECT, JSON_STRING, json_object, json_member, json_array)
start: content? json_object{_part}
_part: json_member{"thought", reasoning} | json_member{"tool_calls", _calls}
content: TEXT
_calls: json_array{tool_call}
reasoning: JSON_STRING
tool_call: json_object{_member}
_member: json_member{"name", name} | json_member{"arguments", arguments}
name: JSON_STRING
arguments: JSON_OBJECT
"""


def test_what_stands_around_a_call_is_still_open_behind_it(tmp_path: Path) -> None:
    """The opener is the object's, and the call stands two rules deeper."""
    spec = tmp_path / "envelope.lark"
    spec.write_text(ENVELOPE, encoding="utf-8")
    text = '{"tool_calls": [{"name": "f", "arguments": {"a": 1}}, {"name": "f", "arguments": {}}]}\nEnd'
    fmt, tools = toolgram.load(spec), [{"type": "function", "function": {"name": "f", "parameters": {}}}]
    assert fmt.parse(text, tools).content == "End"
    for cut in (None, *range(1, len(text))):
        same(fmt, text, cut, tools=tools)
