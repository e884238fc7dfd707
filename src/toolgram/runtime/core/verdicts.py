"""Verdicts on what stands at a place of the text: YES, NO, or WAIT, where more text decides.

In: a buffer and a place in it. Out: what stands there.
"""

from __future__ import annotations

import re
from typing import Final, Iterable, Tuple

from toolgram.runtime.tables.limits import BLANKS, BLANKS_MAX

NO: Final = 0
YES: Final = 1
WAIT: Final = 2
BLANK_SET: Final = frozenset(BLANKS)
BLANK_RUN: Final = re.compile(f"[{BLANKS}]*").match
NO_BLANK: Final = re.compile(f"[^{BLANKS}]").search
NO_WORD: Final = re.compile(r"[^\w.\-]").search
QUIET_MAX: Final = 32  # characters of a short text, or blanks, that are kept before anything looks at them


def skip_blanks(buffer: str, at: int, most: int = BLANKS_MAX) -> int:
    """Index of the first character that is no blank, at most `most` further."""
    if buffer[at : at + 1] not in BLANK_SET:
        return at
    return BLANK_RUN(buffer, at, at + most).end()  # type: ignore[union-attr]


def starts_any(buffer: str, at: int, literals: Iterable[str]) -> Tuple[int, int]:
    """(YES, length) when one of the literals stands at `at`, (WAIT, 0) when the text may become one, else (NO, 0)."""
    rest = len(buffer) - at
    verdict = (NO, 0)
    for literal in literals:
        if buffer.startswith(literal, at):
            return YES, len(literal)
        if rest < len(literal) and literal.startswith(buffer[at:]):
            verdict = (WAIT, 0)
    return verdict


def bare_key_end(buffer: str, at: int, most: int) -> int:
    """Where a key of JSON without quotes ends that begins at `at`, before `most`."""
    end, last = at, min(len(buffer), most)
    while end < last and (buffer[end].isalnum() or buffer[end] in "_-."):
        end += 1
    return end
