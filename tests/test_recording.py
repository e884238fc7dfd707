"""A recorded text as a case: what is written is read back; the command, and what it refuses."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

import toolgram
from toolgram.cli.commands import app
from toolgram.drafting import write_scaffold
from toolgram.testing import parse_cases, run_format
from toolgram.testing.recording import free_title, write_case

TEXTS = st.lists(
    st.sampled_from(
        [
            *(
                "a",
                "é",
                "\n",
                " ",
                "\t",
                "\\",
                "\\n",
                "```",
                "````",
                "~~~",
                "# x",
                "\r",
                "\x00",
                "\u2028",
                "😀",
                "<think>",
            ),
            *(
                "</think>",
                '<tool_call>{"name": "f", "arguments": {"a": 1}}</tool_call>',
                '<tool_call>{"name": "f", "argu',
            ),
        ]
    ),
    min_size=1,
    max_size=12,
).map("".join)


@settings(deadline=None)
@given(TEXTS)
def test_what_is_written_is_read_back(text: str) -> None:
    fmt = toolgram.load("hermes")
    tools = [{"type": "function", "function": {"name": "f"}}]
    page = "# x\n\n" + write_case("A case", text, fmt.parse(text, tools), tools=tools)
    [case] = parse_cases("x.md", page)
    assert (case.name, case.text, case.tools) == ("A case", text, tools)
    assert run_format(fmt, [case]).failures == ()


def test_citations_and_ids_are_written() -> None:
    fmt = toolgram.load("cohere_command3")
    call = '{"tool_call_id": "7", "tool_name": "f", "parameters": {}}'
    text = f"<co>sunny</co: 0:[1]>.<|START_ACTION|>[{call}]<|END_ACTION|>"
    [case] = parse_cases("x.md", write_case("A case", text, fmt.parse(text), inside=None))
    assert case.expected.calls[0].id == "7"
    assert case.expected.citations[0].text == "sunny"


def test_titles_are_numbered() -> None:
    assert free_title("A", []) == "A"
    assert free_title("A", ["A"]) == "A (2)"
    assert free_title("A (2)", ["A", "A (2)"]) == "A (3)"


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    text, page = write_scaffold("acme", "json")
    path = tmp_path / "acme.lark"
    path.write_text(text, encoding="utf-8")
    path.with_suffix(".md").write_text(page, encoding="utf-8")
    return path


def run(*words: str | Path) -> tuple[int, str]:
    result = CliRunner().invoke(app, [str(word) for word in words])
    return result.exit_code, result.output


def test_the_command(spec: Path, tmp_path: Path) -> None:
    raw = tmp_path / "raw.txt"
    raw.write_text('Hm.\n<tool_call>\n{"name": "ping", "arguments": {}}\n</tool_call>\n', encoding="utf-8")
    before = spec.with_suffix(".md").read_text(encoding="utf-8")
    for title in ("Recorded", "Recorded (2)"):
        status, text = run("case", "add", spec, raw)
        assert status == 0, text
        assert f"added `{title}`" in text
        assert '{"name": "ping", "arguments": {}}' in text
    after = spec.with_suffix(".md").read_text(encoding="utf-8")
    assert after.startswith(before.rstrip("\n"))
    assert run("test", spec)[0] == 0


def test_tools_of_its_own_and_an_open_prompt(spec: Path, tmp_path: Path) -> None:
    raw, tools = tmp_path / "raw.txt", tmp_path / "tools.json"
    raw.write_text('Hm.</think><tool_call>{"name": "other", "arguments": {"a": 1}}</tool_call>', encoding="utf-8")
    tools.write_text('[{"type": "function", "function": {"name": "other"}}]', encoding="utf-8")
    status, text = run("case", "add", spec, raw, "--tools", tools, "--inside", "reasoning", "--title", "Open")
    assert status == 0, text
    case = next(
        one for one in parse_cases("x", spec.with_suffix(".md").read_text(encoding="utf-8")) if one.name == "Open"
    )
    assert (case.inside, case.expected.reasoning, case.expected.calls[0].name) == ("reasoning", "Hm.", "other")
    assert run("test", spec)[0] == 0


def test_a_format_without_a_page_gets_one(spec: Path, tmp_path: Path) -> None:
    spec.with_suffix(".md").unlink()
    raw = tmp_path / "raw.txt"
    raw.write_text("Hello", encoding="utf-8")
    status, text = run("case", "add", spec, raw)
    assert (status, "--tools FILE" in text) == (0, True)
    assert run("test", spec)[0] == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("case", "add", "{spec}", "nowhere.txt"), "there is no file nowhere.txt"),
        (("case", "add", "{spec}", "{empty}"), "skip_special_tokens: false"),
        (("case", "add", "{spec}", "{raw}", "--inside", "content"), "can begin inside reasoning"),
        (("case", "add", "{spec}", "{raw}", "--title", "  "), '--title "Two calls"'),
        (("case", "add", "no_such_format", "{raw}"), "no_such_format"),
    ],
)
def test_wrong_usage_writes_nothing(words: tuple[str, ...], said: str, spec: Path, tmp_path: Path) -> None:
    raw, empty = tmp_path / "raw.txt", tmp_path / "empty.txt"
    raw.write_text("Hello", encoding="utf-8")
    empty.write_text("", encoding="utf-8")
    before = spec.with_suffix(".md").read_text(encoding="utf-8")
    status, text = run(*(word.format(spec=spec, raw=raw, empty=empty) for word in words))
    assert status in (1, 2)
    assert said in text
    assert spec.with_suffix(".md").read_text(encoding="utf-8") == before


def test_a_page_that_cannot_be_read_is_left_alone(spec: Path, tmp_path: Path) -> None:
    page, raw = spec.with_suffix(".md"), tmp_path / "raw.txt"
    page.write_text("# x\n\n```output\nnever closed", encoding="utf-8")
    raw.write_text("Hello", encoding="utf-8")
    status, text = run("case", "add", spec, raw)
    assert (status, "never closed" in text) == (1, True)
    assert page.read_text(encoding="utf-8") == "# x\n\n```output\nnever closed"
