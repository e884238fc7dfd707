"""What can be read next from a set of nodes: the graph's edges reached through nothing, blanks, or what is missing.

In: the graph and nodes. Out: items: a label with the actions and blanks before it, and how much was missing.

    after `</parameter>` of qwen3_coder, nothing missing:  `<parameter=`, `</function>`
    with delimiters missing:                               `</tool_call>`, then what may follow a call

Promises: items come in the order of the spec, the least missing first; every node is visited once.
"""

from __future__ import annotations

from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import count
from typing import NamedTuple, TypeAlias

from ..runtime.tables.limits import TELLING
from .budget import STEPS_MAX, too_much_work
from .graph import Blank, Eps, Graph, Label, Lit, Return

Missing: TypeAlias = tuple[tuple[int, int], ...]  # (element, node before its opener) of each absent opener

SKIPPED_OPENER = 10  # ranks from here on: an element's opener is missing too


@dataclass(frozen=True, slots=True)
class Item:
    """A label that can be read next; `rank` counts the delimiters missing before it."""

    label: Label
    source: int
    target: int
    actions: tuple[str, ...]
    blanks: str
    rank: int
    missing: tuple[int, ...] = ()  # nodes before the openers that are missing: their elements were never begun
    left: int | None = None  # the node at which the call had ended, on the way here
    lacks_bracket: bool = False  # a delimiter of one or two characters is missing, which a text may hold


class Way(NamedTuple):
    """How a node was reached."""

    node: int
    actions: tuple[str, ...] = ()
    blanks: str = "none"
    rank: int = 0
    absent: Missing = ()
    left: int | None = None
    lacks_bracket: bool = False

    @property
    def fewer_blanks(self) -> int:
        """The less blanks a way has the later it is tried."""
        return ("any", "newline", "none").index(self.blanks)

    def lacks(self, label: Lit) -> bool:
        """Whether a delimiter is a part of an element that was never begun."""
        return any(label.element == element for element, _ in self.absent)

    def through(self, label: Label, target: int) -> Way:
        """Go on where nothing, or only blanks, are read."""
        actions, blanks, left = self.actions, self.blanks, self.left
        if isinstance(label, Blank):
            if blanks == "none" or (self.rank and label.kind == "any"):  # around what is missing: the most
                blanks = label.kind
            elif not self.rank:
                blanks = "any"  # blanks behind blanks: nobody counts them
        elif isinstance(label, Eps):
            if left is None and "close_call" in label.actions:
                left = target
            actions += label.actions
        return Way(target, actions, blanks, self.rank, self.absent, left, self.lacks_bracket)

    def without(self, label: Label, target: int) -> Way:
        """Go on as if the label were missing."""
        if isinstance(label, Lit) and label.role == "opener":
            absent = (*self.absent, (label.element, self.node))
            return self._replace(node=target, rank=self.rank + SKIPPED_OPENER, absent=absent)
        is_bracket = isinstance(label, Lit) and label.role in ("closer", "part") and len(label.text) < TELLING
        brief = self.lacks_bracket or is_bracket
        return self._replace(node=target, rank=self.rank + 1, lacks_bracket=brief)

    def item(self, label: Label, target: int) -> Item:
        """What can be read here."""
        gone = tuple(node for _, node in self.absent)
        return Item(label, self.node, target, self.actions, self.blanks, self.rank, gone, self.left, self.lacks_bracket)


def closure(graph: Graph, kernel: tuple[int, ...], missing: bool = False) -> list[Item]:
    """Collect the items of `kernel`; with `missing` also those behind absent delimiters and values.

    What was asked before is not collected again, but counts as much. Raises TooLargeError.
    """
    known = graph.closures.get((kernel, missing))
    if known is None:
        before = graph.steps
        items = _collect(graph, kernel, missing=missing)
        graph.closures[kernel, missing] = items, graph.steps - before
        return list(items)
    items, steps = known
    _count(graph, steps)
    return list(items)


def _count(graph: Graph, steps: int) -> None:
    graph.steps += steps
    if graph.steps > STEPS_MAX:
        raise too_much_work()


def _collect(graph: Graph, kernel: tuple[int, ...], *, missing: bool) -> list[Item]:
    order = count()
    heap: list[tuple[int, int, int, Way]] = []

    def push(way: Way) -> None:
        heappush(heap, (way.rank, way.fewer_blanks, next(order), way))

    for node in kernel:
        push(Way(node))
    seen: set[int] = set()
    items: list[Item] = []
    while heap:
        way = heappop(heap)[-1]
        if way.node in seen:
            continue
        seen.add(way.node)
        _count(graph, len(graph.nodes[way.node].edges))
        for label, target in graph.nodes[way.node].edges:
            if isinstance(label, Eps | Blank) or (isinstance(label, Lit) and way.lacks(label)):
                push(way.through(label, target))
                continue
            items.append(way.item(label, target))
            if missing and isinstance(label, Return):
                for outer in graph.owners[label.owner]:
                    push(way._replace(node=outer, actions=(*way.actions, "unwind"), rank=way.rank + 1))
            elif missing:
                push(way.without(label, target))
    return items


def literals(items: list[Item]) -> list[tuple[Item, Lit]]:
    """The items that are delimiters."""
    return [(item, item.label) for item in items if isinstance(item.label, Lit)]


def advance(graph: Graph, nodes: tuple[int, ...]) -> tuple[tuple[int, ...], tuple[str, ...]]:
    """Go on from `nodes` for as long as only one thing can happen, and nothing is read; return the actions done.

    So a call ends with its closer, not with the text behind it.
    """
    actions: tuple[str, ...] = ()
    while True:
        steps = [graph.nodes[node].edges for node in nodes]
        if not steps or any(len(edges) != 1 or not isinstance(edges[0][0], Eps) for edges in steps):
            return nodes, actions
        happening = {edges[0][0].actions for edges in steps if isinstance(edges[0][0], Eps)}
        if len(happening) != 1:
            return nodes, actions
        actions += happening.pop()
        nodes = tuple(sorted({edges[0][1] for edges in steps}))
