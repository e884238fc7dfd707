"""What is drawn of a machine: places of the spec as nodes, delimiters as arrows between them.

In: a machine. Out: a `Drawing`: nodes in the order in which a text meets them, and arrows.

How: states that stand at the same place of the spec, in the same rule and of the same kind, differ in what has come
before them, or in how deep they are nested. Together they are one node, which is how an author knows the place;
`folds=False` draws each state by itself. A state that only leads to another one is drawn with that. Recovery has
several times as many edges as the spec, so it is left out unless it is wanted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from ..diagnostics import printable
from ..machine.model import Edge, Machine, Move, State
from ..reports.lineup import BECAME

BEGIN = "begin"  # the node of the beginning
RETURNS = "goes back"
KINDS = {
    "text": "text",
    "word": "word",
    "gap": "",
    "scan": "one value",
    "string": "string",
    "members": "object",
    "element": "elements",
    "return": RETURNS,
    "echo": "echo",
}
NOTHING = ""  # the label of an arrow on which nothing is read


class Arrow(NamedTuple):
    """A way from one node to another."""

    source: str
    target: str
    mends: bool
    """It is a way of recovery: something is missing, or too much."""


@dataclass
class Node:
    """A place of the spec."""

    id: str
    name: str
    """What stands here: the rules it is in."""
    reads: str
    """How it is read; empty: a delimiter must come."""
    becomes: str
    """What the text here becomes: a word of the line-up."""
    at: str
    """Where the spec says so."""
    states: list[int] = field(default_factory=list)


@dataclass
class Drawing:
    """Nodes by their ids, and arrows with what is read on the way."""

    title: str
    nodes: dict[str, Node]
    arrows: dict[Arrow, list[str]]


def draw(machine: Machine, *, recovery: bool = False, folds: bool = True) -> Drawing:
    """Say what is to be drawn."""
    heads = _heads(machine)
    groups = _groups(machine, heads, folds=folds)
    drawing = Drawing(printable(machine.title), {}, {})
    returns = _returns(machine)
    begins = [(machine.start, NOTHING), *((state, f"in {capture}") for capture, state in machine.inside.items())]
    waiting = []
    for state, label in begins:
        _add(drawing, Arrow(BEGIN, groups[heads[state]], False), label)
        waiting.append(heads[state])
    seen: set[int] = set()
    while waiting:
        number = waiting.pop(0)
        if number in seen:
            continue
        seen.add(number)
        _node(drawing, machine.states[number], number, groups[number])
        for to, label, mends in _ways(machine, number, returns, recovery=recovery):
            target = heads[to]
            _add(drawing, Arrow(groups[number], groups[target], mends), label)
            waiting.append(target)
    return drawing


def _node(drawing: Drawing, state: State, number: int, id: str) -> None:
    becomes = BECAME.get(state.sink, state.sink) or "markup"
    node = drawing.nodes.setdefault(id, Node(id, state.name, KINDS[state.kind], becomes, printable(state.at)))
    node.name = min(node.name, state.name, key=len)
    node.states.append(number)


def _add(drawing: Drawing, arrow: Arrow, label: str) -> None:
    labels = drawing.arrows.setdefault(arrow, [])
    if label not in labels:
        labels.append(label)


def _heads(machine: Machine) -> dict[int, int]:
    """For each state the one that it is drawn with: the next one, where it has no other way."""
    heads: dict[int, int] = {}
    for number in range(len(machine.states)):
        at, passed = number, {number}
        while (move := _only_way(machine.states[at])) is not None and move.to not in passed:
            at = move.to
            passed.add(at)
        heads[number] = at
    return heads


def _only_way(state: State) -> Move | None:
    well_formed = [edge for edge in state.edges if not edge.rank]
    if state.kind == "gap" and not well_formed and len(state.moves) == 1 and state.moves[0].push is None:
        return state.moves[0]
    return None


def _groups(machine: Machine, heads: Mapping[int, int], *, folds: bool) -> dict[int, str]:
    """The node of each state that is drawn."""
    found: dict[int, str] = {}
    known: dict[tuple[str, ...], str] = {}
    for number in sorted(set(heads.values())):
        state = machine.states[number]
        rule = state.name.rpartition("/")[2]
        key = (rule, state.kind, state.region, state.at) if folds else (str(number),)
        found[number] = known.setdefault(key, f"s{number}")
    return found


def _returns(machine: Machine) -> dict[int, list[int]]:
    """Where the states lead that end a rule which was entered from another: to those that were to be returned to."""
    found: dict[int, list[int]] = {}
    for state in machine.states:
        for move in (*state.moves, *state.keys.values()):
            if move.push is None:
                continue
            for number in _reached(machine, move.to):
                targets = found.setdefault(number, [])
                if machine.states[number].kind == "return" and move.push not in targets:
                    targets.append(move.push)
    return found


def _reached(machine: Machine, start: int) -> list[int]:
    """The states that follow one in its rule: rules that are entered on the way are passed over."""
    found, waiting = {start: None}, [start]
    while waiting:
        state = machine.states[waiting.pop()]
        moves = [*state.moves, *state.keys.values(), *([state.done] if state.done else [])]
        following = [edge.to for edge in state.edges if not edge.rank]
        following += [move.to if move.push is None else move.push for move in moves]
        waiting += [to for to in following if to not in found]
        found |= dict.fromkeys(following)
    return list(found)


def _ways(
    machine: Machine, number: int, returns: Mapping[int, list[int]], *, recovery: bool
) -> Iterator[tuple[int, str, bool]]:
    """Where a state leads: the state, what is read, and whether that mends."""
    state = machine.states[number]
    for edge in state.edges:
        if not edge.rank and not _is_stray(edge):
            yield edge.to, edge.literal, False
        elif recovery:
            yield edge.to, edge.literal, True
    for move in state.moves:
        yield move.to, NOTHING, False
    if state.done is not None:
        yield state.done.to, NOTHING, False
    for key, move in state.keys.items():
        yield move.to, "any key" if key == "*" else f'"{key}":', False
    yield from ((to, NOTHING, False) for to in returns.get(number, ()))
    if recovery:
        for found in (state.leave, state.call_alone, state.key_alone, state.value_alone, state.any_key, state.loose):
            if found is not None:
                yield found.to, NOTHING, True


def _is_stray(edge: Edge) -> bool:
    """Whether an edge only reads what closes nothing."""
    return edge.peek or edge.guard in ("lost", "again", "quote", "alone")
