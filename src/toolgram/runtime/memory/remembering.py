"""A reader that does not read what came before at the same moment: see follower.py.

In: text, with the ids of its tokens. Out: its events, which a memory knows, or a run makes.

Promise: the events are those of the run, delta for delta, whatever is asked in between.
"""

from __future__ import annotations

from typing import Final, List, Optional, Sequence, Tuple

from toolgram.runtime.core.fast_path import find_something
from toolgram.runtime.core.run import Run
from toolgram.runtime.core.special_tokens import SpecialTokens
from toolgram.runtime.events import Event
from toolgram.runtime.memory.follower import AS_TOKEN, Follower
from toolgram.runtime.run_reader import RunReader
from toolgram.runtime.steps.turns import TurnEnds

NO_IDS: Final[Sequence[int]] = ()
UNKNOWN: Final = "\0" * 64  # in place of a delta that may be other tokens than its text says


class RememberingReader(RunReader):
    """Reads one message with a run, and with what is remembered of others."""

    __slots__ = ("_finished", "_follower", "_is_behind", "_lags")

    def __init__(self, run: Run, turns: Optional[TurnEnds]) -> None:
        super().__init__(run, turns)
        self._finished = False
        self._follower: Optional[Follower] = None  # knows what came before; made when the first short text comes
        self._is_behind = False  # the run has not read what the parser knows
        self._lags = False  # ... and must be told of plain text

    def _noted(self, special: SpecialTokens, text: str, token_ids: Sequence[int]) -> str:
        """Note a text and its ids; return what it is as a delta: its text, one token, or what nobody can know again."""
        if special.take(text, token_ids):
            return text if token_ids else UNKNOWN
        was_waiting, place = special.is_waiting, self._end
        special.note(text, token_ids, place)
        return AS_TOKEN + text if not was_waiting and special.is_only(text, token_ids, place) else UNKNOWN

    def _follow(self, follower: Follower, text: str, delta: str) -> List[Event]:
        """Take a delta that may have come before at the same moment; if it has not, read its text, and learn."""
        if not self._is_behind:
            follower.end = self._read_to
        moment = follower.following(delta)
        if moment is not None:
            events = follower.follow(moment, text)
            self._is_behind = True
            self._lags = self._run.special is not None or bool(follower.lag)
            self._quick, self._delta = follower.path()
            if follower.is_far:
                self._catch_up()
            return events
        self._catch_up()
        copier = self._copier
        events = self._read(text)
        if not follower.is_even:
            return self._even(follower, events)
        if copier is None or copier is not self._copier or not follower.is_clear:
            follower.note(delta, events, (self._quick, self._delta))
        return events

    def _even(self, follower: Follower, events: List[Event]) -> List[Event]:
        """The events that come next, where more or less has gone out than the run had written."""
        events = follower.even(events)
        if not follower.is_even:
            self._quick, self._copier = find_something, None
        return events

    def _pass_by(self, text: str, token_ids: Sequence[int]) -> None:
        """Take plain text while the run is behind."""
        follower, special = self._follower, self._run.special
        assert follower is not None
        if special is not None:
            special.note(text, token_ids, follower.end)
        if follower.pass_by(text):
            self._catch_up()

    def _catch_up(self) -> Run:
        """Let the run read what the parser has followed without it; what comes of it has gone out."""
        follower = self._follower
        if self._is_behind and follower is not None:
            self._is_behind = self._lags = False
            if follower.stand():
                self._choose_path()
            text, source = follower.take_lag(), self._run.text
            tries, source.tries = source.tries, 0  # no call has come whole behind a clear moment
            follower.caught_up(self._read(text) if text else [])
            source.tries = tries
            if not follower.is_even:
                self._quick, self._copier = find_something, None
        if self._finished and not self._run.text.final:
            self._settle(is_cut=False)
        return self._run

    def _pass_all(self, deltas: Sequence[Tuple[str, Sequence[int]]], joined: str) -> None:
        """Take many plain texts, each with the ids of its tokens."""
        run, special, follower = self._run, self._run.special, self._follower
        if self._lags and follower is not None and (follower.lag or special is None or special.is_waiting):
            for text, token_ids in deltas:
                if self._lags:
                    self._pass_by(text, token_ids)
                elif special is not None:
                    special.pass_by(text, token_ids, run.text)
        elif special is not None:
            special.pass_all(deltas, joined, run.text)
            if follower is not None and self._is_behind:
                follower.end += len(joined)

    @property
    def _end(self) -> int:
        """How many characters have come, where ids are known."""
        return self._follower.end if self._is_behind and self._follower is not None else self._read_to
