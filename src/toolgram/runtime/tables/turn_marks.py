"""The end tokens of a format, and what opens the model's next turn: where one of them may stand in a text.

In: the machine's `end_tokens`, `end_delimiters` and `turn_openers`. Out: `TurnMarks`, the searches for them.

    ["<|im_end|>"], ["<|im_start|>assistant"]    in "Hi<|im_" an end token may begin at 2

Promises: of tokens that begin alike the longest counts; nothing is looked for in a format that names none.
"""

from __future__ import annotations

import re
from types import BuiltinMethodType
from typing import Dict, Iterable, Tuple

from toolgram.runtime.tables.limits import BLANKS, ENDS_MAX
from toolgram.runtime.tables.search import Search, search_nothing


class TurnMarks:
    """What may stand where a turn ends."""

    __slots__ = (
        "_first_of_openers",
        "_firsts",
        "_pairs",
        "_runs",
        "_watched",
        "_watching",
        "delimiters",
        "first",
        "longest",
        "may_begin",
        "opener",
        "openers",
        "token",
        "tokens",
    )

    def __init__(self, tokens: Iterable[str], delimiters: Iterable[str], openers: Iterable[str]) -> None:
        self.tokens = tuple(tokens)
        self.delimiters = frozenset(delimiters)  # those that states may read
        self.openers = tuple(openers)
        self.longest = max(map(len, (*self.tokens, *self.openers)), default=0)
        self._pairs = tuple({token[:2] for token in self.tokens})
        self._firsts = frozenset(token[:1] for token in self.tokens)
        self.first = re.compile(_any_beginning(self.tokens)).search  # where an end token begins, or may at the end
        # What the fast path must leave alone: also backticks, which may open a block of code.
        self._watched = _any_beginning([*self.tokens, *("``" for _ in self.openers[:1])])
        self.may_begin: Search = re.compile(self._watched).search
        self._watching: Dict[Search, Search] = {}
        self.token = re.compile(_any_of(self.tokens)).match
        self.opener = re.compile(f"(?:{_any_of(self.openers)})[{BLANKS}]*").match
        self._first_of_openers = frozenset(opener[:1] for opener in self.openers)
        self._runs = re.compile(f"(?:{_any_of(self.tokens)})(?:{_any_of(self.tokens)}|[{BLANKS}])*").finditer

    def is_one_turn(self, text: str) -> bool:
        """Whether it is sure that a whole text is one turn, and nothing in it may be an end token."""
        return not (self.stands_in(text) or self._begins_turn(text))

    def _begins_turn(self, text: str) -> bool:
        """Whether a text begins with the opener of a turn, or is half of one."""
        is_near = text[:1] in self._first_of_openers
        return is_near and (self.opener(text) is not None or self.may_come(text, self.openers))

    def end_of_turn(self, text: str) -> int:
        """Up to where a whole text is to be read that is one turn; -1: more than the tokens at its end says so.

        Of these the first is to be read as well where it is a delimiter.
        """
        if self._begins_turn(text):
            return -1
        for token in self.tokens:
            if token in text:
                return self._end_before_tokens(text)
        return len(text)

    def _end_before_tokens(self, text: str) -> int:
        for run in self._runs(text):
            begin, end = run.span()
            if end - begin > ENDS_MAX:
                return -1
            if end == len(text):
                token = self.token(text, begin)
                return token.end() if token is not None and token.group() in self.delimiters else begin
            if self.openers or self.may_come(text[end : end + self.longest], self.tokens):
                return -1
        return len(text)

    def watching(self, search: Search) -> Search:
        """A search of the fast path that finds what may begin an end token, too; made once for each."""
        known = self._watching.get(search)
        if known is None:
            known = self._watching[search] = self._watch(search)
        return known

    def _watch(self, search: Search) -> Search:
        pattern = search.__self__ if isinstance(search, BuiltinMethodType) else None
        if not isinstance(pattern, re.Pattern):  # one that finds something everywhere, or nothing anywhere
            return self.may_begin if search is search_nothing else search
        return re.compile(f"{pattern.pattern}|{self._watched}", pattern.flags & ~re.UNICODE).search

    def stands_in(self, text: str) -> bool:
        """Whether an end token may stand in a text. Two characters are found faster than a pattern."""
        for pair in self._pairs:
            if pair in text:
                return True
        return text[-1:] in self._firsts

    def may_come(self, text: str, texts: Tuple[str, ...], *, final: bool = False) -> bool:
        """Whether a text is the beginning of one of these, and not all of it.

        `final`: nothing follows it. Then a word alone is no mark that was cut off: an opener may begin with one.
        """
        return any(found.startswith(text) and found != text for found in texts) and not (final and text.isalnum())


def _any_of(texts: Iterable[str]) -> str:
    """A pattern for the longest of some texts; it matches nothing where there are none."""
    return "|".join(map(re.escape, sorted(set(texts), key=len, reverse=True))) or "(?!)"


def _any_beginning(texts: Iterable[str]) -> str:
    """A pattern for the first two characters of some texts, or the first one at the end."""
    pairs = (f"{re.escape(text[0])}(?:{re.escape(text[1:2])}|(?![\\s\\S]))" for text in dict.fromkeys(texts))
    return "|".join(pairs) or "(?!)"
