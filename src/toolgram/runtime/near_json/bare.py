"""Read what stands without quotes: a value that is a bare word, a key of any spelling.

In: text that begins with the word or the key. Out: of a value, its JSON; of a key, its text.

Promises: a value of at most `SCALAR_MAX` characters and a key of at most `BARE_KEY_MAX` is held until it is whole; a
longer one streams, a value as a number if it begins as one, otherwise as a string.
"""

from __future__ import annotations

import re
from typing import Optional

from toolgram.runtime.near_json.escape import PLAIN, escape
from toolgram.runtime.near_json.number_stream import NumberStream
from toolgram.runtime.near_json.scalars import half_scalar_json, may_be_number, scalar_json
from toolgram.runtime.near_json.strings import StringReader
from toolgram.runtime.near_json.words import WordReader
from toolgram.runtime.tables.limits import SCALAR_MAX

BARE_KEY_MAX = 256
QUIET_KEY_MAX = 32
WITHOUT_SPELLED = re.compile(r"(?:\\[nrt])+$").sub


class BareValue:
    """Read one bare value and write it as JSON."""

    __slots__ = ("_begun", "_number", "_python", "_reader")

    def __init__(self, kind: str) -> None:
        self._python = kind == "python"
        self._reader = WordReader(kind, SCALAR_MAX)
        self._number: Optional[NumberStream] = None
        self._begun = False

    @property
    def done(self) -> bool:
        return self._reader.done

    @property
    def prefix(self) -> Optional[str]:
        """What turned out to be the prefix of a Python string, whose quote comes next."""
        return self._reader.text if self._reader.prefix else None

    @property
    def is_lossy(self) -> bool:
        """What was written as a number is none, or not all of the word."""
        return self._number is not None and not self._number.is_whole

    @property
    def text(self) -> str:
        """The word, unless it was too long to be held."""
        return self._reader.text

    @property
    def long(self) -> bool:
        return self._reader.long

    @property
    def held(self) -> int:
        return self._reader.held

    def feed(self, text: str, pos: int) -> tuple[str, int]:
        """Return JSON text, and the place of the first character that was not consumed."""
        released, pos = self._reader.feed(text, pos)
        if not released:
            return "", pos
        begin = ""
        if not self._begun:
            self._begun = True
            if may_be_number(released[:SCALAR_MAX]):
                self._number = NumberStream()
            else:
                begin = '"'
        return begin + (escape(released) if self._number is None else self._number.write(released)), pos

    def end(self, half: bool) -> str:
        """Return what is left; `half`: the word was cut off, so that `tru` is no string."""
        if self._begun:
            return '"' if self._number is None else self._number.end()
        text = self._reader.text
        return (half_scalar_json(text) if half else None) or bare_json(text, self._python)


class KeyReader:
    """Read the key of one member; `text` is the key, `long` says that it streams and `text` stays empty."""

    __slots__ = ("_bare", "_python", "_string", "_word", "done", "long", "text")

    def __init__(self, python: bool, bare: bool) -> None:
        self._python = python
        self._bare = bare
        self._string = None if bare else StringReader(python)
        self._word = WordReader("python-key" if python else "key", BARE_KEY_MAX)
        self.text = ""
        self.long = False
        self.done = False

    @property
    def held(self) -> int:
        return len(self.text) + (self._string.held if self._string is not None else self._word.held)

    @property
    def room(self) -> int:
        """How many plain characters it may keep without looking at them, and one more."""
        is_plain = self._string is not None and self._string.plain is PLAIN
        return QUIET_KEY_MAX if is_plain and len(self.text) < BARE_KEY_MAX - QUIET_KEY_MAX else 0

    def feed(self, text: str, pos: int) -> tuple[str, int]:
        """Return what is known of a long key, and the place of the first character that was not consumed."""
        if self._string is not None:
            piece, pos = self._string.feed(text, pos)
            self.done = self._string.done
            return self._add(piece), pos
        word = self._word
        piece, pos = word.feed(text, pos)
        if word.prefix:
            self._bare, self._string = False, StringReader(self._python, prefix=word.text)
            return "", pos
        self.done = word.done
        return self._add(piece + word.text if word.done else piece), pos

    def end(self) -> str:
        """Return what is left of a long key that was cut off."""
        return self._string.end() if self._string is not None and not self.done else ""

    def name(self) -> str:
        """Return the key as `json.dumps` writes it; only Python's keys are literals."""
        if not self._bare or not self._python:
            return self.text
        found = scalar_json(self.text, True)
        return self.text if found is None or (found == "null" and self.text != "None") else found

    def element(self) -> str:
        """Return the JSON of a key without a colon, an element of a set."""
        return bare_json(self.text, self._python) if self._bare else f'"{escape(self.text)}"'

    def _add(self, piece: str) -> str:
        if self.long:
            return piece
        text = self.text + piece
        if len(text) > BARE_KEY_MAX:
            self.text, self.long = "", True
            return text
        self.text = text
        return ""


def bare_json(text: str, python: bool) -> str:
    r"""Return a scalar as it is, also with blanks spelled out behind it (`3\n`), any other word as a string."""
    found = scalar_json(WITHOUT_SPELLED("", text), python)
    return found if found is not None else f'"{escape(text)}"'
