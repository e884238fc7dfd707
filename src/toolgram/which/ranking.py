"""Which of several formats reads a template best, and by what.

In: the `Reading`s of one template, and what else is known of the model. Out: `Candidate`s, the best first, each with
the reason why the one before it is preferred.

Evidence counts in this order: what comes back, and with how much recovery; delimiters that the template writes; a page
that names the model; the marks of turns; what the prompt does with reasoning; tokens of the vocabulary; how little of
the format is left over; and of two formats with the same rules the one that the other takes them from.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from .facts import Facts
from .framing import NO_FRAMING, Framing
from .reading import MOSTLY, Reading


class Evidence(NamedTuple):
    """What speaks for a format; more is better, and what stands first decides first."""

    mostly: int = 0
    unrecovered: int = 0
    comes_back: float = 0.0
    kinds: int = 0
    openers: int = 0
    named: int = 0
    turns: int = 0
    shown: int = 0  # where nothing could be read back
    agrees: int = 0
    tokens: float = 0.0
    nothing_over: int = 0
    is_base: int = 0

    @property
    def reads(self) -> tuple[int, int, float, int]:
        """How well the texts are read, apart from all else."""
        return self.mostly, self.unrecovered, self.comes_back, self.kinds


WHY = {  # the words for each kind
    "mostly": "more of the conversations come back",
    "comes_back": "more of the conversations come back",
    "unrecovered": "less has to be recovered",
    "kinds": "more kinds of values come back",
    "openers": "the delimiter that opens its calls stands in the template",
    "named": "its page names the model",
    "turns": "its marks of turns stand in the template",
    "shown": "more of its delimiters stand in the text",
    "agrees": "the prompt begins the reasoning as it expects",
    "tokens": "more of its special tokens are in the vocabulary",
    "nothing_over": "less of it is left over: the template has more of its delimiters",
    "is_base": "the other one takes over its rules",
}
BY_NAME = "nothing tells the two apart here, and it comes first in the list"


@dataclass(frozen=True, slots=True)
class Subject:
    """What is known of a model besides what its template writes."""

    text: str  # of the template, and what it makes of a conversation with tools
    tokens: frozenset[str] = frozenset()
    named: dict[str, int] = field(default_factory=dict)  # how exactly the page of a format names the model


@dataclass(frozen=True, slots=True)
class Candidate:
    """A format that may be the right one. `behind`: why the one before it is preferred."""

    facts: Facts
    evidence: Evidence
    reading: Reading | None = None
    framing: Framing = NO_FRAMING
    behind: str = ""

    @property
    def format(self) -> str:
        """The id of the format."""
        return self.facts.id


def ranked(found: Iterable[tuple[Reading, Framing]], subject: Subject) -> list[Candidate]:
    """Rank the readings of one template."""
    pairs = list(found)
    bases = {facts.base for facts in (reading.facts for reading, _ in pairs)}
    made = [
        Candidate(reading.facts, _evidence(reading, framing, subject, bases), reading, framing)
        for reading, framing in pairs
    ]
    made.sort(key=lambda one: (tuple(-value for value in one.evidence), one.format))
    return [*made[:1], *(_behind(one, made[0]) for one in made[1:])]


def _behind(one: Candidate, first: Candidate) -> Candidate:
    return Candidate(one.facts, one.evidence, one.reading, one.framing, difference(first.evidence, one.evidence))


def difference(best: Evidence, other: Evidence) -> str:
    """What decides between two, in words."""
    return next((WHY[kind] for kind, a, b in zip(best._fields, best, other, strict=True) if a != b), BY_NAME)


def _evidence(reading: Reading, framing: Framing, subject: Subject, bases: set[str | None]) -> Evidence:
    facts = reading.facts
    return Evidence(
        mostly=int(reading.back >= MOSTLY * reading.asked > 0),
        comes_back=round(reading.back / reading.asked, 2) if reading.asked else 0.0,
        unrecovered=-len(reading.repairs),
        kinds=reading.kinds,
        openers=int(any(opener in reading.openers for opener in facts.distinctive)),
        named=subject.named.get(facts.id, 0),
        turns=seen(facts.turn_openers, subject.text) + seen(facts.end_tokens, subject.text),
        agrees=-framing.contradictions,
        tokens=known_tokens(facts, subject.tokens),
        nothing_over=-len(left_over(facts, subject.text)),
        is_base=(facts.id in bases) - (facts.base is not None),
    )


def seen(marks: Sequence[str], text: str) -> int:
    """Whether any of some marks stands in a text; the first is that of the models the format was written for."""
    return 2 if any(mark in text for mark in marks[:1]) else int(any(mark in text for mark in marks))


def known_tokens(facts: Facts, tokens: frozenset[str]) -> float:
    """How many of a format's special tokens a vocabulary has, of all that it has."""
    known = sum(token in tokens for token in facts.special_tokens)
    return round(known / len(facts.special_tokens), 2) if facts.special_tokens else 0.0


def left_over(facts: Facts, text: str) -> list[str]:
    """The delimiters of a format that a template does not have."""
    return sorted(literal for literal in facts.literals if literal not in text)
