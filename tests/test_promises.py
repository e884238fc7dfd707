"""The eight promises of docs/rules.md, over texts that follow each grammar, mutated ones and arbitrary ones.

A run without `--full` is short; `TOOLGRAM_EXAMPLES=2000` says how many texts each promise of each format gets.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import budget
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from slips import CALLING, squeezed
from slips import sample as slip_sample
from slips.mentions import heads
from strategies import Sample, page, samples, spec_of
from test_next_call import NOT_ALWAYS, ends_with_call

import toolgram
from toolgram import ArgumentsDelta, CallEnd, CallStart, ContentDelta, Event, Parser, ReasoningDelta, collect
from toolgram.registry import format_paths
from toolgram.runtime.tables.limits import BLANKS_MAX
from toolgram.testing import merge

EXAMPLES = budget.examples()
FORMATS = [path.stem for path in format_paths()]
BLANKS = str.maketrans("", "", " \t\r\n")
SLACK = 150_000  # counted work until the longest window (256 blanks, copied twice a character) is full

promise = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)
each_format = pytest.mark.parametrize("name", FORMATS)


def start(name: str, sample: Sample, **options: Any) -> Parser:
    return toolgram.load(name).parser(sample.tools, sample.inside, **options)


def parse(name: str, sample: Sample, chunks: Iterable[str]) -> list[Event]:
    parser = start(name, sample)
    return merge([event for chunk in chunks for event in parser.feed(chunk)] + parser.finish())


def cut(text: str, places: list[int]) -> list[str]:
    ends = sorted({place % (len(text) + 1) for place in places})
    return [text[one:two] for one, two in zip([0, *ends], [*ends, len(text)], strict=True)]


@each_format
@promise
@given(data=st.data())
def test_1_how_the_text_is_cut_changes_nothing(name: str, data: st.DataObject) -> None:
    sample = data.draw(samples(name))
    whole = parse(name, sample, [sample.text])
    assert parse(name, sample, sample.text) == whole
    places = data.draw(st.lists(st.integers(0, 500), min_size=1, max_size=6))
    assert parse(name, sample, cut(sample.text, places)) == whole


@each_format
@promise
@given(data=st.data())
def test_2_nothing_emitted_is_taken_back(name: str, data: st.DataObject) -> None:
    sample = data.draw(samples(name))
    whole = parse(name, sample, [sample.text])
    in_order(whole)
    end = data.draw(st.integers(0, len(sample.text)))
    so_far = merge(start(name, sample).feed(sample.text[:end]))
    assert so_far[:-1] == whole[: max(len(so_far) - 1, 0)]
    if so_far:
        last, final = so_far[-1], whole[len(so_far) - 1]
        assert type(last) is type(final)
        if isinstance(last, ContentDelta | ReasoningDelta | ArgumentsDelta):
            assert final.text.startswith(last.text)  # type: ignore[union-attr]
        else:
            assert last == final


def in_order(events: list[Event]) -> None:
    """Calls open one after the other, each is announced before its arguments and ended once; no text is empty."""
    current: int | None = None
    count = 0
    for event in events:
        match event:
            case ContentDelta(text=text) | ReasoningDelta(text=text):
                assert text
            case CallStart(index=index, name=name):
                assert current is None
                assert index == count
                assert name
                current, count = index, count + 1
            case ArgumentsDelta(index=index, text=text):
                assert text
                assert index == current
            case CallEnd(index=index):
                assert index == current
                current = None
    assert current is None


@each_format
@promise
@given(data=st.data())
def test_3_every_character_is_accounted_for(name: str, data: st.DataObject) -> None:
    sample = data.draw(samples(name))
    parser = start(name, sample, trace=True)
    message = collect([*parser.feed(sample.text), *parser.finish()])
    assert parser.trace is not None
    assert "".join(text for _, text in parser.trace) == sample.text
    for kind, came in (("content", message.content), ("reasoning", message.reasoning)):
        traced = "".join(text for what, text in parser.trace if what == kind)
        assert traced.translate(BLANKS) == (came or "").translate(BLANKS), kind
    for citation in message.citations:
        assert getattr(message, citation.capture)[citation.start : citation.end] == citation.text


@each_format
@promise
@given(data=st.data())
def test_4_no_more_is_held_than_the_bound_of_what_is_read(name: str, data: st.DataObject) -> None:
    sample = data.draw(samples(name))
    parser = start(name, sample)
    bounds = toolgram.load(name).machine.bounds
    most = max(bounds.values())
    padding = data.draw(st.sampled_from(["", " ", "\n", "x", "<", "1", '"', "[", "a b "]))
    block = (padding * 32)[:32]
    at = data.draw(st.integers(0, len(sample.text)))
    flood, last = [block] * (3 * BLANKS_MAX // 32), [block] * (2 * most // 32)
    for chunk in [*sample.text[:at], *flood, *sample.text[at:], *last]:
        parser.feed(chunk)
        if not parser.is_undecided:
            assert held(parser) <= bounds.get(parser.reads, most), parser.reads


def held(parser: Parser) -> int:
    """What is held of the text being read; of content also the blanks before markup, which wait for more of it."""
    return max(parser.held_chars, len(parser.held_source)) if parser.reads == "content" else parser.held_chars


@pytest.mark.parametrize("name", [name for name in FORMATS if "tool_call" in spec_of(name).rules])
def test_4_blanks_wait_on_both_sides_of_a_call(name: str) -> None:
    """The most that content is ever held: blanks that wait for more text, blanks behind the call, half a delimiter."""
    case = next(case for case in page(name) if case.expected.calls)
    parser = toolgram.load(name).parser(case.tools)
    bound = toolgram.load(name).machine.bounds["content"]
    for character in "a" + " " * 400 + case.text + " " * 400 + case.text:
        parser.feed(character)
        assert parser.is_undecided or parser.reads != "content" or held(parser) <= bound


@each_format
@promise
@given(data=st.data())
def test_5_the_work_is_linear(name: str, data: st.DataObject) -> None:
    sample = data.draw(samples(name))
    size = data.draw(st.sampled_from([1, 7, 10_000]))
    least = max(5, 400 // (len(sample.text) + 1))
    counts = []
    for times in (least, 10 * least):
        parser = start(name, sample)
        text = sample.text * times
        for at in range(0, len(text), size):
            parser.feed(text[at : at + size])
        parser.finish()
        counts.append(parser.work)
    assert counts[1] <= 11 * (counts[0] + SLACK)


@each_format
@promise
@given(data=st.data())
def test_6_no_text_raises(name: str, data: st.DataObject) -> None:
    sample = data.draw(samples(name))
    odd = data.draw(st.text(st.characters(), max_size=4))  # lone surrogates and control characters included
    at = data.draw(st.integers(0, len(sample.text)))
    parse(name, sample, [sample.text[:at], odd, sample.text[at:]])


@each_format
@promise
@given(data=st.data())
def test_7_the_arguments_of_complete_calls_are_json_objects(name: str, data: st.DataObject) -> None:
    sample = data.draw(samples(name))
    for call in collect(parse(name, sample, [sample.text])).tool_calls:
        if call.complete:
            found = json.loads(call.arguments, object_pairs_hook=once, parse_constant=refuse)
            assert isinstance(found, dict)
        else:
            assert call.arguments, "clients read none as an empty object, and run the call"
            assert not is_object(call.arguments), call


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    return dict(pairs)


def refuse(constant: str) -> Any:
    raise AssertionError(f"{constant} is not JSON")


def is_object(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except ValueError:
        return False


PROSE = ("Let me see.", "A few words: a, b.", "1 < 2 and {x}", 'I\'ll look [here] "now".', "\n\n- a list\n")
MENTIONS = ("Write `{}` first.", "Write {} first.", "`{}`")
# Delimiters of the messages that all text stands in: a mention of one is one.
IN_MESSAGES = ("kimi_k3", "llm_jp4", "muse", "muse_glimmer", "openai")


@pytest.mark.parametrize("name", [name for name in CALLING if name not in NOT_ALWAYS and name not in IN_MESSAGES])
@promise
@given(data=st.data())
def test_8_well_formed_text_survives_its_neighbours(name: str, data: st.DataObject) -> None:
    good = slip_sample(name)
    # A fence in a mention opens a block of code: the call behind it would be an example (Note [calls in code]).
    spoken_of = [head for head in heads(good) if "```" not in head] or [good.call[0]]
    mentions = st.builds(str.format, st.sampled_from(MENTIONS), st.sampled_from(spoken_of))
    pieces = st.one_of(st.sampled_from(PROSE), mentions, st.just(None))
    before = data.draw(st.lists(pieces, max_size=5))
    text = "\n".join(f"As in\n{good.text}\nhere." if piece is None else piece for piece in before) + "\n" + good.text
    message = collect(parse(name, Sample(text, good.tools, None), [text]))
    assert ends_with_call(message, good.case)
    assert len(message.tool_calls) == before.count(None) + 1
    assert squeezed(message.content) == squeezed("".join("As in here." if piece is None else piece for piece in before))
