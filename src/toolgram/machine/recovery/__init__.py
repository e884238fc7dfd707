"""Pass: edges for what models leave out (rule 5), derived the same way for every format.

    inside a value of qwen3_coder:   `<parameter=` (its closer is missing), `</function>` (also the call's) ...
    at message level of kimi_k2:     `<|tool_call_begin|>` (the section's opener is missing)

A delimiter that is reached by doing without others gets an edge whose `rank` counts the missing ones. `candidates.py`
finds these delimiters and what is known of them, the tables in `rules.py` say which of them are text instead, and
`edges.py` makes edges of the others.

With `commit = "section"` these edges say where a section is no section: the parser gives it back there.
"""

from __future__ import annotations

from ..lower import Lowering
from ..lowered import Lowered
from ..model import Move
from . import rules
from .body import add_body
from .candidates import Candidate, Place, candidates, survey
from .edges import add_edge
from .objects import add_objects
from .rules import Rule, refusal


def add_recovery(lowering: Lowering) -> None:
    """Give every state the edges of its missing delimiters. New states may appear on the way and get theirs, too."""
    done = 0
    while done < len(lowering.states):
        lowered = lowering.states[done]
        done += 1
        if not _reads_markup(lowered):
            continue
        place = survey(lowering, lowered)
        if place.state.region == "message":
            _add_edges(lowering, lowered, place, rules.MESSAGE_PLACES, rules.MESSAGE_RULES)
        else:
            _add_edges(lowering, lowered, place, rules.CALL_PLACES, rules.CALL_RULES)
            _add_leave(lowering, lowered, place)
            add_body(lowering, lowered, place)
    add_objects(lowering)


def _reads_markup(lowered: Lowered) -> bool:
    """Whether a state reads anything that a delimiter can end; the source of a citation ends with the citation."""
    is_reading = bool(lowered.kernel) and lowered.state.kind != "return"
    return is_reading and lowered.state.region != "citation"


def _add_edges(
    lowering: Lowering,
    lowered: Lowered,
    place: Place,
    places: tuple[Rule[Place], ...],
    delimiters: tuple[Rule[Candidate], ...],
) -> None:
    """Add an edge for each delimiter that no rule refuses; of two that are spelled alike the nearest has been first."""
    if refusal(places, place) is not None:
        return
    for found in candidates(lowering, place):
        if found.label.text not in lowered.roles and refusal(delimiters, found) is None:
            add_edge(lowering, lowered, found)


def _add_leave(lowering: Lowering, lowered: Lowered, place: Place) -> None:
    """Where only closers are left to come, text means that the call is over: it ends as its nearest closer ends it."""
    if refusal(rules.LEAVE_PLACES, place) is not None:
        return
    for edge in sorted(place.state.edges, key=lambda edge: edge.rank):
        if lowered.roles[edge.literal] == "closer" and lowering.states[edge.to].state.region == "message":
            place.state.leave = Move(to=edge.to, actions=edge.actions)
            return
