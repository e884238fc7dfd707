"""Numbers that stand where other numbers stood: their digits are the only difference.

In: a delta of digits, and the run that has read it. Out: whether it has begun a number that is held; and events in
which such a number is left out, or put in.

    `"days": ` | `3` | `}}`     `3` is held, and comes out with `}}`: so does `17`

A number is digits, the first of them not 0, in arguments that are copied as JSON, or as the text of a parameter that is
a number and nothing else. A sign, a point or an exponent makes it another kind.

Promise: what comes behind a number depends on its digits in nothing but where they come out, once and as they are.
"""

from __future__ import annotations

import re
from typing import Final, List, Sequence, Tuple

from toolgram.runtime.core.run import Run
from toolgram.runtime.events import ArgumentsDelta, Event
from toolgram.runtime.tables.limits import BLANKS
from toolgram.runtime.values.typed import NUMERIC_TYPES, TypedWriter

ANY_NUMBER: Final = "\0#"  # stands for a delta that is a number
NOT_THERE: Final = -1  # of the place in the text where a number comes out
MORE_DIGITS: Final = "\0##"  # for one that goes on with it
FIGURES_MAX: Final = 15  # of a number that is no other in JSON, in a float or in an integer
IS_DIGITS: Final = re.compile("[0-9]{1,3}").fullmatch
HAS_WORDS: Final = re.compile(r"\w").search
GOES_ON: Final = re.compile(r"[\w.+\-]").match  # what makes it another number, or none


def is_number(digits: str) -> bool:
    """Whether digits are a number that may stand for others."""
    return len(digits) <= FIGURES_MAX and digits[0] != "0"


def begins_number(run: Run, delta: str) -> bool:
    """Whether all that the run holds is a number, and this delta is all of it."""
    opened = run.open
    is_alone = not run.text.buffer and run.undecided is None and opened.nest is None and opened.entities is None
    return is_alone and holds_number(run, delta)


def holds_number(run: Run, number: str) -> bool:
    """Whether what the run holds of a value is this number, and at most blanks behind it."""
    scanner, call = run.open.scanner, run.open.call
    if scanner is not None:
        return run.place.state.sink == "arguments" and scanner.word.rstrip(BLANKS) == number
    writer = call.arguments.writer if call is not None else None
    if type(writer) is not TypedWriter or not writer.types <= NUMERIC_TYPES:
        return False
    return writer.so_far.rstrip(BLANKS) == number


def without_number(events: Sequence[Event], number: str) -> Tuple[int, List[Event]]:
    """Where in the text of the first event a number comes out, and the events without it; NOT_THERE: it does not."""
    first = events[0]
    if not isinstance(first, ArgumentsDelta):
        return NOT_THERE, list(events)
    at = 0 if first.text.startswith(number) else first.text.rfind(number)
    before, behind = first.text[:at], first.text[at + len(number) :]
    if at < 0 or GOES_ON(behind) is not None or (at and (HAS_WORDS(behind) or GOES_ON(before[-1:]) is not None)):
        return NOT_THERE, list(events)
    return at, [ArgumentsDelta(first.index, before + behind), *events[1:]]


def with_number(events: List[Event], at: int, number: str) -> List[Event]:
    """The events with a number at its place in the text of the first of them."""
    first = events[0]
    assert isinstance(first, ArgumentsDelta)
    return [ArgumentsDelta(first.index, first.text[:at] + number + first.text[at:]), *events[1:]]
