"""Delimiters with a place in them, where every checkpoint of a model has a suffix of its own.

In: a literal with the place in it, text in which it may stand, names of tokens. Out: the suffix.

    hy_v4:  `<think{suffix}>` stands in the text as `<think:6124c78e>`, or as `<think>`

Note [whose suffix counts]
A parser is told the suffix, or finds it among the names of special tokens; then every delimiter has that one. Otherwise
the text says it. At message level a delimiter may come with any suffix. The one that is taken binds: inside what it
opened only delimiters with the same suffix are any, so that a value may hold the delimiters of other checkpoints. What
is given back as text has bound nothing, and a delimiter without a suffix binds no further than what it opened, because
a model that has a suffix may still write about `<think>`.

Promises: a suffix has at most `SUFFIX_MAX` characters; nothing beyond them is looked at.
"""

from __future__ import annotations

import re
from typing import Iterable, Optional, Tuple

SUFFIX_PLACE = "{suffix}"
SUFFIX_MAX = 32  # characters, that which it begins with included
SUFFIX_CHARACTERS = re.compile(r"[A-Za-z0-9_\-]*").match

NO_SUFFIX, HAS_SUFFIX, HALF_SUFFIX = 0, 1, 2


def with_suffix(literal: str, suffix: str) -> str:
    """Put a suffix in its place."""
    return literal.replace(SUFFIX_PLACE, suffix)


def around_suffix(literal: str) -> Tuple[str, Optional[str]]:
    """What stands before the place and behind it; of a literal without a place all, and None.

    >>> around_suffix("<think{suffix}>")
    ('<think', '>')
    """
    head, place, tail = literal.partition(SUFFIX_PLACE)
    return head, tail if place else None


def read_suffix(text: str, at: int, begin: str, tail: str) -> Tuple[int, int]:
    """Read a suffix and the `tail` behind it: (HAS_SUFFIX, where the suffix ends), (HALF_SUFFIX, ...), or NO_SUFFIX."""
    end = at
    if text.startswith(begin, at):
        most = min(len(text), at + SUFFIX_MAX)
        found = SUFFIX_CHARACTERS(text, at + len(begin), most)
        end = found.end() if found is not None else at
        if end == len(text) and end - at < SUFFIX_MAX:
            return HALF_SUFFIX, end
        if end == at + len(begin):
            return NO_SUFFIX, end  # the mark alone
    if text.startswith(tail, end):
        return HAS_SUFFIX, end
    return (HALF_SUFFIX if tail.startswith(text[end : end + len(tail)]) else NO_SUFFIX), end


def is_suffix(text: str, begin: str) -> bool:
    """Whether a text can stand in the place."""
    if not text:
        return True
    found = SUFFIX_CHARACTERS(text, len(begin))
    is_whole = found is not None and found.end() == len(text) > len(begin)
    return text.startswith(begin) and is_whole and len(text) <= SUFFIX_MAX


def find_suffix(literals: Iterable[str], names: Iterable[str], begin: str) -> Optional[str]:
    """The suffix that most of the literals have among the names of tokens; None when none of them is there."""
    places = [around_suffix(literal) for literal in literals]
    heads = tuple({head for head, tail in places if tail is not None})
    counts: dict[str, int] = {}
    for name in names if heads else ():
        for head, tail in places if name.startswith(heads) else ():
            if tail is not None and name.startswith(head) and name.endswith(tail):
                suffix = name[len(head) : len(name) - len(tail)]
                if is_suffix(suffix, begin):
                    counts[suffix] = counts.get(suffix, 0) + 1
    return max(counts, key=lambda suffix: (counts[suffix], suffix), default=None)
