"""Read a number of any length in pieces, and write it as JSON as it goes.

In: runs of digits, signs, points, exponents. Out: `+007.` -> `7.0`.

    3, 1e5, 4,300 digits      numbers
    4,301 digits, 1e999       none: `json.loads` refuses the one, and makes an infinity of the other

Promises: linear; what has been written together with `end` is always a JSON number, and if `is_whole` all of the text.
"""

from __future__ import annotations

import math
import re
from typing import Final

DIGITS_MAX: Final = 4300  # an integer of more digits is refused by `json.loads` (sys.get_int_max_str_digits)
LEADING_MAX: Final = 20  # digits that are kept to see how large a number is: more than a double has
EXPONENT_MAX: Final = 8  # digits of an exponent that are kept for it

DIGIT_RUN: Final = re.compile("[0-9]*").match

_AT_START: Final = 0
_AT_SIGN: Final = 1
_AT_ZERO: Final = 2
_IN_WHOLE: Final = 3
_AT_DOT: Final = 4
_IN_FRACTION: Final = 5
_AT_POWER: Final = 6
_IN_POWER: Final = 7
_MAY_END: Final = frozenset((_AT_ZERO, _IN_WHOLE, _AT_DOT, _IN_FRACTION, _IN_POWER))


class NumberStream:
    """Read one number; what does not belong to it is dropped and sets `bad`."""

    __slots__ = ("_leading", "_power", "_power_digits", "_scale", "_state", "bad", "seen")

    def __init__(self) -> None:
        self._state = _AT_START
        self._power = ""  # `e` and its sign, until a digit follows
        self._leading = ""  # the first digits of it but zeros
        self._scale = (
            0  # how many digits stand before the point, from the first of these on; zeros behind it count less
        )
        self._power_digits = ""  # the first digits of its exponent but zeros
        self.bad = False
        self.seen = False  # there was a digit

    @property
    def is_whole(self) -> bool:
        """What has been read so far is a number, and readers of JSON take it."""
        return self.seen and not self.bad and self._state in _MAY_END and not self._is_infinite

    @property
    def _is_infinite(self) -> bool:
        """Whether no double is so large. An integer may be."""
        if self._state in (_AT_ZERO, _IN_WHOLE) or not self._leading:
            return False
        power = int(self._power_digits[:EXPONENT_MAX] or "0") * (-1 if self._power[1:] == "-" else 1)
        return math.isinf(float(f"0.{self._leading}e{power + self._scale}"))

    def write(self, text: str) -> str:
        out = []
        at = 0
        while at < len(text) and not self.bad:
            end = DIGIT_RUN(text, at).end()  # type: ignore[union-attr]
            if end > at:
                self.seen = True
                out.append(self._digits(text[at:end]))
                at = end
            else:
                out.append(self._mark(text[at]))
                at += 1
        return "".join(out)

    def end(self) -> str:
        """Return what makes it a number."""
        if self._state in (_AT_START, _AT_SIGN, _AT_ZERO):
            return "0"
        return ".0" if self._state == _AT_DOT else ""

    def _digits(self, run: str) -> str:
        state = self._state
        if state <= _AT_ZERO:
            run = run.lstrip("0")
            self._state = _IN_WHOLE if run else _AT_ZERO
        elif state == _AT_DOT:
            self._state = _IN_FRACTION
            return "." + self._in_fraction(run)
        elif state == _IN_FRACTION:
            return self._in_fraction(run)
        elif state >= _AT_POWER:
            self._state = _IN_POWER
            self._power_digits = (self._power_digits + run).lstrip("0")[:EXPONENT_MAX]
            return (self._power if state == _AT_POWER else "") + run
        kept = run[: DIGITS_MAX - self._scale]
        self.bad = len(kept) < len(run)
        self._scale += len(kept)
        self._leading = (self._leading + kept)[:LEADING_MAX]
        return kept

    def _in_fraction(self, run: str) -> str:
        known = run if self._leading else run.lstrip("0")
        self._scale -= len(run) - len(known) if not known or not self._leading else 0
        self._leading = (self._leading + known)[:LEADING_MAX]
        return run

    def _mark(self, mark: str) -> str:
        state = self._state
        zero = "0" if state <= _AT_ZERO else ""
        if mark in "+-" and state == _AT_START:
            self._state = _AT_SIGN
            return "-" if mark == "-" else ""
        if mark in "+-" and state == _AT_POWER and len(self._power) == 1:
            self._power += mark
        elif mark == "." and state <= _IN_WHOLE:
            self._state = _AT_DOT
            return zero
        elif mark in "eE" and state in (_AT_ZERO, _IN_WHOLE, _AT_DOT, _IN_FRACTION):
            self._state, self._power = _AT_POWER, mark
            return zero or (".0" if state == _AT_DOT else "")
        else:
            self.bad = True
        return ""
