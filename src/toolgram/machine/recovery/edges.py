"""The edge of a delimiter that is read although others are missing before it.

In: a candidate that no rule refused. Out: an edge of its state, whose `rank` counts what is missing.
"""

from __future__ import annotations

import re
from dataclasses import replace

from ...runtime.tables.states import MESSAGE_SINKS
from ..closure import SKIPPED_OPENER, Item, literals
from ..graph import Lit
from ..lower import Lowering
from ..lowered import VALUE_SINKS, Lowered, as_blanks
from ..model import Edge
from .candidates import Candidate

WORD = re.compile(r"\w").match


def add_edge(lowering: Lowering, lowered: Lowered, found: Candidate) -> None:
    """Give a state the edge of a candidate."""
    state, label = lowered.state, found.label
    if found.item.left is not None and found.is_opener:
        edge = _leave_before(lowering, found.item, label)
    else:
        target, done = lowering.behind(_targets(found))
        edge = lowering.edge(state, label.text, _without_call(found), target, done, found.item.blanks)
    edge.actions = _mended(edge.actions)
    if state.kind == "text" and state.sink in VALUE_SINKS and found.item.lacks_bracket:
        edge.actions.insert(0, "spoil")  # the text may hold the bracket that is missing
    elif found.place.is_value and found.is_before_token and found.is_short:
        edge.actions.insert(0, "spoil:doubt")
    if state.sink in MESSAGE_SINKS:
        edge.blanks = "any"
    if state.sink == "key" and WORD(label.text) is not None and "close_parameter" not in edge.actions:
        edge.guard = "declared"  # else the key may end with that word: `is_true">`, beside `string="true">`
    edge.rank = max(1, found.item.rank % SKIPPED_OPENER + found.item.rank // SKIPPED_OPENER)
    state.edges.append(edge)
    lowered.roles[label.text] = label.role


def _mended(actions: list[str]) -> list[str]:
    """What happens where delimiters are missing: a citation without its closer is none, nor a value never begun."""
    done: list[str] = []
    for action in actions:
        if action == "end" and done and done[-1].startswith("begin:"):
            done[-1] = "no_value"
        elif action == "end_key":
            done.append("end_key:guess")
        elif not action.startswith("id_text:"):
            done.append("drop_citation" if action == "close_citation" else action)
    return done


def _targets(found: Candidate) -> tuple[int, ...]:
    """Where a delimiter leads: to every alternative that begins with it and lacks the same; what follows decides."""
    wanted = (found.item.rank, found.item.actions, found.item.missing)
    same = [other for other, label in literals(list(found.place.items)) if label.text == found.label.text]
    return tuple(other.target for other in same if (other.rank, other.actions, other.missing) == wanted)


def _without_call(found: Candidate) -> Item:
    """A closer behind a call that never came: the actions of that call do not happen."""
    item = found.item
    if not found.passes_call:
        return item
    begin, end = item.actions.index("open_call"), item.actions.index("close_call")
    return replace(item, actions=item.actions[:begin] + item.actions[end + 1 :])


def _leave_before(lowering: Lowering, item: Item, label: Lit) -> Edge:
    """An opener behind the call: the call is over, and the opener is read where it belongs."""
    assert item.left is not None
    ending = [*item.actions[: item.actions.index("close_call")], "close_call:early"]
    to, done = lowering.behind((item.left,))
    return Edge(literal=label.text, to=to, actions=[*ending, *done], blanks=as_blanks(item.blanks), peek=True)
