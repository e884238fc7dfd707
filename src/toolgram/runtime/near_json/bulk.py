"""Decode a long run of a string's body at once, where its escapes are plain JSON.

In: text inside a string's body. Out: the decoded run and where it ends, or None where it must be read step by step.

How: `json` decodes it, in C. The run ends before the closing quote, or behind the last space when the quote has not
come: no escape has a space in it, so none is cut. A string of JSON that has come to its end is decoded as it stands.

Promises: what it gives is what the steps of `strings.py` would give; a run is looked at twice at most.
"""

from __future__ import annotations

import json
import json.decoder
from typing import Callable, Optional, Tuple

RUN_MIN = 64  # characters that are worth it
LONGEST_ESCAPE = 12
# In C; typeshed does not know it.
SCAN_STRING: Callable[[str, int, bool], Tuple[str, int]] = vars(json.decoder)["scanstring"]
DECODER = json.JSONDecoder(strict=False)  # raw control characters are text


def decode_run(text: str, pos: int, quote: str, python: bool) -> Optional[Tuple[str, int]]:
    """Decode from `pos` on; None: too short, or with escapes that JSON has not, or has otherwise."""
    if quote == '"' and not python:
        try:
            run, behind = SCAN_STRING(text, pos, False)
            return (run, behind - 1) if behind - 1 - pos >= RUN_MIN else None
        except ValueError:  # its end has not come, or it is no JSON
            pass
    end = _end_of_run(text, pos, quote)
    if end - pos < RUN_MIN:
        return None
    run = text[pos:end]
    if python and quote == "'":
        run = run.replace("\\'", "'")  # inside, every single quote has its own backslash
    if python and ("\\/" in run or (quote == '"' and "\\'" in run)):
        return None
    if quote == "'" and '"' in run:
        if '\\"' in run:
            return None
        run = run.replace('"', '\\"')
    try:
        return DECODER.decode('"' + run + '"'), end
    except ValueError:
        return None


def _end_of_run(text: str, pos: int, quote: str) -> int:
    """The place of the closing quote, or behind a space near the end of the text."""
    end = text.find(quote, pos)
    while end >= 0:
        before = end
        while before > pos and text[before - 1] == "\\":
            before -= 1
        if (end - before) % 2 == 0:
            return end
        end = text.find(quote, end + 1)
    return text.rfind(" ", pos, max(pos, len(text) - LONGEST_ESCAPE)) + 1
