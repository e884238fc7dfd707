"""Pass: two slips in the opener of a call that is a tag: it closes itself, or a blank stands in it for `=`.

    `<function=get_time/>`    a call without arguments: the edge does what `>` and `</function>` do together
    `<function bash>`         `<function=bash>`: where a call's section is open, or its parameters are read

Needs the recovery edges, for they have such openers, too; the evidence for the new ones is filled in by `follow.py`
where it is evidence for a value's end, and here for a tag that closes itself.
"""

from __future__ import annotations

from .lower import Lowering
from .lowered import Lowered
from .model import Edge, State

SELF_CLOSING = ("/>", " />")


def add_slips_of_tags(lowering: Lowering) -> None:
    """Give the states of names their self-closing ends, and all states of calls their openers with a blank."""
    states = [lowered.state for lowered in lowering.states]
    for lowered in lowering.states:
        state = lowered.state
        if state.kind == "text" and state.sink == "name":
            for edge in [edge for edge in state.edges if edge.rank == 0]:
                _add_self_closing(lowering, lowered, states[edge.to], edge)
        if state.region in ("section", "call"):
            for edge in list(state.edges):
                _add_blank_opener(lowered, edge)


def _add_self_closing(lowering: Lowering, lowered: Lowered, behind: State, edge: Edge) -> None:
    """Where a tag ends behind the name, and its own closer may stand at once: the tag may be both."""
    is_end = edge.literal.endswith(">") and "<" not in edge.literal and edge.literal[:-1].rstrip("\"'") == ""
    closer = next((one for one in behind.edges if one.rank == 0 and "</" in one.literal), None)
    if not is_end or closer is None:
        return
    after = lowering.states[closer.to].state
    for ending in SELF_CLOSING:
        literal = edge.literal[:-1] + ending
        if literal not in lowered.roles:
            actions = [*edge.actions, *closer.actions]
            made = Edge(literal=literal, to=closer.to, actions=actions, blanks=edge.blanks, rank=1)
            made.follow = sorted({one.literal for one in after.edges if one.guard in (None, "call")})
            lowered.state.edges.append(made)
            lowered.roles[literal] = "part"


def _add_blank_opener(lowered: Lowered, edge: Edge) -> None:
    """Where `<function=` may stand, `<function ` may."""
    literal = edge.literal[:-1] + " "
    is_opener = (
        edge.literal.startswith("<") and edge.literal.endswith("=") and lowered.roles.get(edge.literal) == "opener"
    )
    if is_opener and literal not in lowered.roles:
        lowered.state.edges.append(edge.model_copy(update={"literal": literal, "rank": edge.rank + 1}))
        lowered.roles[literal] = "opener"
