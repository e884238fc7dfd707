"""What a template can carry, by measurement.

In: a format and a template. Out: the shape that the template wants its messages in, and the `Abilities` to draw
conversations from. Nothing is known here of any template: it is rendered, and the texts are compared.

A value is left out only for a reason that no parser could help: rendered, it is the same text as another value. What
fails without such a reason stays in, and shows as a conversation that does not come back.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from ...chat_templates import ChatTemplate, TemplateError
from ...formats import Format
from .comparing import difference, turn_of
from .conversations import DASHED, KINDS, PING, PLAIN, VALUES, Abilities, Call, Kind, Turn
from .rendering import MARK, Renderer, Shape, literals
from .shapes import (
    PROBE,
    NothingToCompareError,
    best_renderer,
    comes_back,
    header_of,
    learn_end,
    parsed,
    shapes,
    with_reasoning,
)

SAMPLES = 40
CALLS = tuple(Call(PLAIN, {"text": text}) for text in (MARK, "Second " + MARK, "Third " + MARK))


@dataclass(frozen=True, slots=True)
class Found:
    """A template that has been measured."""

    renderer: Renderer
    abilities: Abilities


def measure(
    fmt: Format,
    template: ChatTemplate,
    options: dict[str, Any],
    among: Sequence[Shape] | None = None,
    samples: int | None = None,
) -> list[Found]:
    """Find out what a template can carry: at the beginning, and behind the results of earlier calls.

    `among` are the shapes that are known to suit; `samples`: how many values of a kind are tried, else `SAMPLES`.
    Raises TemplateError and NothingToCompareError.
    """
    tried, samples = among or list(shapes(options)), samples or SAMPLES
    found = [_measured(best_renderer(fmt, template, tried), samples)]
    try:
        later = best_renderer(fmt, template, (replace(shape, after_results=True) for shape in tried))
        found.append(_measured(later, samples))
    except (TemplateError, NothingToCompareError) as problem:
        left_out = (*found[0].abilities.left_out, f"calls behind results: {problem}")
        found[0] = replace(found[0], abilities=replace(found[0].abilities, left_out=left_out))
    return found


def _measured(renderer: Renderer, samples: int) -> Found:
    learn_end(renderer)
    if (header := header_of(renderer)) is not None:
        raise NothingToCompareError(
            f"the turn opens with {json.dumps(header, ensure_ascii=False)}, and the prompt for it does not"
        )
    renderer, has_reasoning = with_reasoning(renderer)
    return Found(renderer, _Measuring(renderer, has_reasoning, samples).abilities())


class _Measuring:
    """What one template carries, and in `left_out` what it does not."""

    def __init__(self, renderer: Renderer, has_reasoning: bool, samples: int) -> None:
        self.renderer = renderer
        self.samples = samples
        self.has_reasoning = has_reasoning
        self.literals = literals(renderer.fmt)
        self.left_out: list[str] = []

    def abilities(self) -> Abilities:
        if not comes_back(self.renderer, PROBE):
            return Abilities(content=False, reasoning=False)  # nothing to measure with: every conversation is lost
        if not self.has_reasoning:
            self.left_out.append("reasoning: it is not written")
        calls = self._calls()
        arguments = 4 if self._separates_arguments() else 1
        content = self._writes_content()
        both = content and self.has_reasoning and self._writes_both()
        names = tuple(name for name in ("get_weather", PLAIN, DASHED, PING) if name == PING or self._carries_name(name))
        kinds = tuple(kind for kind in KINDS if self._carries(kind))
        empty = self._carries_turn(Turn((Call(PING, {}),)), "calls without arguments")
        left_out = tuple(self.left_out)
        return Abilities(kinds, calls, arguments, content, self.has_reasoning, both, empty, names, left_out)

    def _writes_content(self) -> bool:
        turn = replace(PROBE, content="Now then.")
        if not self._writes(turn, "Now then.", "text beside calls"):
            return False
        written, back = self.renderer.written(turn), parsed(self.renderer, turn)
        came = turn_of(back)
        problem = ""
        if not back.tool_calls and back.content == written.text.strip():
            problem = "in this format a call behind text is text"
        elif came == replace(turn, content=None, reasoning=turn.content) and self._same_text(turn, came):
            problem = "it is written as reasoning is"
        if problem:
            self.left_out.append(f"text beside calls: {problem}")
        return not problem

    def _separates_arguments(self) -> bool:
        """Tell whether anything stands between two arguments."""
        turn = Turn((Call(PLAIN, {"count": 987, "ratio": 0.5}),))
        if comes_back(self.renderer, turn) or "987ratio" not in self.renderer.whole(turn):
            return True
        self.left_out.append("several arguments: nothing is written between them")
        return False

    def _calls(self) -> int:
        if not self._writes(Turn(CALLS[:2]), "Second " + MARK, "several calls at once"):
            return 1
        return 3 if self._writes(Turn(CALLS), "Third " + MARK, "three calls at once") else 2

    def _writes(self, turn: Turn, part: str, what: str) -> bool:
        """Tell whether a part of a turn is written, and does not take the place of the call."""
        try:
            text = self.renderer.written(turn).text
            problem = self._problem(text, part)
        except TemplateError as refusal:
            problem = _refused(refusal)
        if problem:
            self.left_out.append(f"{what}: {problem}")
        return not problem

    def _problem(self, text: str, part: str) -> str:
        if part not in text:
            return "it is not written"
        if MARK not in text:
            return "it is written in place of the calls"
        return "it is written behind the end of the turn" if self.renderer.has_end(text) else ""

    def _writes_both(self) -> bool:
        turn = Turn(PROBE.calls, "Now then.", "Hm. So it is.")
        return self._writes(turn, "Hm. So it is.", "reasoning and text beside calls") and self._writes(
            turn, "Now then.", "text and reasoning beside calls"
        )

    def _carries_name(self, name: str) -> bool:
        return self._carries_turn(Turn((Call(name, {}),)), f"the name `{name}`")

    def _carries_turn(self, turn: Turn, what: str) -> bool:
        """False when another turn has the same text."""
        try:
            back = parsed(self.renderer, turn)
            came = turn_of(back)
            is_lost = came and len(came.calls) == len(turn.calls) and self._same_text(turn, came)
            if difference(turn, back) is None or not is_lost:
                return True
            reason = "something else has the same text"
        except TemplateError as problem:
            reason = _refused(problem)
        self.left_out.append(f"{what}: {reason}")
        return False

    def _carries(self, kind: Kind) -> bool:
        """Tell whether values of a kind can be told from all others in what the template writes."""
        if VALUES[kind.key]["type"] == self.renderer.shape.without:
            self.left_out.append(f"{kind.name}: the template fails where it describes such a parameter")
            return False
        random = Random(kind.name)
        values = [kind.draw(random, self.literals) for _ in range(self.samples)]
        try:
            lost = [value for value in values if not comes_back(self.renderer, _one(kind, value))]
        except TemplateError as problem:
            self.left_out.append(f"{kind.name}: {_refused(problem)}")
            return False
        if not lost or (reason := self._why_lost(kind, lost)) is None:
            return True
        self.left_out.append(f"{kind.name}: {reason}")
        return False

    def _why_lost(self, kind: Kind, lost: Sequence[Any]) -> str | None:
        """A value that is written as the other one that came back; None when each has a text of its own."""
        for value in lost:
            said = _one(kind, value)
            came = turn_of(parsed(self.renderer, said))
            if came and len(came.calls) == 1 and not came.content and self._same_text(said, came):
                return f"{_shown(value)} and {_shown(came.calls[0].arguments.get(kind.key))} are the same text"
        return self._bare(lost) or self._uncloseable(lost)

    def _bare(self, lost: Sequence[Any]) -> str | None:
        """Strings without quotes, in a format that tells strings by their quotes."""
        if not any(isinstance(value, str) for value in lost) or comes_back(self.renderer, _text("42")):
            return None
        same = self._same_text(_text("42"), Turn((Call(PLAIN, {"text": 42}),)))
        return 'strings are written without quotes: `"42"` and `42` are the same text' if same else None

    def _uncloseable(self, lost: Sequence[Any]) -> str | None:
        """A string that says what two arguments say: nothing in it is escaped."""
        two = Turn((Call(PLAIN, {"text": MARK, "note": "X" + MARK}),))
        text = self.renderer.whole(two)
        between = text.partition(MARK)[2].partition("X" + MARK)[0]
        closer = between.strip()[:1]
        special = (closer, "\\") if closer in "\"'" else (closer,)
        if not all(isinstance(value, str) and any(char in value for char in special) for value in lost):
            return None
        one = _text(MARK + between + "X" + MARK)
        return "a string is written raw, and can hold what ends it" if self._same_text(one, two) else None

    def _same_text(self, turn: Turn, other: Turn | None) -> bool:
        try:
            return other is not None and other != turn and self.renderer.whole(turn) == self.renderer.whole(other)
        except TemplateError:
            return False


def _refused(problem: TemplateError) -> str:
    return f"the template refuses it ({problem.problem})"


def _text(text: str) -> Turn:
    return Turn((Call(PLAIN, {"text": text}),))


def _one(kind: Kind, value: Any) -> Turn:
    return Turn((Call(PLAIN, {kind.key: value}),))


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 40 else text[:37] + "..."
