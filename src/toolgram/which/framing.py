"""How reasoning begins with a template: what its prompt opens, and whether a format expects that.

In: a template, a shape in which it takes messages, and the facts of a format. Out: a `Framing`.

A prompt says it by its own delimiters: it opens the reasoning, closes it, or says nothing. A format's metadata says
what to expect, by the arguments of the template. Where the prompt says nothing, the model does, and no format is
contradicted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ..chat_templates import ChatTemplate, TemplateError
from ..testing.templates.rendering import Chat, Shape, capture_left_open
from .facts import Facts

OPEN, CLOSED, SILENT = "open", "closed", "silent"
USUAL = ("enable_thinking", "thinking")  # the arguments that templates have for it


@dataclass(frozen=True, slots=True)
class Framing:
    """What prompts do with reasoning: by default, and with the arguments that change it."""

    by_default: str = SILENT
    changed_by: tuple[tuple[str, str], ...] = ()  # what the arguments make of it: `enable_thinking=false`, closed
    contradictions: int = 0  # prompts of which the format expects something else

    @property
    def words(self) -> str:
        """The same in a sentence."""
        says = {OPEN: "the prompt opens the reasoning", CLOSED: "the prompt closes the reasoning"}
        default = says.get(self.by_default, "the prompt leaves it to the model whether it reasons")
        changes = [f"{says.get(state, 'it says nothing')} with {what}" for what, state in self.changed_by]
        return "; ".join([default, *changes])


NO_FRAMING = Framing()


def framing_of(template: ChatTemplate, shape: Shape, facts: Facts) -> Framing:
    """Find out what the prompts of a template open."""
    states: dict[str, str] = {}
    contradictions = 0
    for options in _options(facts):
        try:
            tail = Chat(template, replace(shape, options=tuple(options.items()))).prompt()
        except TemplateError:
            continue
        state = _state(facts, tail)
        states[_shown(options)] = state
        contradictions += state != SILENT and (state == OPEN) != _expected(facts, options)
    default = states.pop("", SILENT)
    changed = tuple((what, state) for what, state in states.items() if state != default)
    return Framing(default, changed, contradictions)


def _options(facts: Facts) -> Iterator[dict[str, Any]]:
    """Nothing, then each argument that may decide it, on and off."""
    yield {}
    names, off = (facts.begins_inside[1], facts.begins_inside[3]) if facts.begins_inside else ((), ())
    for name in dict.fromkeys((*names, *USUAL)):
        for value in ("high", off[0]) if off and name not in USUAL else (True, False):
            yield {name: value}


def _state(facts: Facts, tail: str) -> str:
    if capture_left_open(facts.fmt, tail) is not None:
        return OPEN
    return CLOSED if any(literal in tail for literal in facts.reasoning) else SILENT


def _expected(facts: Facts, options: Mapping[str, Any]) -> bool:
    """Whether a format expects the prompt to have opened the reasoning."""
    if facts.begins_inside is None:
        return False
    _, names, default, off = facts.begins_inside
    said = [value for name, value in options.items() if name in names]
    return all(value and value not in off for value in said) if said or not names else default


def _shown(options: Mapping[str, Any]) -> str:
    return ", ".join(f"{name}={str(value).lower()}" for name, value in options.items())
