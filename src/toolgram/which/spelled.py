"""Which formats a text shows by their delimiters alone, and which formats a name shows.

In: a template that writes no calls, or a vocabulary; or the names of a model. Out: candidates, the best first, whether
the first one is likely, and why. Nothing is proved here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set

from .facts import Facts
from .ranking import Candidate, Evidence, Subject, difference, known_tokens, left_over, seen

SHOWN_MIN = 0.6  # of a format's own delimiters
OWN_CHARS = 4  # shorter ones are anybody's

Spelled = tuple[list[Candidate], bool, tuple[str, ...]]


def by_spelling(formats: Iterable[Facts], subject: Subject) -> Spelled:
    """Formats of which an opener of calls stands in the text; the more of their delimiters do, the better."""
    found = [facts for facts in formats if any(opener in subject.text for opener in facts.distinctive)]
    if not found:
        return [], False, ()
    bases = {facts.base for facts in found}
    candidates = _sorted(Candidate(facts, _evidence(facts, subject, bases)) for facts in found)
    first = candidates[0]
    opener = next(one for one in first.facts.distinctive if one in subject.text)
    shown, all_of_it = _own(first.facts, subject.text)
    rivals = [one for one in candidates[1:] if one.evidence == first.evidence]
    reasons = [f"`{opener}`, which opens its calls, stands in the text, with {shown} of its {all_of_it} delimiters"]
    reasons += [f"`{one.format}` has as many of them: {one.behind}" for one in rivals]
    return candidates, shown >= SHOWN_MIN * all_of_it and not rivals, tuple(reasons)


def by_thoughts(formats: Iterable[Facts], subject: Subject) -> Spelled:
    """Formats that have nothing but reasoning, where the text has its delimiters."""
    found = [
        Candidate(facts, _evidence(facts, subject))
        for facts in formats
        if not facts.call_openers and any(literal in subject.text for literal in facts.reasoning)
    ]
    reason = "no delimiter of calls was found, only those of reasoning: such a format reads nothing else"
    return _sorted(found), False, (reason,)


def by_names(formats: Iterable[Facts], named: dict[str, int]) -> list[Candidate]:
    """Formats whose pages name a model; one with calls before one that has only reasoning."""
    known = {facts.id: facts for facts in formats}
    found = [
        Candidate(known[name], Evidence(named=score, openers=int(bool(known[name].call_openers))))
        for name, score in named.items()
    ]
    found.sort(key=lambda one: (-one.evidence.named, -one.evidence.openers, one.format))
    reads_calls = [one for one in found if one.evidence.openers]
    best = max((one.evidence.named for one in reads_calls or found), default=0)
    return _told([one for one in reads_calls or found if one.evidence.named == best])


def _own(facts: Facts, text: str) -> tuple[int, int]:
    """How many of a format's own delimiters stand in a text, and how many there are."""
    long = [literal for literal in facts.literals if len(literal) >= OWN_CHARS and "'" not in literal]
    own = [literal for literal in long if not any(literal in other for other in long if other != literal)]
    return sum(literal in text for literal in own), len(own)


def _evidence(facts: Facts, subject: Subject, bases: Set[str | None] = frozenset()) -> Evidence:
    return Evidence(
        named=subject.named.get(facts.id, 0),
        turns=seen(facts.turn_openers, subject.text) + seen(facts.end_tokens, subject.text),
        shown=_own(facts, subject.text)[0],
        tokens=known_tokens(facts, subject.tokens),
        nothing_over=-len(left_over(facts, subject.text)),
        is_base=(facts.id in bases) - (facts.base is not None),
    )


def _sorted(found: Iterable[Candidate]) -> list[Candidate]:
    return _told(sorted(found, key=lambda one: (tuple(-value for value in one.evidence), one.format)))


def _told(found: Sequence[Candidate]) -> list[Candidate]:
    """Say of each why the first one is preferred."""
    if not found:
        return []
    first = found[0]
    rest = [Candidate(one.facts, one.evidence, behind=difference(first.evidence, one.evidence)) for one in found[1:]]
    return [first, *rest]
