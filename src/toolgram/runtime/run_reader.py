"""What reads the text of one message: a run, with what stands before its steps and beside them.

In: text, in pieces. Out: what each piece decides.

    end tokens, openers of turns      taken out first (steps/turns.py)
    what is waited for                added to the buffer, and not looked at (core/text.py)
    the middle of an argument         copied, without the steps (core/copied.py)
    all else                          the steps (steps/table.py)

Behind each piece it chooses how the next one may be read without any of this: the fast path (core/fast_path.py).
"""

from __future__ import annotations

from typing import List, Optional

from toolgram.runtime.core.copied import Copier, choose_copier
from toolgram.runtime.core.drafts import end_draft, outgrown
from toolgram.runtime.core.fast_path import NO_FAST_PATH, choose_fast_path, find_something
from toolgram.runtime.core.run import Run
from toolgram.runtime.events import Event
from toolgram.runtime.steps.settle import settle
from toolgram.runtime.steps.table import read
from toolgram.runtime.steps.turns import TurnEnds


class RunReader:
    """Reads one message with a run."""

    __slots__ = ("_copier", "_delta", "_quick", "_run", "_turns")

    def __init__(self, run: Run, turns: Optional[TurnEnds]) -> None:
        self._run = run
        self._turns = turns
        self._copier: Optional[Copier] = None  # what makes an event of every delta here
        self._quick, self._delta = NO_FAST_PATH  # a search that is None when a text is plain here; what it is then

    def _read(self, text: str) -> List[Event]:
        """Read more text; return what it decides."""
        run, turns = self._run, self._turns
        source = run.text
        if turns is not None and (not turns.is_idle or turns.may_begin(text) is not None):
            turns.feed(text)
        elif (source.rest or source.room) and source.goes_on(text):
            return []
        else:
            copier = self._copier
            events = copier.copy(text) if copier is not None else None
            if copier is not None and events is not None:
                if copier.has_moved:
                    self._choose_path()
                return events
            source.buffer += text
            run.work += len(source.buffer)
            read(run)
            if source.position:
                run.work += source.trim()
        if source.buffer or run.stretch is not None or run.draft is not None:
            self._quick, self._copier = find_something, None
        else:
            self._choose_path()
        return self._events()

    def _choose_path(self) -> None:
        """Choose how the next delta may be read without the steps: nothing is held or undecided."""
        run, turns = self._run, self._turns
        self._quick, self._delta = choose_fast_path(run) if turns is None else turns.choose_fast_path()
        self._copier = choose_copier(run) if run.open.call is not None else None

    def _settle(self, *, is_cut: bool) -> List[Event]:
        """The text has ended; return the last events."""
        self._quick, self._delta = NO_FAST_PATH
        if self._turns is not None:
            self._turns.finish()
        settle(self._run, is_cut=is_cut)
        return self._events()

    def _events(self) -> List[Event]:
        run, stretch = self._run, self._run.stretch
        if run.draft is not None and outgrown(run):
            end_draft(run)
        undecided = run.undecided
        if undecided is None:
            return run.output.take_all()
        if not undecided.events:
            return []
        events = run.output.take(undecided.events)  # what came before it is certain
        if stretch is not None:
            stretch.events -= len(events)
        if run.draft is not None:
            run.draft.events = 0
        return events

    @property
    def _waiting(self) -> int:
        """Characters that have come and not reached the run."""
        return len(self._turns.held) if self._turns is not None else 0

    @property
    def _read_to(self) -> int:
        """How many characters have come here."""
        return self._run.text.base + len(self._run.text.buffer) + self._waiting
