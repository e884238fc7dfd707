"""Deltas that were read before, at the same moment: what came of them is remembered, and they are not read again.

In: a delta, with the ids of its tokens. Out: its events, if the deltas before it are known; else the run reads it.

    `Look.` | `\\n` | `<tool_call>` | `\\n` | `{"` | `name` | `":` | ...     in the third such answer nothing is read

Note [what is remembered]
What has come out of a parser depends on the text alone, not on how it was cut. So it is the same wherever a parser
stands as another one stood before, and gets the deltas that it got. Parsers stand alike at a clear moment (clear.py).
From there a tree of deltas is followed, whose moments say what came out. Plain text leads nowhere: the fast path makes
its event, at a remembered moment as at any other.

While a parser follows, its run reads nothing: it stays behind, with the deltas that it has not read. If one is not in
the tree, or somebody asks for what only the run knows, the run catches up: it reads them at once, and what comes of
them has gone out already. So no character is read twice. At the next clear moment the run need not read them at all.

Note [what is learned]
Most texts come once. So a delta is learned when it comes a second time at the same moment, and with it those behind it:
as many as led there from the clear moment. So what is known of an answer that comes again doubles each time, and what
is learned in vain is not more than what was of use.

Promises: the events are those of the steps, delta for delta; a run is never further behind than `BEHIND_MAX` deltas.
"""

from __future__ import annotations

from functools import partial
from typing import Final, List, Optional, Sequence

from toolgram.runtime.core.fast_path import FastPath, channel_of
from toolgram.runtime.core.reading import held_mark
from toolgram.runtime.core.run import Run
from toolgram.runtime.events import ArgumentsDelta, CallEnd, CallStart, Event
from toolgram.runtime.memory.clear import Clear, clear_of, stand_at
from toolgram.runtime.memory.event_lists import drop_first, shifted, weight_of
from toolgram.runtime.memory.moments import BEGINNING, DELTA_MAX, NOWHERE, Memory, Moment, memory_of
from toolgram.runtime.memory.numbers import (
    ANY_NUMBER,
    IS_DIGITS,
    MORE_DIGITS,
    NOT_THERE,
    begins_number,
    holds_number,
    is_number,
    with_number,
    without_number,
)
from toolgram.runtime.steps.turns import TurnEnds

BEHIND_MAX: Final = 512  # deltas that a run may be behind
PLAIN_MAX: Final = 48  # deltas of plain text among them, one behind the other, and characters of one
LESSON: Final = 16  # deltas that are learned behind one that came a second time, or as many as led there
PATIENCE: Final = 4  # new deltas in a call before nothing more of it is followed
NO_MEMORY: Final = Memory()  # of those that read everything
AS_TOKEN: Final = "\0"  # stands before a delta that is one special token


class Follower:
    """Where one parser stands in a memory."""

    __slots__ = (
        "_followed",
        "_lessons",
        "_memory",
        "_number",
        "_patience",
        "_plain",
        "_rest",
        "_run",
        "_since",
        "_surplus",
        "_turns",
        "_went",
        "calls",
        "end",
        "is_even",
        "lag",
        "moment",
    )

    def __init__(self, run: Run, turns: Optional[TurnEnds], *, is_new: bool) -> None:
        memory = memory_of(run)
        self._run = run
        self._turns = turns
        self._memory = NO_MEMORY if memory is None else memory
        self._lessons = 0  # deltas that are still learned, whether they have come before or not
        self._followed = 0  # deltas, up to where the run had to catch up
        self._since: Optional[Moment] = None  # the clear moment behind which the run is; None: it stands there
        self._went = 0  # the weight of all that has gone out since then
        self._surplus = 0  # of what had gone out when the run caught up, and the run had not written yet
        self._rest: List[Event] = []  # what had not, and the run had written
        self.is_even = True  # neither is there
        self._patience = PATIENCE  # deltas that may still be read in this call, before nothing of it is followed
        self._number = ""  # that has come, and not come out
        self._plain = 0  # deltas of plain text that came last
        self.lag: List[str] = []  # deltas that the run has not read
        self.end = 0  # characters that have come, where ids are known
        self.moment = BEGINNING if is_new and memory is not None else NOWHERE
        self.calls = 0  # that had come at the last clear moment

    def following(self, delta: str) -> Optional[Moment]:
        """The moment behind a delta, if it is known."""
        if self.moment is BEGINNING:
            clear = clear_of(self._run, self._turns)
            self.moment = NOWHERE if clear is None else self._memory.at_clear(clear)
        found = self.moment.next.get(delta)
        if found is None and IS_DIGITS(delta) is not None:
            found = self.moment.next.get(MORE_DIGITS if self._number else ANY_NUMBER)
            if found is not None and is_number(self._number + delta):
                self._number += delta
                return found
            return None
        return found

    def follow(self, moment: Moment, text: str) -> List[Event]:
        """Go on to the moment behind a delta; return its events."""
        events = moment.events
        found = shifted(events, self.calls) if moment.is_indexed and self.calls else list(events)
        if moment.number_at != NOT_THERE:
            found = with_number(found, moment.number_at, self._number)
            self._went += len(self._number)
            self._number = ""
        clear = moment.clear_moment
        if clear is not None:
            self._since = self.moment = clear
            self.calls += moment.calls
            self._went = 0
            self.lag.clear()
        else:
            self.lag.append(text)
            self._plain = 0
            self._went += moment.weight
            self.moment = moment
        self.end += len(text)
        return found

    def pass_by(self, text: str) -> bool:
        """Take plain text; whether the run should catch up."""
        self.end += len(text)
        if self.lag:  # else nothing changes: it is a clear moment, and stays one
            self.lag.append(text)
            self._went += len(text)
            self._plain += 1
        return self._plain > PLAIN_MAX or len(text) > PLAIN_MAX or len(self.lag) > BEHIND_MAX

    @property
    def is_far(self) -> bool:
        """Whether the run is so far behind that it should catch up."""
        return len(self.lag) > BEHIND_MAX

    def stand(self) -> bool:
        """Let the run stand where what it has not read begins; whether it stood elsewhere."""
        since, self._since = self._since, None
        if since is None or since.clear is None:
            return False
        stand_at(self._run, self._turns, since.clear, self.calls, self.end - sum(map(len, self.lag)))
        return True

    def take_lag(self) -> str:
        """What the run has to read to catch up."""
        text = "".join(self.lag)
        self._followed = len(self.lag)
        self.lag.clear()
        self._plain = 0
        return text

    def caught_up(self, events: List[Event]) -> None:
        """Take what has come of it. All of it has gone out before, so what is more or less has never been seen."""
        more = weight_of(events) - self._went
        if more > 0:
            self._rest += drop_first(events, self._went)
        self._surplus += max(0, -more)
        self._went = 0
        if more:
            self.is_even, self.moment = False, NOWHERE

    def even(self, events: List[Event]) -> List[Event]:
        """The events that come next, with what should have gone out before, and without what has."""
        if self._rest:
            events, self._rest = [*self._rest, *events], []
        if self._surplus:
            weight = weight_of(events)
            events = drop_first(events, self._surplus)
            self._surplus = max(0, self._surplus - weight)
        self.is_even = not self._surplus
        return events

    @property
    def is_clear(self) -> bool:
        """Whether the parser stands at a clear moment."""
        return self.moment.clear is not None

    def note(self, delta: str, events: Sequence[Event], path: FastPath) -> None:
        """Take what the run has made of a delta."""
        before, self.moment = self.moment, NOWHERE
        came, clear = self._run.message.calls - self.calls, self._clear()
        delta = self._as_number(delta, events)
        learned = None
        if before is not NOWHERE and len(delta) <= DELTA_MAX and self._is_followable(events):
            if self._lessons or delta in before.next:
                self._lessons = self._lessons - 1 if self._lessons else max(LESSON, self._followed)
                learned = self.moment = self._learned(events, path)
            else:
                self._memory.meet(before, delta)
                self._patience -= 1
        if learned is None:
            self._number = ""
        if clear is not None:
            self._arrive(clear, path)
            if learned is not None:
                learned.calls, learned.clear_moment = came, self.moment
        if learned is not None:
            self._memory.learn(before, delta, learned)

    def arrive(self, path: FastPath) -> None:
        """The run stands at a moment that may be a clear one."""
        clear = self._clear()
        if clear is not None:
            self._arrive(clear, path)

    def _clear(self) -> Optional[Clear]:
        """What is known at this moment, if it is a clear one; a call in which nothing comes again is not looked at."""
        if self._run.open.call is None:
            self._patience = PATIENCE
        elif self._patience <= 0 or self._run.open.scanner is not None:
            return None
        return None if self._memory is NO_MEMORY else clear_of(self._run, self._turns)

    def _arrive(self, clear: Clear, path: FastPath) -> None:
        self._number = ""
        self.calls = self._run.message.calls
        self.moment = self._memory.at_clear(clear)
        self.moment.mark = self._run.message.deferred, 0
        self._set_path(self.moment, path)

    def _is_followable(self, events: Sequence[Event]) -> bool:
        """Whether what has come behind a number that is held may come behind any other."""
        if not self._number:
            return True
        return without_number(events, self._number)[0] != NOT_THERE if events else holds_number(self._run, self._number)

    def _as_number(self, delta: str, events: Sequence[Event]) -> str:
        """The delta, or what stands for it if it begins a number, or goes on with one."""
        number = self._number + delta
        if events or IS_DIGITS(delta) is None or not is_number(number):
            return delta
        if not (holds_number(self._run, number) if self._number else begins_number(self._run, delta)):
            return delta
        stands = MORE_DIGITS if self._number else ANY_NUMBER
        self._number = number
        return stands

    def _learned(self, events: Sequence[Event], path: FastPath) -> Moment:
        """The moment at which the run stands, behind a delta with these events."""
        moment = Moment()
        if self._number and events:
            moment.number_at, events = without_number(events, self._number)
            self._number = ""
        moment.events = tuple(shifted(events, -self.calls))
        moment.is_indexed = any(isinstance(event, (CallStart, ArgumentsDelta, CallEnd)) for event in events)
        moment.weight = weight_of(events)
        moment.mark = held_mark(self._run, len(self._turns.held) if self._turns is not None else 0)
        self._set_path(moment, path)
        return moment

    def _set_path(self, moment: Moment, path: FastPath) -> None:
        quick, delta = path
        channel = channel_of(delta)
        if channel is None:
            return
        if channel >= 0:
            moment.channel = channel - self.calls
        moment.delta = delta
        moment.quick = quick  # last: another thread may stand here

    def path(self) -> FastPath:
        """The fast path of what comes next."""
        moment = self.moment
        if moment.channel is None:
            return moment.quick, moment.delta
        return moment.quick, partial(ArgumentsDelta, self.calls + moment.channel)

    def at_end(self) -> Optional[List[Event]]:
        """What comes out if the text ends here; None: nobody knows."""
        events = self.moment.end
        return None if events is None or self._surplus or self._number else shifted(events, self.calls)

    def note_end(self, events: Sequence[Event]) -> None:
        """Take what has come out at the end of a text."""
        if self.moment is not NOWHERE and self.moment is not BEGINNING and not (self._surplus or self._number):
            self.moment.end = tuple(shifted(events, -self.calls))
        self.moment = NOWHERE
