"""Pass: which names must have a special token behind them, because every well-formed delimiter there has one.

    `[TOOL_CALLS]` NAME `[ARGS]`    a bare word with `[ARGS]` behind it is a name, and without it a word like any other

The word of a header is such a name, too. Delimiters that recovery has added do not count.
"""

from __future__ import annotations

from .model import State
from .special_places import Places


def add_vouched(states: list[State], places: Places) -> None:
    """Mark the states that read such a name, and those behind it.

    >>> name = State.model_validate({"name": "name", "kind": "text", "region": "call", "at": "1:1", "sink": "name",
    ...     "edges": [{"literal": "[ARGS]", "to": 0}, {"literal": "{", "to": 0, "rank": 1}]})
    >>> add_vouched([name], {"[ARGS]": [("[ARGS]", 0)]})
    >>> name.vouched
    True
    """
    for state in states:
        is_name = state.kind in ("text", "word") and state.sink == "name"
        is_header = state.kind == "word" and not state.sink
        if is_name or is_header:
            behind = state if state.done is None else states[state.done.to]
            state.vouched = all(edge.literal in places for edge in behind.edges if not edge.rank)
            behind.vouched = behind.vouched or state.vouched
