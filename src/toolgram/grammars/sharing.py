"""Equal parts of a grammar written once.

In: a grammar. Out: one with the same texts and fewer rules: without those that nothing uses, with equal rules as one,
and, where it is large, with parts that stand in many rules as rules of their own.

    a ::= "<p>" "x" ">" v "</p>" b      becomes      a ::= c "x" d b
    b ::= "<p>" "y" ">" v "</p>"                     b ::= c "y" d
                                                     c ::= "<p>"        d ::= ">" v "</p>"

Promise: what it does takes time in proportion to the size of the grammar.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import AbstractSet, Tuple

from toolgram.grammars.expressions import (
    IMPOSSIBLE,
    NOTHING,
    REF_CHARS,
    EitherOf,
    Expression,
    Grammar,
    GrammarError,
    InOrder,
    Repeated,
    RuleRef,
    chars_of,
    either_of,
    in_order,
    parts_of,
    rebuilt,
    renamed,
    used_first,
)
from toolgram.grammars.shortening import with_common_beginnings, with_rules_of_one_use_inlined, with_short_names

LARGE_CHARS = 40_000  # from here on parts are shared: smaller grammars are quicker to follow as they are
SHARED_USES_MIN = 4  # of a part that becomes a rule
ROUNDS = 8  # in each of which a shared part may become twice as long
RULE_CHARS = 12  # of a rule, besides what it stands for


def with_shared_rules(grammar: Grammar) -> Grammar:
    """The same grammar, with what is equal written once."""
    merged = _with_equal_rules_as_one(_possible(grammar))
    size = sum(map(chars_of, merged.rules.values()))
    if size < LARGE_CHARS:
        return merged
    shared = _with_equal_rules_as_one(_Parts(with_common_beginnings(merged)).shared())
    return with_short_names(with_rules_of_one_use_inlined(shared))


def _possible(grammar: Grammar) -> Grammar:
    """The same grammar without ways that lead nowhere. Raises GrammarError: all do."""
    names = list(used_first(grammar))
    if all(grammar.rules[name] != IMPOSSIBLE for name in names):
        return grammar
    possible: set[str] = set()
    count = -1
    while count < len(possible):
        count = len(possible)
        possible.update(name for name in names if _is_possible(grammar.rules[name], possible))
    if grammar.root not in possible:
        raise GrammarError("no call of these tools can be written")
    rules = {name: _pruned(grammar.rules[name], possible) for name in names if name in possible}
    return Grammar(grammar.root, rules)


def _is_possible(expression: Expression, possible: AbstractSet[str]) -> bool:
    """Whether some text fits an expression, as far as the rules of `possible` have texts."""
    if isinstance(expression, RuleRef):
        return expression.name in possible
    if isinstance(expression, EitherOf):
        return any(_is_possible(option, possible) for option in expression.options)
    if isinstance(expression, Repeated) and not expression.least:
        return True
    return expression != IMPOSSIBLE and all(_is_possible(part, possible) for part in parts_of(expression))


def _pruned(expression: Expression, possible: AbstractSet[str]) -> Expression:
    """An expression that is possible without the ways through it that are not."""
    if isinstance(expression, EitherOf):
        options = (option for option in expression.options if _is_possible(option, possible))
        return either_of(_pruned(option, possible) for option in options)
    if isinstance(expression, Repeated) and not _is_possible(expression.item, possible):
        return NOTHING
    return rebuilt(expression, lambda part: _pruned(part, possible))


def _with_equal_rules_as_one(grammar: Grammar) -> Grammar:
    """Rules are looked at behind those that they use, so that rules which use equal rules are equal, too."""
    names: dict[str, str] = {}
    kept: dict[Expression, str] = {}
    for name in used_first(grammar):
        body = renamed(grammar.rules[name], names)
        names[name] = body.name if isinstance(body, RuleRef) else kept.setdefault(body, name)
    rules = {name: renamed(body, names) for body, name in kept.items()}
    return Grammar(names[grammar.root], dict(sorted(rules.items(), key=_number_of)))


def _number_of(rule: Tuple[str, Expression]) -> Tuple[int, str]:
    return len(rule[0]), rule[0]


class _Parts:
    """Finds neighbours that stand beside each other in many sequences, and makes them rules, pair by pair."""

    def __init__(self, grammar: Grammar) -> None:
        self._grammar = grammar
        self._numbers: dict[Expression, int] = {}
        self._items: list[Expression] = []
        self._sequences: dict[Expression, list[int]] = {}
        self._pairs: dict[int, Tuple[int, int]] = {}  # what stands for a pair, and the pair
        for body in grammar.rules.values():
            self._collect(body)

    def _collect(self, expression: Expression) -> None:
        if isinstance(expression, InOrder):
            self._sequences[expression] = list(map(self._number, expression.items))
        for part in parts_of(expression):
            self._collect(part)

    def _number(self, item: Expression) -> int:
        if item not in self._numbers:
            self._numbers[item] = len(self._items)
            self._items.append(item)
        return self._numbers[item]

    def shared(self) -> Grammar:
        """The grammar with shared parts."""
        for _ in range(ROUNDS):
            neighbours = (zip(found, found[1:]) for found in self._sequences.values())  # noqa: RUF007  in 3.9 there is none
            counts = Counter(pair for pairs in neighbours for pair in pairs)
            if not self._pair_up(counts):
                break
        uses = Counter(number for found in self._sequences.values() for number in found)
        uses.update(number for pair in self._pairs.values() for number in pair)
        long_texts = [number for number in uses if number not in self._pairs and self._saves(number, uses[number])]
        named = {number: RuleRef(f"p{number}") for number in [*self._pairs, *long_texts]}
        rules = {name: self._rewritten(body, named, uses) for name, body in self._grammar.rules.items()}
        for number, ref in named.items():
            items = self._pairs.get(number)
            rules[ref.name] = self._items[number] if items is None else self._spelled(items, named, uses)
        return Grammar(self._grammar.root, rules)

    def _pair_up(self, counts: Mapping[Tuple[int, int], int]) -> bool:
        """Put one item in the place of each pair that is found often, and oftener than the pair behind it."""
        known: dict[Tuple[int, int], int] = {}
        for sequence, found in self._sequences.items():
            paired: list[int] = []
            at = 0
            while at < len(found):
                pair = (found[at], found[at + 1]) if at + 1 < len(found) else None
                follows = counts[found[at + 1], found[at + 2]] if at + 2 < len(found) else 0
                if pair is None or counts[pair] < max(SHARED_USES_MIN, follows):
                    paired.append(found[at])
                    at += 1
                    continue
                if pair not in known:
                    known[pair] = len(self._items)
                    self._pairs[known[pair]] = pair
                    self._items.append(in_order(self._items[pair[0]], self._items[pair[1]]))
                paired.append(known[pair])
                at += 2
            self._sequences[sequence] = paired
        return bool(known)

    def _saves(self, number: int, count: int) -> bool:
        """Whether a single item that is used so often is shorter as a rule."""
        size = chars_of(self._items[number])
        return count * (size - REF_CHARS) > size + RULE_CHARS

    def _rewritten(self, expression: Expression, named: Mapping[int, RuleRef], uses: Mapping[int, int]) -> Expression:
        if isinstance(expression, InOrder):
            return self._spelled(self._sequences[expression], named, uses)
        return rebuilt(expression, lambda part: self._rewritten(part, named, uses))

    def _spelled(self, numbers: Sequence[int], named: Mapping[int, RuleRef], uses: Mapping[int, int]) -> Expression:
        """Items as they are written: those that are named by their names, but for pairs that are used once."""
        parts: list[Expression] = []
        for number in numbers:
            if number in self._pairs and uses[number] == 1:
                parts.append(self._spelled(self._pairs[number], named, uses))
            elif number in named:
                parts.append(named[number])
            else:
                parts.append(self._rewritten(self._items[number], named, uses))
        return in_order(*parts)
