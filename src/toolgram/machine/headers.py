"""Pass: headers that go wrong: one that breaks off makes no call, and a word that no header has is markup.

    `<|channel|>commentary to=functions.bash <|constrain|>control<|end|>`    its `<|message|>` never came: no call
    `<|channel|>bash<|channel|>commentary to=functions.bash`                 a channel that there is not: skipped

A header is what stands between the beginning of a message and the delimiter that opens its text. Where a special token
may close a message of any kind, it says nothing of a call, so that a header which it ends makes none. The words that
are skipped are found while a text is read: see `runtime/core/header_words.py`.
"""

from __future__ import annotations

from collections.abc import Collection

from .expected import BEGINS
from .lower import Lowering
from .lowered import Lowered
from .message_facts import content_text
from .model import Edge, Move, State

BREAKS_OFF = "drop_header"


def add_headers(lowering: Lowering) -> None:
    """Mark the states of headers, and let what stands outside of every header end them."""
    states = [lowered.state for lowered in lowering.states]
    content = content_text(states)
    if content is None:
        return
    tokens = lowering.spec.meta.special_tokens
    outside = [edge for edge in states[content].edges if not edge.rank and edge.guard is None]
    closers = [edge for edge in outside if not edge.opens and _holds(edge.literal, tokens)]
    breaks_off = any(_closes_call(states, edge.literal) for edge in closers)
    inside = _headers_of_text(states)
    for number, lowered in enumerate(lowering.states):
        state = lowered.state
        if number in inside:
            state.header = True
            _end_before(lowered, content, closers if breaks_off else [])
        elif breaks_off and state.region == "call" and _is_call_header(states, state, tokens):
            state.header = True
            _break_off(state, content, {edge.literal for edge in outside})
    for state in states:
        _wait_in_headers(states, state)
        _add_unknown_words(states, state, tokens)


def _holds(literal: str, tokens: Collection[str]) -> bool:
    return any(token in literal for token in tokens)


def _closes_call(states: list[State], literal: str) -> bool:
    """Whether a delimiter that may stand alone is the closer of a call, too."""
    edges = (edge for state in states if state.region == "call" for edge in state.edges)
    return any(edge.literal == literal and not edge.rank and "close_call" in edge.actions for edge in edges)


def _headers_of_text(states: list[State]) -> set[int]:
    """The states of headers that may open thoughts: before the delimiter that does so, and those that lead there."""
    edges = [edge for state in states for edge in state.edges if not edge.rank]
    openers = {edge.literal for edge in edges if "reasoning" in edge.actions}
    found: set[int] = set()
    count = -1
    while count < len(found):
        count = len(found)
        for number, state in enumerate(states):
            if state.region == "section" and state.kind in ("gap", "word") and not state.sink:
                opens = any(edge.literal in openers for edge in state.edges if not edge.rank)
                if opens or any(way.to in found for way in _ways(state)):
                    found.add(number)
    return found


def _ways(state: State) -> list[Edge | Move]:
    """Where a state leads with nothing missing."""
    done = [] if state.done is None else [state.done]
    return [*(edge for edge in state.edges if not edge.rank), *state.moves, *done]


def _is_call_header(states: list[State], state: State, tokens: Collection[str]) -> bool:
    """Whether the header of a call is read, and a special token must come before its arguments can begin."""
    if state.sink or state.kind not in ("gap", "word"):
        return False
    if state.kind == "word":
        return state.done is not None and _is_call_header(states, states[state.done.to], tokens)
    ways = _ways(state)
    begins = any(action in BEGINS for move in state.moves for action in move.actions)
    is_inside = all(states[way.to].region == "call" for way in ways)
    is_special = all(_holds(edge.literal, tokens) for edge in state.edges if not edge.rank)
    return bool(ways) and is_inside and is_special and not begins


def _break_off(state: State, content: int, outside: Collection[str]) -> None:
    """Delimiters that would end the call before its arguments began end the header, and are read outside of it."""
    for edge in state.edges:
        if "close_call:early" in edge.actions or ("close_call" in edge.actions and edge.literal in outside):
            edge.actions, edge.to, edge.peek = [BREAKS_OFF], content, True


def _end_before(lowered: Lowered, content: int, closers: list[Edge]) -> None:
    """A message that ends before its text has none."""
    known = {edge.literal for edge in lowered.state.edges}
    for closer in closers:
        if closer.literal not in known:
            edge = Edge(literal=closer.literal, to=content, actions=[BREAKS_OFF], blanks="any", rank=1, peek=True)
            lowered.state.edges.append(edge)


def _wait_in_headers(states: list[State], state: State) -> None:
    """A name inside of a header is no call before the header is whole."""
    for edge in state.edges:
        if states[edge.to].header and states[edge.to].region == "call":
            edge.actions = ["commit:header" if action.startswith("commit") else action for action in edge.actions]


def _add_unknown_words(states: list[State], state: State, tokens: Collection[str]) -> None:
    """A special token that begins several delimiters of headers, with another word: as the first of them."""
    known = {edge.literal for edge in state.edges}
    for token in tokens:
        same = [edge for edge in state.edges if _begins_header(states, edge, token)]
        if len(same) > 1 and token not in known:
            state.edges.append(same[0].model_copy(update={"literal": token, "guard": "header", "rank": 1}))


def _begins_header(states: list[State], edge: Edge, token: str) -> bool:
    """Whether a delimiter is a token and a word, with more of a header to come."""
    is_word = edge.literal.startswith(token) and edge.literal[len(token) :].isalpha()
    return is_word and edge.guard is None and states[edge.to].header
