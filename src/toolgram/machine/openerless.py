"""Pass: calls whose own opener is missing, where what stands behind it vouches for the call (rule 5).

    `<|section|>functions.get_weather:0<|argument|>`     in an open section: a declared name and the next delimiter
    `call:get_weather{city:<|"|>Tokyo`                   among text: a literal behind the opener, a name and a token

In: the states with their recovery edges. Out: `call_alone` of gaps in sections, and edges with the guard `alone` in the
texts of messages.
"""

from __future__ import annotations

from ..runtime.tables.limits import TELLING
from .lower import Lowering
from .model import Edge, Move, State

FURTHEST = 3  # states between a name and the delimiter that shows what it is


def add_openerless(lowering: Lowering) -> None:
    """Give sections and texts their ways into calls without an opener."""
    if lowering.spec.meta.commit == "section":
        return
    states = [lowered.state for lowered in lowering.states]
    tokens = lowering.spec.meta.special_tokens
    for state in states:
        for opener in [edge for edge in state.edges if _leads_on(edge)]:
            if state.region in ("section", "call") and state.kind == "gap" and not (opener.rank or state.moves):
                until = _until(states, opener.to)
                if until and state.call_alone is None:
                    state.call_alone = Move(to=opener.to, actions=opener.actions)
                    state.call_until = until
            is_among_text = state.region == "message" and state.sink != "reasoning"
            if is_among_text and "open_call" in opener.actions and opener.literal in tokens:
                _add_words(states, state, opener)


def _leads_on(edge: Edge) -> bool:
    is_end = any(action.partition(":")[0] in ("commit", "close_call") for action in edge.actions)
    return len(edge.literal) > TELLING and not edge.peek and edge.guard is None and not is_end


def _add_words(states: list[State], state: State, opener: Edge) -> None:
    """The words that may stand between a call's opener and its name."""
    until = _until(states, opener.to)
    for word in [edge for edge in states[opener.to].edges if not edge.rank]:
        known = any(edge.literal == word.literal for edge in state.edges)
        if until and word.literal[0].isalpha() and len(word.literal) > TELLING and not known:
            made = Edge(literal=word.literal, to=word.to, rank=opener.rank + 1, opens=True, guard="alone", blanks="any")
            made.actions, made.then = [*opener.actions, *word.actions], until
            state.edges.append(made)


def _until(states: list[State], number: int) -> list[str]:
    """The delimiters behind the name of a call that begins at a state; none where no name is read as text or a word."""
    for state in _near(states, number):
        if state.sink == "name" and state.kind in ("text", "word"):
            behind = state if state.done is None else states[state.done.to]
            return list(dict.fromkeys(_tellings(states, behind, FURTHEST)))
    return []


def _near(states: list[State], number: int) -> list[State]:
    """A state and those that are reached from it without a delimiter, or over one of those before a name."""
    found: list[State] = []
    todo = [number]
    while todo and len(found) < 2 * FURTHEST:
        state = states[todo.pop(0)]
        if state.region != "call":
            continue
        found.append(state)
        todo += [move.to for move in state.moves]
        todo += [edge.to for edge in state.edges if not edge.rank and state.kind == "gap"]
    return found


def _tellings(states: list[State], state: State, depth: int) -> list[str]:
    """The delimiters at a state that tell something; behind a single character those further on."""
    found = []
    for edge in [edge for edge in state.edges if not edge.rank and not edge.peek]:
        if len(edge.literal) > 1:
            found.append(edge.literal)
        elif depth and not edge.literal.isspace():
            words = [states[move.to] for move in states[edge.to].moves]
            ends = [states[word.done.to] for word in words if word.kind == "word" and word.done is not None]
            found += [text for end in ends for text in _tellings(states, end, depth - 1)] or [edge.literal]
    return found
