"""A word in a header that no header has: it is markup where a delimiter of the header follows it.

In: the run and a place behind a special token. Out: YES, NO or WAIT (more text decides), and where the word ends.

    `<|channel|>bash<|channel|>commentary`     the word is skipped
    The token <|channel|> names a channel.     no word stands close to the token, so this is a sentence
"""

from __future__ import annotations

from typing import Tuple

from toolgram.runtime.core.run import Run
from toolgram.runtime.core.verdicts import NO, WAIT, YES, skip_blanks, starts_any
from toolgram.runtime.tables.limits import DANGLING_MAX, NAME_MAX, TELLING
from toolgram.runtime.tables.search import NAME_CHARACTERS
from toolgram.runtime.tables.states import State


def word_verdict(run: Run, state: State, start: int, *, least: int) -> Tuple[int, int]:
    """Whether a word of at least so many characters stands at `start`, and behind it a delimiter that `state` reads.

    A few blanks may stand between the two. Without a word it must be a special token, at once.
    """
    buffer, final = run.text.buffer, run.text.final
    found = NAME_CHARACTERS(buffer, start, start + NAME_MAX)
    end = start if found is None else found.end()
    at = skip_blanks(buffer, end, DANGLING_MAX) if end > start else end
    run.work += at - start + 1
    if end - start < least or end - start == NAME_MAX:
        return (WAIT if end == len(buffer) and not final and end - start < least else NO), end
    if at == len(buffer):
        return (YES if end > start else NO) if final else WAIT, end
    edges = [edge for edge in state.edges if edge.special or (end > start and len(edge.literal) >= TELLING)]
    verdict, _ = starts_any(buffer, at, [edge.literal for edge in edges])
    run.work += len(edges)
    if verdict == YES and not any(buffer.startswith(edge.literal, at) and run.is_real(edge, at) for edge in edges):
        verdict = NO
    return (YES if verdict == WAIT and final and end > start else verdict), end
