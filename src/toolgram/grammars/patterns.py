r"""Patterns of JSON schemas as expressions of a grammar.

In: a regular expression, and the characters that cannot stand for themselves where it is written. Out: an expression
for texts that match it, or None when it uses what a grammar has not: look-arounds, references, flags, word boundaries.

A pattern that is not anchored may have anything around it; what is written has not.

    ^[A-Z]{2}\d+$    becomes    [A-Z]{2} [0-9]{1,}
"""

from __future__ import annotations

import importlib
import re
import warnings
from collections.abc import Sequence
from typing import Any

from toolgram.grammars.expressions import (
    NOTHING,
    UNWRITABLE,
    EitherOf,
    ExactText,
    Expression,
    InOrder,
    Repeated,
    chars_in,
    either_of,
    exactly,
    in_order,
    repeated,
)

try:
    _PARSER: Any = importlib.import_module("re._parser")
except ImportError:  # up to 3.10
    _PARSER = importlib.import_module("sre_parse")

REPEATS_MAX = 1000
PATTERN_CHARS_MAX = 1000  # of the pattern itself
MATCH_CHARS_MAX = 4000  # of a text, and as good as: what servers make of counts in counts grows with their product
CATEGORIES = {
    "CATEGORY_DIGIT": "0123456789",
    "CATEGORY_WORD": "0123456789_abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "CATEGORY_SPACE": " ",
}
PRINTABLE = "".join(map(chr, range(32, 127)))


class _UnsupportedError(Exception):
    """The pattern uses something that a grammar has not."""


def pattern_rule(pattern: str, barred: str) -> Expression | None:
    """An expression for texts that match, None when there is none that can be told."""
    if len(pattern) > PATTERN_CHARS_MAX:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            parsed = _PARSER.parse(pattern.replace("\\Z", "$"))
        return _Pattern(barred).sequence(parsed)
    except (_UnsupportedError, re.error, RecursionError, OverflowError):
        return None


class _Pattern:
    def __init__(self, barred: str) -> None:
        self._barred = barred

    def sequence(self, items: Sequence[Any]) -> Expression:
        return in_order(*(self._item(str(op), value) for op, value in items))

    def _item(self, op: str, value: Any) -> Expression:
        if op == "LITERAL":
            if chr(value) in self._barred or UNWRITABLE.match(chr(value)):
                raise _UnsupportedError
            return exactly(chr(value))
        if op == "AT" and str(value) in ("AT_BEGINNING", "AT_END", "AT_BEGINNING_STRING", "AT_END_STRING"):
            return NOTHING
        if op == "ANY":
            return self._class(PRINTABLE)
        if op == "NOT_LITERAL":
            return self._class(PRINTABLE.replace(chr(value), ""))
        if op == "IN":
            return self._class(_characters(value))
        if op == "BRANCH":
            return either_of(self.sequence(branch) for branch in value[1])
        if op == "SUBPATTERN" and not value[1] and not value[2]:
            return self.sequence(value[3])
        if op in ("MAX_REPEAT", "MIN_REPEAT"):
            return self._repeat(*value)
        raise _UnsupportedError

    def _repeat(self, least: int, most: Any, items: Sequence[Any]) -> Expression:
        inside = self.sequence(items)
        bound = int(least) if int(most) > REPEATS_MAX else int(most)
        if inside == NOTHING or int(least) > REPEATS_MAX or _steps_of(inside) * bound > MATCH_CHARS_MAX:
            raise _UnsupportedError
        return repeated(inside, int(least), None if int(most) > REPEATS_MAX else int(most))

    def _class(self, chars: str) -> Expression:
        found = [char for char in chars if char not in self._barred and not UNWRITABLE.match(char)]
        if not found:
            raise _UnsupportedError
        return chars_in(found)


def _steps_of(expression: Expression) -> int:
    """How many characters an expression has when its counts are written out."""
    if isinstance(expression, Repeated):
        return _steps_of(expression.item) * max(1, expression.least, expression.most or 0)
    if isinstance(expression, InOrder):
        return sum(map(_steps_of, expression.items))
    if isinstance(expression, EitherOf):
        return sum(map(_steps_of, expression.options))
    return len(expression.text) if isinstance(expression, ExactText) else 1


def _characters(items: Sequence[Any]) -> str:
    """The characters of a class; of a negated one those that can be printed in ASCII."""
    is_negated = bool(items) and str(items[0][0]) == "NEGATE"
    found: list[str] = []
    for op, value in items[is_negated:]:
        if str(op) == "LITERAL":
            found.append(chr(value))
        elif str(op) == "RANGE" and value[1] - value[0] < REPEATS_MAX:
            found += map(chr, range(value[0], value[1] + 1))
        elif str(op) == "CATEGORY" and str(value) in CATEGORIES:
            found += CATEGORIES[str(value)]
        elif str(op) == "CATEGORY" and str(value).replace("NOT_", "") in CATEGORIES:
            found += [char for char in PRINTABLE if char not in CATEGORIES[str(value).replace("NOT_", "")]]
        else:
            raise _UnsupportedError
    return "".join(char for char in PRINTABLE if char not in found) if is_negated else "".join(found)
