"""A node of an outline as rules of a grammar: every way through its graph, with what a reader keeps in mind.

In: the graph of a node, and a `PartReader` that says what each part is written as. Out: an expression of the grammar.

How: every way through the graph is walked with the reader's state beside it (which members have been written, how many
calls there are). A place with a state becomes a rule. Those from which no end can be reached are left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable
from typing import Any, NamedTuple

from toolgram.grammars.builder import GrammarBuilder
from toolgram.grammars.expressions import (
    NOTHING,
    Expression,
    RuleRef,
    either_of,
    exactly,
    in_order,
    optional,
)
from toolgram.grammars.paths import WORDS, Part, Paths
from toolgram.grammars.texts import WORD

PLACE_CHARS = 8  # what a place costs, besides what is written for it
A_WORD = "\0word"  # what was read before: as many characters of a word as there are


class PartReader:
    """Says what each part is written as. Its states say what has been written; `start` is the first."""

    start: Hashable = None

    def read(self, part: Part, state: Any) -> list[tuple[Expression, Any]]:
        """Return the ways to write a part, each with the state behind it. Not asked for blanks."""
        raise NotImplementedError

    def left_out(self, part: Part, state: Any) -> Any:  # noqa: ARG002  a reader who leaves nothing out
        """The state in which what comes next is left out, and the same place is read again; None: it must be there."""
        return None

    def may_end(self, state: Any) -> bool:  # noqa: ARG002  a reader who keeps nothing in mind
        """Whether all is written that must be."""
        return True

    def ends_anywhere(self, state: Any) -> bool:  # noqa: ARG002  as above
        """Whether the node may end here, whatever of it has not been written."""
        return False


class Apart(NamedTuple):
    """A state behind which the rest of the node is a rule of its own, by another reader: what many members share.

    Rests with equal keys are equal.
    """

    reader: PartReader
    key: Hashable


AT_END = (None, None, "")  # a place behind a rest that is a rule of its own


def write(
    builder: GrammarBuilder, paths: Paths, reader: PartReader, place: int | None = None, before: str = ""
) -> RuleRef | None:
    """Write a node, or the rest of one from a place on, as rules; return the first of them.

    None when no end of the node can be reached. `before` is what has to be known of what stands before it.
    """
    walk = _Walk(builder, paths, reader)
    first = (paths.start if place is None else place, reader.start, before)
    walk.explore(first)
    steps = walk.steps_to_an_end()
    return _RuleWriter(builder, first, steps, walk.ends).write() if first in steps else None


class _Walk:
    """Finds all places: each is a place of the graph, the reader's state there, and what has to be known of what was
    read just before. `ends` are the places where the node may end."""

    def __init__(self, builder: GrammarBuilder, paths: Paths, reader: PartReader) -> None:
        self._builder = builder
        self._paths = paths
        self._reader = reader
        self._steps: dict[Any, dict[tuple[Expression, Any], None]] = {}
        self.ends: set[Any] = {AT_END}

    def explore(self, first: Any) -> None:
        """Walk all ways."""
        waiting = [first]
        self._steps[first] = {}
        while waiting:
            at = waiting.pop()
            self._builder.budget.spend(PLACE_CHARS)
            for step in self._from(at):
                self._steps[at][step] = None
                if step[1] not in self._steps:
                    self._steps[step[1]] = {}
                    waiting.append(step[1])

    def _from(self, at: Any) -> Iterable[tuple[Expression, Any]]:
        place, state, before = at
        reader = self._reader
        if at == AT_END:
            return
        if reader.ends_anywhere(state):
            self.ends.add(at)
            return
        if self._paths.end in self._paths.closure(place) and reader.may_end(state):
            self.ends.add(at)
        for part, target in self._paths.follow(place):
            if part.kind == "blank":
                yield from self._blanks(part, (target, state), before)
            elif not (before == A_WORD and (part.may_be_word or (part.kind == "literal" and part.what[:1] in WORD))):
                yield from self._read(part, target, at)

    def _read(self, part: Part, target: int, at: Any) -> Iterable[tuple[Expression, Any]]:
        place, state, before = at
        skipped = self._reader.left_out(part, state)
        if skipped is not None:
            yield NOTHING, (place, skipped, before)
        asked = part._replace(before=before) if part.may_be_word else part
        behind = self._behind(part, target)
        for expression, after in self._reader.read(asked, state):
            if not isinstance(after, Apart):
                yield expression, (target, after, behind)
                continue
            rest = self._rest(after, target, behind)
            if rest is not None:
                yield in_order(expression, rest), AT_END

    def _rest(self, apart: Apart, target: int, before: str) -> RuleRef | None:
        """The rest of the node from a place on, as a rule."""
        key = ("rest", self._paths, target, before, apart.key)
        return self._builder.remembered(key, lambda: write(self._builder, self._paths, apart.reader, target, before))

    def _behind(self, part: Part, target: int) -> str:
        """What has to be known of a part by what follows it."""
        if part.kind == "leaf" and part.what in WORDS:
            return A_WORD
        if part.kind != "literal":
            return ""
        return part.what if any(edge.may_be_word for edge, _ in self._paths.follow(target)) else ""

    def _blanks(self, part: Part, after: Any, before: str) -> Iterable[tuple[Expression, Any]]:
        if not before:
            yield self._blank(part), (*after, "")
            return
        yield self._blank(part._replace(least=1)), (*after, "")
        if not part.least:
            yield NOTHING, (*after, before)

    def _blank(self, part: Part) -> Expression:
        if part.what == "newline":
            line_break = exactly("\n")
            return line_break if part.least else optional(line_break)
        return self._builder.blanks if part.least else self._builder.may_blanks

    def steps_to_an_end(self) -> dict[Any, list[tuple[Expression, Any]]]:
        """The steps from each place to others, but for places from which no end can be reached."""
        alive = self._alive()
        return {at: [step for step in found if step[1] in alive] for at, found in self._steps.items() if at in alive}

    def _alive(self) -> set[Any]:
        """The places from which an end can be reached."""
        before: dict[Any, list[Any]] = {}
        for at, found in self._steps.items():
            for _, to in found:
                before.setdefault(to, []).append(at)
        alive = set(self.ends)
        waiting = list(alive)
        while waiting:
            for at in before.get(waiting.pop(), ()):
                if at not in alive:
                    alive.add(at)
                    waiting.append(at)
        return alive


class _RuleWriter:
    """Makes rules of places and steps. A place with one way in and one way out is part of the rule before it."""

    def __init__(
        self,
        builder: GrammarBuilder,
        first: Any,
        steps: dict[Any, list[tuple[Expression, Any]]],
        ends: set[Any],
    ) -> None:
        self._builder = builder
        self._first = first
        self._steps = steps
        self._ends = ends
        self._entries = Counter(to for found in steps.values() for _, to in found)
        self._rules: dict[Any, RuleRef] = {}
        self._waiting: list[Any] = []

    def write(self) -> RuleRef:
        """Write the rules that the first place needs; return its own."""
        root = self._rule_of(self._first)
        while self._waiting:
            at = self._waiting.pop()
            ways = [in_order(written, self._chain(to)) for written, to in self._steps[at]]
            self._builder.define(self._rules[at], either_of([*ways, NOTHING] if at in self._ends else ways))
        return root

    def _rule_of(self, at: Any) -> RuleRef:
        if at not in self._rules:
            self._rules[at] = self._builder.new_rule()
            self._waiting.append(at)
        return self._rules[at]

    def _chain(self, at: Any) -> Expression:
        """What is written from a place on, up to the next place that is a rule."""
        parts: list[Expression] = []
        while at != self._first and self._entries[at] == 1 and len(self._steps[at]) == 1 and at not in self._ends:
            written, at = self._steps[at][0]
            parts.append(written)
        if self._steps[at] or at not in self._ends:
            parts.append(self._rule_of(at))
        return in_order(*parts)
