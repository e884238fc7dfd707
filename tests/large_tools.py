"""Large tool sets, of which nothing is equal but the types. `benchmarks/grammars.py` measures what they cost.

In: how many tools, and members of each. Out: tools, as a grammar is asked for.
"""

from __future__ import annotations

from typing import Any

from toolgram.grammars.request import ToolShape


def large_set(tools: int, members: int) -> tuple[ToolShape, ...]:
    """Tools whose members have names of their own, and types of all kinds."""
    kinds: list[Any] = [
        {"type": "string"},
        {"type": "integer"},
        {"enum": ["alpha", "beta"]},
        {"type": "array", "items": {"type": "string"}},
        {"type": "object", "properties": {"lat": {"type": "number"}}, "required": ["lat"]},
        {"anyOf": [{"type": "string"}, {"type": "null"}]},
    ]
    return tuple(
        ToolShape(
            f"tool_{tool}",
            {
                "type": "object",
                "properties": {f"t{tool}_param_{at}": kinds[at % len(kinds)] for at in range(members)},
                "required": [f"t{tool}_param_{at}" for at in range(0, members, 7)],
            },
        )
        for tool in range(tools)
    )
