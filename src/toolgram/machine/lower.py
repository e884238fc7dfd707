"""Graph -> states: every set of nodes that can be reached together becomes one state, left to right.

In: the graph of a spec. Out: the states of the machine, before the passes that complete them, and the mistakes that
make a set of nodes undecidable.

    `"<parameter=" key ">" value` | `"<parameter=" key ">" json`    one state after "<parameter=", two sinks after ">":
                                                                    two alternatives that cannot be told apart

A set of nodes with a TEXT in it becomes two states: a gap, where text may begin, and the text itself; they are one
where they would have the same edges, as in a loop over content.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePath

from ..diagnostics import SourceRange
from ..spec.ast import Spec
from .closure import Item, advance, closure
from .graph import Elements, Enter, Graph, Lit, Members, Return, Scan, Text
from .lowered import (
    FIRSTS,
    MESSAGE_SINKS,
    SHORT_SINKS,
    VALUE_SINKS,
    Conflict,
    Lowered,
    as_blanks,
    blanks_of,
    firsts_of,
    group_literals,
    label_at,
    name_of,
    place_of,
    region_of,
    signature,
    sink_of,
)
from .model import Edge, Kind, Move, State, Tags


class Lowering:
    """Makes the states; a state's number is given out before its edges are followed."""

    def __init__(self, spec: Spec, graph: Graph) -> None:
        self.spec = spec
        self.graph = graph
        self.states: list[Lowered] = []
        self.conflicts: list[Conflict] = []
        self.used: set[int] = set()  # nodes that a kernel holds
        self._numbers: dict[tuple[object, ...], int] = {}

    # --- the three ways to ask for a state --------------------------------------------------------------------------

    def gap(self, kernel: tuple[int, ...]) -> int:
        """The state at a set of nodes, before anything is read."""
        kernel = tuple(sorted(set(kernel)))
        key = ("gap", kernel)
        if key in self._numbers:
            return self._numbers[key]
        items = closure(self.graph, kernel)
        single = self._single_text(items)
        if single is not None:
            self._numbers[key] = single
            return single
        return self._new(key, kernel, items, self._fill_gap)

    def text(self, sink: str, charset: str | None, kernel: tuple[int, ...], at: SourceRange) -> int:
        """The state inside a text that ends at a set of nodes."""
        kernel = tuple(sorted(set(kernel)))
        key = ("text", sink, charset, kernel)
        if key in self._numbers:
            return self._numbers[key]
        items = closure(self.graph, kernel)
        return self._new(key, kernel, items, self._fill_text if charset is None else self._fill_word, at)

    def _new(
        self,
        key: tuple[object, ...],
        kernel: tuple[int, ...],
        items: list[Item],
        fill: Callable[[Lowered, list[Item]], None],
        at: SourceRange | None = None,
    ) -> int:
        number = len(self.states)
        self._numbers[key] = number
        self.used.update(kernel)
        place = at or place_of(items) or self.spec.meta_at
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
        fill(lowered, items)
        return number

    # --- filling ------------------------------------------------------------------------------------------------------

    def _fill_gap(self, lowered: Lowered, items: list[Item]) -> None:
        state = lowered.state
        state.blanks = blanks_of(items)
        texts = [item for item in items if isinstance(item.label, Text)]
        if state.region in ("section", "call") and not any(sink_of(item) in VALUE_SINKS for item in texts):
            state.blanks = "any"
        if state.region == "message" and all(item.blanks == "none" for item in texts):
            state.blanks, state.keep_blanks = "any", True
        if not texts and self._become(lowered, items):
            return
        self._add_edges(lowered, items)
        self._add_thens(lowered, items, texts)

    def _fill_text(self, lowered: Lowered, items: list[Item]) -> None:
        state = lowered.state
        self._add_edges(lowered, items)
        for item in items:
            if isinstance(item.label, Scan):
                self._peek(lowered, item, FIRSTS.get(item.label.what) or "{[")
            elif isinstance(item.label, Text) and item.label.sink != state.sink:
                self._conflict("text-runs-on", lowered.at, item.label.at, "", lowered)
        for edge in state.edges:
            if state.sink in MESSAGE_SINKS and (edge.opens or edge.blanks == "none"):
                edge.blanks = "any" if edge.opens else edge.blanks

    def _fill_word(self, lowered: Lowered, _: list[Item]) -> None:
        lowered.state.done = Move(to=self.gap(lowered.kernel))

    def _become(self, lowered: Lowered, items: list[Item]) -> bool:
        """A set of nodes that reads one value is the state that reads it."""
        state = lowered.state
        scans = [item for item in items if isinstance(item.label, Scan)]
        if len(items) == 1 and isinstance(items[0].label, Elements) and not items[0].actions:
            self._fill_element(lowered, items[0])
            return True
        if len(items) == 1 and isinstance(items[0].label, Return) and not items[0].actions:
            state.kind = "return"
            return True
        members = [item for item in items if isinstance(item.label, Members)]
        if members and len(members) == len(items):
            self._fill_members(lowered, members[0])
            return True
        if scans and len(scans) == len(items) and not any(item.actions for item in items):
            self._fill_scan(lowered, scans)
            return True
        return False

    def _fill_members(self, lowered: Lowered, item: Item) -> None:
        state = lowered.state
        assert isinstance(item.label, Members)
        state.kind = "members"
        number = self.states.index(lowered)
        state.done = self._done((item.target,))
        skip = self._skip_state()
        state.any_key = Move(to=skip, push=number)
        for member in item.label.members:
            move = Move(to=self.gap((member.entry,)), push=number)
            state.keys[member.key if member.key is not None else "*"] = move

    def _fill_element(self, lowered: Lowered, item: Item) -> None:
        state, label = lowered.state, item.label
        assert isinstance(label, Elements)
        state.kind, state.sink, state.entities, state.blanks = "element", "value", label.entities, "none"
        state.tags = Tags(open=label.open, open_end=label.open_end, close=label.close, close_end=label.close_end)
        state.done = self._done((item.target,))

    def _skip_state(self) -> int:
        """A value that nobody wants, in an object; then back."""
        key = ("skip",)
        if key not in self._numbers:
            back = State(name="back", kind="return", region="call", at="")
            skip = State(name="skipped value", kind="scan", region="call", at="", sink="skip", accepts="any")
            at = self.spec.meta_at
            self.states.append(Lowered(back, (), at))
            skip.done = Move(to=len(self.states) - 1)
            self._numbers[key] = len(self.states)
            self.states.append(Lowered(skip, (), at))
        return self._numbers[key]

    def _fill_scan(self, lowered: Lowered, items: list[Item]) -> None:
        state = lowered.state
        label = items[0].label
        assert isinstance(label, Scan)
        wanted = {item.label.what for item in items if isinstance(item.label, Scan)}
        state.sink = label.sink
        state.accepts = label.what if len(wanted) == 1 else "arguments" if "arguments" in wanted else "any"
        if state.sink == "skip":
            state.accepts = "any"  # nobody wants it: whatever it is, it is read
        state.kind = "string" if state.sink in SHORT_SINKS else "scan"
        state.done = self._done(tuple(item.target for item in items))
        if state.kind == "string":
            instead = State(name=f"{state.name}, no string", kind="scan", region="call", at=state.at, sink="skip")
            instead.accepts, instead.done = "any", Move(to=state.done.to)
            state.otherwise = len(self.states)
            self.states.append(Lowered(instead, lowered.kernel, lowered.at))

    def _done(self, nodes: tuple[int, ...]) -> Move:
        to, actions = self.behind(nodes)
        return Move(to=to, actions=list(actions))

    # --- edges --------------------------------------------------------------------------------------------------------

    def _add_edges(self, lowered: Lowered, items: list[Item]) -> None:
        for text, group in group_literals(items).items():
            first = group[0]
            for other in group[1:]:
                if other.actions != first.actions:
                    self._conflict("ambiguous", label_at(first), label_at(other), text, lowered)
            nodes = tuple(item.target for item in group if item.actions == first.actions)
            target, done = self.behind(nodes)
            blanks = max((item.blanks for item in group), key=("none", "newline", "any").index)
            lowered.state.edges.append(self.edge(lowered.state, text, first, target, done, blanks))
            assert isinstance(first.label, Lit)
            lowered.roles[text] = first.label.role

    def behind(self, nodes: tuple[int, ...]) -> tuple[int, tuple[str, ...]]:
        """The state behind what has just been read, and what happens before anything more is read."""
        nodes, actions = advance(self.graph, tuple(sorted(set(nodes))))
        return self.gap(nodes), actions

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

    def _peek(self, lowered: Lowered, item: Item, firsts: str) -> None:
        """A value that begins right behind a text ends the text where it begins."""
        target = self.gap((item.source,))
        for first in firsts:
            edge = self.edge(lowered.state, first, item, target, (), item.blanks)
            lowered.state.edges.append(edge.model_copy(update={"peek": True}))

    def _add_thens(self, lowered: Lowered, items: list[Item], texts: list[Item]) -> None:
        state = lowered.state
        for item in items:
            match item.label:
                case Enter(_, entry, _):
                    back = self.gap((item.target,))
                    to = self.gap((entry,))
                    first = firsts_of(self.graph, entry)
                    state.moves.append(Move(to=to, actions=list(item.actions), push=back, first=first))
                case Members():
                    state.moves.append(Move(to=self.gap((item.source,)), actions=list(item.actions)))
        scans = [item for item in items if isinstance(item.label, Scan)]
        if scans:
            state.moves.append(self._scan_move(lowered, scans, bool(texts)))
        words = [item for item in texts if isinstance(item.label, Text) and item.label.charset]
        free = [item for item in texts if item not in words]
        if words and free and all(sink_of(item) in MESSAGE_SINKS for item in free):
            state.moves += [self._text_move(lowered, words), self._text_move(lowered, free)]  # text if it is no word
        elif texts:
            state.moves.append(self._text_move(lowered, texts))
        returns = [item for item in items if isinstance(item.label, Return)]
        if returns:
            state.moves.append(Move(to=self.gap((returns[0].source,)), actions=list(returns[0].actions)))

    def _scan_move(self, lowered: Lowered, scans: list[Item], beside_text: bool) -> Move:
        """A value that ends by itself; where text may stand, too, its first character tells them apart."""
        first = scans[0]
        for other in scans[1:]:
            if other.actions != first.actions:
                self._conflict("ambiguous", label_at(first), label_at(other), "", lowered)
        begins = [FIRSTS.get(item.label.what) for item in scans if isinstance(item.label, Scan)]
        only = "".join(one for one in begins if one) if beside_text and all(begins) else None
        return Move(to=self.gap(tuple(item.source for item in scans)), actions=list(first.actions), first=only)

    def _text_move(self, lowered: Lowered, texts: list[Item]) -> Move:
        first = texts[0]
        assert isinstance(first.label, Text)
        same = [item for item in texts if item.label == first.label or sink_of(item) == first.label.sink]
        for other in texts:
            if other not in same or other.actions != first.actions:
                self._conflict("two-texts", label_at(first), label_at(other), "", lowered)
        targets = tuple(item.target for item in same)
        number = self.text(first.label.sink, first.label.charset, targets, first.label.at)
        self.states[number].state.entities = first.label.entities
        lowered.state.skips_quoted = first.label.charset is not None
        return Move(to=number, actions=list(first.actions))

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

    # --- naming -------------------------------------------------------------------------------------------------------

    def _conflict(self, kind: str, first: SourceRange, second: SourceRange, text: str, lowered: Lowered) -> None:
        self.conflicts.append(Conflict(kind, first, second, text, lowered.state.name))

    def _where(self, at: SourceRange) -> str:
        source = self.spec.source_of(at)
        line, column = source.line_col(at.start)
        return f"{line}:{column}" if source is self.spec.source else f"{PurePath(source.path).name} {line}:{column}"
