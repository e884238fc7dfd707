"""Say whether text is still the beginning of strict JSON.

In: text in pieces. Out: whether all of it may begin one JSON value, and whether that value is complete.

Promises: no repairs, so that what is prose, or code, shows at its first impossible character; linear.
"""

from __future__ import annotations

import re

from toolgram.runtime.tables.limits import BLANKS

CHECK_BODY = re.compile('["\\\\\x00-\x1f]').search
CHECK_NAMES = ("true", "false", "null")
CHECK_ESCAPES = frozenset('"\\/bfnrt')
# A number, one class of character a step: digits are `0` and `1` (any other).
NUMBER_MOVES = {
    "": {"-": "-", "0": "zero", "1": "whole"},
    "-": {"0": "zero", "1": "whole"},
    "zero": {".": ".", "e": "e"},
    "whole": {"0": "whole", "1": "whole", ".": ".", "e": "e"},
    ".": {"0": "part", "1": "part"},
    "part": {"0": "part", "1": "part", "e": "e"},
    "e": {"+": "sign", "-": "sign", "0": "power", "1": "power"},
    "sign": {"0": "power", "1": "power"},
    "power": {"0": "power", "1": "power"},
}
NUMBER_ENDS = frozenset(("zero", "whole", "part", "power"))


class JsonCheck:
    """Check one value; `expects` is what may come next: value, item, key, member, colon, next, or end."""

    __slots__ = ("_body", "_escape", "_expects", "_is_key", "_number", "_stack", "_word", "possible", "work")

    def __init__(self) -> None:
        self._stack: list[str] = []
        self._expects = "value"
        self._body = False  # inside a string
        self._is_key = False
        self._escape = ""
        self._word = ""  # of a literal or a number; `#` stands for a number's characters
        self._number = ""  # its place in `NUMBER_MOVES`
        self.possible = True
        self.work = 0

    @property
    def complete(self) -> bool:
        return self.possible and self._expects == "end" and not self._word

    def feed(self, text: str) -> bool:
        """Read on; return whether the text is still possible."""
        at = 0
        while at < len(text) and self.possible:
            if self._body:
                at = self._in_body(text, at)
            else:
                self._take(text[at])
                at += 1
        self.work += at
        return self.possible

    def _in_body(self, text: str, at: int) -> int:
        if self._escape:
            self._in_escape(text[at])
            return at + 1
        found = CHECK_BODY(text, at)
        if found is None:
            return len(text)
        mark = found.group()
        if mark == "\\":
            self._escape = mark
        elif mark == '"':
            self._body = False
            self._ended("colon" if self._is_key else "")
        else:
            self.possible = False
        return found.end()

    def _in_escape(self, mark: str) -> None:
        if len(self._escape) > 1 or mark == "u":
            self.possible = mark == "u" if len(self._escape) == 1 else mark in "0123456789abcdefABCDEF"
            self._escape = self._escape + mark if len(self._escape) < 5 else ""
        else:
            self.possible = mark in CHECK_ESCAPES
            self._escape = ""

    def _ended(self, expects: str = "") -> None:
        """A token has ended: behind a value comes a comma or a closer."""
        self._expects = expects or ("next" if self._stack else "end")

    def _take(self, mark: str) -> None:
        if self._word and self._in_word(mark):
            return
        if not self.possible or mark in BLANKS:
            return
        expects = self._expects
        if mark == '"' and expects in ("value", "item", "key", "member"):
            self._body, self._is_key = True, expects in ("key", "member")
        elif mark in "{[" and expects in ("value", "item"):
            self._stack.append("}" if mark == "{" else "]")
            self._expects = "member" if mark == "{" else "item"
        elif mark in "}]" and expects in ("next", "item", "member") and self._stack[-1] == mark:
            self._stack.pop()
            self._ended()
        elif mark == "," and expects == "next":
            self._expects = "key" if self._stack[-1] == "}" else "value"
        elif mark == ":" and expects == "colon":
            self._expects = "value"
        elif expects in ("value", "item"):
            self._number = ""
            self._word = " "
            self.possible = self._in_word(mark)
        else:
            self.possible = False

    def _in_word(self, mark: str) -> bool:
        """Take one more character of a word; False where it does not belong to it."""
        kind = "1" if mark in "123456789" else mark.lower() if mark in "eE" else mark
        name = (self._word + mark).strip()
        if self._word in (" ", "#") and kind in NUMBER_MOVES[self._number]:
            self._number = NUMBER_MOVES[self._number][kind]
            self._word = "#"
        elif any(known.startswith(name) for known in CHECK_NAMES):
            self._word = name
        else:
            self.possible = self._number in NUMBER_ENDS if self._word == "#" else self._word in CHECK_NAMES
            self._word = ""
            if self.possible:
                self._ended()
            return False
        return True
