"""What is known of a value while it is scanned: the place, the tokens begun, the containers open, the output.

In: nothing. Out: the data that the steps read and change, and the loop that runs them.

How: a scan is at one of the places below; for each there is a step, a plain function `(scan, text, pos) -> pos` that
consumes what it can and names the next place. The table of steps comes with the scan, so that this module knows none:
`between.py` has the steps between values, `value.py` those through values, `too_deep.py` the one through what is nested
too deep, and `scan.py` puts the table together.
"""

from __future__ import annotations

from typing import Any, Callable, Final, NamedTuple, Optional, Tuple

from toolgram.runtime.near_json.bare import BareValue, KeyReader
from toolgram.runtime.near_json.containers import GROUP_MAX, Containers
from toolgram.runtime.near_json.held_output import NOT_MUTED, HeldOutput
from toolgram.runtime.near_json.quotes import Evidence
from toolgram.runtime.near_json.strings import StringReader

AT_VALUE: Final = 0
AT_KEY: Final = 1
AT_COLON: Final = 2
AT_AFTER: Final = 3
IN_STRING: Final = 4
IN_BARE: Final = 5
IN_KEY: Final = 6
IN_JUNK: Final = 7
IN_DEEP: Final = 8
IS_OVER: Final = 9

TRIES_EACH: Final = 4

ScanStep = Callable[[Any, str, int], int]

# Note [how work is counted]
# `work` is what tests compare with the length of a text, to see that no text costs more than linear time. Each scan,
# writer and check of this package counts the characters that it looks at, once for every time that it looks, and one
# for every step. Copies count where text is held and grows: `HeldText` keeps pieces and joins them once, so that a copy
# costs no more than reading. Tokens of at most a few hundred characters (a bare word, a key, an escape, the first word
# of a typed value) are joined piece by piece: that costs at most their bound for each piece, and is not counted.


class Wanted(NamedTuple):
    """What a caller takes for the outermost value; `outermost.py` has the table."""

    begins: Optional[dict[str, int]]  # what is done with a value, by how it begins; None: everything is written
    when_empty: str = ""  # what is written where there is no value
    no_value: Tuple[str, ...] = ()  # words that say that there is none
    unwraps: bool = False  # a string is not the value: what is in it is


class Scan:
    """One value being scanned."""

    __slots__ = (
        "bare",
        "complete",
        "containers",
        "decoded",
        "deep",
        "done",
        "empty",
        "evidence",
        "final",
        "key",
        "lossy",
        "mended",
        "out",
        "place",
        "python",
        "reader",
        "room",
        "steps",
        "stuck",
        "tries",
        "waits",
        "wanted",
        "work",
        "wrong",
    )

    def __init__(
        self,
        steps: Tuple[ScanStep, ...],
        python: bool,
        wanted: Wanted,
        room: int,
        ends: Optional[Tuple[str, ...]] = None,
        around: str = "",
    ) -> None:
        self.steps = steps
        self.python = python
        self.wanted = wanted
        self.room = room  # how many containers may be open
        self.place = AT_VALUE
        self.out = HeldOutput(GROUP_MAX)
        self.containers = Containers(self.out)
        self.reader: Optional[StringReader] = None
        self.bare: Optional[BareValue] = None
        self.key: Optional[KeyReader] = None
        self.deep: Optional[Scan] = None  # of a container for which there was no room
        self.decoded: Optional[list[str]] = None  # of the string being read, if it is to hold the arguments
        self.stuck = False  # the next character cannot continue the value
        self.done = False
        self.complete = False  # the value ended by itself
        self.empty = False  # there was none
        self.wrong = False  # it is not what is wanted
        self.lossy = False  # something of the text is not in the value
        self.mended = False  # the text is no JSON, or no literal of Python, as it stands
        self.waits = False  # more text decides what a quote is
        self.final = False  # no text follows
        self.evidence = None if ends is None else Evidence(self.containers.kinds, python, ends, around)
        self.tries = TRIES_EACH  # to read an inner container at once that are left in this piece of text
        self.work = 0  # Note [how work is counted]

    @property
    def held(self) -> int:
        """Characters consumed whose output is not written yet."""
        held = self.out.held
        for part in (self.reader, self.bare, self.key):
            held += part.held if part is not None else 0
        return held


def read_on(scan: Scan, text: str, pos: int) -> int:
    """Read from `pos` to the value's end; return the place of the first character that was not consumed."""
    size, start, steps = len(text), pos, scan.steps
    count = 0
    while pos < size and not scan.stuck and not scan.waits and scan.place != IS_OVER:
        pos = steps[scan.place](scan, text, pos)
        count += 1
    scan.work += pos - start + count
    return pos


def value_ended(scan: Scan) -> None:
    """A value has ended by itself; if it is the outermost one, nothing more is read."""
    kinds, out = scan.containers.kinds, scan.out
    if out.muted_at == len(kinds):
        out.muted_at = NOT_MUTED
    if kinds:
        scan.place = AT_AFTER
    else:
        scan.done = scan.complete = True
        scan.place = IS_OVER
