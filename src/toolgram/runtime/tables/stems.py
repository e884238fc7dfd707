"""What must be right of a word in a closer that a model has misspelt.

In: the word. Out: its first half, or nothing where too little would be left to know it by.
"""

from __future__ import annotations

STEM_MIN = 3  # characters
KNOWN_MIN = 4  # characters of a word that can be known by half of it


def stem_of_word(word: str) -> str:
    """The half of a word, at least `STEM_MIN` characters of it."""
    return word[: max(STEM_MIN, (len(word) + 1) // 2)]


def stem_of_closer(head: str, word: str) -> str:
    """How the closer of a call may begin that is misspelt; nothing when its word is too short.

    >>> stem_of_closer("</", "parameter"), stem_of_closer("</", "get")
    ('</param', '')
    """
    return head + stem_of_word(word) if len(word) >= KNOWN_MIN else ""
