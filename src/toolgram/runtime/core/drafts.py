"""A call inside of thoughts that are still open: a draft of a call, or the call that ends the thoughts.

In: the run where such a call opens, and where the closer of the thoughts comes behind it after all. Out: the call with
what stands behind it, or the thoughts that all of it was.

    <think>Perhaps <call>f</call>? No. </think>      `Perhaps <call>f</call>? No.` is reasoning
    <think>Now I call it. <call>f</call>             the thoughts are never closed, so the call ends them
    <think>Now I call it. <call>f</call></think>     nothing comes behind the closer: the turn was for the call

Note [drafts]
Nothing in the call itself tells the two apart; only what comes behind it does. So everything from the call's opener on
is read as ever, and its events are held: until the closer of the thoughts shows that they went on, until thoughts are
opened again, for as many characters as `DRAFT_MAX`, or until the text ends. A closer right behind the calls, with
nothing behind itself, is a slip: what else would the turn have been for?

Promise: to hold the events changes nothing of how the text is read; so when they are let go changes nothing either.
"""

from __future__ import annotations

from toolgram.runtime.core.run import Draft, Run
from toolgram.runtime.core.tentative import put_back
from toolgram.runtime.tables.limits import DRAFT_MAX


def begin_draft(run: Run) -> None:
    """A call opens while the thoughts are open; a stretch begins right behind this."""
    draft = run.draft = Draft(run)
    run.text.recordings.append(draft.source)


def end_draft(run: Run) -> None:
    """What was read since the call opened is what it seemed to be."""
    draft, run.draft = run.draft, None
    if draft is not None:
        run.text.recordings.remove(draft.source)


def outgrown(run: Run) -> bool:
    """Whether so much has come since the call opened that nothing behind it can make it a draft any more."""
    draft = run.draft
    return draft is not None and run.text.base + run.text.position - draft.begin > DRAFT_MAX


def reject_draft(run: Run, at: int) -> None:
    """The call was a draft: all from its opener up to `at` is reasoning; go on reading at `at`."""
    draft = run.draft
    assert draft is not None
    end_draft(run)
    put_back(run, draft, at)
