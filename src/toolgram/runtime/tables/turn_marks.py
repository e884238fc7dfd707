"""The end tokens of a format, and what opens the model's next turn: where one of them may stand in a text.

In: the machine's `end_tokens`, `end_delimiters` and `turn_openers`. Out: `TurnMarks`, the searches for them.

    ["<|im_end|>"], ["<|im_start|>assistant"]    in "Hi<|im_" an end token may begin at 2

Promises: of tokens that begin alike the longest counts; nothing is looked for in a format that names none.
"""

from __future__ import annotations

import re
from types import BuiltinMethodType
from typing import Dict, Final, Iterable, Optional, Tuple

from toolgram.runtime.tables.limits import BLANKS, ENDS_MAX
from toolgram.runtime.tables.search import Search, search_nothing

PASSED_MIN: Final = 256  # characters of a text that are worth it


class TurnMarks:
    """What may stand where a turn ends."""

    __slots__ = (
        "_any_whole",
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
        # A pattern is found faster where it begins with one character: one for each.
        firsts = sorted({token[0] for token in self.tokens})
        self._any_whole = [
            re.compile(_any_of(one for one in self.tokens if one[0] == first)).search for first in firsts
        ]
        self.first = re.compile(_any_beginning(self.tokens)).search  # where an end token begins, or may at the end
        # What the fast path must leave alone: also backticks, which may open a block of code.
        self._watched = _any_beginning([*self.tokens, *("``" for _ in self.openers[:1])])
        self.may_begin: Search = re.compile(self._watched).search
        self._watching: Dict[Search, Search] = {}
        self.token = re.compile(_any_of(self.tokens)).match
        self.opener = re.compile(f"(?:{_any_of(self.openers)})[{BLANKS}]*").match
        self._pairs = tuple({token[:2] for token in self.tokens})
        self._firsts = frozenset(token[:1] for token in self.tokens)
        self._first_of_openers = frozenset(opener[:1] for opener in self.openers)
        self._runs = re.compile(f"(?:{_any_of(self.tokens)})(?:{_any_of(self.tokens)}|[{BLANKS}])*").finditer

    def is_one_turn(self, text: str) -> bool:
        """Whether it is sure that a whole text is one turn, and nothing in it may be an end token."""
        for pair in self._pairs:  # two characters are found faster than a pattern
            if pair in text:
                return False
        return text[-1:] not in self._firsts and not self._begins_turn(text)

    def _begins_turn(self, text: str) -> bool:
        """Whether a text begins with the opener of a turn, or is half of one."""
        is_near = text[:1] in self._first_of_openers
        return is_near and (self.opener(text) is not None or self.may_come(text, 0, self.openers))

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
            if self.openers or self.may_come(text, end, self.tokens):
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

    def first_in(self, text: str) -> Optional[re.Match[str]]:
        """Where an end token may begin for the first time; in a long text those that do not stand whole are passed by.

        What may become one with more text stands at the end.
        """
        begin = len(text) - self.longest
        if begin > PASSED_MIN:
            found = [search(text) for search in self._any_whole]
            begin = min([begin, *(token.start() for token in found if token is not None)])
            return self.first(text, begin)
        return self.first(text)

    def may_come(self, text: str, begin: int, texts: Tuple[str, ...], *, final: bool = False) -> bool:
        """Whether a text is from a place on the beginning of one of these, and not all of it.

        `final`: nothing follows it. Then a word alone is no mark that was cut off: an opener may begin with one.
        """
        if len(text) - begin >= self.longest:
            return False
        rest = text[begin:]
        return any(found.startswith(rest) and found != rest for found in texts) and not (final and rest.isalnum())


def _any_of(texts: Iterable[str]) -> str:
    """A pattern for the longest of some texts; it matches nothing where there are none."""
    return "|".join(map(re.escape, sorted(set(texts), key=len, reverse=True))) or "(?!)"


def _any_beginning(texts: Iterable[str]) -> str:
    """A pattern for the first two characters of some texts, or the first one at the end."""
    pairs = (f"{re.escape(text[0])}(?:{re.escape(text[1:2])}|(?![\\s\\S]))" for text in dict.fromkeys(texts))
    return "|".join(dict.fromkeys(pairs)) or "(?!)"
