"""What has been recovered of a message, by kind: for those who count how well a model keeps to its format.

In: the run, where a recovery happens. Out: its kind, noted once a message.

    missing_opener    a call whose opener is missing, or a part of it
    missing_closer    a call or a part of it that something else has ended, or the end of the text
    stray_delimiter   a delimiter that opens or closes nothing, and is left out
    near_json         a value that is no JSON as it stands: bare words, commas, quotes, brackets
    given_back        what looked like the beginning of a call, and was text
    open_thoughts     thoughts that a call has ended
    given_back_in_thoughts
    cut               a call that is not complete: its text ended or broke off; perhaps nothing of it was shown

Nothing of this decides how a text is read. A value's raw line ends and its escapes are repaired without a note.

Promise: what is noted of a stretch that turns out to be text is forgotten with it. So the kinds of a message are the
same however its text is cut.
"""

from __future__ import annotations

from toolgram.runtime.core.reasons import REASONS
from toolgram.runtime.core.run import Run
from toolgram.runtime.tables.states import Edge

MISSING_OPENER, MISSING_CLOSER, STRAY_DELIMITER = "missing_opener", "missing_closer", "stray_delimiter"
NEAR_JSON, GIVEN_BACK, CUT = "near_json", "given_back", "cut"
OPEN_THOUGHTS, GIVEN_BACK_IN_THOUGHTS = "open_thoughts", "given_back_in_thoughts"
IN_THOUGHTS = frozenset((OPEN_THOUGHTS, GIVEN_BACK_IN_THOUGHTS))  # where thoughts are read apart, these are theirs


def note_repair(run: Run, kind: str) -> None:
    """Note that something of this kind was recovered."""
    message = run.message
    if kind in REASONS:
        run.because(kind)
    if kind not in message.repairs:
        message.repairs |= {kind}


def note_missing(run: Run, edge: Edge) -> None:
    """A delimiter is about to be followed before which others are missing."""
    state = run.place.state
    if state.sink == "reasoning":
        note_repair(run, OPEN_THOUGHTS if edge.opens else STRAY_DELIMITER)
    elif edge.opens and run.open.call is None:
        note_repair(run, MISSING_OPENER)
    else:
        note_repair(run, STRAY_DELIMITER if state.region == "message" else MISSING_CLOSER)


def note_given_back(run: Run) -> None:
    """Note that a stretch was text; the run is again where it was before it."""
    note_repair(run, GIVEN_BACK_IN_THOUGHTS if run.place.state.sink == "reasoning" else GIVEN_BACK)
