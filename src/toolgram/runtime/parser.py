"""The incremental parser: text in, events out, in one pass.

In: the model's text in pieces of any size, in order, and the machine of its format. Out: events.

It promises that (1) how the text is cut changes nothing, (2) nothing emitted is ever taken back, (3) every
character becomes content, reasoning, a capture, markup or skipped junk, in order, (4) no more text is held than the
machine's bound, except while it is undecided whether a call has begun, (5) the work is linear in the text, (6) no text
raises, and (7) the arguments of a complete call are one JSON object.

How: `Run` (core/run.py) holds what is known; a step function for each kind of state (steps/) consumes the text from the
left. This file is the face: what is fed, what is handed out, what is held.
"""

from __future__ import annotations

from typing import Any, Dict, FrozenSet, Iterable, List, Optional, Sequence, Tuple, Union

from toolgram.runtime.core.copied import Copier, choose_copier
from toolgram.runtime.core.drafts import end_draft, outgrown
from toolgram.runtime.core.fast_path import NO_FAST_PATH, choose_fast_path, find_something
from toolgram.runtime.core.names import unread_names
from toolgram.runtime.core.reading import what_is_read
from toolgram.runtime.core.run import Run
from toolgram.runtime.core.special_tokens import Decode, SpecialTokens
from toolgram.runtime.core.trace import Entry, Mark, Trace
from toolgram.runtime.core.whole_message import WholeMessage
from toolgram.runtime.events import Event
from toolgram.runtime.schema.tools import ToolSet
from toolgram.runtime.steps.table import read
from toolgram.runtime.steps.turns import TurnEnds, settle
from toolgram.runtime.tables.machine import PreparedMachine

NO_IDS: Sequence[int] = ()


class Parser:
    """Reads one message. `inside` names the capture that is already open when generation begins.

    Raises ToolsError, a ValueError, when some of the tools cannot be read; a `ToolSet` is taken as it is.

    `token_ids` are the ids of special tokens, by their texts; `decode` makes text of the ids of ordinary tokens.

    `served`: a server parts the message. For it thoughts are over with the first call, so none is held as a draft; and
    it takes the end tokens away.
    """

    __slots__ = ("_copier", "_delta", "_finished", "_quick", "_run", "_special", "_turns")

    def __init__(
        self,
        machine: PreparedMachine,
        tools: Union[ToolSet, Iterable[Any], None] = None,
        inside: Optional[str] = None,
        *,
        token_ids: Optional[Dict[str, int]] = None,
        decode: Optional[Decode] = None,
        suffix: Optional[str] = None,
        trace: bool = False,
        served: bool = False,
    ) -> None:
        if inside is not None and inside not in machine.inside:
            raise ValueError(f"format {machine.format} cannot begin inside {inside!r}")
        machine = machine.for_tokens(token_ids or ()) if suffix is None else machine.bind(suffix)
        self._special = SpecialTokens(token_ids, decode) if token_ids else None
        self._run = Run(machine, tools, inside, self._special, trace=trace, holds_drafts=not served)
        self._finished = False
        self._turns = TurnEnds(self._run, machine.turns) if machine.turns is not None and not served else None
        self._copier: Optional[Copier] = None  # what makes an event of every delta here
        self._quick, self._delta = NO_FAST_PATH  # a search that is None when a text is plain here; what it is then

    # --- the two methods ------------------------------------------------------------------------------------------

    def feed(self, text: str, token_ids: Optional[Sequence[int]] = None) -> List[Event]:
        """Read more text; return what it decides. Raises ValueError after `finish`.

        `token_ids` are the ids of all the text's tokens, in order, as far as they are known. Where several come at
        once, the parser needs `decode` to tell a special token from the same characters spelled by ordinary ones.
        """
        run = self._run
        special, source = run.special, run.text
        if self._quick(text) is None:
            if special is not None:
                special.pass_by(text, token_ids or NO_IDS, source)  # the places of tokens are counted in all text
            return [self._delta(text)] if text else []
        if special is not None:
            special.note(text, token_ids or NO_IDS, self._end)
        if self._finished:
            raise ValueError("feed after finish: one parser reads one message")
        turns = self._turns
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

    def feed_behind(self, read: WholeMessage, text: str) -> List[Event]:
        """Read what is left of a text, all of which has come; the parser is new."""
        begin = read.hand_over(self._run)
        if read.is_one_turn:
            self._turns = None
        elif begin and self._turns is not None:
            self._turns.has_begun = True
        return self.feed(text[begin:])

    def _choose_path(self) -> None:
        """Choose how the next delta may be read without the steps: nothing is held or undecided."""
        run, turns = self._run, self._turns
        self._quick, self._delta = choose_fast_path(run) if turns is None else turns.choose_fast_path()
        self._copier = choose_copier(run) if run.open.call is not None else None

    def finish(self, *, cut: bool = False) -> List[Event]:
        """Say that the text has ended; return the last events. A second call returns nothing.

        `cut`: a limit of tokens has ended it, so a call that has not been closed may lack arguments: it is incomplete.
        """
        if self._finished:
            return []
        self._finished = True
        self._quick, self._delta = NO_FAST_PATH
        if self._turns is not None:
            self._turns.finish()
        settle(self._run, is_cut=cut)
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
    def _end(self) -> int:
        """How many characters have come."""
        text, turns = self._run.text, self._turns
        return text.base + len(text.buffer) + (len(turns.held) if turns is not None else 0)

    # --- what is held ---------------------------------------------------------------------------------------------

    @property
    def held_chars(self) -> int:
        """Characters read that no event has accounted for."""
        run = self._run
        held = len(run.text.buffer) - run.text.position + (len(self._turns.held) if self._turns is not None else 0)
        undecided = run.undecided
        return held + (run.open.held_chars if undecided is None else undecided.source.kept_chars)

    @property
    def held_source(self) -> str:
        """The source read that is still undecided between text and markup, with the blanks that wait before it."""
        run = self._run
        undecided = run.undecided
        held = run.text.buffer + (self._turns.held if self._turns is not None else "")
        if undecided is None:
            return run.message.deferred + held
        return undecided.message.deferred + undecided.source.kept + held

    @property
    def held_mark(self) -> Tuple[str, int]:
        """`held_source` without a copy: the blanks that wait, and how many of the last characters read stand behind."""
        run = self._run
        undecided = run.undecided
        held = len(run.text.buffer) + (len(self._turns.held) if self._turns is not None else 0)
        if undecided is None:
            return run.message.deferred, held
        return undecided.message.deferred, undecided.source.kept_chars + held

    @property
    def is_undecided(self) -> bool:
        """Whether a call may have begun whose name is not known yet, or that may be a draft; see docs/hold-back.md."""
        return self._run.undecided is not None

    @property
    def repairs(self) -> FrozenSet[str]:
        """What has been recovered so far, by kind: see core/repairs.py."""
        return self._run.message.repairs

    @property
    def reads(self) -> str:
        """Which of the machine's bounds holds for what is being read now; "" where none does."""
        return what_is_read(self._run)

    @property
    def unread_names(self) -> Dict[str, str]:
        """The names of declared tools that the format cannot carry, so that no call of them is read; and why."""
        return unread_names(self._run.place.machine, self._run.tools)

    def read_by_text(self) -> None:
        """Take special tokens by their text from here on: the ids turned out to be those of another text."""
        self._run.special = None

    def read_by_ids(self) -> None:
        """Take special tokens by their ids again, as far as they were given to the parser."""
        self._run.special = self._special

    def tokens_of_last(self, count: int) -> Optional[SpecialTokens]:
        """What is known of the special tokens in so many last characters, and of those whose text is late."""
        special, end = self._run.special, self._end
        return special.behind(end - count, end) if special is not None else None

    def take_tokens(self, tokens: SpecialTokens) -> bool:
        """Begin with the text that another parser has `tokens_of_last` of; whether both know the same ids."""
        if self._special is None or not self._special.is_like(tokens):
            return False
        self._special = self._run.special = tokens
        return True

    def keep_trace(self) -> None:
        """Keep from here on what every character becomes, as `trace`."""
        self._run.trace = Trace()
        self._quick, self._delta = NO_FAST_PATH
        self._copier = None

    def take_trace(self) -> List[Tuple[str, str]]:
        """What became of the characters since the last time, as far as it is certain; kept no longer."""
        return self.take_marked_trace()[0]

    def take_marked_trace(self) -> Tuple[List[Entry], List[Mark]]:
        """The same, and the marks between it: see core/trace.py."""
        run = self._run
        if run.trace is None:
            return [], []
        place = run.undecided.traced if run.undecided is not None else run.trace.place
        for before in (run.draft, run.stretch):
            if before is not None:
                before.traced = before.traced[0] - place[0], before.traced[1] - place[1]
        return run.trace.take(place)

    @property
    def certain_traces(self) -> int:
        """How many entries of the trace are certain: those behind them may still turn out to be text."""
        run = self._run
        undecided = run.undecided
        return undecided.traced[0] if undecided is not None else len(self.trace or ())

    @property
    def trace(self) -> Optional[List[Tuple[str, str]]]:
        """What every character became, (what, text) in order, of a parser that was made with `trace=True`.

        An entry without text says why: `what` is one of `core/reasons.py`, of the entry behind it, or of a call's end.
        """
        return self._run.trace.entries if self._run.trace is not None else None

    @property
    def work(self) -> int:
        """Characters looked at and copied so far, those of the fast path not counted: a measure without a clock."""
        return self._run.work
