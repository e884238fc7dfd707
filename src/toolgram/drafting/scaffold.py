"""A spec to begin with where there is no template: one for each family, with comments that say what to change.

In: a name and a family. Out: the text of a spec that `toolgram check` passes as it is, and a page with its cases.
"""

from __future__ import annotations

from pathlib import Path

from ..testing.cases import short_tool
from ..testing.recording import fenced, tools_text, write_case
from .probing import TOOLS
from .proof import compiled

FOLDER = Path(__file__).with_name("scaffolds")
FAMILIES = {
    "tags": "a tag for each argument",
    "json": "a JSON object with name and arguments, in tags",
    "headers": "the name in a header, the arguments as JSON behind it",
    "python": "Python calls with keyword arguments",
}
CALLS = {  # the same two calls in each family, with text between them to cut
    "tags": (
        "<tool_call>\n<function=get_weather>\n<parameter=city>\nTokyo\n</parameter>\n</function>\n</tool_call>",
        "<tool_call>\n<function=ping>\n</function>\n</tool_call>",
    ),
    "json": (
        '<tool_call>\n{"name": "get_weather", "arguments": {"city": "Tokyo"}}\n</tool_call>',
        '<tool_call>\n{"name": "ping", "arguments": {}}\n</tool_call>',
    ),
    "headers": (
        '<|call|>get_weather<|arguments|>{"city": "Tokyo"}<|end_call|>',
        "<|call|>ping<|arguments|>{}<|end_call|>",
    ),
    "python": ("<tool_calls>[get_weather(city='Tokyo')]</tool_calls>", "<tool_calls>[ping()]</tool_calls>"),
}


def write_scaffold(name: str, family: str) -> tuple[str, str]:
    """Write spec and page of a family."""
    text = (FOLDER / f"{family}.lark").read_text(encoding="utf-8").replace("NAME:", f"{name}:")
    fmt, report = compiled(name, text)
    assert fmt is not None, report
    one, other = CALLS[family]
    outputs = {
        "Content only": "The answer is 20 < 25.",
        "One call": one,
        "Two calls": f"{one}\n{other}",
        "Text around": f"Let me check.\n{other}\nOne moment.",
        "No arguments": other,
        "Reasoning": f"<think>\nI need the weather.\n</think>\n\n{one}",
        "Cut off mid-call": one[: one.index("Tokyo") + 3],
    }
    tools = [short_tool(tool, keys) for tool, keys in TOOLS.items()]
    cases = (write_case(title, output, fmt.parse(output, tools)) for title, output in outputs.items())
    head = [
        f"# {name}",
        f"Begun by `toolgram new {name} --family {family}`: {FAMILIES[family]}. Say here which models write it,"
        " and where that is known from.",
        "# Cases",
        "These are texts of our own, with these tools. Put recorded ones in their place: `toolgram case add`.",
        fenced("tools", tools_text(TOOLS)),
    ]
    return text, "\n\n".join(head) + "\n\n" + "\n".join(cases)
