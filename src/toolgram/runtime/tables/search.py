"""The searches of a machine: its patterns, each compiled when a state that needs it is first entered.

In: the machine's `patterns`. Out: compiled searches, shared by all states that name the same one.

Promises: a pattern is compiled once; nobody pays for the patterns of states that are never entered.
"""

from __future__ import annotations

import re
from typing import Callable, Dict, List, Optional, Tuple

Search = Callable[..., Optional["re.Match[str]"]]

NAME_CHARACTERS = re.compile(r"[\w.\-]*").match
INT_CHARACTERS = re.compile(r"[0-9]*").match
CHARSETS: Dict[str, Search] = {"name": NAME_CHARACTERS, "int": INT_CHARACTERS}
QUOTES_AND_WORDS = "[\"'\\w]"  # where junk ends that stands before a word


SEARCH_SOMETHING: Search = re.compile("").search  # finds something in every text: none is known to be plain


def search_nothing(text: str, start: int = 0, end: int = 0) -> None:  # noqa: ARG001  the signature of a compiled search
    """Find nothing: no delimiter can begin here."""
    return


def match_on_demand(pattern: str) -> Search:
    """The `match` of a regex that few texts ask: it is compiled with the first of them, and not when it is imported."""
    compiled: List[Search] = []

    def match(text: str, start: int = 0) -> Optional[re.Match[str]]:
        if not compiled:
            compiled.append(re.compile(pattern).match)
        return compiled[0](text, start)

    return match


class Patterns:
    """The regular expressions of one machine."""

    __slots__ = ("_compiled", "_sources")

    def __init__(self, sources: List[str]) -> None:
        self._sources = sources
        self._compiled: Dict[Tuple[Optional[int], bool], "re.Pattern[str]"] = {}

    def search(self, number: Optional[int], words: bool = False) -> Search:
        """The search with a pattern, by its place in the list; with `words`, for quotes and words, too."""
        return search_nothing if number is None and not words else self._pattern(number, words).search

    def match(self, number: int) -> Search:
        """The match of a pattern at a place."""
        return self._pattern(number, False).match

    def _pattern(self, number: Optional[int], words: bool) -> re.Pattern[str]:
        known = self._compiled.get((number, words))
        if known is None:
            parts = [] if number is None else [self._sources[number]]
            known = re.compile("|".join([*parts, QUOTES_AND_WORDS] if words else parts))
            self._compiled[number, words] = known
        return known
