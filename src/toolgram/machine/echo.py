"""Pass: where a section of calls begins and ends, so that a copy of it right behind it can be dropped.

In: the finished states of a format with `echo = "drop"`. Out: the same states, with actions where a section begins and
ends, and states of the kind `echo` behind its ends.

    content -"<calls>" open_section-> calls -"</calls>" close_section:</calls>-> content, echo -nothing-> content

A state of the kind `echo` reads what repeats the section to the letter, as often as it comes, and then moves on. A
section that ends without a delimiter of its own (by a move, or before a delimiter that is read elsewhere) has no echo:
there the action is `forget_section`. Where a section was never opened, because its opener is missing, `close_section`
finds nothing to remember.

Promises: no number of a state changes, new states stand behind the others, and each target has one echo state. It must
be the last pass: the others know nothing of the kind.
"""

from __future__ import annotations

from collections.abc import Iterator

from .model import Edge, Move, State

OPEN, CLOSE, FORGET = "open_section", "close_section", "forget_section"


def add_echo(states: list[State]) -> None:
    """Mark the beginnings and the ends of sections; lead the ends through states that read echoes.

    >>> text = State(name="content", kind="text", region="message", at="1:1", sink="content")
    >>> calls = State(name="message", kind="gap", region="section", at="2:1")
    >>> text.edges = [Edge(literal="<calls>", to=1, opens=True)]
    >>> calls.edges = [Edge(literal="</calls>", to=0)]
    >>> states = [text, calls]
    >>> add_echo(states)
    >>> text.edges[0].actions, calls.edges[0].actions, calls.edges[0].to
    (['open_section'], ['close_section:</calls>'], 2)
    >>> states[2].kind, states[2].name, states[2].done.to
    ('echo', 'content, echo', 0)
    """
    known = list(states)
    echoes: dict[int, int] = {}
    for state in known:
        if state.region == "message":
            _open(state)
        if state.region not in ("section", "call"):
            continue
        for edge in state.edges:
            if known[edge.to].region == "message":
                _close(states, echoes, edge)
        for move in _moves(state):
            if known[move.to].region == "message":
                move.actions = [*move.actions, FORGET]


def _open(state: State) -> None:
    """The source of a section begins behind its opener, before anything else happens there."""
    for edge in state.edges:
        if edge.opens:
            edge.actions = [OPEN, *edge.actions]


def _close(states: list[State], echoes: dict[int, int], edge: Edge) -> None:
    """The source of a section ends with its closer, when all that the closer does is done."""
    if edge.peek:
        edge.actions = [*edge.actions, FORGET]
        return
    if edge.to not in echoes:
        echoes[edge.to] = len(states)
        states.append(_echo_before(states[edge.to], edge.to))
    edge.actions = [*edge.actions, f"{CLOSE}:{edge.literal}"]
    edge.to = echoes[edge.to]


def _echo_before(target: State, number: int) -> State:
    """The state that reads the echo of a section behind which `target` stands."""
    name = f"{target.name}, echo"
    return State(name=name, kind="echo", region="message", at=target.at, done=Move(to=number))


def _moves(state: State) -> Iterator[Move]:
    """All moves out of a state that read nothing.

    What a move pushes, to come back to, is no end of a section: only what stands inside of a call is entered.
    """
    yield from state.moves
    yield from (move for move in (state.leave, state.done, state.any_key, state.loose) if move is not None)
    yield from state.keys.values()
