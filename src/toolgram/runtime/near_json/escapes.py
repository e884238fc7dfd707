"""Read one backslash escape of JSON or Python, character by character.

In: the characters behind a backslash. Out: the text they stand for; the escape as it is written where it means
nothing, so that a regex or a path with single backslashes survives.

Promises: at most `NAME_ESCAPE_MAX` characters are held; never raises.
"""

from __future__ import annotations

from typing import Final

from toolgram.runtime.near_json.escape import escape

NAME_ESCAPE_MAX: Final = 100  # longer than any Unicode name
HEX_DIGITS: Final = frozenset("0123456789abcdefABCDEF")
OCTAL_DIGITS: Final = frozenset("01234567")
HEX_LENGTHS: Final = {"u": 6, "U": 10, "x": 4}

JSON_ESCAPES: Final = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "'": "'"}
PYTHON_ESCAPES: Final = {
    **{key: text for key, text in JSON_ESCAPES.items() if key != "/"},
    "a": "\a",
    "v": "\v",
    "\n": "",
}


class EscapeDialect:
    """The escapes there are: `simple` ones of one character (`coded`: as JSON text), beginnings of `longer` ones."""

    __slots__ = ("coded", "longer", "simple")

    def __init__(self, simple: dict[str, str], longer: str) -> None:
        self.simple = simple
        self.coded = {key: escape(text) for key, text in simple.items()}
        self.longer = frozenset(longer)


JSON_DIALECT: Final = EscapeDialect(JSON_ESCAPES, "ux")  # `\x`: a Python string in double quotes
PYTHON_DIALECT: Final = EscapeDialect(PYTHON_ESCAPES, "xuUN01234567")
BYTES_DIALECT: Final = EscapeDialect(PYTHON_ESCAPES, "x01234567")
SINGLE_DIALECT: Final = EscapeDialect({**PYTHON_ESCAPES, "/": "/"}, "xuUN01234567")  # JavaScript or Python, in JSON
RAW_DIALECT: Final = EscapeDialect({}, "")


class EscapeReader:
    """Read one escape; the backslash has been read."""

    __slots__ = ("_dialect", "held", "text")

    def __init__(self, dialect: EscapeDialect) -> None:
        self._dialect = dialect
        self.held = "\\"
        self.text: str | None = None  # what it stands for, once that is known

    def take(self, mark: str) -> bool:
        """Read one more character; False if it does not belong to the escape."""
        if len(self.held) == 1:
            return self._begin(mark)
        kind = self.held[1]
        if kind in HEX_LENGTHS:
            return self._hex(mark, HEX_LENGTHS[kind])
        if kind == "N":
            return self._name(mark)
        if mark in OCTAL_DIGITS:
            self.held += mark
        if mark not in OCTAL_DIGITS or len(self.held) == 4:
            self.text = chr(int(self.held[1:], 8))
        return mark in OCTAL_DIGITS

    def _begin(self, mark: str) -> bool:
        self.held += mark
        if mark not in self._dialect.longer:
            self.text = self._dialect.simple.get(mark, self.held)
        return True

    def _hex(self, mark: str, length: int) -> bool:
        if mark not in HEX_DIGITS:
            self.text = self.held
            return False
        self.held += mark
        if len(self.held) == length:
            digits = self.held[2:]
            code = int(digits, 16)
            self.text = chr(code) if code <= 0x10FFFF else self.held
        return True

    def _name(self, mark: str) -> bool:
        inside = len(self.held) > 2
        if inside and mark == "}":
            from unicodedata import lookup  # hardly any text needs it

            try:
                self.text = lookup(self.held[3:])
            except KeyError:
                self.text = self.held
                return False
        elif (mark == "{" and not inside) or (inside and self._may_be_name(mark)):
            self.held += mark
        else:
            self.text = self.held
            return False
        return True

    def _may_be_name(self, mark: str) -> bool:
        return len(self.held) < NAME_ESCAPE_MAX and mark.isascii() and (mark.isalnum() or mark in " -")
