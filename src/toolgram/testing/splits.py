"""The ways to cut a text: what a stream may look like.

In: a text. Out: named splits, each a list of chunks that join to the text; the same ones on every run.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

SIZES = range(2, 17)
CUTS_MAX = 400  # of a longer text: so many single cuts, evenly spread
EDGE = 60  # of these 400, so many right behind each end
WORD = re.compile(r"\s*\S+|\s+")


def splits(
    text: str, own: Iterable[Sequence[str]] = (), cuts_max: int = CUTS_MAX, sizes: Iterable[int] = SIZES
) -> Iterator[tuple[str, list[str]]]:
    """Yield every split to try with its name, the whole text first; of single cuts `cuts_max` at most.

    >>> dict(splits("abc"))["cut at 1"]
    ['a', 'bc']
    """
    yield "the whole text", [text]
    yield "every character", list(text)
    for number, chunks in enumerate(own, 1):
        yield f"the case's own split {number}", list(chunks)
    yield "words", WORD.findall(text)
    for size in sizes:
        if size < len(text):
            yield f"chunks of {size}", [text[at : at + size] for at in range(0, len(text), size)]
    for at in cuts(len(text), cuts_max):
        yield f"cut at {at}", [text[:at], text[at:]]


def cuts(length: int, most: int = CUTS_MAX) -> list[int]:
    """Return the places of the single cuts: all of a short text, a fixed sample of a long one."""
    places = range(1, length)
    if length <= most:
        return list(places)
    edge = EDGE * most // CUTS_MAX
    step = (length - 2 * edge) / (most - 2 * edge)
    sampled = {edge + int(number * step) for number in range(most - 2 * edge)}
    return sorted((sampled | set(places[:edge]) | {length - 1 - near for near in range(edge)}) - {0})
