"""Pass: what must stand behind a delimiter that ends a value, so that a value may contain it (docs/rules.md, rule 3).

    `</parameter>` ends a value only before `<parameter=`, `</function>` or the end; before `</config>` it is text.

Needs the recovery edges: the evidence for a closer includes the closers behind it. Where text may follow at once,
anything may stand behind the delimiter and the value is cut at the first one (the checks warn of it).
"""

from __future__ import annotations

from .lower import Lowering
from .lowered import VALUE_SINKS
from .model import Edge, State

FREE = ("text", "word", "string", "scan", "return")  # what begins without a delimiter, or nobody knows with which


def add_follow(lowering: Lowering) -> None:
    """Fill `follow` and `key_until` of every edge out of a value's text."""
    states = [lowered.state for lowered in lowering.states]
    for state in states:
        if state.kind == "text" and state.sink in VALUE_SINKS:
            for edge in state.edges:
                _fill(states, edge)
        elif state.kind == "element":
            _fill_element(states, state)
    _fill_openers(states)


def _fill_element(states: list[State], state: State) -> None:
    """Evidence for the closer of an element, and for the delimiters of what is around it."""
    tags, done = state.tags, state.done
    assert tags is not None
    assert done is not None
    for edge in state.edges:
        _fill(states, edge)
    closer = Edge(literal=tags.close, to=done.to)
    _fill(states, closer)
    tags.follow = closer.follow
    tags.beside = sorted({tags.open, tags.close, *(edge.literal for edge in state.edges)})


def _fill_openers(states: list[State]) -> None:
    """An element's opener is one only before a key."""
    tags = next((state.tags for state in states if state.tags is not None), None)
    for edge in (edge for state in states for edge in state.edges):
        if tags is not None and edge.literal == tags.open and "open_parameter" in edge.actions:
            edge.tags = tags


def _fill(states: list[State], edge: Edge) -> None:
    target = states[edge.to]
    if (edge.rank or "close_parameter" in edge.actions) and "open_parameter" in edge.actions:
        key = key_text(states, target)
        if key is not None:
            edge.key_until = _endings(states, key)
            return
    texts = [states[move.to] for move in target.moves]
    free = any(state.kind in FREE for state in (target, *texts))
    if edge.key_until is not None or (free and (edge.rank == 0 or edge.actions == ["spoil"])):
        return
    edge.follow = sorted({ending.literal for ending in target.edges if ending.guard in (None, "call")})


def _endings(states: list[State], key: State) -> list[str]:
    """What may stand behind a key: a text knows what ends it, and a word is over where its letters are."""
    behind = [states[key.done.to]] if key.done is not None else []
    return [ending.literal for state in (key, *behind) for ending in state.edges if ending.rank == 0]


def key_text(states: list[State], target: State) -> State | None:
    """Where the key is read that follows a parameter's opener at once: as text, as a word or as a string."""
    for state in (target, *(states[move.to] for move in target.moves)):
        if state.sink == "key" and state.kind in ("text", "word", "string"):
            return state
    return None
