r"""A grammar in the EBNF that xgrammar reads: one of the ways to write it down, and the ground of others.

In: a `Grammar`. Out: its text, a line a rule, the first of them `root`.

    root ::= answer_1
    answer_1 ::= "<call>" Token(7) [a-z]{1,8} ("x" | [^<\u0000-\u001f])*

Promise: whatever character a grammar holds, the text can be printed, and is read back as that character.
"""

from __future__ import annotations

from typing import Optional

from toolgram.grammars.expressions import (
    EitherOf,
    ExactText,
    Expression,
    Grammar,
    InOrder,
    OneChar,
    Repeated,
    RuleRef,
    TokenById,
)

MARKED_IN_TEXT, MARKED_IN_CLASS = '"\\', "\\]^-["
ESCAPED = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


class GrammarSpelling:
    """How xgrammar spells what a grammar is made of; other readers have other names, tokens and escapes."""

    def name(self, name: str) -> str:
        """The name of a rule."""
        return name

    def token(self, number: int) -> str:
        """One token."""
        return f"Token({number})"

    def char(self, char: str, *, in_class: bool) -> str:
        """One character of a text or of a class."""
        if char in (MARKED_IN_CLASS if in_class else MARKED_IN_TEXT):
            return "\\" + char
        if char in ESCAPED:
            return ESCAPED[char]
        if char.isprintable():
            return char
        return f"\\U{ord(char):08x}" if ord(char) > 0xFFFF else f"\\u{ord(char):04x}"

    def grammar(self, grammar: Grammar) -> str:
        """A grammar, a line a rule."""
        rules = (f"{self.name(name)} ::= {self._written(body)}" for name, body in grammar.rules.items())
        return "\n".join([f"root ::= {self.name(grammar.root)}", *rules]) + "\n"

    def _written(self, expression: Expression) -> str:
        """An expression as it stands behind `::=` or in brackets."""
        if isinstance(expression, ExactText):
            return '"' + "".join(self.char(char, in_class=False) for char in expression.text) + '"'
        if isinstance(expression, RuleRef):
            return self.name(expression.name)
        if isinstance(expression, OneChar):
            return self._class(expression)
        if isinstance(expression, TokenById):
            return self.token(expression.number)
        if isinstance(expression, Repeated):
            return self._inside(expression.item) + _times(expression.least, expression.most)
        if isinstance(expression, EitherOf):
            return " | ".join(map(self._written, expression.options))
        items = expression.items
        parts = (f"({self._written(item)})" if isinstance(item, EitherOf) else self._written(item) for item in items)
        return " ".join(parts) or '""'

    def _inside(self, expression: Expression) -> str:
        """An expression as it stands before a count: in brackets if it has several parts, or a count of its own."""
        is_whole = not isinstance(expression, (EitherOf, InOrder, Repeated)) or expression == InOrder(())
        return self._written(expression) if is_whole else f"({self._written(expression)})"

    def _class(self, expression: OneChar) -> str:
        """A class of characters."""
        ranges = (
            self.char(first, in_class=True) + ("" if first == last else "-" + self.char(last, in_class=True))
            for first, last in expression.ranges
        )
        return f"[{'^' if expression.is_negated else ''}{''.join(ranges)}]"


def write_ebnf(grammar: Grammar) -> str:
    """Write a grammar."""
    return GrammarSpelling().grammar(grammar)


def _times(least: int, most: Optional[int]) -> str:
    """A count.

    >>> [_times(0, None), _times(0, 1), _times(2, 2), _times(2, 5), _times(2, None)]
    ['*', '?', '{2}', '{2,5}', '{2,}']
    """
    if least == 0 and most in (None, 1):
        return "*" if most is None else "?"
    if least == most:
        return f"{{{least}}}"
    return f"{{{least},{'' if most is None else most}}}"
