"""The end tokens of a format, and what opens the model's next turn: where one of them may stand in a text.

In: the machine's `end_tokens`, `end_delimiters` and `turn_openers`. Out: `TurnMarks`, the searches for them.

    ["<|im_end|>"], ["<|im_start|>assistant"]    in "Hi<|im_" an end token may begin at 2

Promises: of tokens that begin alike the longest counts; nothing is looked for in a format that names none.
"""

from __future__ import annotations

import re
from typing import Iterable, Tuple

from toolgram.runtime.tables.limits import BLANKS


class TurnMarks:
    """What may stand where a turn ends."""

    __slots__ = ("delimiters", "first", "longest", "may_begin", "opener", "openers", "token", "tokens")

    def __init__(self, tokens: Iterable[str], delimiters: Iterable[str], openers: Iterable[str]) -> None:
        self.tokens = tuple(tokens)
        self.delimiters = frozenset(delimiters)  # those that states may read
        self.openers = tuple(openers)
        self.longest = max(map(len, (*self.tokens, *self.openers)), default=0)
        self.first = re.compile(_any_of(text[0] for text in self.tokens)).search  # where an end token may begin
        # What the fast path must leave alone: also backticks, which may open a block of code.
        self.may_begin = re.compile(_any_of([*(text[0] for text in self.tokens), "`"])).search
        self.token = re.compile(_any_of(self.tokens)).match
        self.opener = re.compile(f"(?:{_any_of(self.openers)})[{BLANKS}]*").match

    def may_come(self, text: str, texts: Tuple[str, ...]) -> bool:
        """Whether a text is the beginning of one of these, and not all of it."""
        return any(found.startswith(text) and found != text for found in texts)


def _any_of(texts: Iterable[str]) -> str:
    """A pattern for the longest of some texts; it matches nothing where there are none."""
    return "|".join(map(re.escape, sorted(set(texts), key=len, reverse=True))) or "(?!)"
