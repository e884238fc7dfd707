"""Conversations through a template and back.

In: a format and a chat template. Out: how many of so many random conversations came back, the first that did not, made
as small as it still fails, and what the template itself cannot carry.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

from ...chat_templates import ChatTemplate
from ...diagnostics import Diagnostic
from ...formats import Format
from ..samples import trace_of
from .abilities import Found, measure
from .comparing import difference
from .conversations import Call, Turn, draw_turn
from .rendering import Written, literals
from .shapes import NothingToCompareError, parsed

CONVERSATIONS = 200
__all__ = ["CONVERSATIONS", "Loss", "NothingToCompareError", "RoundTrips", "check_round_trips"]


@dataclass(frozen=True, slots=True)
class Loss:
    """A conversation that does not come back, as small as it can be made."""

    number: int
    problem: str
    turn: Turn
    written: Written

    def diagnostic(self, template: str, count: int, spec: str) -> Diagnostic:
        """What to print of it. `spec`: the path of the spec, or the format's id."""
        message = f"conversation {self.number} of {count} does not come back through {template}: {self.problem}"
        inside = f", and the prompt has opened the {self.written.inside}" if self.written.inside else ""
        note = f"this is as small as it can be made{inside}"
        hint = trace_of(self.written.text, spec, self.written.inside)
        return Diagnostic("round-trip", message, None, note=note, example=self.written.text, hint=hint)


@dataclass(frozen=True, slots=True)
class RoundTrips:
    """What came of all conversations. `left_out` names what the template cannot carry, and why."""

    count: int
    losses: tuple[Loss, ...]
    left_out: tuple[str, ...]
    ends: tuple[str, ...]
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def gathered(self) -> list[str]:
        """What was left out, with the same reason said once.

        >>> RoundTrips(1, (), ("null: not written", "arrays: not written"), ()).gathered
        ['null, arrays: not written']
        """
        reasons: dict[str, list[str]] = {}
        for line in self.left_out:
            what, _, reason = line.partition(": ")
            reasons.setdefault(reason, []).append(what)
        return [f"{', '.join(subjects)}: {reason}" for reason, subjects in reasons.items()]

    @property
    def passed(self) -> int:
        """How many conversations came back."""
        return self.count - len(self.losses)

    def __str__(self) -> str:
        return f"{self.passed} of {self.count} conversations come back"


def check_round_trips(
    fmt: Format,
    template: ChatTemplate,
    *,
    count: int = CONVERSATIONS,
    seed: int = 0,
    options: Mapping[str, Any] | None = None,
) -> RoundTrips:
    """Render random conversations and parse them back. `options` are the template's own arguments.

    Raises TemplateError, and NothingToCompareError when the template writes no calls.
    """
    found = measure(fmt, template, dict(options or {}))
    if not found[0].abilities.kinds:
        raise NothingToCompareError(f"{template.path} loses every kind of value: nothing to compare")
    losses = tuple(_losses(found, count, seed))
    return RoundTrips(
        count, losses, (*_refusals(template), *_left_out(found)), tuple(found[0].renderer.ends), _options(found[0])
    )


def _refusals(template: ChatTemplate) -> Iterator[str]:
    if template.changes_values:
        yield "transformers: it refuses this template, which changes lists or objects; here it may"


def _left_out(found: list[Found]) -> tuple[str, ...]:
    first, *later = (one.abilities.left_out for one in found)
    return (*first, *(f"behind results, {line}" for lines in later for line in lines if line not in first))


def _options(found: Found) -> dict[str, Any]:
    return dict(found.renderer.shape.options)


def _losses(measured: list[Found], count: int, seed: int) -> Iterator[Loss]:
    delimiters = literals(measured[0].renderer.fmt)
    for number in range(1, count + 1):
        random = Random(f"{seed} {number}")
        found = random.choice(measured)
        turn = draw_turn(random, found.abilities, delimiters)
        if _problem(found, turn) is not None:
            small = _smallest(found, turn)
            yield Loss(number, _problem(found, small) or "", small, found.renderer.written(small))


def _problem(found: Found, turn: Turn) -> str | None:
    return difference(turn, parsed(found.renderer, turn))


def _smallest(found: Found, turn: Turn) -> Turn:
    """Leave out whatever can go while the turn still fails."""
    while (less := next((one for one in _smaller(turn) if _problem(found, one)), None)) is not None:
        turn = less
    return turn


def _smaller(turn: Turn) -> Iterator[Turn]:
    if turn.content is not None:
        yield replace(turn, content=None)
    if turn.reasoning is not None:
        yield replace(turn, reasoning=None)
    for at, call in enumerate(turn.calls):
        if len(turn.calls) > 1:
            yield replace(turn, calls=turn.calls[:at] + turn.calls[at + 1 :])
        for key in call.arguments:
            fewer = Call(call.name, {other: value for other, value in call.arguments.items() if other != key})
            yield replace(turn, calls=(*turn.calls[:at], fewer, *turn.calls[at + 1 :]))
