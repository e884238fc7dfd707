"""How the place behind a section of calls is read, in formats whose models write a section twice.

In: the run in a state of kind `echo`, behind the section's end. Out: the text that repeats the section skipped, once or
more often; then the state that would have come without it.

Promises: what differs from the section in any character is left to the next state; nothing waits longer than the
section is long.
"""

from __future__ import annotations

from toolgram.runtime.core.echo import Echo
from toolgram.runtime.core.moves import step_to
from toolgram.runtime.core.reasons import ECHO
from toolgram.runtime.core.run import Run
from toolgram.runtime.core.spelled import is_spelled
from toolgram.runtime.core.verdicts import NO, WAIT, YES, skip_blanks
from toolgram.runtime.tables.limits import BLANKS_MAX
from toolgram.runtime.tables.states import State


def step_echo(run: Run, state: State) -> bool:
    """Skip one echo, if one stands here; else go on with what follows."""
    echo = run.echo
    verdict = NO if echo is None or not echo.text else _find_echo(run, echo)
    if verdict == NO:
        if echo is not None:
            echo.forget(run.text)
        assert state.done is not None
        step_to(run, state.done)
    return verdict != WAIT


def _find_echo(run: Run, echo: Echo) -> int:
    """Consume the echo that stands here: YES when one stood, WAIT when more text decides."""
    text = run.text
    at = skip_blanks(text.buffer, text.position)
    known = at + echo.seen
    more = text.buffer[known : at + len(echo.text)]
    run.work += len(more) + 1
    if at - text.position == BLANKS_MAX or not echo.text.startswith(more, echo.seen):
        return NO
    echo.seen += len(more)
    if echo.seen < len(echo.text):
        return NO if text.final else WAIT
    end, echo.seen = at + len(echo.text), 0
    if is_spelled(run, echo.closer, end - len(echo.closer)):
        return NO
    run.consume("blanks", at)
    run.skip(ECHO, end)
    return YES
