"""Check that blanks are read once: after `_WS` no blank is left for another `_WS` or `_NL`.

`doubled-blanks`, for neighbours in one sequence; a blank that two rules read at their seam is the machine's concern.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from ..diagnostics import Diagnostic
from ..fixes import Edit, Fix
from .ast import Node, Ref, Seq, Spec, all_nodes, repeated
from .repairs import without_blanks

TAKEN = {("_WS", "_WS"), ("_WS", "_NL"), ("_NL", "_NL")}


def check(spec: Spec) -> list[Diagnostic]:
    """Return the blanks that come behind blanks."""
    return [found for node in all_nodes(spec) for found in _doubled(spec, node)]


def _doubled(spec: Spec, node: Node) -> Iterator[Diagnostic]:
    if not isinstance(node, Seq):
        return
    for first, second in pairwise(node.items):
        if (_blank(first), _blank(second)) in TAKEN:
            yield Diagnostic(
                "doubled-blanks",
                "blanks are read twice in a row",
                second.at,
                "these blanks are taken already",
                ((first.at, "by this"),),
                hint=_once(spec, first, second),
            )


def _once(spec: Spec, first: Node, second: Node) -> Fix | tuple[Fix, ...]:
    fix = Fix("leave one out", (without_blanks(spec.source_of(second.at), second.at),))
    if _blank(first) != "_NL":
        return fix
    return fix, Fix("for exactly two line breaks", (Edit(first.at.to(second.at), r'"\n\n"'),))


def _blank(node: Node) -> str:
    """Return the name of the built-in that a node repeats, or nothing."""
    inner = repeated(node)
    return inner.name if isinstance(inner, Ref) else ""
