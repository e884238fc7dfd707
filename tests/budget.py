"""How much of what is endless is tried: for each format, and for all of them.

In: whether `--full` was given (conftest.py), and `TOOLGRAM_EXAMPLES`, which overrides the number of random texts.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from typing import TypeVar

from toolgram.testing.splits import CUTS_MAX, SIZES

Item = TypeVar("Item")

full = False
asked_token_texts: int | None = None  # with `--token-texts`
FULL_EXAMPLES = 100  # of each promise for each format
SHORT_EXAMPLES = 3
FULL_TOKEN_TEXTS, SHORT_TOKEN_TEXTS = 10_000, 200  # with ids, over all formats


def examples() -> int:
    """How many random texts each property of each format gets."""
    return int(os.environ.get("TOOLGRAM_EXAMPLES", FULL_EXAMPLES if full else SHORT_EXAMPLES))


def token_texts() -> int:
    """How many random texts with ids are tried, over all formats."""
    if asked_token_texts is not None:
        return asked_token_texts
    return FULL_TOKEN_TEXTS if full else SHORT_TOKEN_TEXTS


def cuts_max() -> int:
    """How many single cuts a case is replayed at, besides all other splits."""
    return CUTS_MAX if full else 3


def sizes() -> Iterable[int]:
    """Into pieces of which sizes a case is cut, in characters."""
    return SIZES if full else (2, 3, 7)


def sample(items: Sequence[Item], most: int) -> list[Item]:
    """All items in a full run; else so many at most, evenly spread."""
    if full or len(items) <= most:
        return list(items)
    return [items[number * len(items) // most] for number in range(most)]
