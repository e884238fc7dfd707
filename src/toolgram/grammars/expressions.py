"""A grammar as data: rules by name, each an expression.

In: nothing. Out: the kinds of expressions, functions that put them together, and `Grammar`.

Promises: expressions are values, equal when what they hold is equal; what the functions here make is in its simplest
form: no sequence directly in a sequence, no choice directly in a choice, none of a single part, no option twice. How
a grammar is spelled is the business of its writers (`ebnf`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Optional, Tuple, Union

UNWRITABLE = re.compile("[\0\ud800-\udfff]")


class GrammarError(Exception):
    """What a request wants cannot be put into a grammar."""


class TooLargeError(GrammarError):
    """It can, but not in a grammar of bounded size."""


@dataclass(frozen=True)
class ExactText:
    """Exactly this text; never empty."""

    __slots__ = ("text",)
    text: str


@dataclass(frozen=True)
class TokenById:
    """One token of the tokenizer, whatever its text is."""

    __slots__ = ("number",)
    number: int


@dataclass(frozen=True)
class OneChar:
    """One character of some ranges, each of a first and a last character; or, negated, one of no range."""

    __slots__ = ("is_negated", "ranges")
    ranges: Tuple[Tuple[str, str], ...]
    is_negated: bool


@dataclass(frozen=True)
class RuleRef:
    """What another rule says."""

    __slots__ = ("name",)
    name: str


@dataclass(frozen=True)
class InOrder:
    """Expressions one after the other. Without items it is the empty text."""

    __slots__ = ("items",)
    items: Tuple[Expression, ...]


@dataclass(frozen=True)
class EitherOf:
    """One of several expressions."""

    __slots__ = ("options",)
    options: Tuple[Expression, ...]


@dataclass(frozen=True)
class Repeated:
    """An expression several times; without `most` as often as one likes."""

    __slots__ = ("item", "least", "most")
    item: Expression
    least: int
    most: Optional[int]


Expression = Union[ExactText, TokenById, OneChar, RuleRef, InOrder, EitherOf, Repeated]

NOTHING = InOrder(())  # the empty text
REF_CHARS = 6  # of the name of a rule
IMPOSSIBLE = ExactText("\0")  # what no text fits; no grammar that is given away has it


@dataclass(frozen=True)
class Grammar:
    """Rules, and the name of the one that the whole text has to fit. Every rule that one of them uses is there."""

    __slots__ = ("root", "rules")
    root: str
    rules: Mapping[str, Expression]


def exactly(text: str) -> Expression:
    """This text, which may be empty."""
    return ExactText(text) if text else NOTHING


def exactly_if_writable(text: str) -> Optional[Expression]:
    """This text; None where it has what no model writes (half a pair of surrogates) or no reader reads (NUL)."""
    return None if UNWRITABLE.search(text) else exactly(text)


def in_order(*parts: Expression) -> Expression:
    """Expressions one after the other."""
    items: list[Expression] = []
    for part in parts:
        if isinstance(part, InOrder):
            items += part.items
        else:
            items.append(part)
    return items[0] if len(items) == 1 else InOrder(tuple(items))


def either_of(options: Iterable[Expression]) -> Expression:
    """One of several expressions, of which there is at least one."""
    found: dict[Expression, None] = {}
    for option in options:
        found.update(dict.fromkeys(option.options if isinstance(option, EitherOf) else (option,)))
    return next(iter(found)) if len(found) == 1 else EitherOf(tuple(found))


def repeated(item: Expression, least: int, most: Optional[int] = None) -> Expression:
    """An expression at least so often, and at most; without `most` as often as one likes."""
    if most == 0:
        return NOTHING
    return item if least == most == 1 else Repeated(item, least, most)


def optional(item: Expression) -> Expression:
    """An expression, or the empty text."""
    return Repeated(item, 0, 1)


# Characters that no class with `chars_not_in` takes: all control characters but the tab and those of line breaks.
CONTROL = (("\0", "\x08"), ("\x0b", "\x0c"), ("\x0e", "\x1f"), ("\x7f", "\x7f"))


def chars_in(chars: Iterable[str]) -> OneChar:
    """One of these characters. Neighbours are written as ranges."""
    ranges: list[Tuple[str, str]] = []
    for char in sorted(set(chars)):
        if ranges and ord(char) == ord(ranges[-1][1]) + 1:
            ranges[-1] = (ranges[-1][0], char)
        else:
            ranges.append((char, char))
    return OneChar(tuple(ranges), is_negated=False)


def chars_not_in(chars: Iterable[str]) -> OneChar:
    """Any character but these, and but control characters."""
    return OneChar((*((char, char) for char in dict.fromkeys(chars)), *CONTROL), is_negated=True)


def chars_between(*ranges: str) -> OneChar:
    """One character of some ranges, each given as its first and its last character: `chars_between("09", "af")`."""
    return OneChar(tuple((pair[0], pair[-1]) for pair in ranges), is_negated=False)


def rules_used(expression: Expression) -> Iterator[str]:
    """Yield the names of the rules that an expression uses."""
    if isinstance(expression, RuleRef):
        yield expression.name
    elif isinstance(expression, Repeated):
        yield from rules_used(expression.item)
    elif isinstance(expression, (InOrder, EitherOf)):
        for part in expression.items if isinstance(expression, InOrder) else expression.options:
            yield from rules_used(part)


def chars_of(expression: Expression) -> int:
    """About how many characters an expression has as text."""
    if isinstance(expression, ExactText):
        return len(expression.text) + 3
    if isinstance(expression, OneChar):
        return 3 * len(expression.ranges) + 3
    if isinstance(expression, Repeated):
        return chars_of(expression.item) + 6
    if isinstance(expression, (InOrder, EitherOf)):
        return sum(map(chars_of, parts_of(expression))) + 3
    return REF_CHARS


def parts_of(expression: Expression) -> Tuple[Expression, ...]:
    """The expressions directly below one."""
    if isinstance(expression, InOrder):
        return expression.items
    if isinstance(expression, EitherOf):
        return expression.options
    return (expression.item,) if isinstance(expression, Repeated) else ()


def rebuilt(expression: Expression, change: Callable[[Expression], Expression]) -> Expression:
    """An expression with the parts directly below it changed."""
    parts = parts_of(expression)
    changed = [change(part) for part in parts]
    if all(one is other for one, other in zip(parts, changed)):
        return expression
    if isinstance(expression, Repeated):
        return Repeated(changed[0], expression.least, expression.most)
    return in_order(*changed) if isinstance(expression, InOrder) else either_of(changed)


def renamed(expression: Expression, names: Mapping[str, str]) -> Expression:
    """An expression with other names for rules."""
    if isinstance(expression, RuleRef):
        name = names.get(expression.name, expression.name)
        return expression if name == expression.name else RuleRef(name)
    return rebuilt(expression, lambda part: renamed(part, names))


def used_first(grammar: Grammar) -> Iterator[str]:
    """The names of the rules that are used, each behind those that it uses, as far as there is no circle."""
    seen = {grammar.root}
    waiting = [(grammar.root, rules_used(grammar.rules[grammar.root]))]
    while waiting:
        name, used = waiting[-1]
        below = next((one for one in used if one not in seen), None)
        if below is None:
            waiting.pop()
            yield name
        else:
            seen.add(below)
            waiting.append((below, rules_used(grammar.rules[below])))
