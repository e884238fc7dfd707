"""The states of a machine as they are asked for: a set of nodes has one number, given out before its edges follow.

In: sets of nodes of the graph. Out: numbers of states. `lower.py` says what is in a state; this is how it comes to be,
and the small things that all who fill a state need: what stands behind a delimiter, its edge, a conflict.

Promise: the same set of nodes has the same number, so a loop in the spec is a loop of states.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import PurePath

from ..diagnostics import SourceRange
from ..spec.ast import Spec
from .budget import NESTED_MAX, STATES_MAX, too_many_in_a_row, too_many_states
from .closure import Item, advance, closure
from .graph import Graph, Lit, Text
from .lowered import Conflict, Lowered, as_blanks, name_of, place_of, region_of, signature, sink_of
from .model import Edge, Kind, Move, State


class States(ABC):
    """Gives out numbers and makes the states; whoever extends it fills them."""

    def __init__(self, spec: Spec, graph: Graph) -> None:
        self.spec = spec
        self.graph = graph
        self.states: list[Lowered] = []
        self.conflicts: list[Conflict] = []
        self.used: set[int] = set()  # nodes that a kernel holds
        self.numbers: dict[tuple[object, ...], int] = {}
        self._nested = 0  # how many states are being filled

    # --- filling: a gap, the inside of a text, of a word --------------------------------------------------------------

    @abstractmethod
    def fill_gap(self, lowered: Lowered, items: list[Item]) -> None:
        """Give a state before anything is read its edges and moves, or make it the state of the one value there."""

    @abstractmethod
    def fill_text(self, lowered: Lowered, items: list[Item]) -> None:
        """Give a state inside a text the edges that end it."""

    @abstractmethod
    def fill_word(self, lowered: Lowered, items: list[Item]) -> None:
        """Say where a state inside a word goes when the word is over."""

    # --- the two ways to ask for a state ------------------------------------------------------------------------------

    def gap(self, kernel: tuple[int, ...]) -> int:
        """The state at a set of nodes, before anything is read."""
        kernel = tuple(sorted(set(kernel)))
        key = ("gap", kernel)
        if key in self.numbers:
            return self.numbers[key]
        items = closure(self.graph, kernel)
        single = self._single_text(items)
        if single is not None:
            self.numbers[key] = single
            return single
        return self._new(key, kernel, items, self.fill_gap)

    def text(self, sink: str, charset: str | None, kernel: tuple[int, ...], at: SourceRange) -> int:
        """The state inside a text that ends at a set of nodes."""
        kernel = self._behind_more(sink, kernel) if charset is None else tuple(sorted(set(kernel)))
        key = ("text", sink, charset, kernel)
        if key in self.numbers:
            return self.numbers[key]
        items = closure(self.graph, kernel)
        return self._new(key, kernel, items, self.fill_text if charset is None else self.fill_word, at)

    def _behind_more(self, sink: str, kernel: tuple[int, ...]) -> tuple[int, ...]:
        """The nodes behind a text, and those behind more text of the same capture, which is one text with it."""
        nodes = set(kernel)
        while True:
            items = closure(self.graph, tuple(sorted(nodes)))
            more = {
                item.target
                for item in items
                if sink_of(item) == sink and not item.actions and item.source != self.graph.accept
                if isinstance(item.label, Text) and item.label.charset is None
            }
            if more <= nodes:
                return tuple(sorted(nodes))
            nodes |= more

    def _new(
        self,
        key: tuple[object, ...],
        kernel: tuple[int, ...],
        items: list[Item],
        fill: Callable[[Lowered, list[Item]], None],
        at: SourceRange | None = None,
    ) -> int:
        place = at or place_of(items) or self.spec.meta_at
        if len(self.states) >= STATES_MAX:
            raise too_many_states(place)
        if self._nested >= NESTED_MAX:
            raise too_many_in_a_row(place)
        number = len(self.states)
        self.numbers[key] = number
        self.used.update(kernel)
        sink = str(key[1]) if key[0] == "text" else ""
        charset = str(key[2]) if key[0] == "text" and key[2] else None
        kind: Kind = "word" if charset else "text" if key[0] == "text" else "gap"
        state = State(
            name=name_of(self.graph, kernel, sink),
            kind=kind,
            region=region_of(self.graph, kernel, items, sink),
            at=self._where(place),
            sink=sink,
            charset=charset,
        )
        lowered = Lowered(state, kernel, place)
        self.states.append(lowered)
        self._nested += 1
        fill(lowered, items)
        self._nested -= 1
        return number

    def _single_text(self, items: list[Item]) -> int | None:
        """A text's own state stands for the gap before it when both have the same edges and nothing happens between."""
        texts = [item for item in items if isinstance(item.label, Text)]
        if not texts or any(item.actions or item.blanks != "none" for item in texts):
            return None
        label = texts[0].label
        assert isinstance(label, Text)
        if label.charset or any(sink_of(item) != label.sink for item in texts):
            return None
        if any(not isinstance(item.label, Text | Lit) for item in items):
            return None
        inside = closure(self.graph, tuple(item.target for item in texts))
        if signature(items) != signature(inside):
            return None
        number = self.text(label.sink, None, tuple(item.target for item in texts), label.at)
        self.states[number].state.entities = label.entities
        return number

    # --- what all who fill a state need -------------------------------------------------------------------------------

    def behind(self, nodes: tuple[int, ...]) -> tuple[int, tuple[str, ...]]:
        """The state behind what has just been read, and what happens before anything more is read."""
        nodes, actions = advance(self.graph, tuple(sorted(set(nodes))))
        return self.gap(nodes), actions

    def done(self, nodes: tuple[int, ...]) -> Move:
        """The move at the end of a value that knows its own end."""
        to, actions = self.behind(nodes)
        return Move(to=to, actions=list(actions))

    def edge(self, state: State, text: str, item: Item, target: int, done: tuple[str, ...], blanks: str) -> Edge:
        """An edge that follows an item to the state `target`; `done` happens behind it."""
        opens = state.region != "call" and self.states[target].state.region != "message"
        return Edge(
            literal=text,
            to=target,
            actions=[*item.actions, *done],
            blanks=as_blanks(blanks),
            rank=item.rank,
            opens=opens and self.states[target].state.region in ("section", "call"),
        )

    def conflict(self, kind: str, first: SourceRange, second: SourceRange, text: str, lowered: Lowered) -> None:
        """Note two readings of one text."""
        self.conflicts.append(Conflict(kind, first, second, text, lowered.state.name))

    def _where(self, at: SourceRange) -> str:
        source = self.spec.source_of(at)
        line, column = source.line_col(at.start)
        return f"{line}:{column}" if source is self.spec.source else f"{PurePath(source.path).name} {line}:{column}"
