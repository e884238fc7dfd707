"""The end of a text: what is half read is what it can be.

In: the run, behind the last text. Out: nothing is undecided or open any more.
"""

from __future__ import annotations

from toolgram.runtime.core.actions import end_call
from toolgram.runtime.core.drafts import end_draft
from toolgram.runtime.core.endings import end_undecided, is_between_values
from toolgram.runtime.core.reasons import END_OF_TEXT
from toolgram.runtime.core.repairs import MISSING_CLOSER, note_repair
from toolgram.runtime.core.run import Run
from toolgram.runtime.steps.table import read


def _ends_with_token(run: Run) -> bool:
    """Whether what is read is closed by an end token: a server has taken it away."""
    turns, edges = run.place.machine.turns, run.place.state.edges
    return turns is not None and any(edge.rank == 0 and edge.literal in turns.delimiters for edge in edges)


def settle(run: Run, *, is_cut: bool = False) -> None:
    """The text has ended: what is half read is what it can be. `is_cut`: a limit of tokens has ended it."""
    if run.text.final:
        return
    run.text.final = True
    run.text.is_cut = is_cut
    read(run)
    while run.stretch is not None and not end_undecided(run):
        read(run)
    is_whole = is_between_values(run)
    if (is_whole or run.place.state.region == "section") and not _ends_with_token(run):
        note_repair(run, MISSING_CLOSER)
    if run.open.call is not None:
        end_call(run, is_whole)
    run.skip(END_OF_TEXT, len(run.text.buffer))
    end_draft(run)
