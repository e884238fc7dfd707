"""Pass: brackets and commas around values that a format's own rules build, where a model writes the wrong one (rule 5).

    `{o:{a:1],b:2}`      a wrong closer ends the innermost container, as in near-JSON
    `{o:{a:1,},}`        a comma too many, before a closer or a key
    `{o:{a:,b:1}}`       no value: its key is missed, and what stands behind it is no value of it

In: the states with their recovery edges. Out: more edges of gaps, each in the way of one that is there.
"""

from __future__ import annotations

from ..runtime.tables.limits import TELLING
from .lower import Lowering
from .lowered import VALUE_SINKS, Lowered
from .model import Edge, State

OTHER_CLOSER = {"}": "]", "]": "}"}


def add_brackets(lowering: Lowering) -> None:
    """Give the gaps of calls the edges for them."""
    gaps = [lowered for lowered in lowering.states if lowered.state.region == "call" and lowered.state.kind == "gap"]
    for lowered in gaps:
        _add_missing_values(lowering.states, lowered)
    for lowered in sorted(gaps, key=_comma_does):
        _add_commas(lowering.states, lowered)
    for lowered in gaps:
        _add_first_comma(lowering.states, lowered)
        _add_wrong_closers(lowered)


def _add(lowered: Lowered, edge: Edge, **changes: object) -> None:
    """Add a changed copy of an edge, if nothing is spelled like it."""
    made = edge.model_copy(update={"rank": 1, **changes})
    if made.literal not in lowered.roles:
        lowered.state.edges.append(made)
        lowered.roles[made.literal] = "separator" if made.literal == "," else "closer"


def _short(state: State) -> list[Edge]:
    """The edges of well-formed text that prove nothing by themselves."""
    return [edge for edge in state.edges if not edge.rank and len(edge.literal) < TELLING]


def _add_missing_values(states: list[Lowered], lowered: Lowered) -> None:
    """Where a value of JSON begins, what may stand behind it shows that there is none."""
    for value in [states[move.to].state for move in lowered.state.moves]:
        if value.kind == "scan" and value.sink in VALUE_SINKS and value.done is not None:
            ending = [action for action in value.done.actions if action != "end"]
            for edge in _short(states[value.done.to].state):
                _add(lowered, edge, actions=["no_value", *ending, *edge.actions])


def _comma(state: State) -> Edge | None:
    return next((edge for edge in _short(state) if edge.literal == ","), None)


def _comma_does(lowered: Lowered) -> int:
    """How much happens at a comma: of two states before the same one, that at which least has to end is its model."""
    comma = _comma(lowered.state)
    return len(comma.actions) if comma is not None else 0


def _add_commas(states: list[Lowered], lowered: Lowered) -> None:
    """Behind a comma, before a key: one more, or a closer that may stand in its place."""
    comma = _comma(lowered.state)
    if comma is None:
        return
    behind = states[comma.to]
    if behind.state.kind == "gap" and _begins_key(states, behind):
        for edge in _short(lowered.state):
            if edge is comma or edge.literal in OTHER_CLOSER:
                _add(behind, edge, actions=[] if edge is comma else edge.actions)


def _begins_key(states: list[Lowered], lowered: Lowered) -> bool:
    """Whether a key without quotes may begin here, of any characters."""
    keys = [states[move.to].state for move in lowered.state.moves]
    return any(key.kind == "text" and key.sink == "key" for key in keys)


def _add_first_comma(states: list[Lowered], lowered: Lowered) -> None:
    """Behind a bracket, before the first key: a comma too many."""
    if _begins_key(states, lowered) and any(edge.literal in OTHER_CLOSER for edge in _short(lowered.state)):
        _add(lowered, Edge(literal=",", to=states.index(lowered), blanks="any"))


def _add_wrong_closers(lowered: Lowered) -> None:
    """The closer of another kind ends the same container."""
    for edge in sorted(lowered.state.edges, key=lambda edge: edge.rank):
        if edge.literal in OTHER_CLOSER and "close_container" in edge.actions and "unwind" not in edge.actions:
            end = edge.actions.index("close_container")
            actions = [*edge.actions[:end], "close_container:wrong", *edge.actions[end + 1 :]]
            _add(lowered, edge, literal=OTHER_CLOSER[edge.literal], actions=actions)
