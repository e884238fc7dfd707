"""The table of `docs/runtime.md` is what a parser does."""

from __future__ import annotations

import re
from pathlib import Path

import toolgram
from toolgram import ArgumentsDelta, CallEnd, CallStart, ContentDelta, Event
from toolgram.testing import merge, short_tool

PAGE = Path(__file__).parents[1] / "docs" / "runtime.md"
TOOLS = [short_tool("get_weather", {"city": "string"})]


def rows() -> list[list[str]]:
    """The cells of the table, code marks taken off, `\\n` as a line end."""
    _, _, behind = PAGE.read_text(encoding="utf-8").partition("replays this table -->\n\n")
    lines = behind.partition("\n\n")[0].splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split(" |")] for line in lines]


def code(cell: str) -> str:
    """The text of a cell in code marks."""
    return cell.strip("`").replace("\\n", "\n")


def shown(event: Event) -> str:
    """An event as the table writes it."""
    match event:
        case ContentDelta(text=text):
            return f"content `{text}`"
        case CallStart(name=name):
            return f"call `{name}`"
        case ArgumentsDelta(text=text):
            return f"arguments `{text}`"
        case CallEnd(complete=True):
            return "end"
    raise AssertionError(event)


def test_the_parser_does_what_the_page_says() -> None:
    parser = toolgram.load("qwen3_coder").parser(TOOLS)
    fed = ""
    for cells in rows():
        text, state, held, undecided, events = cells
        found = merge(parser.feed(code(text)))
        place = parser._catch_up().place.state
        assert state == f"{place.kind}: {place.name}", text
        assert code(held) == parser.held_source, text
        assert undecided == ("yes" if parser.is_undecided else "no"), text
        assert events == ", ".join(map(shown, found)), text
        fed += code(text)
    page = re.search(r"```\n(Look\..*?)\n```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert page is not None
    assert fed == page.group(1)
