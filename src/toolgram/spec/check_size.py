"""Check that a spec is not too large to be read: `too-large`, `too-deep`.

    _T0: _T1 _T1
    _T1: _T2 _T2        // and so on: 24 lines, and 16 million parts once every name is replaced by its rule

`check_written` counts what stands in the file; it comes first, so that the other checks have little to read. `check`
walks the rules as all later passes do, each use of a name through its rule, and stops at the bound.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from ..diagnostics import Diagnostic, Hint
from ..fixes import Edit, Fix
from .ast import Call, Node, Ref, Rule, Seq, Spec, all_nodes, children, walk
from .files import too_large
from .follow import body_of, show
from .limits import LEVELS_MAX, PARTS_MAX, STATEMENTS_MAX


def check_written(spec: Spec) -> list[Diagnostic]:
    """Count the rules and their parts."""
    if len(spec.rules) > STATEMENTS_MAX:
        return [too_large(f"the spec has more than {STATEMENTS_MAX:,} rules")]
    if sum(1 for _ in islice(all_nodes(spec), PARTS_MAX + 1)) > PARTS_MAX:
        return [too_large(f"the spec has more than {PARTS_MAX:,} parts")]
    return []


def check(spec: Spec) -> list[Diagnostic]:
    """Count the parts, and the levels of parts, with every name replaced by its rule."""
    found = _expand(spec, spec.rules.values())
    if not found:
        return []
    inner = (_expand(spec, [rule]) for rule in reversed(spec.rules.values()))
    return next(filter(None, inner), found)  # the last rule that is too much alone: those above it use it


def _expand(spec: Spec, rules: Iterable[Rule]) -> list[Diagnostic]:
    """Walk rules, each once; what is too much ends the walk."""
    expansion = _Expansion(spec)
    try:
        for rule in rules:
            if rule.name not in expansion.walked:
                expansion.walk_rule(rule)
    except _BoundError as bound:
        return [bound.found]
    return []


class _BoundError(Exception):
    """The walk is over."""

    def __init__(self, found: Diagnostic) -> None:
        super().__init__(found.message)
        self.found = found


class _Expansion:
    """One walk through all that the rules stand for. A rule inside itself is not walked again."""

    def __init__(self, spec: Spec) -> None:
        self.spec = spec
        self.parts = 0
        self.walked: set[str] = set()

    def walk_rule(self, rule: Rule) -> None:
        self.walked.add(rule.name)
        self.walk(rule, rule.body, 1, frozenset([rule.name]))

    def walk(self, rule: Rule, node: Node, level: int, active: frozenset[str]) -> None:
        """Walk a part; `active` are the uses that it stands in, `rule` is where all began."""
        self.parts += 1
        if self.parts > PARTS_MAX:
            raise _BoundError(_too_many(self.spec, rule))
        if level > LEVELS_MAX:
            raise _BoundError(_too_deep(self.spec, rule))
        for child in children(node):
            self.walk(rule, child, level + 1, active)
        if isinstance(node, Ref | Call) and (shape := show(node)) not in active:
            body = body_of(self.spec, node)
            if body is not None:
                self.walked.add(node.name)
                self.walk(rule, body, level + 1, active | {shape})


def _too_many(spec: Spec, rule: Rule) -> Diagnostic:
    return Diagnostic(
        "too-large",
        f"with `{rule.name}` the rules stand for more than {PARTS_MAX:,} parts",
        rule.name_at,
        "too much to read",
        note="each use of a name counts with all that its rule stands for",
        hint=_repeated(spec),
    )


def _repeated(spec: Spec) -> Hint:
    """Where a rule is used twice in a row, repeat it."""
    edits = []
    for rule in spec.rules.values():
        for node in walk(rule.body):
            items = node.items if isinstance(node, Seq) and node.at.path == spec.source.path else ()
            for first, second in zip(items[::2], items[1::2], strict=False):
                if isinstance(first, Ref) and show(first) == show(second):
                    edits.append(Edit(first.at.to(second.at), f"{show(first)}+"))
    words = "use a rule once, and repeat it with `*` or `+`"
    return Fix(words, tuple(edits)) if edits else words


def _too_deep(spec: Spec, rule: Rule) -> Diagnostic:
    return Diagnostic(
        "too-deep",
        f"in `{rule.name}` more than {LEVELS_MAX} parts stand inside each other",
        rule.name_at,
        "too deep to read",
        note="a name counts as a part, and its rule stands inside",
        hint=_direct(spec),
    )


def _direct(spec: Spec) -> Hint:
    """Where a rule stands for nothing but another rule, name what that one stands for."""
    edits = []
    for rule in spec.rules.values():
        end, seen = rule, {rule.name}
        while isinstance(end.body, Ref) and end.body.name in spec.rules and end.body.name not in seen:
            end = spec.rules[end.body.name]
            seen.add(end.name)
        if isinstance(rule.body, Ref) and end.name not in (rule.name, rule.body.name) and rule.at.path == end.at.path:
            edits.append(Edit(rule.body.at, end.name))
    words = "write what a rule stands for in its place"
    return Fix(words, tuple(edits)) if edits else words
