"""A JSON object where parameters belong: it is the arguments (docs/dialect.md, Recovery).

In: a state at which the first parameter of a call may begin, its edges complete. Out: one more edge, before the
object's bracket, and the state that reads the object.

    `<function=bash>` + `{"command": "ls"}` + `</function>`     bash {"command": "ls"}

Whether a bracket there begins an object, the parser decides: see the guard `object`. Behind the object the call goes on
as behind its parameters.
"""

from __future__ import annotations

from ...runtime.tables.limits import TELLING
from ..closure import closure
from ..graph import Text
from ..lower import Lowering
from ..lowered import Lowered
from ..model import Edge, Move, State
from .candidates import Place

OPENS = "{"


def add_body(lowering: Lowering, lowered: Lowered, place: Place) -> None:
    """Let a state read the arguments as one object, or end a name without a delimiter of its own before them."""
    state = lowered.state
    if OPENS in lowered.roles or place.is_strict:
        return
    if not _takes_parameters(lowering, lowered.kernel):
        return
    if state.kind == "text" and state.sink == "name":
        to, done = lowering.behind(lowered.kernel)
        state.edges.append(_edge(to, list(done), blanks=True))
    elif state.kind == "gap":
        lowering.states.append(Lowered(_reader(lowering, lowered), (), lowered.at))
        state.edges.append(_edge(len(lowering.states) - 1, ["open_arguments"], blanks=False))


def _takes_parameters(lowering: Lowering, kernel: tuple[int, ...]) -> bool:
    """Whether a parameter may begin here with a delimiter or a word: of a free text a bracket would be part."""
    items = closure(lowering.graph, kernel)
    if any(isinstance(item.label, Text) and item.label.charset is None for item in items):
        return False
    return any("open_parameter" in item.actions and "open_call" not in item.actions for item in items)


def _edge(to: int, actions: list[str], *, blanks: bool) -> Edge:
    edge = Edge(literal=OPENS, to=to, actions=actions, rank=1, peek=True, guard="object")
    edge.blanks = "any" if blanks else "none"
    return edge


def _reader(lowering: Lowering, lowered: Lowered) -> State:
    """The state that reads the object; where it breaks off, the delimiters of the call end it."""
    state = lowered.state
    number = lowering.states.index(lowered)
    accepts = "python-arguments" if "python" in lowering.spec.rules else "arguments"
    reader = State(name=f"{state.name}/arguments", kind="scan", region="call", at=state.at, sink="arguments")
    reader.accepts, reader.done = accepts, Move(to=number, actions=["close_arguments"])
    enders = [edge for edge in state.edges if len(edge.literal) >= TELLING and edge.guard is None]
    reader.edges = [edge.model_copy(deep=True) for edge in enders]
    return reader
