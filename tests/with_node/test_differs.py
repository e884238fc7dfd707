"""What the two runtimes read otherwise: each row of the table in docs/typescript.md, and no more in it than that."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from compare import Node, pieces, read, same

PAGE = Path(__file__).parents[2] / "docs" / "typescript.md"
ROW = "| {} | `{}` | `{}` |"


class Row(NamedTuple):
    """A text that is read otherwise, and what each runtime makes of it: arguments, or content."""

    what: str
    format: str
    text: str
    parameters: dict[str, Any]
    python: str
    typescript: str
    name: str = "f"


def in_call(value: str) -> str:
    return f"<tool_call>\n<function=f>\n<parameter=a>\n{value}\n</parameter>\n</function>\n</tool_call>"


STRING, NUMBER = {"a": {"type": "string"}}, {"a": {"enum": [1.0]}}
NEW = "\u1c89"  # a letter since Unicode 16
LONG = "𝕏" * 100  # 200 units, and a name has 128 at most
ROWS = [
    Row(
        'an escape by name in a Python string, `"\\N{BULLET}"`',
        "pythonic",
        '[f(a="\\N{BULLET}")]',
        STRING,
        '{"a": "•"}',
        '{"a": "\\\\N{BULLET}"}',
    ),
    Row("`1.0` where a schema lists `1.0`", "qwen3_coder", in_call("1.0"), NUMBER, '{"a": 1.0}', '{"a": 1}'),
    Row(
        "two halves of a character, each alone in what is fed",
        "hermes",
        '<tool_call>\n{"name": "f", "arguments": {"a": "\ud83d\ude00"}}\n</tool_call>',
        STRING,
        '{"a": "\\ud83d\\ude00"}',
        '{"a": "😀"}',
    ),
]


@pytest.fixture(scope="module")
def node() -> Node:
    return Node()


def both(node: Node, fmt: str, text: str, tools: Any) -> tuple[Any, Any]:
    asked = {"format": fmt, "text": text, "tools": tools, "inside": None, "suffix": None, "splits": [[]]}
    asked |= {"cut": False, "trace": False, "held": False, "report": None}
    node.ask(asked)
    return read(asked, pieces(asked, [])), node.answer()[0]


def text_of(result: dict[str, Any]) -> str:
    return "".join(event.get("text", "") for event in result["events"])


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.what)
def test_the_table_says_what_each_runtime_makes_of_a_text(node: Node, row: Row) -> None:
    tools = [{"type": "function", "function": {"name": "f", "parameters": {"properties": row.parameters}}}]
    ours, theirs = both(node, row.format, row.text, tools)
    assert (text_of(ours), text_of(theirs)) == (row.python, row.typescript)
    assert ROW.format(row.what, row.python, row.typescript) in PAGE.read_text(encoding="utf-8")


def test_values_that_are_written_otherwise_are_the_same_to_a_client() -> None:
    for row in ROWS[1:]:
        half = row.python.replace("\\ud83d\\ude00", "😀")
        assert json.loads(half) == json.loads(row.typescript)


def test_a_limit_counts_units_there_and_characters_here(node: Node) -> None:
    text = f'<tool_call>\n{{"name": "{LONG}", "arguments": {{}}}}\n</tool_call>'
    ours, theirs = both(node, "hermes", text, [{"type": "function", "function": {"name": LONG}}])
    assert ours["events"][0]["type"] == "CallStart"
    assert theirs["events"][0]["type"] == "ContentDelta"


def test_letters_that_are_newer_than_an_engine_are_in_no_name_there(node: Node) -> None:
    text = f"<|python_start|>[f{NEW}(a=1)]<|python_end|>"
    ours, theirs = both(node, "llama4_pythonic", text, None)
    version = subprocess.run(["node", "-p", "process.versions.unicode"], capture_output=True, text=True, check=True)
    known = [NEW.isalnum(), float(version.stdout) >= 16]
    assert [one["events"][0]["type"] == "CallStart" for one in (ours, theirs)] == known


def test_a_declared_name_is_read_whatever_its_letters(node: Node) -> None:
    ours, theirs = both(node, "pythonic", f"[f{NEW}(a=1)]", [{"type": "function", "function": {"name": f"f{NEW}"}}])
    assert ours["events"][0]["type"] == "CallStart"
    assert same(ours, theirs)


def test_half_a_character_alone_is_escaped_by_both(node: Node) -> None:
    tools = [{"type": "function", "function": {"name": "f", "parameters": {"properties": STRING}}}]
    text = '<tool_call>\n{"name": "f", "arguments": {"a": "x\ud83d"}}\n</tool_call>a\ude00'
    ours, theirs = both(node, "hermes", text, tools)
    assert same(ours, theirs)
    assert text_of(ours) == '{"a": "x\\ud83d"}a\ude00'
