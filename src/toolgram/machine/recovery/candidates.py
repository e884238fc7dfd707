"""What recovery decides about: the delimiters that a state could read by doing without others.

In: a state and the graph. Out: `Place`, what is known of the state, and a `Candidate` for every such delimiter.

    inside a value of qwen3_coder, `</parameter>` missing:  `<parameter=`, `</function>`, `</tool_call>`, ...

Promises: candidates come the nearest first (the fewest missing delimiters); both records are frozen, so that a rule can
only look at them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ...runtime.tables.limits import TELLING
from ..closure import SKIPPED_OPENER, Item, closure, literals
from ..graph import Lit, Scan, Text
from ..lower import Lowering
from ..lowered import VALUE_SINKS, Lowered
from ..model import State


@dataclass(frozen=True, slots=True)
class Place:
    """A state, what it can read (`items`, delimiters missing or not), and where in the message it stands."""

    state: State
    items: tuple[Item, ...]
    is_cited: bool  # a citation is open here
    is_marked: bool  # a text at message level that only its own closer ends
    is_strict: bool  # the format's sections are calls altogether or text altogether

    @property
    def here(self) -> list[Item]:
        """What can be read with nothing missing."""
        return [item for item in self.items if item.rank == 0]

    @property
    def only_closers(self) -> bool:
        """Whether of all delimiters only closers can be read with nothing missing."""
        return all(label.role == "closer" for _, label in literals(self.here))

    @property
    def is_gap(self) -> bool:
        """Whether only blanks stand here, before a delimiter or something with a state of its own."""
        return self.state.kind == "gap"

    @property
    def is_json(self) -> bool:
        """Whether brackets and commas here belong to a value or an object that is being read."""
        return self.is_object or self.state.kind in ("scan", "string")

    @property
    def is_object(self) -> bool:
        """Whether the members of a JSON object are read here, in any order."""
        return self.state.kind == "members"

    @property
    def is_text(self) -> bool:
        """Whether any character can be part of what is being read."""
        return self.state.kind in ("text", "element")

    @property
    def is_value(self) -> bool:
        """Whether an argument's value is being read."""
        return self.state.sink in VALUE_SINKS

    @property
    def begins_alone(self) -> bool:
        """Whether a value or a text begins here whose own state knows what may end it; a word's does not."""
        return any(
            isinstance(item.label, Scan) or (isinstance(item.label, Text) and item.label.charset is None)
            for item in self.here
        )

    @property
    def begins_text(self) -> bool:
        """Whether a text or a word may begin here."""
        return any(isinstance(item.label, Text) for item in self.here)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A delimiter that could be read at a place if what is missing before it stays missing."""

    place: Place
    item: Item
    label: Lit
    context: tuple[str, ...]  # the captures that the delimiter stands in
    lacks_section: bool  # openers are missing before it, and none of them is a part of a call
    is_special: bool  # it is a special token, which no model writes by chance
    opens_section: bool  # it does not open a call, and what opens one can be read behind it
    is_before_token: bool  # it closes something, and only special tokens may stand behind it

    @property
    def is_opener(self) -> bool:
        return self.label.role == "opener"

    @property
    def is_closer(self) -> bool:
        return self.label.role == "closer"

    @property
    def is_separator(self) -> bool:
        return self.label.role == "separator"

    @property
    def lacks_opener(self) -> bool:
        """Whether an element's opener is missing, not only closers and parts."""
        return self.item.rank >= SKIPPED_OPENER

    @property
    def is_short(self) -> bool:
        """Whether the delimiter proves nothing by itself: few characters, and no tag (its key is the evidence)."""
        tags = self.place.state.tags
        return len(self.label.text) < TELLING and not (tags is not None and self.label.text == tags.open)

    @property
    def passes_call(self) -> bool:
        """Whether a whole call is among what is missing before the delimiter."""
        return self.does("open_call") and self.does("close_call") and not self.is_opener

    @property
    def opens_call_in_thoughts(self) -> bool:
        """Whether a special token opens a call without its section, among thoughts, where it may do so at all."""
        in_thoughts = self.place.state.sink == "reasoning" and not self.place.is_strict
        return in_thoughts and self.is_special and self.lacks_section and self.does("open_call")

    def does(self, action: str) -> bool:
        """Whether an action happens on the way to the delimiter."""
        return action in self.item.actions


def survey(lowering: Lowering, lowered: Lowered) -> Place:
    """What is known of a state."""
    items = closure(lowering.graph, lowered.kernel, missing=True)
    cited = any("citation" in lowering.graph.nodes[node].context for node in lowered.kernel)
    at_message = lowered.state.region == "message"
    marked = at_message and (cited or lowered.state.sink == "reasoning" or _is_between_delimiters(lowering, items))
    return Place(lowered.state, tuple(items), cited, marked, lowering.spec.meta.commit == "section")


def _is_between_delimiters(lowering: Lowering, items: list[Item]) -> bool:
    """Whether only closers end the text here: it is an answer between delimiters, and quotes a call as it likes."""
    here = [item for item in items if item.rank == 0]
    texts = tuple(item.target for item in here if isinstance(item.label, Text))
    ends = literals(closure(lowering.graph, texts) if texts else here)
    return bool(ends) and all(label.role == "closer" for _, label in ends)


def candidates(lowering: Lowering, place: Place) -> Iterator[Candidate]:
    """The delimiters that need others to be missing, the nearest first."""
    nodes, special = lowering.graph.nodes, lowering.spec.meta.special_tokens
    for item, label in literals(list(place.items)):
        if item.rank:
            in_call = any("tool_call" in nodes[node].context for node in item.missing)
            lacks_section = bool(item.missing) and not in_call
            before = label.role in ("closer", "part") and _only_tokens(lowering, item.target)
            opens = label.role == "opener" and "open_call" not in item.actions and _leads_to_call(lowering, item.target)
            context, is_special = nodes[item.source].context, label.text in special
            yield Candidate(place, item, label, context, lacks_section, is_special, opens, before)


def _leads_to_call(lowering: Lowering, node: int) -> bool:
    """Whether a call's opener can be read at a node."""
    behind = literals(closure(lowering.graph, (node,)))
    return any("open_call" in item.actions and label.role == "opener" for item, label in behind)


def _only_tokens(lowering: Lowering, node: int) -> bool:
    """Whether nothing but special tokens can be read at a node, blanks aside."""
    behind = closure(lowering.graph, (node,))
    texts = [item.label.text if isinstance(item.label, Lit) else "" for item in behind]
    return bool(texts) and all(text in lowering.spec.meta.special_tokens for text in texts)
