"""What must be right of a word in a closer that a model has misspelt.

In: the word. Out: its first half.
"""

from __future__ import annotations

STEM_MIN = 3  # characters


def stem_of_word(word: str) -> str:
    """The half of a word, at least `STEM_MIN` characters of it."""
    return word[: max(STEM_MIN, (len(word) + 1) // 2)]
