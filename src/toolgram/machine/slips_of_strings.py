"""Pass: slips around strings that a delimiter of some length opens and closes, where commas and brackets are the rest.

    `{query:weather in Tokyo<|"|>}`              the opener is missing: the text up to the closer is the string
    `{old:<|"|>a,path:<|"|>b<|"|>}`              the first closer is missing: a declared key with an opener shows it
    `{city:<|"|>Tokyo}<tool_call|>`              the same at the end: a token behind the bracket shows it
    `{save_as='report.docx'}`                    `=` for `:`, or the other way round, behind a declared key

In: the states with their recovery edges. Out: `value_alone` of gaps, and edges out of strings and behind keys.
"""

from __future__ import annotations

from ..runtime.tables.limits import TELLING
from .lower import Lowering
from .lowered import VALUE_SINKS, Lowered
from .model import Edge, Move, State

OTHER = {":": "=", "=": ":"}


def add_slips_of_strings(lowering: Lowering) -> None:
    """Give the states of calls the edges for them."""
    states = [lowered.state for lowered in lowering.states]
    for lowered in list(lowering.states):
        state = lowered.state
        if state.region != "call":
            continue
        if state.kind == "gap" and state.moves:
            state.value_alone = _value_alone(states, state)
        elif state.kind == "text" and state.sink in VALUE_SINKS:
            _add_next_key(states, lowered)
        if state.sink == "key" or state.kind == "gap":
            _add_other_mark(lowered)


def _value_alone(states: list[State], state: State) -> Move | None:
    """Where a string may begin among other values, by a delimiter of some length: its text."""
    for edge in state.edges:
        if edge.rank or len(edge.literal) < TELLING or not _begins_value(edge):
            continue
        target = states[edge.to]
        ways = [(edge.to, target), *((move.to, states[move.to]) for move in target.moves)]
        for number, text in ways:
            if text.kind == "text" and text.sink in VALUE_SINKS:
                return Move(to=number, actions=edge.actions)
    return None


def _begins_value(edge: Edge) -> bool:
    return any(action.startswith("begin:") for action in edge.actions)


def _add_next_key(states: list[State], lowered: Lowered) -> None:
    """A separator in a string ends it if a declared key follows, and behind that the opener of a value."""
    state = lowered.state
    for closer in [edge for edge in state.edges if not edge.rank]:
        for separator in states[closer.to].edges:
            if separator.rank or len(separator.literal) >= TELLING or separator.literal in lowered.roles:
                continue
            for move in states[separator.to].moves:
                ends = [edge for edge in states[move.to].edges if not edge.rank]
                openers = [one.literal for end in ends for one in states[end.to].edges if _opens(one)]
                is_key = states[move.to].kind == "text" and states[move.to].sink == "key"
                if is_key and "open_parameter" in (*separator.actions, *move.actions) and openers:
                    made = Edge(literal=separator.literal, to=separator.to, rank=1, blanks="any")
                    made.actions = [*closer.actions, *separator.actions]
                    made.key_until, made.then = [end.literal for end in ends], openers
                    state.edges.append(made)
                    lowered.roles[made.literal] = "separator"


def _opens(edge: Edge) -> bool:
    return not edge.rank and len(edge.literal) >= TELLING and _begins_value(edge)


def _add_other_mark(lowered: Lowered) -> None:
    """Where a colon ends a key, an equals sign may, and the other way round."""
    for edge in [edge for edge in lowered.state.edges if not edge.rank and edge.literal in OTHER]:
        other = OTHER[edge.literal]
        if other not in lowered.roles and _is_key_mark(lowered.state, edge):
            made = edge.model_copy(update={"literal": other, "rank": 1, "guard": "declared"})
            lowered.state.edges.append(made)
            lowered.roles[other] = "part"


def _is_key_mark(state: State, edge: Edge) -> bool:
    """Whether it stands behind the key of a parameter: of an object inside one no key is declared."""
    if "/object" in state.name or "/array" in state.name:
        return False
    return state.sink == "key" or state.name.endswith("/key") or "end_key" in edge.actions
