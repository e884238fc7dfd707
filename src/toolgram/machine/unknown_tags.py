"""Pass: where a tag that the format does not know may stand before the opener of a call (docs/rules.md, rule 5).

    `<tools>` and a line end, `<function=f>`     a wrapper of another name, around a call that is read all the same

In: the states with all their edges. Out: `unknown_tags` of the states at message level. What the tag is, and which of
them counts, the parser sees (runtime/core/unknown_tags.py).
"""

from __future__ import annotations

from ..runtime.tables.limits import TELLING
from .lower import Lowering


def add_unknown_tags(lowering: Lowering) -> None:
    """Mark the states at message level in which the opener of a call may stand, one that tells enough."""
    for lowered in lowering.states:
        state = lowered.state
        openers = (edge for edge in state.edges if edge.opens and edge.guard is None and not edge.peek)
        if state.region == "message" and state.kind in ("text", "gap"):
            state.unknown_tags = any(len(edge.literal) >= TELLING for edge in openers)
