"""Pass: what a call looks like from outside, up to its name, so that an example of one inside a value is known.

    qwen3_coder: `<tool_call>` `<function=` NAME `>` ... `</tool_call>`;  `<function=` NAME `>` ... `</function>`

Only formats whose values are raw text need it: in the others a value's own quotes say where it ends.
"""

from __future__ import annotations

from ..runtime.tables.limits import TELLING
from .graph import Lit
from .lower import Lowering
from .lowered import VALUE_SINKS
from .model import Nest, State

DEEPEST = 4  # delimiters before the name


def find_nests(lowering: Lowering) -> list[Nest]:
    """Follow every opener at message level to the name."""
    states = [lowered.state for lowered in lowering.states]
    if not any(state.kind in ("text", "element") and state.sink in VALUE_SINKS for state in states):
        return []
    pairs = _pairs(lowering)
    nests: dict[tuple[str, ...], Nest] = {}
    for state in states:
        if state.region != "message" or state.sink == "reasoning":
            continue
        for edge in state.edges:
            closer = pairs.get(edge.literal, "")
            if edge.opens and closer and len(edge.literal) >= TELLING:
                for path, until in _paths(states, edge.to, (edge.literal,)):
                    nests.setdefault(path, Nest(path=list(path), until=list(until), closer=closer))
    return list(nests.values())


def mark_nests(states: list[State], nests: list[Nest]) -> None:
    """Mark the states in which an example may stand: those of an argument's text.

    >>> value = State(name="value", kind="text", region="call", at="1:1", sink="value")
    >>> mark_nests([value], [Nest(path=["<call>", "<name="], until=[">"], closer="</call>")])
    >>> value.holds_examples
    True
    """
    for state in states:
        state.holds_examples = bool(nests) and state.kind in ("text", "element") and state.sink in VALUE_SINKS


def _pairs(lowering: Lowering) -> dict[str, str]:
    labels = [label for node in lowering.graph.nodes for label, _ in node.edges if isinstance(label, Lit)]
    return {label.text: label.pair for label in labels if label.pair}


def _paths(states: list[State], number: int, path: tuple[str, ...]) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Every way from a state to a name: the delimiters on it, and those that end the name."""
    state = states[number]
    for inner in (state, *(states[move.to] for move in state.moves)):
        if inner.sink == "name" and inner.kind == "text":
            return [(path, _endings(inner))]
        if inner.sink == "name" and inner.kind == "word" and inner.done is not None:
            return [(path, _endings(states[inner.done.to]))]
    if len(path) == DEEPEST or state.kind != "gap":
        return []
    forward = [edge for edge in state.edges if edge.rank == 0]
    return [found for edge in forward for found in _paths(states, edge.to, (*path, edge.literal))]


def _endings(state: State) -> tuple[str, ...]:
    return tuple(edge.literal for edge in state.edges if edge.rank == 0)
