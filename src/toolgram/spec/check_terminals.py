"""Check the terminals that an author defines: fixed text only.

A terminal is literals and other terminals, as `_SEP: ";" | "|"`. Rules and built-ins cannot stand in it, nor the
terminal itself: `rule-in-terminal`, `recursive-terminal`.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..diagnostics import Diagnostic
from ..fixes import Fix
from .ast import Call, Ref, Rule, Spec, walk
from .repairs import fresh, renamed


def check(spec: Spec) -> list[Diagnostic]:
    """Return what is more than fixed text in a terminal."""
    return [found for rule in spec.rules.values() if rule.is_terminal for found in _terminal(spec, rule)]


def _terminal(spec: Spec, rule: Rule) -> Iterator[Diagnostic]:
    for node in walk(rule.body):
        if not isinstance(node, Ref | Call):
            continue
        target = spec.rules.get(node.name)
        source = spec.source_of(rule.at)
        lower = fresh(source, f"_{rule.name.lower().lstrip('_')}")
        hint = Fix("make it a rule", renamed(source, rule.name, lower))
        if target is None or not target.is_terminal:
            what = f"the rule `{node.name}`" if target else f"the built-in `{node.name}`"
            message = f"the terminal `{rule.name}` is more than fixed text"
            yield Diagnostic("rule-in-terminal", message, node.at, what, hint=hint)
        elif rule.name in _reachable(spec, target):
            message = f"the terminal `{rule.name}` contains itself"
            yield Diagnostic("recursive-terminal", message, node.at, "without end", hint=hint)


def _reachable(spec: Spec, rule: Rule) -> set[str]:
    seen, todo = {rule.name}, [rule]
    while todo:
        names = {node.name for node in walk(todo.pop().body) if isinstance(node, Ref)} - seen
        seen |= names
        todo += [spec.rules[name] for name in names if name in spec.rules]
    return seen
