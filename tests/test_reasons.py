"""The trace says why a text became what it became: every part that is skipped or given back has a reason."""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter
from pathlib import Path

import budget
import pytest

import toolgram
from toolgram import Parser
from toolgram.registry import find, format_paths
from toolgram.runtime.core.reasons import REASONS
from toolgram.testing import Case, read_cases, short_tool

TOOLS = [short_tool("get_weather", {"city": "string"}), short_tool("ping", {})]
PAGE = Path(__file__).parents[1] / "docs" / "runtime.md"
CALL = '<tool_call>{"name": "get_weather", "arguments": {"city": "Rome"}}</tool_call>'


def _traced(name: str, case: Case, *, by_character: bool = False) -> Parser:
    parser = toolgram.load(name).parser(case.tools, case.inside, suffix=case.suffix, trace=True)
    for piece in case.text if by_character else [case.text]:
        parser.feed(piece)
    parser.finish()
    return parser


def _joined(parser: Parser) -> list[tuple[str, str]]:
    return [(kind, "".join(text for _, text in group)) for kind, group in groupby(parser.trace or [], itemgetter(0))]


def _places(parser: Parser) -> list[tuple[str, int]]:
    """The reasons, each with the characters that stand before it; blanks are not counted."""
    found, at = [], 0
    for kind, text in _joined(parser):
        at += len("".join(text.split()))
        if not text:
            found.append((kind, at))
    return found


@pytest.mark.parametrize("name", [path.stem for path in format_paths()])
def test_what_is_skipped_or_given_back_on_a_page_has_a_reason(name: str) -> None:
    for case in budget.sample(read_cases(find(name).with_suffix(".md")), 12):
        parser = _traced(name, case)
        before = ""
        for kind, text in _joined(parser):
            assert text or kind in REASONS, case.name
            assert kind != "skipped" or before in REASONS, (case.name, text)
            before = kind
        reasons = {kind for kind, text in parser.trace or [] if not text}
        recovered = parser.repairs - {"given_back", "given_back_in_thoughts"}
        assert recovered <= reasons, case.name
        assert recovered == parser.repairs or reasons - recovered, case.name


@pytest.mark.parametrize("name", [path.stem for path in format_paths()])
def test_reasons_do_not_depend_on_how_the_text_is_cut(name: str) -> None:
    for case in budget.sample(read_cases(find(name).with_suffix(".md")), 6):
        assert _places(_traced(name, case)) == _places(_traced(name, case, by_character=True)), case.name


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("qwen3_coder", "Write <function=nobody> so.", "not_declared"),
        ("mistral", "[TOOL_CALLS]get_weather(Rome)\n[TOOL_CALLS]ping[ARGS]{}", "no_evidence"),
        ("hermes", "A <tool_call> is how it begins.", "no_call"),
        ("hermes", f"Write `{CALL}` so.", "quoted"),
        ("hermes", f"<think>Perhaps {CALL} then? No.</think>Done.", "thoughts_go_on"),
        ("hermes", CALL.replace('"arguments"', '"x": 1, "arguments"'), "no_member"),
        ("hermes", CALL.replace("</tool_call>", ""), "missing_closer"),
        ("hermes", CALL.replace("}}", ",}}"), "near_json"),
        ("hermes", CALL[:60], "cut"),
        ("hermes", CALL + "</tool_call>", "stray_delimiter"),
        ("hermes", "<think>Now I call." + CALL, "open_thoughts"),
        ("qwen3_coder", "<tools>\n<tool_call></tool_call> x", "unknown_tag"),
        ("qwen3_coder", "Write <function=get_weather> and " + "x " * 300 + "<parameter=city>", "too_far"),
        ("qwen3_coder", "Write `<function=ping>` so.", "end_of_text"),
        ("guided_json", "[] is empty", "bare_brackets"),
    ],
)
def test_a_reason_is_the_right_one(name: str, text: str, reason: str) -> None:
    parser = toolgram.load(name).parser(TOOLS, trace=True)
    parser.feed(text)
    parser.finish()
    assert (reason, "") in (parser.trace or []), parser.trace


def test_a_token_that_is_only_spelled_is_told() -> None:
    parser = toolgram.load("hermes").parser(TOOLS, token_ids={"<tool_call>": 7, "</tool_call>": 8}, trace=True)
    parser.feed(CALL, [1, 2, 3])
    parser.finish()
    assert ("spelled", "") in (parser.trace or [])


def test_the_page_has_all_reasons() -> None:
    rows = [f"| `{reason}` | {words} |" for reason, words in REASONS.items()]
    page = PAGE.read_text(encoding="utf-8")
    assert [row for row in rows if row not in page] == []


def test_no_reason_has_the_name_of_what_a_text_becomes() -> None:
    kinds = {"content", "reasoning", "name", "id", "key", "type", "value", "arguments", "markup", "blanks", "skipped"}
    assert kinds.isdisjoint(REASONS)
