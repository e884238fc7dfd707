"""Words that are meant: the known word nearest to a misspelt one."""

from __future__ import annotations

from collections.abc import Iterable

WORD_MAX = 100  # characters of a word for which a similar one is looked for


def did_you_mean(word: str, known: Iterable[str]) -> str | None:
    """Return the known word nearest to a misspelt one: at most two edits away, one for words of up to four letters."""
    limit = 2 if len(word) > 4 else 1
    near = (other for other in known if other != word and abs(len(other) - len(word)) <= limit)
    ranked = sorted((edit_distance(word, other), other) for other in near if len(word) <= WORD_MAX)
    return ranked[0][1] if ranked and ranked[0][0] <= limit else None


def edit_distance(a: str, b: str) -> int:
    """Count the letters to insert, delete, replace or swap with a neighbour to get from one word to the other.

    >>> edit_distance("functoin", "function"), edit_distance("nmae", "name")
    (1, 1)
    """
    two_up: list[int] = []
    above = list(range(len(b) + 1))
    for i, char in enumerate(a):
        row = [i + 1]
        for j, other in enumerate(b):
            cost = min(above[j + 1] + 1, row[j] + 1, above[j] + (char != other))
            if i and j and char == b[j - 1] and a[i - 1] == other:
                cost = min(cost, two_up[j - 1] + 1)
            row.append(cost)
        two_up, above = above, row
    return above[-1]
