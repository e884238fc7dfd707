"""What a parser notes of its recoveries: the right kinds, the same at every split, none where nothing is wrong."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import budget
import pytest

import toolgram
from toolgram.registry import format_paths
from toolgram.runtime.core import repairs
from toolgram.runtime.events import CallEnd
from toolgram.testing import read_cases

ROOT = Path(__file__).parents[1]
TOOLS: list[dict[str, Any]] = [
    {
        "type": "function",
        "function": {
            "name": "get_weather",
            "parameters": {
                "type": "object",
                "properties": {"city": {"type": "string"}, "days": {"type": "integer"}, "more": {"type": "object"}},
            },
        },
    }
]
SIZES = (1, 3, 10_000_000)
FUNCTION = "<function=get_weather>\n<parameter=city>\nRome\n</parameter>\n</function>"
MORE = "<tool_call>\n<function=get_weather>\n<parameter=more>\n%s\n</parameter>\n</function>\n</tool_call>"
BEGIN = "<|tool_calls_section_begin|><|tool_call_begin|>functions.get_weather:0<|tool_call_argument_begin|>"


def kinds(format_id: str, text: str, inside: str | None = None, tools: Any = TOOLS) -> tuple[str, ...]:
    """What was recovered of a text, however it is cut."""
    found = set()
    for size in SIZES:
        parser = toolgram.load(format_id).parser(tools, inside)
        for at in range(0, len(text), size):
            parser.feed(text[at : at + size])
        parser.finish()
        found.add(tuple(sorted(parser.repairs)))
    [only] = found
    return only


WELL_FORMED = [
    ("qwen3_coder", "Hello, 3 < 4."),
    ("qwen3_coder", f"<think>\nHm.\n</think>\n\nSo.\n<tool_call>\n{FUNCTION}\n</tool_call>"),
    ("qwen3_coder", MORE % '{"a": [1, -2.5e3, true, null, "x\\n\\"y\\""], "b": {}}'),
    (
        "hermes",
        '<tool_call>\n{"name": "get_weather", "arguments": {"city": "Rome", "more": {"a": [1, []]}}}\n</tool_call>',
    ),
    ("pythonic", "[get_weather(city=\"Rome\", days=3, more={'a': [1, (2, 3)], 'b': None,}), get_weather(city='x')]"),
    ("kimi_k2", BEGIN + '{"city": "Rome"}<|tool_call_end|><|tool_calls_section_end|>'),
]


@pytest.mark.parametrize(("format_id", "text"), WELL_FORMED)
def test_nothing_is_noted_of_what_is_well_formed(format_id: str, text: str) -> None:
    assert kinds(format_id, text) == ()


def test_the_kinds_of_tags() -> None:
    call = f"<tool_call>\n{FUNCTION}\n</tool_call>"
    assert kinds("qwen3_coder", FUNCTION + "\n</tool_call>") == ("stray_delimiter",)  # its spec has both forms
    assert kinds("qwen3_coder", call.replace("</parameter>\n", "")) == ("missing_closer",)
    assert kinds("qwen3_coder", call.replace("</function>\n", "")) == ("missing_closer",)
    assert kinds("qwen3_coder", "<think>So: " + call) == ("open_thoughts",)
    assert kinds("qwen3_coder", "With <tool_call> I call.") == ("given_back",)
    assert kinds("qwen3_coder", "<think>With <tool_call> I call.</think>") == ("given_back_in_thoughts",)
    assert kinds("qwen3_coder", call[:-60]) == ("cut",)
    assert kinds("qwen3_coder", "<tool_call>\n<func") == ("cut",)
    whole = BEGIN + '{"city": "Rome"}<|tool_call_end|>'
    assert kinds("kimi_k2", whole.removeprefix("<|tool_calls_section_begin|>")) == ("missing_closer", "missing_opener")
    assert kinds("kimi_k2", whole) == ("missing_closer",)


@pytest.mark.parametrize(
    "arguments",
    [
        '{"city": "Rome",}',
        '{"city": "Rome" "days": 3}',
        '{"city": "Rome",, "days": 3}',
        "{'city': \"Rome\"}",
        "{\"city\": 'Rome'}",
        '{city: "Rome"}',
        '{"city": Rome}',
        '{"more": True}',
        '{"more": [1, 2}}',
        '{"more": [1,]}',
        '{"city": "Ro"me"}',
        '"{\\"city\\": \\"Rome\\"}"',
    ],
)
def test_arguments_that_are_no_json(arguments: str) -> None:
    call = f'{{"name": "get_weather", "arguments": {arguments}}}'
    assert kinds("hermes", f"<tool_call>\n{call}\n</tool_call>") == ("near_json",)
    if not arguments.startswith('"'):
        assert kinds("qwen3_coder", MORE % "{a: 1}") == ("near_json",)


def test_the_page_names_every_kind() -> None:
    page = (ROOT / "docs" / "vllm-plugin.md").read_text(encoding="utf-8")
    table = page.partition("<!-- kinds:")[2].partition("<!-- end -->")[0]
    named = re.findall(r"^\| `(\w+)`", table, re.MULTILINE)
    values = [value for name, value in vars(repairs).items() if name.isupper() and isinstance(value, str)]
    assert sorted(named) == sorted(values)


@pytest.mark.parametrize("path", budget.sample(format_paths(), 24), ids=lambda path: path.stem)
def test_every_page(path: Any) -> None:
    """The kinds do not depend on the split; a call is cut exactly where one is not complete, or has vanished."""
    fmt = toolgram.load(path)
    for case in read_cases(path.with_suffix(".md")):
        found = kinds(str(path), case.text, case.inside, case.tools)
        parser = fmt.parser(case.tools, case.inside)
        events = [*parser.feed(case.text), *parser.finish()]
        if any(isinstance(event, CallEnd) and not event.complete for event in events):
            assert "cut" in found, case.name
