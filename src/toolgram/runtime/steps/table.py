"""How each kind of state reads: one function a kind.

In: the parser, whose buffer holds what has arrived and is not yet decided. Out: True when the state changed
or text was consumed (call again), False when more text is needed.

Promises: a step looks at every character a bounded number of times; what it does depends on the text alone,
never on where the text was cut.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Callable, Dict

from toolgram.runtime.steps.gap import step_gap
from toolgram.runtime.steps.object_members import step_members, step_string
from toolgram.runtime.steps.tags import step_element
from toolgram.runtime.steps.text import step_text, step_word
from toolgram.runtime.steps.value import step_scan
from toolgram.runtime.tables.machine import State

if TYPE_CHECKING:
    from toolgram.runtime.parser import Parser


def step_return(parser: Parser, state: State) -> bool:  # noqa: ARG001  one signature for all kinds
    """The end of a rule that was entered from another: go back there, reading nothing."""
    parser.go(parser.stack.pop() if parser.stack else parser.machine.start)
    return True


STEPS: Dict[str, Callable[[Parser, State], bool]] = {
    "text": step_text,
    "word": step_word,
    "gap": step_gap,
    "scan": step_scan,
    "string": step_string,
    "members": step_members,
    "element": step_element,
    "return": step_return,
}
