r"""A grammar in the GBNF that llama.cpp reads.

In: a `Grammar`. Out: its text, a line a rule, the first of them `root`.

    root ::= answer-1
    answer-1 ::= "<call>" <[7]> [a-z]{1,8} ("x" | [^<\x00-\x1F])*

It differs from `ebnf` in what names may hold, in what a backslash may stand before, and in how a token is asked for.

Promise: whatever character a grammar holds, the text can be printed, and is read back as that character.
"""

from __future__ import annotations

from toolgram.grammars.ebnf import GrammarSpelling
from toolgram.grammars.expressions import Grammar

PLAIN_IN_TEXT = frozenset(map(chr, range(32, 127))) - frozenset('"\\')
PLAIN_IN_CLASS = PLAIN_IN_TEXT - frozenset("]^-[")


class GbnfSpelling(GrammarSpelling):
    """How llama.cpp spells what a grammar is made of."""

    def name(self, name: str) -> str:
        return name.replace("_", "-")

    def token(self, number: int) -> str:
        return f"<[{number}]>"

    def char(self, char: str, *, in_class: bool) -> str:
        if char in (PLAIN_IN_CLASS if in_class else PLAIN_IN_TEXT):
            return char
        number = ord(char)
        if number < 0x80:
            return f"\\x{number:02X}"
        if char.isprintable():
            return char
        return f"\\u{number:04X}" if number <= 0xFFFF else f"\\U{number:08X}"


def write_gbnf(grammar: Grammar) -> str:
    """Write a grammar."""
    return GbnfSpelling().grammar(grammar)
