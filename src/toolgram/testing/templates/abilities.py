"""What a template can carry, by measurement.

In: a format and a template. Out: the shape that the template wants its messages in, and the `Abilities` to draw
conversations from. Nothing is known here of any template: it is rendered, and the texts are compared.

A value is left out only for a reason that no parser could help: rendered, it is the same text as another value. What
fails without such a reason stays in, and shows as a conversation that does not come back.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from random import Random
from typing import Any

from ...formats import Format
from ...runtime.message import Message
from .chat_template import ChatTemplate, TemplateError
from .comparing import difference, turn_of
from .conversations import DASHED, KINDS, PING, PLAIN, VALUES, Abilities, Call, Kind, Turn
from .rendering import ABSENT, MARK, PARTS, Renderer, Shape, literals

SAMPLES = 12
REASONING_KEYS = ("reasoning_content", "reasoning", "thinking", "tool_plan", PARTS)
PROBE = Turn((Call(PLAIN, {"text": MARK}),))
TWO = Turn((Call(PLAIN, {"text": MARK}), Call(PLAIN, {"text": "Another " + MARK})))


class NothingToCompareError(ValueError):
    """A template that does not write calls."""


@dataclass(frozen=True, slots=True)
class Found:
    """A template that has been measured."""

    renderer: Renderer
    abilities: Abilities


def measure(fmt: Format, template: ChatTemplate, options: dict[str, Any]) -> list[Found]:
    """Find out what a template can carry: at the beginning, and behind the results of earlier calls.

    Raises TemplateError and NothingToCompareError.
    """
    shapes = list(_shapes(options))
    found = [_measured(_renderer(fmt, template, shapes))]
    try:
        found.append(_measured(_renderer(fmt, template, (replace(shape, after_results=True) for shape in shapes))))
    except (TemplateError, NothingToCompareError) as problem:
        left_out = (*found[0].abilities.left_out, f"calls behind results: {problem}")
        found[0] = replace(found[0], abilities=replace(found[0].abilities, left_out=left_out))
    return found


def _measured(renderer: Renderer) -> Found:
    _learn_end(renderer)
    renderer, has_reasoning = _with_reasoning(renderer)
    return Found(renderer, _Measuring(renderer, has_reasoning).abilities())


def parsed(renderer: Renderer, turn: Turn) -> Message:
    """Render a turn and parse what it wrote. Raises TemplateError."""
    written = renderer.written(turn)
    return renderer.fmt.parse(written.text, renderer.tools, written.inside)


def comes_back(renderer: Renderer, turn: Turn) -> bool:
    """Tell whether a turn survives the way through template and parser."""
    return difference(turn, parsed(renderer, turn)) is None


def _renderer(fmt: Format, template: ChatTemplate, shapes: Iterable[Shape]) -> Renderer:
    """The renderer of the shape that suits a template best; the first problem, if none renders."""
    found: tuple[int, Renderer] | None = None
    first: TemplateError | None = None
    for shape in shapes:
        try:
            renderer = Renderer(fmt, template, shape)
            score = _score(renderer)
        except TemplateError as problem:
            first = first or problem
            continue
        if found is None or score > found[0]:
            found = score, renderer
        if score == BEST:
            break
    if found is None:
        assert first is not None
        raise first
    if found[0] < WRITTEN:
        raise NothingToCompareError(f"{template.path} does not write the calls of an assistant: nothing to compare")
    return found[1]


BACK, JSON_WORDS, WRITTEN = 2, 1, 4
BEST = BACK + JSON_WORDS + WRITTEN


def _score(renderer: Renderer) -> int:
    """How well a shape suits: the call is written, it comes back, its values are not in the words of Python."""
    text = renderer.whole(PROBE)
    is_written = MARK in text and text.count(PLAIN) > renderer.whole(Turn((), "X")).count(PLAIN)
    with_true = renderer.whole(Turn((Call(PLAIN, {"text": MARK, "on": True}),)))
    has_json_words = with_true.count("true") > text.count("true")
    return WRITTEN * is_written + BACK * comes_back(renderer, PROBE) + JSON_WORDS * has_json_words


def _shapes(options: dict[str, Any]) -> Iterator[Shape]:
    types = sorted({schema["type"] for schema in VALUES.values()} - {"string"})
    for without, system, is_named, no_content, as_text in product(
        (None, *types), (False, True), (False, True), (None, "", ABSENT), (False, True)
    ):
        yield Shape(
            system=system,
            without=without,
            arguments_as_text=as_text,
            ids="named" if is_named else "plain",
            no_content=no_content,
            options=tuple(options.items()),
        )


def _learn_end(renderer: Renderer) -> None:
    """Take what is left behind every call for the template's end of a turn, unless the format knows it."""
    known = literals(renderer.fmt)
    left = {parsed(renderer, turn).content for turn in (PROBE, Turn((Call(PLAIN, {"count": 1}),)))}
    text = renderer.written(PROBE).text
    end = left.pop() if len(left) == 1 else None
    if end and text.endswith(end) and not any(literal in end for literal in known):
        renderer.add_end(end)


def _with_reasoning(renderer: Renderer) -> tuple[Renderer, bool]:
    """The key that reasoning goes to, and the option that it needs; False when no key is rendered."""
    turn = Turn(PROBE.calls, None, f"Hm. {MARK} it is.")
    for options, key in product(_reasoning_options(renderer), REASONING_KEYS):
        shape = replace(renderer.shape, reasoning_key=key, options=options)
        try:
            other = Renderer(renderer.fmt, renderer.template, shape)
            text = other.whole(turn)
        except TemplateError:
            continue
        if f"Hm. {MARK} it is." in text and text.count(PLAIN) >= renderer.whole(PROBE).count(PLAIN):
            for end in renderer.ends:
                other.add_end(end)
            return other, True
    return renderer, False


def _reasoning_options(renderer: Renderer) -> list[tuple[tuple[str, Any], ...]]:
    """The options as they are, then with reasoning switched on the way that the format names."""
    given = renderer.shape.options
    begins = renderer.fmt.machine.begins_inside
    kwarg = begins[1] if begins else None
    return [given] if kwarg is None or kwarg in dict(given) else [given, (*given, (kwarg, True))]


class _Measuring:
    """What one template carries, and in `left_out` what it does not."""

    def __init__(self, renderer: Renderer, has_reasoning: bool) -> None:
        self.renderer = renderer
        self.has_reasoning = has_reasoning
        self.literals = literals(renderer.fmt)
        self.left_out: list[str] = []

    def abilities(self) -> Abilities:
        if not comes_back(self.renderer, PROBE):
            return Abilities(content=False, reasoning=False)  # nothing to measure with: every conversation is lost
        if not self.has_reasoning:
            self.left_out.append("reasoning: it is not written")
        calls = 3 if self._writes(TWO, "Another " + MARK, "several calls at once") else 1
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
        if back.tool_calls or back.content != written.text.strip():
            return True
        self.left_out.append("text beside calls: in this format a call behind text is text")
        return False

    def _separates_arguments(self) -> bool:
        """Tell whether anything stands between two arguments."""
        turn = Turn((Call(PLAIN, {"count": 987, "ratio": 0.5}),))
        if comes_back(self.renderer, turn) or "987ratio" not in self.renderer.whole(turn):
            return True
        self.left_out.append("several arguments: nothing is written between them")
        return False

    def _writes(self, turn: Turn, part: str, what: str) -> bool:
        """Tell whether a part of a turn is written, and does not take the place of the call."""
        try:
            text = self.renderer.whole(turn)
        except TemplateError as problem:
            self.left_out.append(f"{what}: {_refused(problem)}")
            return False
        if part not in text:
            self.left_out.append(f"{what}: it is not written")
        elif MARK not in text:
            self.left_out.append(f"{what}: it is written in place of the calls")
        return part in text and MARK in text

    def _writes_both(self) -> bool:
        turn = Turn(PROBE.calls, "Now then.", "Hm. So it is.")
        return self._writes(turn, "Hm. So it is.", "reasoning and text beside calls") and self._writes(
            turn, "Now then.", "text and reasoning beside calls"
        )

    def _carries_name(self, name: str) -> bool:
        return self._carries_turn(Turn((Call(name, {"count": 1}),)), f"the name `{name}`")

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
        values = [kind.draw(random, self.literals) for _ in range(SAMPLES)]
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
        if not all(isinstance(value, str) for value in lost):
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
