"""States that read one value, whose own structure says where it ends.

In: the items of a set of nodes. Out: the state at that set becomes one of the kinds `scan`, `string`, `members`,
`element` and `return`.
"""

from __future__ import annotations

from ..runtime.tables.states import MESSAGE_SINKS
from .closure import Item, closure
from .graph import Elements, Members, Return, Scan
from .lowered import SHORT_SINKS, Lowered
from .model import Move, State, Tags
from .states import States


def become(states: States, lowered: Lowered, items: list[Item]) -> bool:
    """Make a set of nodes that reads one value the state that reads it; False: it reads more."""
    state = lowered.state
    scans = [item for item in items if isinstance(item.label, Scan)]
    if len(items) == 1 and isinstance(items[0].label, Elements) and not items[0].actions:
        _fill_element(states, lowered, items[0])
        return True
    if len(items) == 1 and isinstance(items[0].label, Return) and not items[0].actions:
        state.kind = "return"
        return True
    members = [item for item in items if isinstance(item.label, Members)]
    if members and len(members) == len(items):
        _fill_members(states, lowered, members[0])
        return True
    if scans and len(scans) == len(items) and not any(item.actions for item in items):
        _fill_scan(states, lowered, scans)
        return True
    return False


def _fill_members(states: States, lowered: Lowered, item: Item) -> None:
    state = lowered.state
    assert isinstance(item.label, Members)
    state.kind = "members"
    number = states.states.index(lowered)
    state.done = states.done((item.target,))
    skip = _skip_state(states)
    state.any_key = Move(to=skip, push=number)
    for member in item.label.members:
        move = Move(to=states.gap((member.entry,)), push=number)
        state.keys[member.key if member.key is not None else "*"] = move
    if item.label.loose is not None:
        state.loose = Move(to=states.gap((item.label.loose,)), push=number)


def _fill_element(states: States, lowered: Lowered, item: Item) -> None:
    state, label = lowered.state, item.label
    assert isinstance(label, Elements)
    state.kind, state.sink, state.entities, state.blanks = "element", "value", label.entities, "none"
    state.tags = Tags(open=label.open, open_end=label.open_end, close=label.close, close_end=label.close_end)
    state.done = states.done((item.target,))


def _skip_state(states: States) -> int:
    """A value that nobody wants, in an object; then back."""
    key = ("skip",)
    if key not in states.numbers:
        back = State(name="back", kind="return", region="call", at="")
        skip = State(name="skipped value", kind="scan", region="call", at="", sink="skip", accepts="any")
        at = states.spec.meta_at
        states.states.append(Lowered(back, (), at))
        skip.done = Move(to=len(states.states) - 1)
        states.numbers[key] = len(states.states)
        states.states.append(Lowered(skip, (), at))
    return states.numbers[key]


def _fill_scan(states: States, lowered: Lowered, items: list[Item]) -> None:
    state = lowered.state
    label = items[0].label
    assert isinstance(label, Scan)
    wanted = {item.label.what for item in items if isinstance(item.label, Scan)}
    state.sink = label.sink
    state.accepts = label.what if len(wanted) == 1 else "arguments" if "arguments" in wanted else "any"
    if state.sink in MESSAGE_SINKS:
        state.accepts, state.region = "python-any" if state.accepts.startswith("python") else "any", "section"
        _refuse_neighbours(states, lowered, items)
    if state.sink == "skip":
        state.accepts = "any"  # nobody wants it: whatever it is, it is read
    state.kind = "string" if state.sink in SHORT_SINKS else "scan"
    state.done = states.done(tuple(item.target for item in items))
    if state.kind == "string":
        instead = State(name=f"{state.name}, no string", kind="scan", region="call", at=state.at, sink="skip")
        instead.accepts, instead.done = "any", Move(to=state.done.to)
        state.otherwise = len(states.states)
        states.states.append(Lowered(instead, lowered.kernel, lowered.at))


def _refuse_neighbours(states: States, lowered: Lowered, items: list[Item]) -> None:
    """A part of the message that is JSON may stand right behind another one: no quote says which of them it is of."""
    label = items[0].label
    for item in closure(states.graph, tuple(item.target for item in items)):
        if isinstance(item.label, Scan) and isinstance(label, Scan) and item.label.sink in MESSAGE_SINKS:
            states.conflict("text-runs-on", label.at, item.label.at, "", lowered)
