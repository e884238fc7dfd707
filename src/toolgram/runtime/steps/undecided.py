"""How the place behind `[]` is read, of which it is undecided whether it says "no calls" or is text.

In: the run back at message level, with a stretch that holds nothing but brackets. Out: nothing, when that is all of the
text; else the brackets are given back.
"""

from __future__ import annotations

from toolgram.runtime.core.reasons import BARE_BRACKETS
from toolgram.runtime.core.run import Run
from toolgram.runtime.core.tentative import give_back
from toolgram.runtime.core.verdicts import skip_blanks
from toolgram.runtime.tables.limits import BLANKS_MAX
from toolgram.runtime.tables.states import State


def step_undecided(run: Run, _: State) -> bool:
    """Wait while nothing but blanks comes; an empty array with text behind it is text."""
    text = run.text
    at = skip_blanks(text.buffer, text.position)
    run.work += at - text.position + 1
    if at == len(text.buffer) and at - text.position < BLANKS_MAX:
        return False
    give_back(run, text.position, BARE_BRACKETS)
    return True
