"""Turn the text of a bare scalar into JSON: numbers that keep their digits, literals by their many names.

In: the characters of one unquoted word. Out: JSON, or None where the word is no scalar.

Promise: a number that readers of JSON take as no number (`1e999`) is none.
"""

from __future__ import annotations

from toolgram.runtime.near_json.number_stream import NumberStream
from toolgram.runtime.tables.limits import SCALAR_MAX

SCALAR_NAMES = {
    **dict.fromkeys(("null", "None", "NaN", "Infinity", "-Infinity", "+Infinity", "undefined"), "null"),
    **dict.fromkeys(("true", "True"), "true"),
    **dict.fromkeys(("false", "False"), "false"),
}
PYTHON_NAMES = dict.fromkeys(("nan", "inf", "-inf", "+inf"), "null")
PYTHON_RADIX = {"0x": 16, "0o": 8, "0b": 2}


def number_json(text: str) -> str | None:
    """Return the number as JSON, its digits kept.

    >>> number_json("+007"), number_json(".5"), number_json("1e"), number_json("12 km"), number_json("1e999")
    ('7', '0.5', None, None, None)
    """
    number = NumberStream()
    out = number.write(text)
    return out + number.end() if number.is_whole else None


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
