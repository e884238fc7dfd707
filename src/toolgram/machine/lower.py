"""Graph -> states: every set of nodes that can be reached together becomes one state, left to right.

In: the graph of a spec. Out: the states of the machine, before the passes that complete them, and the mistakes that
make a set of nodes undecidable.

    `"<parameter=" key ">" value` | `"<parameter=" key ">" json`    one state after "<parameter=", two sinks after ">":
                                                                    two alternatives that cannot be told apart

A set of nodes with a TEXT in it becomes two states: a gap, where text may begin, and the text itself; they are one
where they would have the same edges, as in a loop over content.
"""

from __future__ import annotations

from ..runtime.tables.search import CHARSETS
from ..runtime.tables.states import MESSAGE_SINKS
from .closure import Item, literals
from .graph import Enter, Eps, Lit, Members, Return, Scan, Text
from .lowered import (
    FIRSTS,
    VALUE_SINKS,
    Lowered,
    blanks_of,
    firsts_of,
    group_literals,
    label_at,
    sink_of,
)
from .model import Move
from .states import States
from .value_states import become


class Lowering(States):
    """Fills the states: edges for delimiters, moves for what is read without one."""

    def fill_gap(self, lowered: Lowered, items: list[Item]) -> None:
        state = lowered.state
        state.blanks = blanks_of(items)
        texts = [item for item in items if isinstance(item.label, Text)]
        if state.region in ("section", "call") and not any(sink_of(item) in VALUE_SINKS for item in texts):
            state.blanks = "any"
        if state.region == "message" and all(item.blanks == "none" for item in texts):
            state.blanks, state.keep_blanks = "any", True
        if not texts and become(self, lowered, items):
            return
        self._add_edges(lowered, items)
        self._add_thens(lowered, items, texts)

    def fill_text(self, lowered: Lowered, items: list[Item]) -> None:
        state = lowered.state
        self._add_edges(lowered, items)
        for item in items:
            if isinstance(item.label, Scan):
                firsts = FIRSTS.get(item.label.what)
                if firsts is None and item.label.sink in VALUE_SINKS:
                    self.conflict("text-runs-on", lowered.at, item.label.at, "", lowered)
                self._peek(lowered, item, firsts or "{[")
            elif isinstance(item.label, Text) and item.label.sink != state.sink:
                self.conflict("text-runs-on", lowered.at, item.label.at, "", lowered)
        for edge in state.edges:
            if state.sink in MESSAGE_SINKS and (edge.opens or edge.blanks == "none"):
                edge.blanks = "any" if edge.opens else edge.blanks

    def fill_word(self, lowered: Lowered, items: list[Item]) -> None:
        lowered.state.done = Move(to=self.gap(lowered.kernel))
        characters = CHARSETS[lowered.state.charset or ""]
        once = self._read_at_once(lowered.kernel)
        for text in once:
            if isinstance(text, Text):
                self.conflict("text-runs-on", lowered.at, text.at, "", lowered)
        for item, label in literals(items):
            found = characters(label.text)
            is_glued = item.blanks == "none" or (label in once and not label.text[0].isalnum())
            if is_glued and found is not None and found.end():
                self.conflict("word-takes", lowered.at, label.at, label.text, lowered)

    def _read_at_once(self, kernel: tuple[int, ...]) -> list[Text | Lit]:
        """The texts, words and delimiters that may begin at nodes without anything before them, not even a blank."""
        waiting, seen = list(kernel), set(kernel)
        found: list[Text | Lit] = []
        while waiting:
            node = waiting.pop()
            for label, target in self.graph.nodes[node].edges:
                if isinstance(label, Text | Lit) and node != self.graph.accept:
                    found.append(label)
                elif isinstance(label, Eps) and target not in seen:
                    seen.add(target)
                    waiting.append(target)
        return found

    # --- edges --------------------------------------------------------------------------------------------------------

    def _add_edges(self, lowered: Lowered, items: list[Item]) -> None:
        for text, group in group_literals(items).items():
            first = group[0]
            for other in group[1:]:
                if other.actions != first.actions:
                    self.conflict("ambiguous", label_at(first), label_at(other), text, lowered)
            if not text.strip() and lowered.state.kind == "gap":  # blanks before something else may be this delimiter
                for other in items:
                    if other.blanks != "none" and other not in group:
                        self.conflict("ambiguous", label_at(first), label_at(other), text, lowered)
            nodes = tuple(item.target for item in group if item.actions == first.actions)
            target, done = self.behind(nodes)
            blanks = max((item.blanks for item in group), key=("none", "newline", "any").index)
            lowered.state.edges.append(self.edge(lowered.state, text, first, target, done, blanks))
            assert isinstance(first.label, Lit)
            lowered.roles[text] = first.label.role

    def _peek(self, lowered: Lowered, item: Item, firsts: str) -> None:
        """A value that begins right behind a text ends the text where it begins."""
        target = self.gap((item.source,))
        for first in firsts:
            edge = self.edge(lowered.state, first, item, target, (), item.blanks)
            lowered.state.edges.append(edge.model_copy(update={"peek": True}))

    # --- moves --------------------------------------------------------------------------------------------------------

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
        if free and (keys := [item for item in words if sink_of(item) == "key"]):
            self.conflict("text-runs-on", label_at(free[0]), label_at(keys[0]), "", lowered)
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
                self.conflict("ambiguous", label_at(first), label_at(other), "", lowered)
        begins = [FIRSTS.get(item.label.what) for item in scans if isinstance(item.label, Scan)]
        only = "".join(one for one in begins if one) if beside_text and all(begins) else None
        return Move(to=self.gap(tuple(item.source for item in scans)), actions=list(first.actions), first=only)

    def _text_move(self, lowered: Lowered, texts: list[Item]) -> Move:
        first = texts[0]
        assert isinstance(first.label, Text)
        same = [item for item in texts if item.label == first.label or sink_of(item) == first.label.sink]
        for other in texts:
            if other not in same or other.actions != first.actions:
                self.conflict("two-texts", label_at(first), label_at(other), "", lowered)
        targets = tuple(item.target for item in same)
        number = self.text(first.label.sink, first.label.charset, targets, first.label.at)
        self.states[number].state.entities = first.label.entities
        lowered.state.skips_quoted = first.label.charset is not None
        return Move(to=number, actions=list(first.actions))
