"""Spans of characters as spans of tokens, for the masks of a loss.

In: where each token stands in the text. Out: which tokens a span has.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence

from .attempt import Span

HALF = "\N{REPLACEMENT CHARACTER}"  # what decoders write for a character of which tokens are missing
HALF_MAX = 8  # tokens that one character may have


def tokens_of(span: Span, offsets: Sequence[Span]) -> Span:
    """Return the tokens, `(first, behind the last)`, that have a character of the span; of none, an empty span.

    `offsets` are the places of the tokens in the text, in order, as Hugging Face's tokenizers return them
    (`return_offsets_mapping=True`), or `offsets_of`.

    >>> tokens_of((4, 9), [(0, 4), (4, 6), (6, 10)])
    (1, 3)
    """
    begin, end = span
    first = bisect_right(offsets, begin, key=lambda place: place[1])
    return first, max(first, bisect_left(offsets, end, key=lambda place: place[0])) if end > begin else first


def offsets_of(ids: Sequence[int], decode: Callable[[list[int]], str]) -> tuple[str, list[Span]]:
    """Return the text of tokens, and the place of each in it; `decode` is the tokenizer's, special tokens included.

    Where several tokens make one character, each has the place of that character.
    """
    pieces: list[str] = []
    offsets: list[Span] = []
    before, waiting, length = 0, 0, 0  # the first token of the window, the first that waits for its text
    known = ""  # the text of the window up to `waiting`
    for number in range(len(ids)):
        text = decode(list(ids[before : number + 1]))
        is_last = number + 1 == len(ids)
        if text.endswith(HALF) and not is_last and number + 1 - waiting < HALF_MAX:
            continue
        piece = text[len(known) :]
        pieces.append(piece)
        offsets += [(length, length + len(piece))] * (number + 1 - waiting)
        length += len(piece)
        before, waiting = waiting, number + 1
        known = decode(list(ids[before:waiting]))
    return "".join(pieces), offsets
