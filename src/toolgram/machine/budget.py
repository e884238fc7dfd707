"""How much work one spec may make in this stage.

Numbers, and the error that says that one of them is reached; `compile.py` makes a diagnostic of it. What is counted is
deterministic, so a spec that compiles does so on every machine. Each bound is five to ten times what the largest format
of the registry needs.
"""

from __future__ import annotations

from itertools import groupby

from ..diagnostics import Diagnostic, SourceRange
from ..fixes import Edit, Fix
from ..spec.ast import Literal, Seq, Spec, walk
from ..spec.literals import quote

STATES_MAX = 1_000
STEPS_MAX = 640_000  # from node to node, in all closures
JOIN = "write literals that follow each other as one"
NESTED_MAX = 100  # states that are asked for while another one is filled


class TooLargeError(Exception):
    """A spec of which no machine is made, because it would be too large."""

    def __init__(self, name: str, message: str, label: str, hint: str, at: SourceRange | None = None) -> None:
        super().__init__(message)
        self.name, self.message, self.label, self.hint, self.at = name, message, label, hint, at

    def diagnostic(self, otherwise: SourceRange, edits: tuple[Edit, ...] = ()) -> Diagnostic:
        """What the author is told, at the place of the error or at another one. `edits`: what makes a spec smaller."""
        hint = Fix(JOIN, edits) if edits else self.hint
        return Diagnostic(self.name, self.message, self.at or otherwise, self.label, hint=hint)


def joined(spec: Spec) -> tuple[Edit, ...]:
    """Return the edits that make one literal of those that stand one behind the other."""
    edits = []
    for rule in spec.rules.values():
        for node in walk(rule.body) if rule.at.path == spec.source.path else ():
            items = node.items if isinstance(node, Seq) else ()
            for are_literals, found in groupby(items, key=lambda item: isinstance(item, Literal)):
                run = [item for item in found if isinstance(item, Literal)]
                if are_literals and len(run) > 1:
                    edits.append(Edit(run[0].at.to(run[-1].at), quote("".join(item.text for item in run))))
    return tuple(edits)


def too_many_states(at: SourceRange) -> TooLargeError:
    """Say that the rules stand for more states than a parser may have."""
    message = f"the rules stand for more than {STATES_MAX:,} states"
    return TooLargeError("too-large", message, "one state too many", "use fewer alternatives that begin alike", at)


def too_many_in_a_row(at: SourceRange) -> TooLargeError:
    """Say that too many parts follow each other."""
    message = f"more than {NESTED_MAX} parts stand one behind the other"
    return TooLargeError("too-deep", message, "too far from the first", "repeat one part with `*` or `+`", at)


def too_much_work() -> TooLargeError:
    """Say that too many things may come next in too many places."""
    message = "too many alternatives, or parts that may be absent, can stand in the same place"
    return TooLargeError("too-large", message, "in this rule, or what it uses", "let alternatives share their parts")
