"""Turn the text of a bare scalar into JSON: numbers that keep their digits, literals by their many names.

In: the characters of one unquoted word. Out: JSON, or None where the word is no scalar.

`NumberStream` reads a number of any length, a run of digits at a time, writing JSON as it goes: `+007.` -> `7.0`.

Promises: linear; what a `NumberStream` has written together with its `end()` is always a JSON number.
"""

from __future__ import annotations

import re

from toolgram.runtime.tables.limits import SCALAR_MAX

DIGITS_MAX = 4300  # more digits than this make `json.loads` raise (sys.get_int_max_str_digits); the rest is an exponent

DIGIT_RUN = re.compile("[0-9]*").match
SCALAR_NAMES = {
    **dict.fromkeys(("null", "None", "NaN", "Infinity", "-Infinity", "+Infinity", "undefined"), "null"),
    **dict.fromkeys(("true", "True"), "true"),
    **dict.fromkeys(("false", "False"), "false"),
}
PYTHON_NAMES = dict.fromkeys(("nan", "inf", "-inf", "+inf"), "null")
PYTHON_RADIX = {"0x": 16, "0o": 8, "0b": 2}

_AT_START, _AT_SIGN, _AT_ZERO, _IN_WHOLE, _AT_DOT, _IN_FRACTION, _AT_POWER, _IN_POWER = range(8)
_MAY_END = frozenset((_AT_ZERO, _IN_WHOLE, _AT_DOT, _IN_FRACTION, _IN_POWER))


class NumberStream:
    """Read one number in pieces and write it as JSON; what does not belong to it is dropped and sets `bad`."""

    __slots__ = ("_more", "_power", "_room", "_state", "bad", "seen")

    def __init__(self) -> None:
        self._state = _AT_START
        self._power = ""  # `e` and its sign, until a digit follows
        self._room = DIGITS_MAX
        self._more = 0  # digits left out
        self.bad = False
        self.seen = False  # there was a digit

    @property
    def whole(self) -> bool:
        """What has been read so far is a number."""
        return self.seen and not self.bad and self._state in _MAY_END

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
        """Return what makes it whole."""
        if self._state in (_AT_START, _AT_SIGN, _AT_ZERO):
            return "0"
        if self._state == _AT_DOT:
            return "" if self._more else ".0"
        return f"e{self._more}" if self._more and self._state == _IN_WHOLE else ""

    def _digits(self, run: str) -> str:
        state = self._state
        if state <= _AT_ZERO:
            run = run.lstrip("0")
            self._state = _IN_WHOLE if run else _AT_ZERO
        elif state == _AT_DOT:
            self._state = _IN_FRACTION
            return "." + run
        elif state == _AT_POWER:
            self._state = _IN_POWER
            return self._power + run
        if self._state == _IN_WHOLE:
            kept = run[: self._room]
            self._room -= len(kept)
            self._more += len(run) - len(kept)
            return kept
        return run

    def _mark(self, mark: str) -> str:
        state = self._state
        zero = "0" if state <= _AT_ZERO else ""
        if self._more:
            self.bad = True  # the exponent of the digits left out is the last of it
        elif mark in "+-" and state == _AT_START:
            self._state = _AT_SIGN
            return "-" if mark == "-" else ""
        elif mark in "+-" and state == _AT_POWER and len(self._power) == 1:
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


def number_json(text: str) -> str | None:
    """Return the number as JSON, its digits kept.

    >>> number_json("+007"), number_json(".5"), number_json("1e"), number_json("12 km")
    ('7', '0.5', None, None)
    """
    number = NumberStream()
    out = number.write(text)
    return out + number.end() if number.whole else None


def may_be_number(text: str) -> bool:
    """Say whether text begins a number and has a digit already."""
    number = NumberStream()
    number.write(text)
    return number.seen and not number.bad


def scalar_json(text: str, python: bool = False) -> str | None:
    """Return the JSON of a literal or a number, None for any other word.

    >>> scalar_json("None"), scalar_json("0x1F", python=True), scalar_json("Paris")
    ('null', '31', None)
    """
    if text.isdigit() and text.isascii() and text[0] != "0" and len(text) <= SCALAR_MAX:
        return text
    found = SCALAR_NAMES.get(text)
    if found is not None:
        return found
    if python:
        return PYTHON_NAMES.get(text) or _python_number_json(text)
    return number_json(text)


def half_scalar_json(text: str) -> str | None:
    """Return what a scalar that was cut off stands for: `tru` -> `true`, `1e` -> `1`, `-` -> `null`.

    >>> half_scalar_json("fal"), half_scalar_json("1.5e-"), half_scalar_json("for")
    ('false', '1.5', None)
    """
    if text in ("-", "+", ".", "-.", "+."):
        return "null"
    if may_be_number(text):
        number = NumberStream()
        return number.write(text) + number.end()
    names = [name for name in SCALAR_NAMES if text and name.startswith(text)]
    return SCALAR_NAMES[names[0]] if names else None


def _python_number_json(text: str) -> str | None:
    sign = text[:1] if text[:1] in ("+", "-") else ""
    body = text[len(sign) :]
    radix = PYTHON_RADIX.get(body[:2].lower())
    if radix is not None and body.isascii() and len(body) <= SCALAR_MAX:
        try:
            return sign.strip("+") + str(int(body, radix))
        except ValueError:
            return None
    if "_" in body:
        parts = body.split("_")
        if not all(part[:1].isdigit() and part[-1:].isdigit() for part in parts):
            return None
        body = "".join(parts)
    return number_json(sign + body)
