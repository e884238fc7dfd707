"""What a derived grammar lets through: texts drawn from it at random, and whether a given text is one of them.

In: a `Grammar`, the special tokens with their ids. Out: texts, in pieces.

How: both walk the expressions as they are, so that neither a tokenizer nor the software that reads grammars in a server
is needed. A drawing that gets long takes the shortest way to the end.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from toolgram.grammars.expressions import (
    IMPOSSIBLE,
    EitherOf,
    ExactText,
    Expression,
    Grammar,
    InOrder,
    OneChar,
    Repeated,
    RuleRef,
    TokenById,
    rules_used,
)

LONG = 150  # pieces, from which on a drawing hurries to its end
ENDLESS = float("inf")
ANY_CHARS = [*map(chr, range(32, 127)), "\n", "\t", "é", "東", "\U0001f600"]


class Piece(NamedTuple):
    text: str
    token: int | None


def has(chars: OneChar, char: str) -> bool:
    return any(first <= char <= last for first, last in chars.ranges) != chars.is_negated


class Drawing:
    """Draws texts from one grammar."""

    def __init__(self, grammar: Grammar, tokens: Mapping[str, int], seed: int) -> None:
        self._rules = grammar.rules
        self._root = RuleRef(grammar.root)
        self._literals = {number: text for text, number in tokens.items()}
        self._draw = random.Random(seed)
        self._costs = dict.fromkeys(grammar.rules, ENDLESS)
        waiting = set(grammar.rules)
        users: dict[str, set[str]] = {}
        for name, body in grammar.rules.items():
            for used in rules_used(body):
                users.setdefault(used, set()).add(name)
        while waiting:
            name = waiting.pop()
            cost = self._cost(grammar.rules[name])
            if cost < self._costs[name]:
                self._costs[name] = cost
                waiting |= users.get(name, set())

    def _cost(self, one: Expression) -> float:
        """The fewest pieces that an expression can be written with."""
        if isinstance(one, RuleRef):
            return self._costs[one.name] + 0.01  # so that a rule never seems as near to the end as one that it uses
        if isinstance(one, InOrder):
            return sum(map(self._cost, one.items))
        if isinstance(one, EitherOf):
            return min(map(self._cost, one.options))
        if isinstance(one, Repeated):
            return one.least * self._cost(one.item) if one.least else 0
        return ENDLESS if one == IMPOSSIBLE else 1

    def pieces(self) -> list[Piece]:
        """One text of the grammar."""
        found: list[Piece] = []
        waiting: list[Expression] = [self._root]
        while waiting:
            one = waiting.pop()
            is_long = len(found) > LONG
            if isinstance(one, RuleRef):
                waiting.append(self._rules[one.name])
            elif isinstance(one, InOrder):
                waiting += reversed(one.items)
            elif isinstance(one, EitherOf):
                options = [option for option in one.options if self._cost(option) < ENDLESS]
                waiting.append(min(options, key=self._cost) if is_long else self._draw.choice(options))
            elif isinstance(one, Repeated):
                most = min(one.least + 4, one.least + 4 if one.most is None else one.most)
                is_short = is_long or self._cost(one.item) == ENDLESS
                waiting += [one.item] * (one.least if is_short else self._draw.randint(one.least, most))
            elif isinstance(one, TokenById):
                found.append(Piece(self._literals[one.number], one.number))
            else:
                found.append(Piece(one.text if isinstance(one, ExactText) else self._char(one), None))
        return found

    def _char(self, one: OneChar) -> str:
        if one.is_negated:
            return self._draw.choice([char for char in ANY_CHARS if has(one, char)])
        first, last = self._draw.choice(one.ranges)
        return chr(self._draw.randint(ord(first), ord(last)))


def takes(grammar: Grammar, text: str, tokens: Mapping[str, int]) -> bool:
    """Whether a text is one of the grammar. Special tokens are tokens; for xgrammar they have characters, too."""
    split = re.compile("|".join(re.escape(token) for token in sorted(tokens, key=len, reverse=True)) or r"\Z.")
    real = {found.start(): found.group() for found in split.finditer(text)}
    known: dict[tuple[str, int], set[int]] = {}

    def ends(one: Expression, at: int) -> set[int]:
        """Where an expression may end that begins at a symbol."""
        if isinstance(one, RuleRef):
            if (one.name, at) not in known:
                known[one.name, at] = set()
                known[one.name, at] = ends(grammar.rules[one.name], at)
            return known[one.name, at]
        if isinstance(one, InOrder):
            places = {at}
            for item in one.items:
                places = {end for place in places for end in ends(item, place)}
            return places
        if isinstance(one, EitherOf):
            return {end for option in one.options for end in ends(option, at)}
        if isinstance(one, Repeated):
            return set(_rounds(one, at))
        if isinstance(one, ExactText):
            return {at + len(one.text)} if text.startswith(one.text, at) else set()
        if isinstance(one, TokenById):
            return {at + len(real[at])} if at in real and tokens[real[at]] == one.number else set()
        return {at + 1} if at < len(text) and has(one, text[at]) else set()

    def _rounds(one: Repeated, at: int) -> Iterator[int]:
        places, seen = {at}, set()
        for count in range(len(text) + 2):
            if count >= one.least:
                yield from places
            if count == one.most or not places - seen:
                return
            seen |= places if count >= one.least else set()
            places = {end for place in places for end in ends(one.item, place)}

    return len(text) in ends(RuleRef(grammar.root), 0)
