"""Whether an example of a call stands in a value, and whether it is over.

In: the run's text and a position in a value. Out: YES, NO or WAIT (more text decides).

Promises: at most a bounded stretch behind the position is looked at; on the last text (`final`) nothing waits.
"""

from __future__ import annotations

from typing import Tuple

from toolgram.runtime.core.names import well_shaped
from toolgram.runtime.core.run import Run
from toolgram.runtime.core.spelled import is_spelled, tokens_in
from toolgram.runtime.core.verdicts import NO, WAIT, YES, skip_blanks, starts_any
from toolgram.runtime.tables.limits import BLANKS, NAME_MAX
from toolgram.runtime.tables.nests import Nest

# Note [nested examples]
# A value may hold a whole example of a call (a file about this very format). From the example's opener, taken
# for one only when a name follows it as in a call, up to its own closer everything is the value's text, closers of
# the enclosing call included. An example that is opened and never closed would swallow the real end, so it gives way
# when the enclosing call's closers, all of them, are the last thing in the stream.


def nest_verdict(run: Run, nest: Nest, at: int) -> int:
    """Whether a call of this shape begins at `at`: see Note [nested examples]."""
    buffer = run.text.buffer
    for number, literal in enumerate(nest.path):
        if number:
            at = skip_blanks(buffer, at)
        verdict, length = starts_any(buffer, at, (literal,))
        if verdict != YES:
            return NO if run.text.final else verdict
        at += length
    window = buffer[at : at + NAME_MAX]
    run.work += len(window)
    end = min((place for place in (window.find(until[0]) for until in nest.until) if place >= 0), default=len(window))
    name = window[:end].strip(BLANKS)
    if end == len(window):
        may_come = len(window) < NAME_MAX and not run.text.final and (not name or well_shaped(name))
        return WAIT if may_come else NO
    if not well_shaped(name):
        return NO  # as it was before `until` began to come
    verdict, _ = starts_any(window, end, nest.until)
    return NO if verdict == WAIT and run.text.final else verdict


def ends_by_token(run: Run, nest: Nest, at: int) -> bool:
    """Whether a real token ends the example that begins at `at`: ids are known, and its own opener has none."""
    if run.special is None:
        return False
    for literal in nest.path:
        at = skip_blanks(run.text.buffer, at)
        if tokens_in(run, literal) and not is_spelled(run, literal, at):
            return False
        at += len(literal)
    return True


def chain_verdict(run: Run, example: Tuple[Nest, int, bool], at: int) -> int:
    """Whether only closers stand from `at` to the end of the stream, too few for the example and the call around it.

    Where a token ends the example, they may also end with that: see Note [spelled tokens] in spelled.py.
    """
    nest, depth, by_token = example
    buffer = run.text.buffer
    closed = 0
    while True:
        at = skip_blanks(buffer, at)
        run.work += 1
        if at == len(buffer):
            return (YES if 1 <= closed <= depth else NO) if run.text.final else WAIT
        verdict, length = starts_any(buffer, at, run.place.machine.closers)
        if verdict == WAIT:
            return NO if run.text.final else WAIT
        if verdict == NO or closed > depth or is_spelled(run, buffer[at : at + length], at):
            return NO
        if by_token and tokens_in(run, buffer[at : at + length]):
            return YES
        closed += buffer.startswith(nest.closer, at)
        at += length
