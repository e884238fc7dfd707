r"""A grammar in the dialect of Lark that llguidance reads.

In: a `Grammar`. Out: its text.

    start: s1
    s1: T1 <[7]> s2 | T2
    T1: ("a" | /[^<]/ T3)*

llguidance splits text into the longest words (terminals) and puts words together by rules. A grammar here knows no
words: where one ends is told by what comes later. So all that stands between two tokens of the tokenizer is one
terminal, which is a regular expression and takes or leaves the text as a whole; and a token ends it for certain.

What contains itself in its middle is no regular expression: a JSON value that any schema allows goes `LEVELS` deep.
Nothing deeper is let through.
"""

from __future__ import annotations

import json
from typing import Mapping

from toolgram.grammars.automata import END, PREFIX, Named, RuleAutomaton, TokenEdge, TooManyStatesError, tokens_below
from toolgram.grammars.circles import Circles, circles_of, to_depth
from toolgram.grammars.expressions import (
    NOTHING,
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
    used_first,
)

LEVELS = (
    24,
    12,
    6,
)  # rules deep, of which a JSON value takes two or three for each of its own; the first that is not too large
PLAIN = frozenset(map(chr, range(32, 127))) - frozenset("\\]^-[/&~")


def write_llguidance(grammar: Grammar) -> str:
    """Write a grammar. Raises TooLargeError."""
    for depth in LEVELS:
        try:
            return _Lark(to_depth(grammar, depth)).text()
        except TooManyStatesError:
            if depth == LEVELS[-1]:
                raise
    raise AssertionError("the last depth either is written or raises")


class _Lark:
    """Rules and terminals as they are written down."""

    def __init__(self, grammar: Grammar) -> None:
        self._grammar = grammar
        self._circles: Circles = circles_of(grammar.rules)
        with_tokens = tokens_below(grammar.rules)
        self._kept = {name: grammar.rules[name] for name in used_first(grammar) if name not in with_tokens}
        self._names = {name: f"T{number}" for number, name in enumerate(self._asked_for(), 1)}
        self._long = Named()

    def _asked_for(self) -> list[str]:
        """The rules that are read as one step: not those that only a loop goes through."""
        asked = {self._grammar.root}
        for name, body in self._grammar.rules.items():
            asked.update(used for used in rules_used(body) if used not in self._circles.get(name, ()))
        return [name for name in self._kept if name in asked]

    def text(self) -> str:
        """All of it."""
        terminals = [f"{self._names[name]}: {self._written(self._whole(name))}" for name in self._names]
        rules = self._rules()
        long = []
        written = 0
        while written < len(self._long.names):  # what is written may name more
            expression, name = list(self._long.names.items())[written]
            long.append(f"{self._name(name)}: {self._written(expression)}")
            written += 1
        return "\n".join([f"start: {rules[0].partition(':')[0]}", *rules, *terminals, *long]) + "\n"

    def _name(self, name: str) -> str:
        return f"W{name[len(PREFIX) :]}" if name.startswith(PREFIX) else self._names[name]

    def _whole(self, name: str) -> Expression:
        """The body of a rule without rules that lead back to it."""
        if name not in self._circles:
            return self._kept[name]
        others = {one: body for one, body in self._kept.items() if one not in self._circles[name]}
        automaton = RuleAutomaton(self._grammar.rules, others, self._long)
        return automaton.up_to_tokens(automaton.enter(name, END))[None]

    def _rules(self) -> list[str]:
        """One rule for the beginning, and one for each place behind a token."""
        automaton = RuleAutomaton(self._grammar.rules, self._kept, self._long)
        root = self._grammar.root
        if root in self._kept:
            return [f"s1: {self._names[root]}"]
        numbers = {automaton.enter(root, END): 1}
        rules, waiting = [], list(numbers)
        while waiting:
            state = waiting.pop(0)
            if state == END:
                rules.append(f's{numbers[state]}: ""')
                continue
            ways = []
            for token, read in automaton.up_to_tokens(state).items():
                if token is not None and token.target not in numbers:
                    numbers[token.target] = len(numbers) + 1
                    waiting.append(token.target)
                ways.append(self._way(token, read, numbers))
            rules.append(f"s{numbers[state]}: {' | '.join(ways)}")
        return rules

    def _way(self, token: TokenEdge | None, read: Expression, numbers: Mapping[int, int]) -> str:
        parts = [] if read == NOTHING else [self._written(self._long.always(read))]
        if token is not None:
            parts += [f"<[{token.number}]>", *([] if token.target == END else [f"s{numbers[token.target]}"])]
        return " ".join(parts) or '""'

    def _written(self, body: Expression) -> str:
        """An expression as the body of a terminal."""
        if isinstance(body, ExactText):
            return json.dumps(body.text, ensure_ascii=False).replace("\x7f", "\\u007f")
        if isinstance(body, RuleRef):
            return self._name(body.name)
        if isinstance(body, OneChar):
            return f"/{_class(body)}/"
        if isinstance(body, TokenById):
            raise AssertionError("a token stands in no terminal")
        if isinstance(body, Repeated):
            return self._short(body.item) + _times(body)
        if isinstance(body, InOrder):
            return (
                " ".join(
                    self._short(item) if isinstance(item, EitherOf) else self._written(item) for item in body.items
                )
                or '""'
            )
        options = [self._written(option) for option in body.options if option != NOTHING]
        text = " | ".join(options)
        return text if NOTHING not in body.options else f"({text})?" if options else '""'

    def _short(self, body: Expression) -> str:
        """An expression as it stands in a longer one: in brackets, or by a name."""
        body = self._long.short(body)
        text = self._written(body)
        return text if isinstance(body, (RuleRef, OneChar, ExactText)) else f"({text})"


def _times(body: Repeated) -> str:
    if body.least == 0 and body.most in (None, 1):
        return "*" if body.most is None else "?"
    if body.least == body.most:
        return f"{{{body.least}}}"
    return f"{{{body.least},{'' if body.most is None else body.most}}}"


def _class(body: OneChar) -> str:
    ranges = (_char(first) + ("" if first == last else f"-{_char(last)}") for first, last in body.ranges)
    return f"[{'^' if body.is_negated else ''}{''.join(ranges)}]"


def _char(char: str) -> str:
    return char if char in PLAIN else f"\\x{{{ord(char):x}}}"
