"""The page of a draft: what was found, what was not, and cases that the template itself has rendered.

In: a prober, a layout, the format that came of it. Out: Markdown that `toolgram test` runs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..chat_templates import TemplateError
from ..diagnostics import printable
from ..formats import Format
from ..testing.cases import short_tool
from ..testing.recording import fenced, tools_text, write_case
from ..testing.templates.comparing import difference
from ..testing.templates.conversations import Call, Turn
from ..testing.templates.rendering import Renderer
from .layout import Layout
from .probing import SHOWN, TOOLS, Prober

TEXT, THOUGHT = "Let me look it up.", "I need the weather."
TYPES = Call("configure", {"text": "42", "count": 3, "ratio": 2.5, "on": True, "list": ["a", "b"], "options": {"a": 1}})
QUOTED = Call("get_weather", {"city": 'say "hi" <b>& it\'s</b>\nline 2', "days": 1})
TURNS = {
    "Content only": Turn((), TEXT),
    "One call": Turn(SHOWN[:1]),
    "Two calls": Turn(SHOWN),
    "Text before a call": Turn(SHOWN[:1], TEXT),
    "Reasoning": Turn((), TEXT, THOUGHT),
    "Reasoning before a call": Turn(SHOWN[:1], None, THOUGHT),
    "Every argument type": Turn((TYPES,)),
    "No arguments": Turn((Call("ping", {}),)),
    "Quotes and markup in a value": Turn((QUOTED,)),
}


@dataclass(frozen=True, slots=True)
class Rendered:
    """The cases that come back, as text; and those that do not, with the reason."""

    cases: tuple[str, ...]
    lost: tuple[str, ...]


def render_cases(prober: Prober, fmt: Format) -> Rendered:
    """Render a case of each kind, and keep those that are read as what was said."""
    thinking = prober.with_reasoning() or prober
    renderer = Renderer(fmt, thinking.template, thinking.shape, thinking.tools)
    tools = [short_tool(name, keys) for name, keys in TOOLS.items()]
    cases, lost = [], []
    for title, turn in TURNS.items():
        if turn.reasoning and thinking.shape.reasoning_key is None:
            continue
        try:
            written = renderer.written(turn)
            text = written.text.strip()
            came = fmt.parse(text, tools, written.inside)
            problem = difference(turn, came)
        except TemplateError as refusal:
            problem = f"the template refuses it ({refusal.problem})"
        if problem is None:
            cases.append(write_case(title, text, came, inside=written.inside))
        else:
            lost.append(f"{title}: {problem}")
    return Rendered(tuple(cases), tuple(lost))


def write_page(name: str, layout: Layout, sample: str, source: str, proof: str, rendered: Rendered) -> str:
    """Write the page."""
    unknown = [*layout.unknown, *(f"{line} (no case was written of it)" for line in rendered.lost)]
    parts = [
        f"# {name}",
        f"Drafted by `toolgram new` from the chat template `{printable(source)}`. {printable(proof)}",
        fenced("text", sample),
        "## What was found",
        "\n".join(f"- {printable(line)}" for line in _found(layout)),
        "## What to look at",
        "\n".join(f"- {line[:1].upper()}{printable(line[1:])}." for line in unknown) or "Nothing is known to be open.",
        "# Cases",
        "Rendered by the template, with these tools. Add what the model really writes: `toolgram case add`.",
        fenced("tools", tools_text(TOOLS)),
    ]
    return "\n\n".join(parts) + "\n\n" + "\n".join(rendered.cases)


def _found(layout: Layout) -> Iterator[str]:
    opener, closer = (text.strip() for text in layout.section)
    if opener:
        yield f"Calls stand in a section: `{opener}` to `{closer}`." if closer else f"Calls stand behind `{opener}`."
    if layout.separator:
        yield f"Between calls stands `{layout.separator}`."
    if layout.reasoning:
        yield f"Reasoning stands between `{layout.reasoning[0]}` and `{layout.reasoning[1]}`."
    if layout.begins_inside:
        switch = layout.begins_inside["reasoning"]
        yield f"The prompt opens the reasoning: {'always' if switch is True else f'by the argument `{switch}`'}."
    if layout.end_tokens:
        yield f"A turn ends with {', '.join(f'`{token}`' for token in layout.end_tokens)}."
    yield from (f"{line[:1].upper()}{line[1:]}." for line in layout.found)
    yield "The rules in the spec say the rest; `toolgram check` shows what they make of the sample."
