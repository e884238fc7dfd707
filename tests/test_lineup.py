"""The line-up: what each character became, what was held back meanwhile, and how a terminal shows it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import budget
import pytest
from test_cli import _on_a_terminal, run

import toolgram
from toolgram.registry import format_paths
from toolgram.reports.lineup import HELD, HELD_BECAUSE, MEANINGS, LineUp, Part, line_up
from toolgram.runtime.parser import Parser
from toolgram.testing import Case, read_cases

CHARS_MAX = 600  # of a text that is lined up behind each of its characters
SPECS = budget.sample(format_paths(), 6)
PAGE = Path(__file__).parents[1] / "docs" / "trace.md"
TEXT = 'See `<tool_call>`.\n<tool_call>\n{"name": "f", "arguments": {"a": "x'


def _cases(path: Path) -> Iterator[tuple[Case, Parser]]:
    fmt = toolgram.load(path)
    for case in read_cases(path.with_suffix(".md")):
        if len(case.text) <= CHARS_MAX:
            for _ in range(3):
                yield case, fmt.parser(case.tools, case.inside, suffix=case.suffix, trace=True)


def _kinds(parts: list[Part]) -> list[str]:
    assert [part.begin for part in parts[1:]] == [part.end for part in parts[:-1]]
    assert not parts or parts[0].begin == 0
    return [part.kind for part in parts for _ in range(part.begin, part.end)]


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_what_is_said_of_a_character_stays_and_no_split_changes_it(path: Path) -> None:
    cases = _cases(path)
    for case, parser in cases:
        whole = line_up(parser, case.text, len(case.text) or 1)
        kinds = _kinds(whole.parts)
        assert len(kinds) == len(case.text)
        assert set(kinds) <= set(MEANINGS) - {HELD}
        _, parser = next(cases)
        lined = LineUp(parser)
        for number, char in enumerate(case.text, 1):
            lined.feed(char)
            known = _kinds(lined.parts)
            assert len(known) == number
            assert all(one in (HELD, other) for one, other in zip(known, kinds, strict=False)), case.name
        lined.finish()
        assert (lined.parts, lined.reasons) == (whole.parts, whole.reasons), case.name
        assert {hold.because for hold in lined.holds} <= set(HELD_BECAUSE)
        assert (lined.held, lined.text) == (None, case.text)
        three = line_up(next(cases)[1], case.text, 3)
        assert (three.parts, three.reasons) == (whole.parts, whole.reasons), case.name


def test_holds_say_since_when_until_when_and_why() -> None:
    lined = line_up(toolgram.load("qwen3_coder").parser(trace=True), "Hi. <tools <tool_call>\n<function=f>\n")
    held = [(lined.text[hold.begin : hold.end], hold.until, hold.because) for hold in lined.holds]
    assert held == [
        (" <tool", 10, "content"),
        (" <tool_call>\n<function=f>\n", 36, "undecided"),
    ]


def test_a_line_up_needs_a_trace() -> None:
    with pytest.raises(ValueError, match="trace=True"):
        LineUp(toolgram.load("hermes").parser())


def test_the_page_has_every_word() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for mark, words in (("kinds", MEANINGS), ("holds", HELD_BECAUSE)):
        [table] = re.findall(rf"<!-- {mark}:.*?-->\n\|.*?\n\|[-|]+\|\n(.*?)<!-- end -->", text, re.DOTALL)
        rows = [f"| `{word}` | {meaning} |" if word else f"| | {meaning} |" for word, meaning in words.items()]
        assert table.splitlines() == rows


# --- as it is shown ------------------------------------------------------------------------------------------------


def test_without_colours_a_row_of_letters_says_it() -> None:
    lines = run("parse", "hermes", "--line-up", text=TEXT).stdout.splitlines()
    assert lines[0] == "c content  n name  k key  v value  m markup  CAPITALS held back when it came"
    assert lines[1:3] == ["1 | See `<tool_call>`.↵", "  | cccccCCCCCCCCCCCccM"]
    assert lines[3] == "  |      ^ no_call: what stands there is no part of a call"
    assert lines[6] == '3 | {"name": "f", "arguments": {"a": "x'
    assert lines[8].endswith("^ cut: the call before it is not complete, or nothing of it could be shown")
    assert lines[10].startswith("held back: 2 times, ")
    assert 'characters: "<tool_call>": whether a call has begun' in lines[11]


def test_long_lines_are_broken_and_nothing_moves_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    lines = run("parse", "hermes", "--line-up", text="東京" * 20 + "\x1b[2J\tend\r\n").stdout.splitlines()
    assert [line[:4] for line in lines[1::2] if line] == ["1 | ", "  | ", "  | "]
    assert "\\x1b[2J→end␍↵" in lines[5]
    assert "\x1b" not in "".join(lines)
    assert lines[2] == "  | " + "c" * 34


def test_a_pipe_gets_the_list_and_a_terminal_the_line_up(tmp_path: Path) -> None:
    assert run("parse", "hermes", "--trace", text="Hi").stdout == 'content    "Hi"\n'
    recording = tmp_path / "raw.txt"
    recording.write_text(TEXT, encoding="utf-8")
    words = ("replay", str(recording), "--format", "hermes", "--stream", "1", "--trace")
    coloured = _on_a_terminal(*words)
    assert "\x1b[" in coloured
    assert "no_call" in coloured
    plain = _on_a_terminal(*words, NO_COLOR="1")
    assert "\x1b[" not in plain
    assert "| cccccCCCCCCCCCCCccM" in plain


def test_a_line_up_of_chunks_shows_what_waits_for_the_next_one() -> None:
    shown = run("parse", "hermes", "--line-up", "--stream", "10", text="Look. <tools are fun").stdout
    assert "| cccccCCCCCcccccccccc" in shown
    assert "held back: 1 time, 5 characters at most" in shown


def test_the_line_up_on_the_page_is_true() -> None:
    [block] = re.findall(r"keeps this true -->\n```\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    text = "\n".join(re.findall(r"^\d \| (.*)$", block, re.MULTILINE)).replace("↵", "")
    tools = PAGE.parents[1] / "examples" / "tools.json"
    assert run("parse", "hermes", "--tools", tools, "--line-up", text=text).stdout == block
