"""A node of an outline as a graph: which parts may follow which.

In: a node of an outline, and the rules that are read as if they stood in the place where they are used. Out: a graph
of places, whose edges are `Part`s: literals, blanks, built-ins and uses of other rules.

Promises: a way from `start` to `end` reads one text of the node, and every text of the node has such a way; places
that the same may follow are one place for those who `follow`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from toolgram.grammars.outline import (
    BlankNode,
    ChoiceNode,
    InsideNode,
    LeafNode,
    LiteralNode,
    Outline,
    OutlineNode,
    RepeatNode,
    SeqNode,
    UseNode,
)

# Captures that are read as if they stood in the place where they are used.
INLINED = frozenset(("content", "reasoning", "citation", "source", "id", "name", "key", "type", "parameter", "element"))
# Built-ins that read as many characters of a word as there are: no such character may stand behind them.
WORDS = ("NAME", "INT")


class Part(NamedTuple):
    """What one edge of the graph reads.

    `kind` is "literal", "blank", "leaf" or "use"; `what` is the literal, the kind of blanks, the built-in or the rule.
    Blanks may be missing where `least` is 0. `sink` is the capture that the part stands in, and `before` is the literal
    right before a word or a name, if there is one.
    """

    kind: str
    what: str
    least: int
    sink: str
    before: str = ""

    @property
    def may_be_word(self) -> bool:
        """Whether a literal before it may go on as a longer one: `to=` and a name, `to=user`."""
        return self.kind == "leaf" and (self.what in WORDS or self.sink == "name")


def paths_into_calls(outline: Outline, node: OutlineNode) -> Paths:
    """The graph of a node with the calls in it, but for elements that stand in elements: they have no end."""
    inlined = INLINED | {"tool_call"}
    return Paths(outline.rules, node, "", inlined - {"element"} if outline.has_tags else inlined)


def _part_of(node: OutlineNode, sink: str) -> Part:
    if isinstance(node, LiteralNode):
        return Part("literal", node.text, 1, sink)
    if isinstance(node, BlankNode):
        return Part("blank", node.what, node.least, sink)
    if isinstance(node, LeafNode):
        return Part("leaf", node.built_in, 1, sink)
    assert isinstance(node, UseNode)
    return Part("use", node.rule, 1, sink)


class Paths:
    """The graph of one node: `edges[n]` are parts with their targets, a part None is nothing."""

    def __init__(self, rules: Mapping[str, OutlineNode], node: OutlineNode, sink: str, inlined: Iterable[str]) -> None:
        self.edges: list[list[tuple[Part | None, int]]] = []
        self._closures: dict[int, list[int]] = {}
        self._rules = rules
        self._inlined = frozenset(inlined)
        first = self._new()
        self.end = self._add(node, first, sink)
        self._follow: dict[int, list[tuple[Part, int]]] = {}
        self._same = self._alike()
        self.start = self._same[first]

    def _new(self) -> int:
        self.edges.append([])
        return len(self.edges) - 1

    def _link(self, source: int, part: Part | None, target: int) -> int:
        self.edges[source].append((part, target))
        return target

    def _add(self, node: OutlineNode, source: int, sink: str) -> int:
        """Put a node behind a place; return the place behind the node."""
        if isinstance(node, SeqNode):
            for item in node.items:
                source = self._add(item, source, sink)
            return source
        if isinstance(node, ChoiceNode):
            return self._add_choice(node, source, sink)
        if isinstance(node, RepeatNode):
            return self._add_repeat(node, source, sink)
        if isinstance(node, InsideNode):
            return self._add(node.item, source, node.capture)
        if isinstance(node, UseNode) and node.rule in self._inlined:
            # A cited text is text of what it stands in.
            return self._add(self._rules[node.rule], source, sink if node.rule == "citation" else node.rule)
        return self._link(source, _part_of(node, sink), self._new())

    def _add_choice(self, node: ChoiceNode, source: int, sink: str) -> int:
        end = self._new()
        for option in node.options:
            self._link(self._add(option, self._link(source, None, self._new()), sink), None, end)
        return end

    def _add_repeat(self, node: RepeatNode, source: int, sink: str) -> int:
        inner = self._link(source, None, self._new())
        end = self._add(node.item, inner, sink)
        out = self._link(end, None, self._new())
        if node.least == 0:
            self._link(source, None, out)
        if node.most is None:
            self._link(end, None, inner)
        return out

    def closure(self, place: int) -> list[int]:
        """The places that can be reached without reading."""
        if place not in self._closures:
            seen = self._closures[place] = [place]
            for at in seen:
                seen += [target for part, target in self.edges[at] if part is None and target not in seen]
        return self._closures[place]

    def follow(self, place: int) -> list[tuple[Part, int]]:
        """The parts that may come next, each with the place behind it."""
        if place not in self._follow:
            edges = (edge for at in self.closure(place) for edge in self.edges[at])
            found = [(part, self._same[target]) for part, target in edges if part is not None]
            self._follow[place] = list(dict.fromkeys(found))
        return self._follow[place]

    def _alike(self) -> list[int]:
        """For each place the first of those from which the same texts lead to the end."""
        places = range(len(self.edges))
        ends = [self.end in self.closure(place) for place in places]
        steps = [[edge for at in self.closure(place) for edge in self.edges[at] if edge[0]] for place in places]
        same = [ends.index(is_end) for is_end in ends]
        while True:
            firsts: dict[Any, int] = {}
            views = ((same[at], frozenset((part, same[to]) for part, to in steps[at])) for at in places)
            finer = [firsts.setdefault(view, at) for at, view in enumerate(views)]
            if finer == same:
                return same
            same = finer
