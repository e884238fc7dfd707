"""Rules as an automaton, and an automaton as expressions without rules that contain themselves.

In: rules; the names of those that stay as they are. Out: for each place behind a token, and for the beginning, what may
be read up to the next token, or up to the end.

How: every place between two parts is a state. A rule at the end of a rule goes on with what goes on behind that one, so
a rule that ends with itself is a loop. Then state after state is taken out, and what leads through it is written down.

    text: "" | [^<] text | "<" more      becomes, with a loop,      ([^<] | "<" [^c] ...)*
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Dict, NamedTuple, Optional, Tuple

from toolgram.grammars.expressions import (
    NOTHING,
    EitherOf,
    Expression,
    InOrder,
    Repeated,
    RuleRef,
    TokenById,
    TooLargeError,
    chars_of,
    either_of,
    in_order,
    repeated,
    rules_used,
)

STATES_MAX = 20_000
WORK_MAX = 60_000  # expressions that are put together: some seconds, and half a million characters
SHORT_CHARS = 150  # of an expression that needs no name
PREFIX = "="  # of names that no rule has
END = 0  # the state behind everything
Edges = Dict[int, Dict[int, Expression]]  # from a state to a state: what is read


class TooManyStatesError(TooLargeError):
    """Rules that go less deep may have less."""


class Named:
    """Expressions by names, so that what is long is written once, however often it is used."""

    def __init__(self) -> None:
        self.names: Dict[Expression, str] = {}
        self._left = WORK_MAX

    def spend(self, count: int) -> None:
        """Pay for some expressions. Raises TooLargeError: nothing is left."""
        self._left -= count
        if self._left < 0:
            raise TooLargeError("the grammar of these tools would be too large")

    def short(self, expression: Expression) -> Expression:
        """The expression, or its name if it is long."""
        return expression if chars_of(expression) <= SHORT_CHARS else self.always(expression)

    def always(self, expression: Expression) -> Expression:
        """The name of an expression."""
        if isinstance(expression, RuleRef):
            return expression
        return RuleRef(self.names.setdefault(expression, f"{PREFIX}{len(self.names) + 1}"))


class TokenEdge(NamedTuple):
    """A token, and the state behind it."""

    number: int
    target: int


class RuleAutomaton:
    """The states of some rules; rules in `kept` are read as one step."""

    def __init__(self, rules: Mapping[str, Expression], kept: Mapping[str, Expression], named: Named) -> None:
        self._rules, self._kept, self._named = rules, kept, named
        self._entries: Dict[Tuple[str, int], int] = {}
        self._count = 1
        self.edges: Edges = {}
        self.tokens: Dict[int, list[TokenEdge]] = {}

    def enter(self, name: str, target: int) -> int:
        """The state in front of a rule behind which `target` stands."""
        asked = (name, target)
        if asked not in self._entries:
            self._entries[asked] = self._new()
            self._connect(self._rules[name], self._entries[asked], target)
        return self._entries[asked]

    def _new(self) -> int:
        self._count += 1
        if self._count > STATES_MAX:
            raise TooManyStatesError("the grammar of these tools would be too large")
        return self._count - 1

    def _connect(self, body: Expression, source: int, target: int) -> None:
        if isinstance(body, EitherOf):
            for option in body.options:
                self._connect(option, source, target)
        elif isinstance(body, InOrder) and body != NOTHING:
            *firsts, last = body.items
            for part in firsts:
                middle = self._new()
                self._connect(part, source, middle)
                source = middle
            self._connect(last, source, target)
        elif isinstance(body, TokenById):
            self.tokens.setdefault(source, []).append(TokenEdge(body.number, target))
        elif isinstance(body, RuleRef) and body.name not in self._kept and not body.name.startswith(PREFIX):
            self._add(source, self.enter(body.name, target), NOTHING)
        elif isinstance(body, Repeated) and self._is_deep(body.item):
            self._repeat(body, source, target)
        else:
            self._add(source, target, body)

    def _is_deep(self, item: Expression) -> bool:
        """Whether there is something in an expression that is not read as one step."""
        if isinstance(item, TokenById):
            return True
        if any(name not in self._kept for name in rules_used(item)):
            return True
        return any(map(self._is_deep, item.items if isinstance(item, InOrder) else getattr(item, "options", ())))

    def _repeat(self, body: Repeated, source: int, target: int) -> None:
        for _ in range(body.least):
            middle = self._new()
            self._connect(body.item, source, middle)
            source = middle
        if body.most is None:
            loop = self._new()
            self._add(source, loop, NOTHING)
            self._connect(body.item, loop, loop)
            self._add(loop, target, NOTHING)
            return
        self._add(source, target, NOTHING)
        for _ in range(body.most - body.least):
            middle = self._new()
            self._connect(body.item, source, middle)
            self._add(middle, target, NOTHING)
            source = middle

    def _add(self, source: int, target: int, read: Expression) -> None:
        found = self.edges.setdefault(source, {})
        read = self._named.short(read)
        found[target] = read if target not in found else self._named.short(either_of((found[target], read)))

    def up_to_tokens(self, start: int) -> Dict[Optional[TokenEdge], Expression]:
        """What may be read from a state on, up to each token and (None) up to the end."""
        finals: Dict[int, Optional[TokenEdge]] = {END: None}
        numbers: Dict[TokenEdge, int] = {}
        edges: Edges = {}
        waiting = [start]
        while waiting:
            state = waiting.pop()
            if state in edges or state in finals:
                continue
            edges[state] = dict(self.edges.get(state, {}))
            waiting += edges[state]
            for edge in self.tokens.get(state, ()):
                final = numbers.setdefault(edge, -1 - len(numbers))
                finals[final] = edge
                edges[state][final] = NOTHING
        found: Dict[Optional[TokenEdge], Expression] = {}
        for final, read in without_states(edges, start, self._named).items():
            token = finals[final]
            found[token] = read if token not in found else either_of((found[token], read))
        return found


def without_states(edges: Edges, start: int, named: Named) -> Dict[int, Expression]:
    """What leads from a state to those that nothing leads away from, with all states between them taken out."""
    begin = max(edges) + 1
    edges[begin] = {start: NOTHING}
    sources: Dict[int, set[int]] = {}
    for state, targets in edges.items():
        for target in targets:
            sources.setdefault(target, set()).add(state)
    left = set(edges) - {begin}
    while left:
        state = min(left, key=lambda one: (len(sources.get(one, ())) * len(edges[one]), one))
        left.remove(state)
        targets = edges.pop(state)
        loop = targets.pop(state, None)
        again = NOTHING if loop is None or loop == NOTHING else repeated(_without_nothing(loop), 0)
        named.spend(len(targets) * len(sources.get(state, ())))
        for target in targets:
            sources[target].discard(state)
        for source in sources.pop(state, set()) - {state}:
            first = edges[source].pop(state)
            for target, last in targets.items():
                read = named.short(in_order(first, again, last))
                known = edges[source].get(target)
                edges[source][target] = read if known is None else named.short(either_of((known, read)))
                sources[target].add(source)
    return edges[begin]


def _without_nothing(loop: Expression) -> Expression:
    if not isinstance(loop, EitherOf):
        return loop
    return either_of(option for option in loop.options if option != NOTHING)


def tokens_below(rules: Mapping[str, Expression]) -> set[str]:
    """The rules in which a token stands, or in which such a rule is used."""
    found = {name for name, body in rules.items() if _has_token(body)}
    users: Dict[str, set[str]] = {}
    for name, body in rules.items():
        for used in rules_used(body):
            users.setdefault(used, set()).add(name)
    waiting = list(found)
    while waiting:
        for user in users.get(waiting.pop(), set()) - found:
            found.add(user)
            waiting.append(user)
    return found


def _has_token(body: Expression) -> bool:
    if isinstance(body, TokenById):
        return True
    if isinstance(body, Repeated):
        return _has_token(body.item)
    parts = body.items if isinstance(body, InOrder) else body.options if isinstance(body, EitherOf) else ()
    return any(map(_has_token, parts))
