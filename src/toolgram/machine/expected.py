"""Pass: where arguments of a call may still begin, and where one must, because a separator stands before it.

    behind `<function=f>`                 an argument may begin: a text that ends here has been cut off
    behind `<parameter=a>1</parameter>`   the same, but one has come: the call may be whole
    behind `f(a=1,`                       one must begin

Delimiters that recovery has added do not count.
"""

from __future__ import annotations

from .lower import Lowering
from .model import Edge, Move, State

BEGINS = ("open_parameter", "open_arguments")


def add_expected(lowering: Lowering) -> None:
    """Fill `expects` of the gaps inside calls."""
    states = [lowered.state for lowered in lowering.states]
    waiting: set[int] = set()
    found = True
    while found:
        new = {
            number for number, state in enumerate(states) if number not in waiting and _waits(states, state, waiting)
        }
        waiting |= new
        found = bool(new)
    gaps = {number: states[number] for number in waiting if states[number].kind == "gap"}
    for gap in gaps.values():
        gap.expects = "argument"
    for lowered in lowering.states:
        for edge in lowered.state.edges:
            if not edge.rank and edge.to in gaps and lowered.roles.get(edge.literal) == "separator":
                gaps[edge.to].expects = "more"


def _waits(states: list[State], state: State, waiting: set[int]) -> bool:
    """Whether an argument may begin at a state, or at one of those already known on the way from it."""
    if state.region != "call":
        return False
    ways: list[Edge | Move] = [edge for edge in state.edges if not edge.rank]
    ways += [*state.moves, *state.keys.values(), *([state.done] if state.done is not None else ())]
    return any(_leads(states, way, waiting) for way in ways)


def _leads(states: list[State], way: Edge | Move, waiting: set[int]) -> bool:
    for action in way.actions:
        if action in BEGINS:
            return True
        if action == "close_call":
            return False
    return way.to in waiting and states[way.to].region == "call"
