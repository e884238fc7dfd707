"""Reports: every attempt at a call, its status, its places, and what was repaired."""

from __future__ import annotations

import json
import random
from pathlib import Path

import budget
import pytest
from call_writer import CallWriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from strategies import Sample, samples
from test_grammars import CALLING, outline_of

import toolgram
from toolgram import Event, Parser
from toolgram.registry import find, format_paths
from toolgram.reports import STATUSES, Attempt, Report, offsets_of, reporter, tokens_of
from toolgram.reports.members import members_of
from toolgram.testing import Case, read_cases, short_tool

PAGE = Path(__file__).parents[1] / "docs" / "reports.md"
NAMES = [path.stem for path in format_paths()]
TOOLS = [short_tool("get_weather", {"city": "string", "days": "integer"}), short_tool("ping", {})]
CALL = '<tool_call>{"name": "get_weather", "arguments": {"city": "Rome"}}</tool_call>'
XML = "<tool_call>\n<function=get_weather>\n<parameter=city>\nRome\n</parameter>\n</function>\n</tool_call>"


def _report(name: str, text: str, **options: bool) -> Report:
    return toolgram.load(name).report(text, TOOLS, **options)


def _cases(name: str, most: int) -> list[Case]:
    return budget.sample(read_cases(find(name).with_suffix(".md")), most)


def _by_pieces(name: str, case: Case | Sample, size: int) -> tuple[list[Attempt], object]:
    suffix = case.suffix if isinstance(case, Case) else None
    reader = toolgram.load(name).reporter(case.tools, case.inside, suffix=suffix)
    parts = [part for at in range(0, len(case.text), size) for part in reader.feed(case.text[at : at + size])]
    parts += reader.finish()
    attempts = sorted((part for part in parts if isinstance(part, Attempt)), key=lambda attempt: attempt.span)
    return attempts, (reader.content_spans, reader.reasoning_spans)


@pytest.mark.parametrize("name", NAMES)
def test_the_calls_of_a_page_are_attempts_with_their_places(name: str) -> None:
    fmt = toolgram.load(name)
    for case in _cases(name, 12):
        report = fmt.report(case.text, case.tools, case.inside, case.suffix)
        assert report.message == fmt.parse(case.text, case.tools, case.inside, case.suffix), case.name
        calls = [attempt for attempt in report.attempts if attempt.index is not None]
        assert [attempt.index for attempt in calls] == list(range(len(report.message.tool_calls))), case.name
        for attempt, call in zip(calls, report.message.tool_calls, strict=True):
            assert (attempt.name, attempt.arguments) == (call.name, call.arguments), case.name
            assert attempt.raw == case.text[attempt.begin : attempt.end], case.name
            assert attempt.name_span is not None, case.name
            assert call.name in case.text[slice(*attempt.name_span)], case.name
            assert (attempt.status in ("ok", "repaired", "unknown_tool")) == call.complete, case.name
            if call.complete:
                assert set(attempt.argument_spans) == set(json.loads(call.arguments)), case.name
            for begin, end in attempt.argument_spans.values():
                assert attempt.begin <= begin <= end <= attempt.end, case.name


@pytest.mark.parametrize("name", NAMES)
def test_a_report_does_not_depend_on_how_the_text_is_cut(name: str) -> None:
    for case in _cases(name, 5):
        report = toolgram.load(name).report(case.text, case.tools, case.inside, case.suffix)
        spans = (report.content_spans, report.reasoning_spans)
        for size in (1, 7):
            assert _by_pieces(name, case, size) == (list(report.attempts), spans), case.name


@pytest.mark.parametrize("name", budget.sample(NAMES, 20))
@settings(
    max_examples=max(2, budget.examples() // 4),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)
@given(data=st.data())
def test_whatever_comes_is_reported_the_same_in_pieces(name: str, data: st.DataObject) -> None:
    sample = data.draw(samples(name))
    fmt = toolgram.load(name)
    report = fmt.report(sample.text, sample.tools, sample.inside)
    assert report.message == fmt.parse(sample.text, sample.tools, sample.inside)
    assert _by_pieces(name, sample, data.draw(st.integers(1, 9)))[0] == list(report.attempts)
    for attempt in report.attempts:
        assert attempt.raw == sample.text[attempt.begin : attempt.end]
        spans = [*attempt.argument_spans.values(), attempt.name_span or attempt.span]
        assert all(attempt.begin <= begin <= end <= attempt.end for begin, end in spans)


def test_the_spans_of_texts_are_the_texts() -> None:
    text = f"<think>\nI need it.\n</think>Look:{CALL}There."
    report = _report("hermes", text)
    assert "".join(text[slice(*span)] for span in report.reasoning_spans) == report.message.reasoning
    assert "".join(text[slice(*span)] for span in report.content_spans) == report.message.content


@pytest.mark.parametrize("name", budget.sample(CALLING, 30))
def test_what_a_format_wants_is_ok_and_what_is_cut_off_is_not(name: str) -> None:
    fmt = toolgram.load(name)
    for seed in range(6):
        text = CallWriter(outline_of(name), "get_weather", {"city": "Rome", "days": 3}, seed).answer()
        if text is None or not fmt.parse(text, TOOLS).tool_calls:
            continue
        attempts = fmt.report(text, TOOLS).attempts
        assert attempts, text
        assert {attempt.status for attempt in attempts} == {"ok"}, (text, attempts)
        draw = random.Random(seed)
        for cut in sorted(draw.sample(range(len(text)), min(8, len(text)))):
            attempts = fmt.report(text[:cut], TOOLS, cut=True).attempts
            found = {attempt.status for attempt in attempts}
            assert found <= {"unclosed", "quoted", "repaired", "ok"}, (text[:cut], attempts)


HERMES = [
    (CALL, "ok"),
    (CALL + CALL.replace("get_weather", "nobody"), "ok unknown_tool"),
    (CALL.replace("}}", ",}}"), "repaired"),
    (CALL.replace("}}", "},}"), "repaired"),
    (CALL.replace('", "', '" "'), "repaired"),
    (CALL.replace("Rome", "Rome\n"), "repaired"),
    (CALL.replace('"name"', "'name'"), "repaired"),
    (CALL.replace("</tool_call>", ""), "repaired"),
    (CALL.replace('"arguments"', '"x": 1, "arguments"'), "repaired"),
    (CALL[:60], "unclosed"),
    (CALL[:30], "unclosed"),
    ("<tool_call>Rome</tool_call>", "not_json"),
    ("<tool_call>{Rome}</tool_call>", "not_json"),
    ("<tool_call>{Rome", "unclosed"),
    ('<tool_call>{"name": "get_weather", "arguments": "Rome"}</tool_call>', "malformed"),
    ('<tool_call>{"tool": "get_weather"}</tool_call>', "malformed"),
    ("<tool_call></tool_call>", "malformed"),
    (f"Write `{CALL}` so.", "quoted"),
    (f"<think>Perhaps {CALL} then? No.</think>Done.", "quoted"),
    ("A <tool_call> is how it begins.", "quoted"),
    ("Nothing is called.", ""),
]
XML_TEXTS = [
    (XML, "ok"),
    (XML.replace("\n</parameter>", ""), "repaired"),
    (XML.replace("\n</tool_call>", ""), "repaired"),
    (XML.replace("=get_weather", "=nobody"), "unknown_tool"),
    (XML.removeprefix("<tool_call>").replace("=get_weather", "=nobody"), "unknown_tool"),
    (XML.removeprefix("<tool_call>\n").replace("=get_weather", "=nobody")[:50], "unclosed"),
    (XML[:60], "unclosed"),
    (CALL, "malformed"),
    ("Write <function=nobody> so.", "quoted"),
    ("Write <function=get_weather> so.", "quoted"),
]


@pytest.mark.parametrize(
    ("name", "text", "statuses"),
    [("hermes", *row) for row in HERMES] + [("qwen3_coder", *row) for row in XML_TEXTS],
)
def test_an_attempt_has_its_status(name: str, text: str, statuses: str) -> None:
    attempts = _report(name, text).attempts
    assert [attempt.status for attempt in attempts] == statuses.split(), attempts
    assert all(attempt.status in STATUSES for attempt in attempts)
    assert all(attempt.repairs or attempt.status not in ("repaired", "malformed", "not_json") for attempt in attempts)


def test_a_call_of_a_tool_that_is_not_declared_has_its_parts() -> None:
    text = "So: " + XML.removeprefix("<tool_call>\n").replace("get_weather", "nobody") + " and more"
    [attempt] = _report("qwen3_coder", text).attempts
    assert (attempt.name, attempt.arguments, attempt.index) == ("nobody", '{"city": "Rome"}', None)
    assert {key: text[slice(*span)] for key, span in attempt.argument_spans.items()} == {"city": "Rome"}
    assert attempt.raw.startswith("<function=nobody>")


@pytest.mark.parametrize("cut", range(20, CALL.index("}}") + 2))
def test_a_call_that_is_cut_off_goes_to_the_end_of_the_text(cut: int) -> None:
    [attempt] = _report("hermes", CALL[:cut]).attempts
    assert attempt.raw == CALL[:cut]


def test_without_tools_no_tool_is_unknown() -> None:
    [attempt] = toolgram.load("hermes").report(CALL).attempts
    assert attempt.status == "ok"


def test_strict_takes_no_call_that_was_repaired() -> None:
    text = CALL.replace("}}", ",}}") + CALL
    fmt = toolgram.load("hermes")
    assert len(fmt.parse(text, TOOLS).tool_calls) == 2
    assert [call.arguments for call in fmt.parse(text, TOOLS, strict=True).tool_calls] == ['{"city": "Rome"}']
    attempts = fmt.report(text, TOOLS, strict=True).attempts
    assert [(attempt.status, attempt.index) for attempt in attempts] == [("repaired", None), ("ok", 0)]


def test_calls_that_are_dropped_have_no_number() -> None:
    report = toolgram.load("hermes").report(CALL + CALL[:60], TOOLS, incomplete="drop")
    assert [(attempt.status, attempt.index) for attempt in report.attempts] == [("ok", 0), ("unclosed", None)]
    assert len(report.message.tool_calls) == 1


def test_a_report_is_plain_data() -> None:
    data = _report("hermes", "Hi " + CALL).to_dict()
    assert json.loads(json.dumps(data)) == json.loads(json.dumps(_report("hermes", "Hi " + CALL).to_dict()))
    assert data["attempts"][0]["name_span"] == [24, 35]


def test_the_page_has_all_statuses() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert [row for row in (f"| `{one}` | {words} |" for one, words in STATUSES.items()) if row not in page] == []


def test_the_source_is_forgotten() -> None:
    reader = toolgram.load("qwen3_coder").reporter(TOOLS)
    for _ in range(300):
        reader.feed("Write <function=get_weather> so, and a few words more. " * 10)
    assert len(reader._source) < 10_000


class _Counting:
    """A parser that counts the characters which are fed to all of its class."""

    chars = 0

    def __init__(self, *words: object, **options: object) -> None:
        self._parser = Parser(*words, **options)  # type: ignore[arg-type]

    def __getattr__(self, name: str) -> object:
        return getattr(self._parser, name)

    def feed(self, text: str) -> list[Event]:
        _Counting.chars += len(text)
        return self._parser.feed(text)


def test_of_many_unknown_calls_little_is_read_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reporter, "Parser", _Counting)
    text = XML.removeprefix("<tool_call>\n").replace("get_weather", "nobody") + "\n"
    assert len(toolgram.load("qwen3_coder").report(text * 200, TOOLS).attempts) == 200
    assert 0 < _Counting.chars <= 200 * (len(text) + reporter.PIECE)


def test_deep_brackets_do_not_raise() -> None:
    text = CALL.replace('"Rome"', "[" * 20_000 + "]" * 20_000)
    assert [attempt.name for attempt in _report("hermes", text).attempts] == ["get_weather"]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ('{"a": 1, "b": {"c": [2]}}', {"a": "1", "b": '{"c": [2]}'}),
        ("{'a': 'x, y', b: True,}", {"a": "'x, y'", "b": "True"}),
        ('{"a": "x: \\"y\\"", "a": 2}', {"a": '"x: \\"y\\""'}),
        ('"{\\"a\\": 1}"', {"a": "1"}),
        ('{"a ": 1, "\\u00e9": 2}', {"a ": "1", "é": "2"}),
        ("{true: 1, 1e3: 2, null: 3}", {"true": "1", "1e3": "2", "null": "3"}),
        ("""{a: it's, "b": 2}""", {"a": "it's", "b": "2"}),
        ('{"a": [1, 2', {"a": "[1, 2"}),
        ("[1, 2]", {}),
        ("", {}),
    ],
)
def test_members_have_their_places(text: str, values: dict[str, str]) -> None:
    assert {key: text[slice(*span)] for key, span in members_of(text).items()} == values


def test_a_reason_is_not_noted_again_because_the_trace_before_it_was_taken() -> None:
    calls = '{"name": "ping", "arguments": {}}', '{"name": "ping", "arguments]": {"a": 5: {"a": 5,, "b": 6}}'
    text = f"[TOOL_CALLS] [{calls[0]}, {calls[1]}]"
    reader = toolgram.load("mistral_prev11").reporter(TOOLS)
    parts = [part for character in text for part in reader.feed(character)] + reader.finish()
    attempts = [part for part in parts if isinstance(part, Attempt)]
    assert attempts == list(_report("mistral_prev11", text).attempts)
    assert attempts[1].repairs == ("no_member", "near_json")


def test_a_string_that_never_ends_is_looked_at_once() -> None:
    text = CALL.partition('Rome"')[0] + '\\"' * 100_000
    [attempt] = _report("hermes", text).attempts  # of quadratic work it would be minutes
    assert (attempt.status, attempt.argument_spans.keys()) == ("unclosed", {"city"})


def test_spans_of_characters_are_spans_of_tokens() -> None:
    text, offsets = offsets_of(list("né日🌧!".encode()), lambda ids: bytes(ids).decode("utf-8", "replace"))
    assert text == "né日🌧!"
    assert [text[slice(*place)] for place in offsets] == ["n", *"éé", *"日日日", *"🌧🌧🌧🌧", "!"]
    assert tokens_of((1, 3), offsets) == (1, 6)
    assert tokens_of((2, 2), offsets) == (3, 3)


def test_the_reason_of_what_failed_is_not_that_of_the_next_call() -> None:
    one = '{"name": "ping", "arguments": {}}'
    text = f"<tools>{one}{one.replace('ping', 'nobody')}{one}</tools>"
    attempts = _report("qwen25_coder_tools", text).attempts
    assert [(attempt.status, attempt.repairs) for attempt in attempts][-1] == ("ok", ())
