"""Every format has a page, and every case on it holds at every split."""

from __future__ import annotations

from pathlib import Path

import budget
import pytest
from slips import CALLING
from strategies import sample_call

import toolgram
from toolgram.registry import find, format_paths
from toolgram.testing import Case, PageError, parse_cases, read_cases, replay, short_tool

CASES_MIN = 10
UNDECLARED = "\n- A call of a tool that the request does not declare is "
PASSED_ON, IS_TEXT = UNDECLARED + "passed on, because a special token opens it.", UNDECLARED + "text."


def page_cases() -> list[object]:
    """All cases of all pages, each named by format and heading."""
    found: list[object] = []
    for path in format_paths():
        page = path.with_suffix(".md")
        cases = read_cases(page) if page.exists() else []
        found += [pytest.param(path.stem, case, id=f"{path.stem}: {case.name}") for case in cases]
    return found


@pytest.mark.parametrize("path", format_paths(), ids=lambda path: path.stem)
def test_every_format_has_a_page_with_cases(path: Path) -> None:
    page = path.with_suffix(".md")
    assert page.exists(), f"{path.name} has no page {page.name}"
    assert len(read_cases(page)) >= CASES_MIN


@pytest.mark.parametrize("path", format_paths(), ids=lambda path: path.stem)
def test_a_page_tells_the_bounds_that_hold(path: Path) -> None:
    page = path.with_suffix(".md").read_text(encoding="utf-8")
    for text, bound in toolgram.load(path.stem).machine.bounds.items():
        assert f"| {text} | {bound:,} |" in page


@pytest.mark.parametrize("name", CALLING)
def test_a_page_tells_what_becomes_of_undeclared_tools(name: str) -> None:
    """The sample call, in a request that declares another tool: passed on, or all of it text. Nothing drops it."""
    case = sample_call(name)
    assert case is not None
    message = toolgram.load(name).parse(case.text, [short_tool("other", {})], case.inside, case.suffix)
    page = find(name).with_suffix(".md").read_text(encoding="utf-8")
    assert (PASSED_ON in page, IS_TEXT in page) == (bool(message.tool_calls), not message.tool_calls)
    if not message.tool_calls:
        assert (message.content or "").split() == case.text.split()
    assert not message.tool_calls or toolgram.load(name).machine.unknown_tools == "call"


@pytest.mark.parametrize(("name", "case"), page_cases())
def test_a_case_of_a_page_holds_at_every_split(name: str, case: Case) -> None:
    failure = replay(toolgram.load(name), case, budget.cuts_max(), budget.sizes())
    assert failure is None, f"\n{failure}"


PAGE = """# A page

## One
```output
text
```
```message
{"content": "text"}
```
"""


@pytest.mark.parametrize(
    ("page", "place", "problem"),
    [
        (PAGE.replace('{"content"', '{"contents"'), "x.md:7", "no key `contents` here"),
        (PAGE.replace('"text"}', '"text"'), "x.md:8", "`message` is not JSON"),
        (PAGE.replace("```message", "```massage"), "x.md:7", "did you mean `message`?"),
        (PAGE.replace("```message", "```Message"), "x.md:7", "did you mean `message`?"),
        (PAGE.partition("```message")[0], "x.md:3", "has no `message` block"),
        ("```tolls\n{}\n```\n" + PAGE, "x.md:1", "no block `tolls`: did you mean `tools`?"),
        (PAGE + "```json\n{}\n```\n", "x.md:10", "a block `json` belongs to no case"),
        (PAGE + "```\n{}\n```\n", "x.md:10", "a block without a name belongs to no case"),
        (PAGE.replace("```output", "```output again"), "x.md:4", "only `output escaped` does"),
        (PAGE.replace("```output\ntext", "```output escaped\ntext\\q"), "x.md:5", "is no escape"),
        (PAGE + PAGE.replace("# A page\n", ""), "x.md:11", "a second case `One`; the first is at line 3"),
        (PAGE + "```options\nsplit = ['te', 'x']\n```\n", "x.md:10", "do not join to the output"),
        (PAGE + "```options\nfrom = 1\n```\n", "x.md:10", "no option `from`"),
        (PAGE + "```options\n= 1\n```\n", "x.md:10", "`options` is not TOML"),
        (PAGE + "```tools\n3\n```\n", "x.md:10", "`tools` is a list of OpenAI tools"),
        (PAGE + "```message\n{}\n```\n", "x.md:10", "a second `message` block"),
        (PAGE + "## Two\n```message\n{}\n```\n", "x.md:11", "without an `output` block"),
        (PAGE + "````output\n```\n", "x.md:10", "never closed"),
        (PAGE.replace('"content": "text"', '"tool_calls": [{"name": "f"}]'), "x.md:7", "`arguments` is an object"),
    ],
)
def test_a_bad_page_is_told_with_its_place(page: str, place: str, problem: str) -> None:
    with pytest.raises(PageError) as caught:
        parse_cases("x.md", page)
    assert str(caught.value).startswith(f"{place}: error[bad-page]: ")
    assert problem in str(caught.value)


def test_a_page_that_is_not_utf_8_is_told_with_its_line(tmp_path: Path) -> None:
    page = tmp_path / "x.md"
    page.write_bytes(b"# A page\n\xff\n")
    with pytest.raises(PageError, match=r"x\.md:2: .*not UTF-8"):
        read_cases(page)


def test_a_failure_names_case_split_difference_and_command() -> None:
    [case] = parse_cases("formats/x.md", PAGE.replace('"content": "text"', '"content": "test"'))
    failure = replay(toolgram.load("hermes"), case)
    assert str(failure) == (
        "formats/x.md:3: error[case]: One: the content is not as expected\n"
        "    split  the whole text\n"
        "    wanted 'test'\n"
        "    got    'text'\n"
        "    again  toolgram test hermes -k One"
    )
