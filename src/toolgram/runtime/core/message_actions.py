"""The actions outside of calls: reasoning, citations, sections that may be written twice.

In: the run and the action's argument. Out: what is known of the message, changed.

Promises: as those of `actions.py`.
"""

from __future__ import annotations

from typing import Optional

from toolgram.runtime.core.drafts import end_draft
from toolgram.runtime.core.reasons import IN_SENTENCE
from toolgram.runtime.core.run import Run
from toolgram.runtime.core.tentative import end_stretch, give_back


def reasoning(run: Run, _: str) -> None:
    """A reasoning block has begun: whatever was open before it is over."""
    end_draft(run)
    run.message.saw_reasoning = True


def begin_text(run: Run, _: str) -> Optional[bool]:
    """A part of the message begins that is one JSON value: it is decided, unless it stands in a sentence.

    False: it is text, and was given back.
    """
    stretch = run.stretch
    if stretch is not None and not (stretch.trusted or stretch.tells or stretch.is_set_off):
        give_back(run, run.text.position, IN_SENTENCE)
        return False
    end_stretch(run)
    run.message.after_call = True  # what comes behind the value is markup
    return True


def open_citation(run: Run, capture: str) -> None:
    """What follows in a text is cited."""
    run.pending.source = ""
    if run.citations is not None:
        run.citations.open(capture)


def close_citation(run: Run, _: str) -> None:
    """The cited text ends, and its source is known."""
    if run.citations is not None:
        run.citations.close(run.pending.source)
    run.pending.source = ""


def drop_citation(run: Run, _: str) -> None:
    """A citation was never closed: its text is text like any other."""
    run.message.cited = None


def open_section(run: Run, _: str) -> None:
    """A section of calls begins that may be written a second time."""
    if run.echo is not None:
        run.echo.begin(run.text)


def close_section(run: Run, closer: str) -> None:
    """The section has ended with a delimiter: what comes next may be its echo."""
    if run.echo is not None:
        run.echo.end(run.text, closer)


def forget_section(run: Run, _: str) -> None:
    """The section has ended otherwise: it has no echo."""
    if run.echo is not None:
        run.echo.forget(run.text)
