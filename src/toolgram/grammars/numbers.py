"""Numbers as expressions of a grammar: any, or between bounds.

In: the bounds of a schema. Out: an expression.

Promise: what is written is a number of at most 18 digits before the point and 16 behind it, so that no reader loses
any, and no model writes digits for ever. Between bounds it may be fewer numbers than the schema allows, never others.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from toolgram.grammars.expressions import (
    NOTHING,
    Expression,
    GrammarError,
    chars_between,
    chars_in,
    either_of,
    exactly,
    in_order,
    optional,
    repeated,
)

WHOLE_DIGITS_MAX = 18
DECIMALS_MAX = 16
DIGIT, DIGIT_BUT_ZERO = chars_between("09"), chars_between("19")
MINUS, POINT = exactly("-"), exactly(".")
WHOLE_NUMBER = either_of((exactly("0"), in_order(DIGIT_BUT_ZERO, repeated(DIGIT, 0, WHOLE_DIGITS_MAX - 1))))
FRACTION = in_order(POINT, repeated(DIGIT, 1, DECIMALS_MAX))
EXPONENT = in_order(chars_in("eE"), optional(chars_in("+-")), repeated(DIGIT, 1, 2))


def integer_rule(shape: Mapping[str, Any]) -> Expression | None:
    """An expression for the integers of a shape; None when there are none."""
    low, high = _bounds(shape)
    if low is None and high is None:
        return in_order(optional(MINUS), WHOLE_NUMBER)
    least = -(10**WHOLE_DIGITS_MAX) + 1 if low is None else _up(low[0], low[1])
    most = 10**WHOLE_DIGITS_MAX - 1 if high is None else -_up(-high[0], high[1])
    return _signed(least, most)


def number_rule(shape: Mapping[str, Any]) -> Expression | None:
    """An expression for the numbers of a shape; None when there are none."""
    low, high = _bounds(shape)
    if low is None and high is None:
        return in_order(optional(MINUS), WHOLE_NUMBER, optional(FRACTION), optional(EXPONENT))
    # In units of the bounds' last decimal: whole numbers of them with any decimals behind, which only lead away from 0.
    scale = max(_decimals(low), _decimals(high))
    unit = Decimal(1).scaleb(-scale)
    edge = 10**WHOLE_DIGITS_MAX
    least, most = low or (Decimal(-edge), True), high or (Decimal(edge), True)
    parts: list[Expression] = []
    if most[0] > 0 or (most[0] == 0 and not most[1]):
        first = least if least[0] >= 0 else (Decimal(0), False)
        parts += _away_from_zero(first, most, unit, scale, NOTHING)
    if least[0] < 0:
        nearest = (-most[0], most[1]) if most[0] < 0 else (Decimal(0), True)
        parts += _away_from_zero(nearest, (-least[0], least[1]), unit, scale, MINUS)
    return either_of(parts) if parts else None


def _away_from_zero(
    near: tuple[Decimal, bool], far: tuple[Decimal, bool], unit: Decimal, scale: int, sign: Expression
) -> list[Expression]:
    """Expressions for the numbers from `near` to `far`, both positive; the flags say that the bound is left out."""
    start, end = int(near[0] / unit), int(far[0] / unit)
    parts: list[Expression] = []
    if start < end:
        if near[1]:
            point = NOTHING if scale else POINT
            more = in_order(repeated(DIGIT, 0, DECIMALS_MAX - 2), DIGIT_BUT_ZERO)
            parts.append(in_order(sign, _decimal(str(start), scale), point, more))
            start += 1
        if start < end:
            more = repeated(DIGIT, 0, DECIMALS_MAX - 1) if scale else optional(FRACTION)
            parts += [in_order(sign, body, more) for body in _scaled(start, end - 1, scale)]
    if not far[1] and not (near[1] and near[0] == far[0]):
        parts += [in_order(sign, body) for body in _scaled(end, end, scale)]
    return parts


def _scaled(low: int, high: int, scale: int) -> list[Expression]:
    """Expressions for whole numbers of units; with the decimals where there are any."""
    if low > high:
        return []
    if not scale:
        return _between(low, high)
    parts: list[Expression] = []
    base = 10**scale
    first, last = low // base, high // base
    full_first = first if low % base == 0 else first + 1
    full_last = last if high % base == base - 1 else last - 1
    if full_first <= full_last:
        whole = either_of(_between(full_first, full_last))
        parts.append(in_order(whole, POINT, repeated(DIGIT, scale, scale)))
    for number in dict.fromkeys((first, last)):
        if full_first <= number <= full_last:
            continue
        lower = max(low, number * base) % base
        upper = min(high, number * base + base - 1) % base
        parts += [in_order(exactly(f"{number}."), body) for body in _padded(lower, upper, scale)]
    return parts


def _decimal(digits: str, scale: int) -> Expression:
    """A whole number of units as it is written."""
    if not scale:
        return exactly(digits)
    padded = digits.rjust(scale + 1, "0")
    return exactly(f"{padded[:-scale]}.{padded[-scale:]}")


def _signed(low: int, high: int) -> Expression | None:
    parts = [in_order(MINUS, body) for body in _between(max(1, -high), -low)] if low < 0 else []
    parts += _between(max(0, low), high)
    return either_of(parts) if parts else None


def _between(low: int, high: int) -> list[Expression]:
    """Expressions for the integers from low to high, neither of them negative.

    7 to 120 are [7-9], [1-9] [0-9], "1" [0-1] [0-9] and "1" "2" "0".
    """
    parts: list[Expression] = []
    for length in range(len(str(low)), len(str(high)) + 1 if low <= high else 0):
        first = max(low, 10 ** (length - 1) if length > 1 else 0)
        parts += _padded(first, min(high, 10**length - 1), length)
    return parts


def _padded(low: int, high: int, length: int) -> list[Expression]:
    """Expressions for the numbers from low to high, all written with `length` digits."""
    if low > high:
        return []
    lower, upper = str(low).rjust(length, "0"), str(high).rjust(length, "0")
    if lower == upper:
        return [exactly(lower)]
    same = 0
    while lower[same] == upper[same]:
        same += 1
    head = exactly(lower[:same])
    rest = length - same - 1
    first, last = int(lower[same]), int(upper[same])
    parts: list[Expression] = []
    if rest and int(lower[same + 1 :]):
        parts += [in_order(exactly(str(first)), body) for body in _padded(int(lower[same + 1 :]), 10**rest - 1, rest)]
        first += 1
    tail: list[Expression] = []
    if rest and int(upper[same + 1 :]) != 10**rest - 1:
        tail = [in_order(exactly(str(last)), body) for body in _padded(0, int(upper[same + 1 :]), rest)]
        last -= 1
    if first <= last:
        digit = chars_between(f"{first}{last}") if first < last else exactly(str(first))
        parts.append(in_order(digit, repeated(DIGIT, rest, rest)) if rest else digit)
    return [in_order(head, part) for part in [*parts, *tail]]


def _bounds(shape: Mapping[str, Any]) -> tuple[Any, Any]:
    """The bounds of a shape, each with whether it is left out itself; None where there is none."""
    return _bound(shape, "minimum", "exclusiveMinimum", 1), _bound(shape, "maximum", "exclusiveMaximum", -1)


def _bound(shape: Mapping[str, Any], name: str, exclusive: str, sign: int) -> tuple[Decimal, bool] | None:
    """The tighter of two bounds; `sign` is 1 where greater is tighter."""
    bound, limit = _number(shape.get(name)), _number(shape.get(exclusive))
    if bound is None or limit is None:
        value = bound if limit is None else limit
        is_exclusive = limit is not None or shape.get(exclusive) is True  # a boolean up to draft 4
        return None if value is None else (value, is_exclusive)
    return (limit, True) if sign * limit >= sign * bound else (bound, False)


def _number(value: Any) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    try:
        number = Decimal(repr(value))
    except InvalidOperation:
        raise GrammarError("a bound that is no number") from None
    if not number.is_finite() or abs(number) > 10**WHOLE_DIGITS_MAX or -_exponent(number) > WHOLE_DIGITS_MAX:
        return None
    return number


def _exponent(number: Decimal) -> int:
    return int(number.as_tuple().exponent)


def _decimals(bound: Any) -> int:
    return max(0, -_exponent(bound[0].normalize())) if bound is not None else 0


def _up(number: Decimal, is_exclusive: bool) -> int:
    """The first integer from a bound on."""
    whole = int(number.to_integral_value(rounding="ROUND_CEILING"))
    return whole + 1 if is_exclusive and whole == number else whole
