"""What must stand around a delimiter at message level: closers of nothing, reasoning that comes again, drafts.

In: the run and an edge with a guard. Out: YES, NO or WAIT (more text decides).
"""

from __future__ import annotations

from toolgram.runtime.core.openerless import alone_verdict
from toolgram.runtime.core.run import Run
from toolgram.runtime.core.verdicts import NO, WAIT, YES, skip_blanks
from toolgram.runtime.tables.limits import BLANKS, BLANKS_MAX, DANGLING_MAX, DRAFT_MAX
from toolgram.runtime.tables.states import Edge


def guard_verdict(run: Run, edge: Edge, guard: str, at: int) -> int:
    if guard == "again":
        return _again_verdict(run, edge, at)
    if guard == "alone":
        return alone_verdict(run, edge, at) if begins_line(run, at) else NO
    verdict = draft_verdict(run, edge, at)
    return _stray_verdict(run, guard, at) if verdict == NO else verdict


def draft_verdict(run: Run, edge: Edge, at: int) -> int:
    """Whether the closer of the thoughts that stands at `at` shows that all since a call's opener was thoughts.

    See Note [drafts] in drafts.py.
    """
    draft, buffer = run.draft, run.text.buffer
    if (
        draft is None
        or not draft.in_thoughts
        or edge.guard != "reasoning"
        or run.text.base + at - draft.begin > DRAFT_MAX
    ):
        return NO
    if not is_beside_markup(run, at):
        return YES
    start = at + len(edge.literal)
    behind = skip_blanks(buffer, start)
    run.work += behind - start + 1
    if behind < len(buffer) or behind - start == BLANKS_MAX:
        return YES
    return NO if run.text.final else WAIT


def _stray_verdict(run: Run, guard: str, at: int) -> int:
    """A closer of nothing vanishes only where it could have closed something."""
    if guard == "quote":  # an opener in a sentence: a closer behind it is part of what is said
        run.message.saw_reasoning = True
        return NO
    beside = is_beside_markup(run, at)
    if guard == "call":
        return YES if beside and run.message.after_call else NO
    return YES if beside or not run.message.saw_reasoning else NO


def is_beside_markup(run: Run, at: int) -> bool:
    """Whether nothing but blanks has come since the last markup, or since the beginning."""
    buffer, begin = run.text.buffer, run.text.position
    is_near = at == begin or buffer[begin] in BLANKS
    return run.message.fresh and is_near and not buffer[begin:at].strip(BLANKS)


# Note [thinking again]
# Behind the beginning of a message an opener of reasoning counts at the start of a line, beside a call or other markup,
# and at the very end, where nothing can come of it. Whether it is ever closed cannot be asked: that would hold the rest
# of the answer. Anywhere else it is quoted, and so is the closer that comes behind it: also where it is the token, for
# a tokenizer makes the token of what a model quotes.


def begins_line(run: Run, at: int) -> bool:
    """Whether a line begins at `at`, or nothing but blanks and markup has come before it."""
    window = run.text.buffer[max(run.text.position, at - BLANKS_MAX) : at]
    blanks = window[len(window.rstrip(BLANKS)) :]
    run.work += len(window) + 1
    return "\n" in blanks or "\r" in blanks or is_beside_markup(run, at)


def _again_verdict(run: Run, edge: Edge, at: int) -> int:
    """Whether an opener opens reasoning in the middle of a message: see Note [thinking again]."""
    if edge.special and not run.is_real(edge, at):
        return NO
    buffer = run.text.buffer
    if begins_line(run, at):
        return YES
    start = at + len(edge.literal)
    behind = skip_blanks(buffer, start, DANGLING_MAX)
    if behind == len(buffer) and (run.text.final or behind - start < DANGLING_MAX):
        return YES if run.text.final else WAIT
    run.message.saw_reasoning = True
    return NO
