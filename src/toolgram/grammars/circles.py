"""Rules that contain themselves: which ones a loop can stand for, and the others to a depth.

In: rules. Out: for each rule, the rules of its circle; rules in which only loops are left.

A rule that ends with itself is a loop. One that has itself in its middle, as a JSON value has, is written out: a copy
for each level, and the lowest one without what would go deeper.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Dict, FrozenSet, Optional

from toolgram.grammars.expressions import (
    EitherOf,
    Expression,
    Grammar,
    InOrder,
    Repeated,
    RuleRef,
    either_of,
    in_order,
    rebuilt,
    repeated,
    rules_used,
)

Circles = Dict[str, FrozenSet[str]]


def circles_of(rules: Mapping[str, Expression]) -> Circles:
    """For each rule that contains itself, the rules through which it does."""
    used = {name: tuple(dict.fromkeys(rules_used(body))) for name, body in rules.items()}
    numbers: Dict[str, int] = {}
    lowest: Dict[str, int] = {}
    stack: list[str] = []
    found: Circles = {}
    for root in rules:
        waiting: list[tuple[str, Iterator[str]]] = []
        if root not in numbers:
            waiting.append((root, iter(used[root])))
            numbers[root] = lowest[root] = len(numbers)
            stack.append(root)
        while waiting:
            name, below = waiting[-1]
            for one in below:
                if one not in numbers:
                    numbers[one] = lowest[one] = len(numbers)
                    stack.append(one)
                    waiting.append((one, iter(used[one])))
                    break
                if one in stack:
                    lowest[name] = min(lowest[name], numbers[one])
            else:
                waiting.pop()
                if waiting:
                    above = waiting[-1][0]
                    lowest[above] = min(lowest[above], lowest[name])
                if lowest[name] == numbers[name]:
                    at = stack.index(name)
                    circle = frozenset(stack[at:])
                    del stack[at:]
                    if len(circle) > 1 or name in used[name]:
                        found.update(dict.fromkeys(circle, circle))
    return found


def is_loop(rules: Mapping[str, Expression], circle: FrozenSet[str]) -> bool:
    """Whether the rules of a circle use each other at their ends only."""
    return all(_ends_only(rules[name], circle) for name in circle)


def _ends_only(body: Expression, circle: FrozenSet[str]) -> bool:
    if isinstance(body, EitherOf):
        return all(_ends_only(option, circle) for option in body.options)
    if isinstance(body, InOrder) and body.items:
        *firsts, last = body.items
        return _ends_only(last, circle) and not any(_uses(part, circle) for part in firsts)
    return isinstance(body, RuleRef) or not _uses(body, circle)


def _uses(body: Expression, circle: FrozenSet[str]) -> bool:
    return not circle.isdisjoint(rules_used(body))


def to_depth(grammar: Grammar, depth: int) -> Grammar:
    """A grammar whose rules contain themselves as loops only; others go `depth` rules deep."""
    rules = grammar.rules
    circles = {name: circle for name, circle in circles_of(rules).items() if not is_loop(rules, circle)}
    found: Dict[str, Optional[Expression]] = {}
    for name in (name for name in rules if name in circles):
        for level in range(depth + 1):
            found[_copy(name, level)] = _at_level(rules[name], circles[name], circles, level, depth)
    found.update(
        {
            name: _at_level(body, frozenset(), circles, depth, depth)
            for name, body in rules.items()
            if name not in circles
        }
    )
    while any(body is None for body in found.values()):
        gone = {name for name, body in found.items() if body is None}
        found = {name: _without(body, gone) for name, body in found.items() if body is not None}
    whole = {name: body for name, body in found.items() if body is not None}
    root = _copy(grammar.root, depth) if grammar.root in circles else grammar.root
    return Grammar(root, {name: whole[name] for name in _reachable(whole, root)})


def _copy(name: str, level: int) -> str:
    return f"{name}_{level}"


def _at_level(
    body: Expression, circle: FrozenSet[str], circles: Circles, level: int, depth: int
) -> Optional[Expression]:
    """A body with the copies that it uses: of its own circle those one level below, of others the highest."""

    def changed(part: Expression) -> Expression:
        if isinstance(part, RuleRef):
            if part.name in circle:
                return RuleRef(_copy(part.name, level - 1))  # at the lowest level there is none: it is taken out
            return RuleRef(_copy(part.name, depth)) if part.name in circles else part
        return rebuilt(part, changed)

    found = changed(body)
    return _without(found, {_copy(name, -1) for name in circle}) if circle else found


def _without(body: Expression, gone: set[str]) -> Optional[Expression]:
    """An expression without the ways that lead through some rules; None if all do."""
    if isinstance(body, RuleRef):
        return None if body.name in gone else body
    if isinstance(body, EitherOf):
        options = [one for one in (_without(option, gone) for option in body.options) if one is not None]
        return either_of(options) if options else None
    if isinstance(body, Repeated):
        item = _without(body.item, gone)
        if item is None:
            return None if body.least else InOrder(())
        return repeated(item, body.least, body.most)
    if isinstance(body, InOrder):
        items = [_without(item, gone) for item in body.items]
        return None if None in items else in_order(*(item for item in items if item is not None))
    return body


def _reachable(rules: Mapping[str, Expression], root: str) -> list[str]:
    seen = {root: None}
    waiting = [root]
    while waiting:
        for name in rules_used(rules[waiting.pop()]):
            if name not in seen:
                seen[name] = None
                waiting.append(name)
    return list(seen)
