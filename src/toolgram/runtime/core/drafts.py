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

from typing import Callable, Optional

from toolgram.runtime.core.code_blocks import CodeAround
from toolgram.runtime.core.reasons import QUOTED
from toolgram.runtime.core.run import Draft, Run
from toolgram.runtime.core.tentative import put_back
from toolgram.runtime.tables.limits import DRAFT_MAX
from toolgram.runtime.tables.states import Edge, State


def begin_draft(run: Run, edge: Edge, at: int) -> None:
    """A call opens at `at`: hold it if thoughts are open, or code is; a stretch begins right behind this."""
    code, state = run.message.code, run.place.state
    if at > run.text.position:
        code = code._replace(ticks=0)  # blanks stand before it
    if state.sink == "reasoning":
        code = code._replace(fences=0)  # what stands behind the thoughts says more
    in_thoughts = edge.drafts and run.holds_drafts
    if edge.opens and state.region == "message" and (in_thoughts or code.in_span or code.in_block):
        draft = run.draft = Draft(run, CodeAround(code), in_thoughts=in_thoughts)
        run.text.recordings.append(draft.source)


def draft_step(run: Run, draft: Draft) -> Optional[Callable[[Run, State], bool]]:
    """How to go on at message level behind a call that is held; None: as ever. See Note [calls in code]."""
    if draft.around.in_span and _is_behind_call(run):
        return step_behind_span
    return step_behind_block if is_example(run) else None


def is_example(run: Run) -> bool:
    """Whether what has been read last shows that the call that is held is an example."""
    draft = run.draft
    return draft is not None and _is_behind_call(run) and draft.around.shows_example(draft.begin)


def _is_behind_call(run: Run) -> bool:
    return run.stretch is None and run.open.call is None and run.place.state.region == "message"


def step_behind_span(run: Run, _: State) -> bool:
    """A backtick right behind the call makes it an example."""
    text, draft = run.text, run.draft
    if draft is None or (text.position == len(text.buffer) and not text.final):
        return False
    is_short = text.base + text.position - draft.begin <= DRAFT_MAX
    if is_short and text.buffer.startswith("`", text.position):
        reject_draft(run, text.position, QUOTED)
        return True
    draft.around.in_span = False
    if not (draft.in_thoughts or draft.around.has_block):
        end_draft(run)
    return True


def step_behind_block(run: Run, _: State) -> bool:
    """The block in which the call stands is closed, and there is more than calls."""
    reject_draft(run, run.text.position, QUOTED)
    return True


def end_draft(run: Run) -> None:
    """What was read since the call opened is what it seemed to be."""
    draft, run.draft = run.draft, None
    if draft is not None:
        run.text.recordings.remove(draft.source)


def outgrown(run: Run) -> bool:
    """Whether so much has come since the call opened that nothing behind it can make it a draft any more."""
    draft = run.draft
    return draft is not None and run.text.base + run.text.position - draft.begin > DRAFT_MAX


def reject_draft(run: Run, at: int, why: str) -> None:
    """The call was none: all from its opener up to `at` is text, for a reason; go on reading at `at`."""
    draft = run.draft
    assert draft is not None
    end_draft(run)
    run.stretch = None  # of a call behind the opener: it is text with all the rest
    put_back(run, draft, at, why)
