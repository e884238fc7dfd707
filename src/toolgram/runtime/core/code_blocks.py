"""Code that a text shows: spans in backticks, and blocks between fences of three or more.

In: what is read as content or reasoning, with the place where it begins. Out: `Code`, which stands in the message; and
for a call that is held because it may be an example, what shows that it is one.

    Write `<call>f</call>` so.           a span: one backtick or two right before the opener, and right behind the call
    ```xml                               a fence opens a block; the rest of its line says the language
    Do not write <call>f</call>.         words in the block
    ```                                  the block is closed behind the call

Note [calls in code]
A call in a span is quoted. A call in a block is quoted if the block is closed behind it and words stand in it besides
calls, or behind it: somebody is shown something. If nothing but calls stands in the block, and nothing behind it, the
turn was for them: models put calls into fences. So such a call is held until one or the other is known, for `DRAFT_MAX`
characters, as a draft in thoughts is.

Promise: all this depends on characters and places, so the cut changes nothing.
"""

from __future__ import annotations

import re
from typing import NamedTuple, Optional

from toolgram.runtime.tables.limits import BLANKS, DRAFT_MAX

PIECES = re.compile("`+|[^`]+").finditer
FENCE = 3  # so many backticks open and close a block of code


class Code(NamedTuple):
    """What code is open where the text has come to."""

    kind: str = ""  # of the text: content or reasoning
    ticks: int = 0  # backticks that came last
    fences: int = 0  # that have come; of an odd number the last one has opened a block
    in_info: bool = False  # in the line of a fence that opens
    has_words: bool = False  # words have come since the last fence

    @property
    def in_block(self) -> bool:
        return self.fences % 2 == 1

    @property
    def in_span(self) -> bool:
        return 0 < self.ticks < FENCE

    @property
    def waits(self) -> bool:
        """Whether the next text must be looked at, whatever it is."""
        return self.ticks > 0 or self.in_info or (self.in_block and not self.has_words)


NO_CODE = Code()


class CodeAround:
    """The code in which a call stands, and what has come of it behind the call's opener."""

    __slots__ = ("_closed_at", "_has_words", "_words_at", "in_span")

    def __init__(self, code: Code) -> None:
        self.in_span = code.in_span
        self._has_words = code.has_words  # before the call, in the same block
        self._closed_at: Optional[int] = None if code.in_block else -1  # -1: there is no block
        self._words_at: Optional[int] = None

    @property
    def has_block(self) -> bool:
        return self._closed_at != -1

    def note(self, place: int, *, is_fence: bool) -> None:
        """A fence or a word stands behind the call's opener; the first of each counts."""
        if is_fence:
            self._closed_at = place if self._closed_at is None else self._closed_at
        else:
            self._words_at = place if self._words_at is None else self._words_at

    def shows_example(self, begin: int) -> bool:
        """Whether the block was closed and there are words; `begin`: of the call."""
        closed, words = self._closed_at, begin if self._has_words else self._words_at
        return closed is not None and closed >= 0 and words is not None and max(closed, words) - begin <= DRAFT_MAX


def code_behind(code: Code, kind: str, text: str, place: int, around: Optional[CodeAround]) -> Code:
    """What code is open behind a text of a kind that begins at a place; `""`: blanks, which belong to either kind."""
    if kind and kind != code.kind:
        code = Code(kind)
    if not code.fences and not code.ticks and "`" not in text:
        return code
    if around is None and not code.in_info and "``" not in text and not (code.ticks and text[:1] == "`"):
        return _behind_line(code, text)
    for found in PIECES(text):
        code = _behind_piece(code, found.group(), place + found.start(), around)
    return code


def _behind_line(code: Code, text: str) -> Code:
    """The same for a text in which no fence can be: what most texts are."""
    ticks = 1 if text[-1:] == "`" else 0
    has_words = code.has_words or code.in_span or text[: len(text) - ticks].strip(BLANKS) != ""
    if (ticks, has_words) == (code.ticks, code.has_words):
        return code
    return Code(code.kind, ticks, code.fences, has_words=has_words)


def _behind_piece(code: Code, piece: str, place: int, around: Optional[CodeAround]) -> Code:
    if piece[0] == "`":
        ticks = code.ticks + len(piece)
        if not code.ticks < FENCE <= ticks:
            return code._replace(ticks=ticks)
        if around is not None:
            around.note(place + FENCE - code.ticks - 1, is_fence=True)
        return Code(code.kind, ticks, code.fences + 1, in_info=not code.in_block)
    words = 0 if code.in_span else _word_in(piece, in_info=code.in_info)
    if words >= 0 and around is not None:
        around.note(place + words, is_fence=False)
    in_info = code.in_info and not ("\n" in piece or "\r" in piece)
    return code._replace(ticks=0, in_info=in_info, has_words=code.has_words or words >= 0)


def _word_in(piece: str, *, in_info: bool) -> int:
    """Where the first character stands that is no blank, behind the line of a fence; -1: nowhere."""
    lines = [piece.find(end) for end in "\r\n" if end in piece] if in_info else [0]
    begin = min(lines, default=len(piece))
    rest = piece[begin:].lstrip(BLANKS)
    return len(piece) - len(rest) if rest else -1
