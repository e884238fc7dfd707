"""Whether a quote ends the string it stands in: what follows must be able to follow a string there.

In: the containers that are open around the string, and the text from the quote on. Out: YES, NO or WAIT.

    {"content": "He said "hello" to me"}     a word cannot follow a value, so the first two quotes inside are text
    [bash(command='print('hi')')]            behind `')` another quote cannot follow
    {"a": "x, "b": "y"}                      a comma is followed by a key with its colon: the quote before it ends it

How: a judgement goes on with the text as it comes, and keeps what it has read of it: each character is looked at once.

Promises: no quote of well-formed JSON or Python is taken for text; at most `LOOK_MAX` characters behind a quote are
looked at, and behind so many it ends the string.
"""

from __future__ import annotations

import re
from typing import Callable, Final, List, Optional, Sequence, Tuple

from toolgram.runtime.tables.limits import BLANKS, LOOK_MAX

IS_TEXT: Final = 0
IS_END: Final = 1
IS_UNDECIDED: Final = 2
KEY_BEHIND: Final = re.compile(r'[ \t\n\r]*,[ \t\n\r]*"[^"\\\x00-\x1f]{1,64}"[ \t\n\r]*:').match
VALUE_BRACKETS: Final = "}])"
NO_LONE_KEY: Final = "{}<>"  # nor has one that no comma stands before
NO_KEY: Final = "\n\r"  # they must be escaped in a string
CONSTANTS: Final = frozenset(("true", "false", "null", "True", "False", "None", "NaN", "Infinity", "undefined"))
WORD_CHARACTER: Final = re.compile(r"[\w.$\-]")

# What is expected next.
AFTER_VALUE: Final = 0
BEFORE_KEY: Final = 1
BEFORE_ITEM: Final = 2
IN_QUOTED_KEY: Final = 3
IN_PLAIN_WORD: Final = 4
BEFORE_COLON: Final = 5
AFTER_ALL: Final = 6


class Evidence:
    """What may follow a string: the containers that are open around it, and delimiters that may end everything."""

    __slots__ = ("_around", "_python", "ends", "kinds")

    def __init__(self, kinds: Sequence[str], python: bool, ends: Tuple[str, ...], around: str = "") -> None:
        self._around = around  # the containers outside of the value
        self.kinds = kinds
        self._python = python
        self.ends = ends

    def judgement(self, kinds: Optional[Sequence[str]] = None) -> Judgement:
        """Return the judgement of a quote that has come: in the containers that are open now, or in others."""
        kinds = self.kinds if kinds is None else kinds
        if not self._around:
            return Judgement(kinds, self._python, self.ends)
        found = Judgement((*self._around, *kinds), self._python, self.ends)
        found.is_inner = True
        return found


class Judgement:
    """Judge one quote, as the text behind it comes. `ends`: delimiters that may end everything."""

    __slots__ = (
        "_blanks",
        "_closed",
        "_depth",
        "_ends",
        "_expects",
        "_is_item",
        "_is_next",
        "_is_separated",
        "_kinds",
        "_mark",
        "_python",
        "_word",
        "is_inner",
        "seen",
    )

    def __init__(self, kinds: Sequence[str], python: bool, ends: Tuple[str, ...]) -> None:
        self._kinds = kinds  # of the containers, the outermost first
        self._depth = len(kinds)
        self._python = python
        self._ends = ends
        self._expects = AFTER_VALUE
        self._closed = False  # a closer has come behind the quote
        self._blanks = ""  # before the next character
        self._mark = ""  # the quote of the key that is read, or its backslash
        self._word = ""
        self._is_next = False  # what is judged is the next quote: this one ends the string if that one does not
        self._is_separated = False  # a comma has come behind the quote
        self._is_item = False  # a word of an array: it is no key
        self.is_inner = False  # the outermost container is not of the value: behind its end anything may stand
        self.seen = 0  # characters behind the quote that have been read

    @property
    def room(self) -> int:
        """How many plain characters may come of a key in quotes before anything is decided, and one more."""
        is_in_key = self._expects == IN_QUOTED_KEY and self._is_separated and self._mark == '"' and not self._word
        return LOOK_MAX - self.seen if is_in_key else 0

    def look(self, text: str, begin: int, final: bool) -> int:
        """Go on reading the text, in which the place behind the quote is `begin`."""
        if not self.seen and self._depth and self._kinds[-1] == "{" and KEY_BEHIND(text, begin):
            return IS_END
        verdict = self._read(text, begin + self.seen, final)
        if not self._is_next or verdict == IS_UNDECIDED:
            return verdict
        return IS_END if verdict == IS_TEXT else IS_TEXT

    def _read(self, text: str, at: int, final: bool) -> int:
        """Take character after character until one decides."""
        size = len(text)
        while at < size:
            if self.seen >= LOOK_MAX:
                return IS_END
            mark = text[at]
            is_in_token = self._expects in (IN_QUOTED_KEY, IN_PLAIN_WORD)
            if not is_in_token and self._is_blank(mark):
                self._blanks += mark
            else:
                verdict = IS_TEXT if is_in_token else self._at_end(text, at, final)
                if verdict == IS_TEXT:
                    verdict = JUDGE_STEPS[self._expects](self, mark)
                    self._blanks = ""
                elif verdict == IS_UNDECIDED:
                    return verdict
                if verdict != IS_UNDECIDED:
                    return verdict
            at += 1
            self.seen += 1
        return IS_END if final else IS_UNDECIDED

    def _is_blank(self, mark: str) -> bool:
        r"""Whether a character is a blank, or a part of one spelled out: `\n`."""
        is_spelled = self._blanks.endswith("\\")
        return mark in BLANKS or (mark in "nrt" if is_spelled else mark == "\\" and self._depth > 0)

    def _at_end(self, text: str, at: int, final: bool) -> int:
        """Whether a delimiter stands there."""
        rest = len(text) - at
        for end in self._ends:
            if text.startswith(end, at):
                return IS_END
            if rest < len(end) and not final and end.startswith(text[at:]):
                return IS_UNDECIDED
        return IS_TEXT

    # --- the steps: each takes a character that is no blank where one may stand ------------------------------------

    def _behind(self, mark: str) -> int:
        if not self._depth:
            return self._outside(mark)
        kind = self._kinds[self._depth - 1]
        if mark in ",;":
            self._expects = BEFORE_KEY if kind == "{" else BEFORE_ITEM
            self._is_separated = True
            return IS_UNDECIDED
        if mark in VALUE_BRACKETS:
            return self._close()
        if self._closed:
            return IS_TEXT
        if mark in "\"'":
            if self._python and not self._blanks and not self._is_next:
                return self._judge_next()
            return self._begin(mark) if kind == "{" else IS_END if self._python or self._blanks else IS_TEXT
        if self._python and mark in "+%*":
            return IS_END
        return self._begin(mark) if kind == "{" and self._blanks and WORD_CHARACTER.match(mark) else IS_TEXT

    def _judge_next(self) -> int:
        """Python joins strings; but where the next quote may end this one, this quote does not."""
        self._is_next = True
        return IS_UNDECIDED

    def _close(self) -> int:
        self._depth -= 1
        self._closed = True
        return IS_UNDECIDED

    def _outside(self, mark: str) -> int:
        """Behind the outermost value: a bracket, a comma with more behind it, or what no string goes on with."""
        if self.is_inner:
            return IS_END
        if not self._python:
            if mark in VALUE_BRACKETS and not self._closed:
                self._closed = True
                return IS_UNDECIDED
            return IS_TEXT if mark in "\"'" else self._behind_text(mark)
        if mark in VALUE_BRACKETS:
            self._expects = AFTER_ALL
            is_call = mark == ")" or self._closed  # an argument of a call stands there
            self._closed = True
            return IS_UNDECIDED if is_call else IS_TEXT
        if mark == ",":
            self._expects = BEFORE_KEY
            return IS_UNDECIDED
        if mark in "\"'":
            is_joined = not self._closed and not self._is_next
            return IS_TEXT if not is_joined else IS_END if self._blanks else self._judge_next()
        return self._behind_text(mark)

    def _behind_text(self, mark: str) -> int:
        """What is no bracket and no quote may follow the outermost value, but a string goes on with a word."""
        if self._closed:
            return IS_TEXT if mark == "." and self._python else IS_END
        if mark.isalnum() or mark in "_.:":
            return IS_END if "\n" in self._blanks else IS_TEXT
        return IS_END

    def _member(self, mark: str) -> int:
        if mark in "},{[)]":
            return IS_END
        return self._begin(mark) if mark in "\"'" or WORD_CHARACTER.match(mark) else IS_TEXT

    def _item(self, mark: str) -> int:
        if mark in "\"'{[(]),-" or mark.isdigit():
            return IS_END
        return self._begin(mark) if WORD_CHARACTER.match(mark) else IS_TEXT

    def _begin(self, mark: str) -> int:
        """A key begins, or a word that may be one."""
        self._is_item = self._expects == BEFORE_ITEM
        self._mark, self._word = ("", mark) if mark not in "\"'" else (mark, "")
        self._expects = IN_PLAIN_WORD if not self._mark else IN_QUOTED_KEY
        return IS_UNDECIDED

    def _quoted(self, mark: str) -> int:
        if self._word == "\\":
            self._word = ""
        elif mark == self._mark:
            self._expects = BEFORE_COLON
        elif mark in NO_KEY or (mark in NO_LONE_KEY and not self._is_separated):
            return IS_TEXT
        elif mark == "\\":
            self._word = mark
        return IS_UNDECIDED

    def _in_word(self, mark: str) -> int:
        if WORD_CHARACTER.match(mark):
            self._word = (self._word + mark)[:LOOK_MAX]
            return IS_UNDECIDED
        if self._word in CONSTANTS and mark in ",]}) \t\r\n":
            return IS_END
        self._expects = BEFORE_COLON
        return IS_UNDECIDED if mark in BLANKS else self._colon(mark)

    def _colon(self, mark: str) -> int:
        is_end = (mark in ":=" and not self._is_item) or (mark == "(" and self._python)
        return IS_END if is_end else IS_TEXT


JUDGE_STEPS: Final[List[Callable[[Judgement, str], int]]] = [
    Judgement._behind,
    Judgement._member,
    Judgement._item,
    Judgement._quoted,
    Judgement._in_word,
    Judgement._colon,
    Judgement._outside,
]


def earliest(text: str, begin: int, end: int, literals: Sequence[str]) -> Tuple[int, bool]:
    """Where the first of the literals begins in the text, or what may become one; (place, it stands there whole)."""
    found: Optional[int] = None
    for literal in literals:
        at = text.find(literal, begin, end + len(literal))
        found = at if 0 <= at < end and (found is None or at < found) else found
    if found is not None:
        return found, True
    for at in range(max(begin, len(text) - max(map(len, literals), default=0) + 1), end):
        rest = text[at:]
        for literal in literals:
            if literal.startswith(rest):
                return at, False
    return end, False
