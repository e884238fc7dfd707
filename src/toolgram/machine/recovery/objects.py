"""Objects that stand where another bracket belongs, or behind a call that has one already (docs/dialect.md, Recovery).

In: the states, the delimiters of recovery among their edges. Out: more edges before `{`.

    `<TOOLCALL>` + `{"name": ...}` + `</TOOLCALL>`          an object where a list of calls belongs: a call
    `<tool_call>` + `[{"name": ...}]` + `</tool_call>`      a list where the object of a call belongs: its objects
    `<tool_call>` + `{"name": ...}` + `{"name": ...}`       two objects in one block: two calls
    `f<args>` + `{"a": 1}` + `{"a": 2}` + `</args>`         two objects for one name: two calls of it

What a bracket begins, the parser decides by the first key behind it: see the guards `member`, `same` and `other`.
"""

from __future__ import annotations

from ..lower import Lowering
from ..lowered import Lowered
from ..message_facts import content_text
from ..model import Edge, Move, State
from .body import OPENS, add_reader

LIST = "["


def add_objects(lowering: Lowering) -> None:
    """Give the states their edges; call after those of recovery are complete."""
    states = [lowered.state for lowered in lowering.states]
    for state in states:
        _for_list(states, state)
    for lowered in list(lowering.states):
        state = lowered.state
        _for_object(lowering, lowered)
        if state.kind == "members" and state.loose is not None and state.done is not None:
            _behind_call(lowering, lowered, states[state.done.to])
        elif state.kind == "scan" and state.sink == "arguments" and state.done is not None:
            _behind_arguments(lowering, lowered, states[state.done.to])


def _begins(state: State) -> Edge | None:
    """The edge of a bracket that stands where it should."""
    return next((edge for edge in state.edges if edge.literal == OPENS and not edge.rank), None)


def _for_list(states: list[State], state: State) -> None:
    """One object where a list of calls belongs."""
    lists = [edge for edge in state.edges if edge.literal == LIST and not edge.rank]
    if state.kind != "gap" or state.region != "section" or not lists or _opens(state):
        return
    inner = _begins(states[lists[0].to])
    if inner is not None and states[inner.to].loose is not None:
        actions = [*lists[0].actions, *inner.actions]
        state.edges.append(inner.model_copy(update={"rank": 1, "guard": "member", "actions": actions}))


def _for_object(lowering: Lowering, lowered: Lowered) -> None:
    """A list where the object of a call belongs: its bracket vanishes behind a delimiter, its closer is junk."""
    state, inner = lowered.state, _begins(lowered.state)
    if state.kind != "gap" or state.region == "message" or inner is None or LIST in lowered.roles or _lists(state):
        return
    if lowering.states[inner.to].state.loose is None:
        return
    edge = inner.model_copy(update={"actions": [], "opens": False})
    within = State(name="list of calls", kind="gap", region="call", at=state.at, edges=[edge], blanks="any")
    lowering.states.append(Lowered(within, (), lowered.at))
    number = len(lowering.states) - 1
    state.edges.append(inner.model_copy(update={"literal": LIST, "to": number, "rank": 1, "guard": "member"}))


def _lists(state: State) -> bool:
    """Whether a list may begin or end here as it is."""
    return any(edge.literal[0] in "[]" for edge in state.edges if not edge.rank)


def _behind_call(lowering: Lowering, lowered: Lowered, behind: State) -> None:
    """A second object behind that of a call."""
    move = lowered.state.done
    number = lowering.states.index(lowered)
    if move is None or behind.kind != "gap" or behind.region == "message" or _opens(behind):
        return
    if behind.region == "section":
        edge = Edge(literal=OPENS, to=number, actions=["open_call"], rank=1, guard="member", opens=True)
        behind.edges.append(edge)
        return
    between = _between(lowering, lowered, number)
    behind.edges.append(Edge(literal=OPENS, to=between, actions=["close_call"], rank=1, peek=True, guard="member"))
    _add_same(lowering, lowered, move.to, behind)


def _between(lowering: Lowering, lowered: Lowered, number: int) -> int:
    """The state before a second object: what is no call there is content."""
    edge = Edge(literal=OPENS, to=number, actions=["open_call"], opens=True)
    state = State(name="between calls", kind="gap", region="section", at=lowered.state.at, edges=[edge], blanks="any")
    content = content_text([found.state for found in lowering.states])
    state.moves = [] if content is None else [Move(to=content)]
    lowering.states.append(Lowered(state, (), lowered.at))
    return len(lowering.states) - 1


def _behind_arguments(lowering: Lowering, lowered: Lowered, behind: State) -> None:
    """A second object behind the arguments of a call, which its name has begun."""
    move = lowered.state.done
    if move is None or behind.kind != "gap" or behind.region != "call" or _opens(behind):
        return
    _add_same(lowering, lowered, move.to, behind)


def _add_same(lowering: Lowering, lowered: Lowered, number: int, behind: State) -> None:
    """A second object is another call of the same tool if its first key says so, and else one that is not complete."""
    to = add_reader(lowering, lowered, behind, number, "arguments")
    for guard, action in (("same", "open_again"), ("other", "open_again:wrong")):
        edge = Edge(literal=OPENS, to=to, actions=[action, "open_arguments"], rank=1, peek=True)
        behind.edges.append(edge.model_copy(update={"guard": guard}))


def _opens(state: State) -> bool:
    """Whether something that begins with a bracket may stand in a state already."""
    return any(edge.literal.startswith(OPENS) for edge in state.edges) or any(
        move.first is None or OPENS in move.first for move in state.moves
    )
