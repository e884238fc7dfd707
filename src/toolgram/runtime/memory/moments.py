"""Moments of answers that were read before, by the deltas that led there.

In: a moment and the delta behind it, when it is read. Out: what came of it, when it comes again.

A memory belongs to one machine and one set of tools. From each clear moment a tree of deltas grows.

Promise: a memory holds at most `MOMENTS_MAX` deltas of at most `DELTA_MAX` characters; then it forgets everything.
"""

from __future__ import annotations

from typing import Any, Callable, Dict, Final, Optional, Tuple

from toolgram.runtime.core.fast_path import Delta, find_something
from toolgram.runtime.core.run import Run
from toolgram.runtime.events import ContentDelta, Event
from toolgram.runtime.memory.clear import Clear
from toolgram.runtime.memory.numbers import NOT_THERE

DELTA_MAX: Final = 48  # characters of a delta that is remembered: a token
MOMENTS_MAX: Final = 8192  # that a memory holds
MEMORIES_MAX: Final = 8  # of one set of tools: one for each format that is read with them


class Moment:
    """A place in an answer. What is counted in it is counted from the clear moment before it."""

    __slots__ = (
        "calls",
        "channel",
        "clear",
        "clear_moment",
        "delta",
        "end",
        "events",
        "is_indexed",
        "mark",
        "next",
        "number_at",
        "quick",
        "weight",
    )

    def __init__(self, clear: Optional[Clear] = None) -> None:
        self.next: Dict[str, Optional[Moment]] = {}  # by the delta that comes; None: it has come once
        self.events: Tuple[Event, ...] = ()  # that came out with the delta that led here
        self.is_indexed = False  # one of them has the index of a call
        self.weight = 0  # of the events: see `drop_first`
        self.calls = 0  # that have come
        self.quick: Callable[[str], Any] = find_something  # the fast path here
        self.delta: Delta = ContentDelta
        self.channel: Optional[int] = None  # the call whose arguments its text is
        self.number_at = NOT_THERE  # where a number that has come before comes out with the events
        self.mark = ("", 0)  # what is held: see `Parser.held_mark`
        self.end: Optional[Tuple[Event, ...]] = None  # what comes out if the text ends here
        self.clear = clear  # what is known at a clear moment
        self.clear_moment: Optional[Moment] = None  # the clear moment that this one is


NOWHERE: Final = Moment()
BEGINNING: Final = Moment()  # of an answer: which moment that is, is asked when its first delta comes


class Memory:
    """What was read before with one set of tools, in one format."""

    __slots__ = ("_clear", "_count")

    def __init__(self) -> None:
        self._clear: Dict[Clear, Moment] = {}
        self._count = 0

    def at_clear(self, clear: Clear) -> Moment:
        """The moment at which so much is known."""
        found = self._clear.get(clear)
        if found is None:
            self._grow()
            found = self._clear[clear] = Moment(clear)
        return found

    def meet(self, moment: Moment, delta: str) -> None:
        """A delta has come for the first time."""
        self._grow()
        moment.next[delta] = None

    def learn(self, before: Moment, delta: str, moment: Moment) -> None:
        """A moment behind a delta is known. Other threads may come there at once."""
        self._grow()
        before.next[delta] = moment

    def _grow(self) -> None:
        self._count += 1
        if self._count > MOMENTS_MAX:
            self._clear.clear()
            self._count = 0


def memory_of(run: Run) -> Optional[Memory]:
    """The memory that a run shares with those that read the same tools; None for one that must read everything."""
    machine, special = run.place.machine, run.special
    if machine.suffix or run.trace is not None or run.citations is not None or run.echo is not None:
        return None  # the text decides which machine goes on, or something else listens to all text
    known = run.tools.memories
    of_whom = machine, run.holds_drafts, None if special is None else special.known
    memory = known.get(of_whom)
    if memory is None:
        if len(known) >= MEMORIES_MAX:
            known.clear()
        memory = known[of_whom] = Memory()
    assert isinstance(memory, Memory)
    return memory
