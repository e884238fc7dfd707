r"""A grammar in the EBNF that xgrammar reads: one of the ways to write it down.

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


def write_ebnf(grammar: Grammar) -> str:
    """Write a grammar."""
    rules = (f"{name} ::= {_written(body)}" for name, body in grammar.rules.items())
    return "\n".join([f"root ::= {grammar.root}", *rules]) + "\n"


def _written(expression: Expression) -> str:
    """An expression as it stands behind `::=` or in brackets."""
    if isinstance(expression, ExactText):
        return _quoted(expression.text)
    if isinstance(expression, RuleRef):
        return expression.name
    if isinstance(expression, OneChar):
        return _class(expression)
    if isinstance(expression, TokenById):
        return f"Token({expression.number})"
    if isinstance(expression, Repeated):
        return _inside(expression.item) + _times(expression.least, expression.most)
    if isinstance(expression, EitherOf):
        return " | ".join(map(_written, expression.options))
    parts = (f"({_written(item)})" if isinstance(item, EitherOf) else _written(item) for item in expression.items)
    return " ".join(parts) or '""'


def _inside(expression: Expression) -> str:
    """An expression as it stands before a count: in brackets if it has several parts, or a count of its own."""
    is_whole = not isinstance(expression, (EitherOf, InOrder, Repeated)) or expression == InOrder(())
    return _written(expression) if is_whole else f"({_written(expression)})"


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


def _class(expression: OneChar) -> str:
    """A class of characters."""
    ranges = (
        _escaped(first, MARKED_IN_CLASS) + ("" if first == last else "-" + _escaped(last, MARKED_IN_CLASS))
        for first, last in expression.ranges
    )
    return f"[{'^' if expression.is_negated else ''}{''.join(ranges)}]"


def _quoted(text: str) -> str:
    return '"' + "".join(_escaped(char, MARKED_IN_TEXT) for char in text) + '"'


def _escaped(char: str, marked: str) -> str:
    if char in marked:
        return "\\" + char
    if char in ESCAPED:
        return ESCAPED[char]
    return char if char.isprintable() else f"\\U{ord(char):08x}" if ord(char) > 0xFFFF else f"\\u{ord(char):04x}"
