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
        accepts = "python-arguments" if "python" in lowering.spec.rules else "arguments"
        reader = add_reader(lowering, lowered, state, lowering.states.index(lowered), accepts)
        state.edges.append(_edge(reader, ["open_arguments"], blanks=False))


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


def add_reader(lowering: Lowering, lowered: Lowered, state: State, behind: int, accepts: str) -> int:
    """Add a state that reads arguments which are one object; where it breaks off, the delimiters of `state` end it.

    `lowered` says where the spec has it, `behind` is the state that follows. Return the number of the new one.
    """
    reader = State(name=f"{state.name}/arguments", kind="scan", region="call", at=lowered.state.at, sink="arguments")
    reader.accepts, reader.done = accepts, Move(to=behind, actions=["close_arguments"])
    enders = [edge for edge in state.edges if len(edge.literal) >= TELLING and edge.guard is None]
    reader.edges = [edge.model_copy(deep=True) for edge in enders]
    lowering.states.append(Lowered(reader, (), lowered.at))
    return len(lowering.states) - 1
