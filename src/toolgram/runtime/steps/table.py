"""How each kind of state reads: one function a kind.

In: the run, whose buffer holds what has arrived and is not yet decided. Out: True when the state changed
or text was consumed (call again), False when more text is needed.

Promises: a step looks at every character a bounded number of times; what it does depends on the text alone,
never on where the text was cut.
"""

from __future__ import annotations

from typing import Callable, Dict

from toolgram.runtime.core.drafts import draft_step, is_example
from toolgram.runtime.core.evidence import has_too_much_junk
from toolgram.runtime.core.moves import enter
from toolgram.runtime.core.reasons import JUNK, TOO_FAR
from toolgram.runtime.core.run import Run
from toolgram.runtime.core.tentative import give_back
from toolgram.runtime.steps.echo import step_echo
from toolgram.runtime.steps.gap import step_gap
from toolgram.runtime.steps.object_members import step_members, step_string
from toolgram.runtime.steps.tags import step_element
from toolgram.runtime.steps.text import step_text, step_word
from toolgram.runtime.steps.undecided import step_undecided
from toolgram.runtime.steps.value import step_scan
from toolgram.runtime.tables.states import State


def step_return(run: Run, state: State) -> bool:  # noqa: ARG001  one signature for all kinds
    """The end of a rule that was entered from another: go back there, reading nothing."""
    enter(run, run.place.stack.pop() if run.place.stack else run.place.machine.start)
    return True


STEPS: Dict[str, Callable[[Run, State], bool]] = {
    "text": step_text,
    "word": step_word,
    "gap": step_gap,
    "scan": step_scan,
    "string": step_string,
    "members": step_members,
    "element": step_element,
    "echo": step_echo,
    "return": step_return,
}

STALL_MAX = 64  # steps without reading; a machine that passed its checks needs far fewer


def read(run: Run) -> None:
    """Read on until more text is needed."""
    text, stalled = run.text, 0
    text.rest, text.room = "", 0
    while True:
        before, state = text.position, run.place.state
        step = STEPS[state.kind] if run.stretch is None or state.region != "message" else step_undecided
        if run.draft is not None:
            step = draft_step(run, run.draft) or step
        goes_on = step(run, state)
        junk_from = run.stretch.junk_from if run.stretch is not None else None
        if junk_from is not None and has_too_much_junk(run, junk_from):
            give_back(run, text.position, TOO_FAR)
        elif not goes_on and (run.draft is None or not is_example(run)):
            return
        if text.position != before:
            stalled = 0
        elif stalled < STALL_MAX:
            stalled += 1
        elif text.position == len(text.buffer):
            return
        else:
            run.skip(JUNK, text.position + 1)
            stalled = 0
