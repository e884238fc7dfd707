"""A delta in the middle of copied arguments: what the scanner makes of it is all that becomes of it.

In: a delta, while nothing is held or undecided. Out: its event, without a way through the buffer and the sinks; or what
the scanner has made of it so far, and the steps go on from there (steps/value.py).

Promise: the events are those that the steps would have made, and what they would have changed is changed.
"""

from __future__ import annotations

from typing import List, Optional

from toolgram.runtime.core.call import Call
from toolgram.runtime.core.run import Run
from toolgram.runtime.events import ArgumentsDelta, Event
from toolgram.runtime.near_json.scan import ValueScanner


class Copier:
    """Copies the arguments of one call, as long as the JSON that its scanner makes goes out as it is made."""

    __slots__ = ("_run", "_scanner", "index")

    def __init__(self, run: Run, scanner: ValueScanner, call: Call) -> None:
        self._run = run
        self._scanner = scanner
        self.index = call.channel.index

    @property
    def is_in_body(self) -> bool:
        """Whether a string's body is read, most of which is its own output."""
        return self._scanner.plain is not None

    def copy(self, source: str) -> Optional[List[Event]]:
        """The events of a delta; None where the value ends in it, or waits: `scanned` says what has been made of it."""
        run, scanner, size = self._run, self._scanner, len(source)
        text, position = scanner.feed(source)
        if position < size or scanner.done or scanner.stuck:
            run.open.scanned = text, position
            return None
        run.work += size + 1
        if run.special is not None:  # the places of tokens are counted in all text
            run.text.pass_by(source)
        return [ArgumentsDelta(self.index, text)] if text else []


def choose_copier(run: Run) -> Optional[Copier]:
    """Who copies the next delta; None where its text is held, or somebody listens to the source."""
    scanner, call, half = run.open.scanner, run.open.call, run.open.half
    if scanner is None or scanner.is_wrapped or call is None or half is None or not half.is_over:
        return None
    is_copied = call.is_announced and call.arguments.is_active and not call.arguments.is_wrong
    is_heard = run.trace is not None or run.text.recordings
    return Copier(run, scanner, call) if is_copied and not is_heard else None
