"""The incremental parser: text in, events out, in one pass.

In: the model's text in pieces of any size, in order, and the machine of its format. Out: events.

It promises that (1) how the text is cut changes nothing, (2) nothing emitted is ever taken back, (3) every
character becomes content, reasoning, a capture, markup or skipped junk, in order, (4) no more text is held than the
machine's bound, except while it is undecided whether a call has begun, (5) the work is linear in the text, (6) no text
raises, and (7) the arguments of a complete call are one JSON object.

How: `Run` (core/run.py) holds what is known; a step function for each kind of state (steps/) consumes the text from the
left (run_reader.py). What came before at the same moment is not read again (memory/). This file is the face: what is
fed, what is handed out, what is held.
"""

from __future__ import annotations

from typing import Any, Callable, Dict, FrozenSet, Iterable, List, Optional, Sequence, Tuple, Union

from toolgram.runtime.core.fast_path import NO_FAST_PATH, channel_of, find_something
from toolgram.runtime.core.names import unread_names
from toolgram.runtime.core.output import CONTENT, REASONING
from toolgram.runtime.core.reading import held_mark, what_is_read
from toolgram.runtime.core.run import Run
from toolgram.runtime.core.special_tokens import Decode, SpecialTokens
from toolgram.runtime.core.trace import Entry, Mark, Trace
from toolgram.runtime.core.whole_message import WholeMessage
from toolgram.runtime.events import Event
from toolgram.runtime.memory.follower import Follower
from toolgram.runtime.memory.moments import DELTA_MAX, NOWHERE
from toolgram.runtime.memory.remembering import NO_IDS, RememberingReader
from toolgram.runtime.schema.tools import ToolSet
from toolgram.runtime.steps.turns import TurnEnds
from toolgram.runtime.tables.machine import PreparedMachine
from toolgram.runtime.tables.states import MESSAGE_SINKS


class Parser(RememberingReader):
    """Reads one message. `inside` names the capture that is already open when generation begins.

    Raises ToolsError, a ValueError, when some of the tools cannot be read; a `ToolSet` is taken as it is.

    `token_ids` are the ids of special tokens, by their texts; `decode` makes text of the ids of ordinary tokens.

    `served`: a server parts the message. For it thoughts are over with the first call, so none is held as a draft; and
    it takes the end tokens away.
    """

    __slots__ = ("_special",)

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
        run = Run(machine, tools, inside, self._special, trace=trace, holds_drafts=not served)
        turns = TurnEnds(run, machine.turns) if machine.turns is not None and not served else None
        super().__init__(run, turns)

    # --- the two methods ------------------------------------------------------------------------------------------

    def feed(self, text: str, token_ids: Optional[Sequence[int]] = None) -> List[Event]:
        """Read more text; return what it decides. Raises ValueError after `finish`.

        `token_ids` are the ids of all the text's tokens, in order, as far as they are known. Where several come at
        once, the parser needs `decode` to tell a special token from the same characters spelled by ordinary ones.
        """
        special = self._run.special
        if self._quick(text) is None:
            if self._lags:
                self._pass_by(text, token_ids or NO_IDS)
            elif special is not None:
                special.pass_by(text, token_ids or NO_IDS, self._run.text)  # places of tokens are counted in all text
            return [self._delta(text)] if text else []
        follower = self._follower
        if self._finished:
            raise ValueError("feed after finish: one parser reads one message")
        delta = text if special is None else self._noted(special, text, token_ids or NO_IDS)
        if follower is None and len(text) <= DELTA_MAX:
            follower = self._follower = Follower(self._run, self._turns, is_new=not self._end)
        if follower is None or follower.moment is NOWHERE:
            events = self._read(text)
            if follower is not None and not follower.is_even:
                return self._even(follower, events)
            if follower is not None and not self._run.text.buffer and len(text) <= DELTA_MAX:
                follower.arrive((self._quick, self._delta))
            return events
        return self._follow(follower, text, delta)

    @property
    def plain_path(self) -> Tuple[Callable[[str], Any], int]:
        """A search that finds nothing in a text that is plain here, and where such a text goes, as it is.

        That is `CONTENT`, `REASONING` or the number of a call. Such texts may go out without `feed`; `pass_by` is to be
        told of them before anything else is asked of the parser.
        """
        quick = self._quick
        channel = CONTENT if quick is find_something else channel_of(self._delta)
        if channel is not None:
            return quick, channel
        sink, call = self._run.place.state.sink, self._run.open.call
        if sink in MESSAGE_SINKS or call is None:
            return quick, REASONING if sink == "reasoning" else CONTENT
        return quick, call.channel.index

    def pass_by(self, deltas: Sequence[Tuple[str, Sequence[int]]], joined: str) -> None:
        """Take texts that went out so, each with the ids of its tokens, none of a special one."""
        delta = self._delta
        self._pass_all(deltas, joined)
        if channel_of(delta) is None:
            for text, _ in deltas:
                delta(text)

    def feed_behind(self, read: WholeMessage, text: str) -> List[Event]:
        """Read what is left of a text, all of which has come; the parser is new."""
        begin = read.hand_over(self._run)
        if read.is_one_turn:
            self._turns = None
        elif begin and self._turns is not None:
            self._turns.has_begun = True
        return self._read(text[begin:])

    def finish(self, *, cut: bool = False) -> List[Event]:
        """Say that the text has ended; return the last events. A second call returns nothing.

        `cut`: a limit of tokens has ended it, so a call that has not been closed may lack arguments: it is incomplete.
        """
        if self._finished:
            return []
        follower = self._follower
        events = follower.at_end() if follower is not None and not cut else None
        if events is not None:
            self._finished = True
            self._quick, self._delta = NO_FAST_PATH
            return events
        self._catch_up()
        self._finished = True
        events = self._settle(is_cut=cut)
        if follower is not None:
            events = follower.even(events)
            if not cut:
                follower.note_end(events)
        return events

    # --- what is held ---------------------------------------------------------------------------------------------

    @property
    def held_chars(self) -> int:
        """Characters read that no event has accounted for."""
        run = self._catch_up()
        held = len(run.text.buffer) - run.text.position + self._waiting
        undecided = run.undecided
        return held + (run.open.held_chars if undecided is None else undecided.source.kept_chars)

    @property
    def held_source(self) -> str:
        """The source read that is still undecided between text and markup, with the blanks that wait before it."""
        run = self._catch_up()
        undecided = run.undecided
        held = run.text.buffer + (self._turns.held if self._turns is not None else "")
        if undecided is None:
            return run.message.deferred + held
        return undecided.message.deferred + undecided.source.kept + held

    @property
    def held_mark(self) -> Tuple[str, int]:
        """`held_source` without a copy: the blanks that wait, and how many of the last characters read stand behind."""
        follower = self._follower
        if self._is_behind and follower is not None and not self._finished:
            return follower.moment.mark
        return held_mark(self._catch_up(), self._waiting)

    @property
    def is_undecided(self) -> bool:
        """Whether a call may have begun whose name is not known yet, or that may be a draft; see docs/hold-back.md."""
        return self._catch_up().undecided is not None

    @property
    def repairs(self) -> FrozenSet[str]:
        """What has been recovered so far, by kind: see core/repairs.py."""
        return self._catch_up().message.repairs

    @property
    def reads(self) -> str:
        """Which of the machine's bounds holds for what is being read now; "" where none does."""
        return what_is_read(self._catch_up())

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
        run = self._catch_up()
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
        run = self._catch_up()
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
        return self._catch_up().work
