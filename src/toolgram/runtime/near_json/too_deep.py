"""The step through a container that is nested too deep: it becomes one string, its source text.

In: a scan with no room for one more container, and the text from its bracket on. Out: a JSON string of all characters
from that bracket to the closer that ends it, or to where the input ends.

    [[[1, {'a': 2}]]]    with room for two:    [["[1, {'a': 2}]"]]

How: a second scan reads the container by the same rules as any other, with room enough and its output muted; what it
consumes is the source. So quotes, wrong closers and junk inside mean what they mean everywhere, and a delimiter behind
a container that is not closed is seen.

Promises: no recursion, for the second scan never starts a third; all that is consumed is written at once.
"""

from __future__ import annotations

import sys

from toolgram.runtime.near_json.escape import escape
from toolgram.runtime.near_json.outermost import ANY_VALUE
from toolgram.runtime.near_json.state import IN_DEEP, Scan, read_on, value_ended


def begin_deep(scan: Scan, pos: int) -> int:
    """Begin the string; the bracket at `pos` is read by the next step."""
    scan.deep = Scan(scan.steps, scan.python, ANY_VALUE, sys.maxsize)
    scan.deep.out.mute(0)
    scan.out.put('"')
    scan.place = IN_DEEP
    return pos


def in_deep(scan: Scan, text: str, pos: int) -> int:
    deep = scan.deep
    if deep is not None:
        start = pos
        pos = read_on(deep, text, start)
        scan.out.put(escape(text[start:pos]))
        scan.stuck = deep.stuck
        if deep.done:
            end_deep(scan)
            value_ended(scan)
    return pos


def skip_deep(scan: Scan, mark: str) -> None:
    """Go on behind a character that no value can have there: it belongs to the source."""
    if scan.deep is not None:
        scan.deep.stuck = False
        scan.out.put(escape(mark))


def end_deep(scan: Scan) -> None:
    """End the string."""
    deep, scan.deep = scan.deep, None
    if deep is not None:
        scan.work += deep.work
        scan.out.put('"')
