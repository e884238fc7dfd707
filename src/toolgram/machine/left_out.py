"""Pass: where a parser goes on if the opener of a parameter's key or of its value is missing (rule 5).

    `city">Tokyo</parameter>`, and no `<parameter name="`      where the opener may stand, a declared key is as good
    `<arg_key>city</arg_key>Tokyo</arg_value>`                 where `<arg_value>` must stand, a text is the value
    `<tool_call>get_weather city</arg_key>`                    a name that ends at a key

In: the states with their recovery edges. Out: `key_alone` and `value_alone` of gaps, edges with the guard `key` out of
names, and with the guard `lost` where a delimiter of a parameter says that something before it was not understood.
"""

from __future__ import annotations

from ..runtime.tables.limits import TELLING
from .follow import key_text
from .graph import Elements, Lit
from .lower import Lowering
from .lowered import VALUE_SINKS, Lowered
from .model import Edge, Move, State


def add_left_out(lowering: Lowering) -> None:
    """Give the states of calls their ways on without an opener."""
    states = [lowered.state for lowered in lowering.states]
    delimiters = _delimiters(lowering)
    for number, lowered in enumerate(list(lowering.states)):
        state = lowered.state
        if state.region == "call" and state.kind == "gap":
            state.key_alone = _key_alone(states, state)
            state.value_alone = _value_alone(lowering, states, lowered)
            if state.key_alone is not None:
                _add_lost(lowered, number, delimiters)
        elif state.region == "call" and state.kind == "text" and state.sink == "name":
            _add_end_of_name(states, lowered)


def _delimiters(lowering: Lowering) -> list[str]:
    """The delimiters inside of parameters that prove something by themselves, their openers aside."""
    found: list[str] = []
    for node in lowering.graph.nodes:
        for label, _ in node.edges if "parameter" in node.context else ():
            if isinstance(label, Elements):
                found.append(label.close)
            elif isinstance(label, Lit):
                found.append(label.text)
    return [text for text in dict.fromkeys(found) if len(text) > TELLING and any(mark in text for mark in "<|[")]


def _openers(state: State) -> list[Edge]:
    """The edges that open a parameter, and nothing else, by more than a bracket."""
    edges = [edge for edge in state.edges if not edge.rank and len(edge.literal) >= TELLING]
    return [edge for edge in edges if "open_parameter" in edge.actions and "open_call" not in edge.actions]


def _key_alone(states: list[State], state: State) -> Move | None:
    """Where the key is read that stands behind the opener of a parameter; none where a key may stand without one."""
    if state.moves:
        return None
    for edge in _openers(state):
        key = key_text(states, states[edge.to])
        if key is not None and _ends(key):
            return Move(to=states.index(key), actions=edge.actions)
    for edge in [edge for edge in state.edges if not edge.rank and edge.literal == ","]:
        for move in states[edge.to].moves:
            ways = [*edge.actions, *move.actions]
            if "open_parameter" in ways and states[move.to].kind == "text":
                return Move(to=move.to, actions=ways)
    return None


def _ends(key: State) -> list[str]:
    return [edge.literal for edge in key.edges if not edge.rank]


def _value_alone(lowering: Lowering, states: list[State], lowered: Lowered) -> Move | None:
    """Where a value is read whose opener is missing: like any other, but that only its own closer makes it whole."""
    state = lowered.state
    openers = [edge for edge in state.edges if not edge.rank]
    if len(openers) != 1 or len(openers[0].literal) < TELLING or state.moves:
        return None
    target = states[openers[0].to]
    ways = [*openers[0].actions, *(action for move in target.moves for action in move.actions)]
    texts = [one for one in (target, *(states[move.to] for move in target.moves)) if one.sink in VALUE_SINKS]
    if len(texts) != 1 or texts[0].kind != "text" or not any(action.startswith("begin:") for action in ways):
        return None
    text = texts[0].model_copy(deep=True)
    for edge in text.edges:
        edge.actions = [*(["spoil"] if edge.rank else []), *edge.actions]
    text.edges.append(Edge(literal=openers[0].literal, to=states.index(texts[0]), actions=["spoil"], rank=1))
    lowering.states.append(Lowered(text, (), lowered.at, dict(lowering.states[states.index(texts[0])].roles)))
    return Move(to=len(lowering.states) - 1, actions=ways)


def _add_lost(lowered: Lowered, number: int, delimiters: list[str]) -> None:
    """Let a gap notice what cannot stand there: it belongs to a parameter that was not read."""
    known = {edge.literal for edge in lowered.state.edges}
    for text in delimiters:
        if text not in known:
            edge = Edge(literal=text, to=number, actions=["lose"], blanks="any", rank=1, guard="lost")
            lowered.state.edges.append(edge)


def _add_end_of_name(states: list[State], lowered: Lowered) -> None:
    """Where a name has no delimiter of its own but the opener of a parameter, the key's end shows both."""
    state = lowered.state
    body = next((edge for edge in state.edges if edge.guard == "object" and edge.peek), None)
    openers = _openers(state)
    if body is None or not openers:
        return
    keys = [key for key in (key_text(states, states[edge.to]) for edge in openers) if key is not None]
    for literal in dict.fromkeys(literal for key in keys for literal in _ends(key)):
        if len(literal) > TELLING and literal not in lowered.roles:
            edge = Edge(literal=literal, to=body.to, actions=list(body.actions), rank=1, peek=True, guard="key")
            edge.blanks = "any"
            state.edges.append(edge)
