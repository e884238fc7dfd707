"""Large grammars made shorter, and quicker to read for a server, which pays for each rule with each character.

In: a grammar. Out: one with the same texts.

    a ::= "<p>" b | "<p>" c         becomes, behind each other:       r0 ::= "<p>" r1
    b ::= "x" c                                                       r1 ::= "x" r2 | r2
    c ::= ...                                                         r2 ::= ...

Promise: what it does takes time in proportion to the size of the grammar.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import AbstractSet, Tuple

from toolgram.grammars.expressions import (
    EitherOf,
    Expression,
    Grammar,
    InOrder,
    RuleRef,
    chars_of,
    either_of,
    in_order,
    renamed,
    rules_used,
    used_first,
)

BEGINNING_CHARS_MIN = 10  # of what alternatives have in common at least, to be written once
INLINED_ITEMS_MAX = 32  # of a sequence that is written where it is used
NAME_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"  # with capitals no name is a word of a grammar


def with_common_beginnings(grammar: Grammar) -> Grammar:
    """Alternatives of a rule that begin alike, with their beginning written once."""
    rules = dict(grammar.rules)
    known: dict[Expression, RuleRef] = {}

    def rest(body: Expression) -> Expression:
        if isinstance(body, EitherOf) and body not in known:
            known[body] = RuleRef(f"b{len(known)}")
            rules[known[body].name] = body
        return known.get(body, body)

    for name, body in grammar.rules.items():
        if isinstance(body, EitherOf):
            rules[name] = _begun_once(body, rest)
    return Grammar(grammar.root, rules)


def _begun_once(choice: EitherOf, rest: Callable[[Expression], Expression]) -> Expression:
    """A choice with common beginnings written once; `rest` gives what is to stand behind one of them."""
    groups: dict[Expression, list[Tuple[Expression, ...]]] = {}
    for option in choice.options:
        items = option.items if isinstance(option, InOrder) else (option,)
        groups.setdefault(items[0] if items else option, []).append(items)
    options: list[Expression] = []
    for found in groups.values():
        size = _count_common(found)
        begun = in_order(*found[0][:size])
        if len(found) > 1 and chars_of(begun) >= BEGINNING_CHARS_MIN:
            options.append(in_order(begun, rest(either_of(in_order(*items[size:]) for items in found))))
        else:
            options += [in_order(*items) for items in found]
    return either_of(options)


def _count_common(sequences: list[Tuple[Expression, ...]]) -> int:
    """How many items all of them begin with."""
    size = min(map(len, sequences))
    return next((at for at in range(size) if any(one[at] != sequences[0][at] for one in sequences)), size)


def with_rules_of_one_use_inlined(grammar: Grammar) -> Grammar:
    """Rules that are used once, written where they are used; a choice only where it makes no brackets."""
    uses = Counter(name for body in grammar.rules.values() for name in rules_used(body))
    once = {name for name, count in uses.items() if count == 1 and name != grammar.root}
    rules: dict[str, Expression] = {}
    for name in used_first(grammar):
        rules[name] = _inlined(grammar.rules[name], rules, once, may_choose=True)
    used = {name for body in rules.values() for name in rules_used(body)} | {grammar.root}
    return Grammar(grammar.root, {name: rules[name] for name in grammar.rules if name in used})


def _inlined(
    expression: Expression, rules: Mapping[str, Expression], once: AbstractSet[str], *, may_choose: bool
) -> Expression:
    if isinstance(expression, RuleRef):
        body = rules[expression.name] if expression.name in once else expression
        is_long = isinstance(body, InOrder) and len(body.items) > INLINED_ITEMS_MAX
        return expression if is_long or (isinstance(body, EitherOf) and not may_choose) else body
    if isinstance(expression, EitherOf):
        return either_of(_inlined(option, rules, once, may_choose=True) for option in expression.options)
    if isinstance(expression, InOrder):
        return in_order(*(_inlined(item, rules, once, may_choose=False) for item in expression.items))
    return expression


def with_short_names(grammar: Grammar) -> Grammar:
    """Rules numbered anew, as short as may be."""
    names = {name: "r" + _in_digits(at) for at, name in enumerate(grammar.rules)}
    return Grammar(names[grammar.root], {names[name]: renamed(body, names) for name, body in grammar.rules.items()})


def _in_digits(value: int) -> str:
    """A number in as few characters as may be.

    >>> [_in_digits(value) for value in (0, 9, 10, 36, 46655)]
    ['0', '9', 'A', '10', 'ZZZ']
    """
    high, low = divmod(value, len(NAME_DIGITS))
    return (_in_digits(high) if high else "") + NAME_DIGITS[low]
