"""The end of a turn: end tokens that stand at the end of a text, or before the opener of the model's next turn.

In: the text in pieces, before anything else reads it. Out: the run has read all of it but the tokens.

    Hello.<|im_end|>                                         nothing comes behind the token: the turn is over
    Hello.<|im_end|> and <|im_start|>assistant               ... and so it is where the next turn is opened
    Write <|im_end|> at the end.                             a sentence that names the token
    <call>f</call><|im_end|>                                 the call ends where the text ends

Note [end tokens]
A server takes the end token away. Where nobody does, the text must be read as behind a server: so a token at the end is
taken out before the text is read, wherever it stands, and what it cut off ends as it does at the end of a text. Whether
a token is at the end is known only there; until then it is held, with the blanks and tokens behind it. More than
`ENDS_MAX` of them are no sentence: at message level they are markup, and nothing is held. Before the opener of the next
turn a token counts only where no value is read, since a file may hold a whole conversation; nor does it in an open
block of code. A token whose id came with it counts at once: a server would have stopped there.

Promises: what is read depends on the text alone, never on where it was cut; no more is held than `ENDS_MAX` and the
longest of the marks.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple, Optional, Tuple

from toolgram.runtime.core.code_blocks import FENCE, NO_CODE
from toolgram.runtime.core.fast_path import NO_FAST_PATH, FastPath, choose_fast_path, find_something
from toolgram.runtime.core.run import Open, Pending, Place, Run
from toolgram.runtime.core.special_tokens import SpecialTokens
from toolgram.runtime.steps.settle import settle
from toolgram.runtime.steps.table import read
from toolgram.runtime.tables.limits import BLANKS, ENDS_MAX
from toolgram.runtime.tables.turn_marks import TurnMarks

NOTHING_ENDS: Final = "plain"
MAY_END: Final = "waits"
ENDS: Final = "over"
IS_TOKEN: Final = "real"
OPENS_TURN: Final = "opened"
RUNS_ON: Final = "many"
FENCES: Final = re.compile(r"`+").finditer


class TurnStanding(NamedTuple):
    """What is known of a turn while nothing of it is held; see the registers of `TurnEnds`."""

    is_idle: bool
    begun: bool
    follows: bool
    fenced: bool
    ticks: int


class TurnEnds:
    """Takes end tokens and openers of turns out of a text, on its way to the run."""

    __slots__ = (
        "_fenced",
        "_follows",
        "_marks",
        "_run",
        "_ticks",
        "_wears_on",
        "has_begun",
        "held",
        "is_idle",
        "may_begin",
    )

    def __init__(self, run: Run, marks: TurnMarks) -> None:
        self.held = ""  # what has come and is not read
        self._marks = marks
        self._run = run
        # A text must come here if it may begin an end token, or if something is undecided already.
        self.may_begin = marks.may_begin
        self.is_idle = False  # a turn has begun, and nothing that may end it
        self.has_begun = False  # something has come in this turn
        self._follows = False  # another turn, or its opener, came before this one
        self._wears_on = False  # in more end tokens than a turn may end with, which are text
        self._fenced = False  # in an open block of code
        self._ticks = 0  # backticks that stand right before `held`

    def standing(self) -> Optional[TurnStanding]:
        """What is known of the turn between two deltas; None while something is held."""
        if self.held or self._wears_on:
            return None
        return TurnStanding(self.is_idle, self.has_begun, self._follows, self._fenced, self._ticks)

    def stand(self, standing: TurnStanding) -> None:
        """Know of the turn what was known then."""
        self.held, self._wears_on = "", False
        self.is_idle, self.has_begun, self._follows, self._fenced, self._ticks = standing

    def choose_fast_path(self) -> FastPath:
        """The fast path of the next delta, which leaves alone what may begin an end token."""
        quick, delta = choose_fast_path(self._run)
        if quick is find_something or not self.is_idle:
            return NO_FAST_PATH
        return self._marks.watching(quick), delta

    def feed(self, text: str) -> None:
        """Take more text."""
        self.held += text
        while self.held and self._read(final=False):
            pass
        self.is_idle = self.has_begun and not (self.held or self._wears_on or self._ticks)

    def finish(self) -> None:
        """The text has ended: end tokens at its end are markup."""
        while self.held and self._read(final=True):
            pass

    def _read(self, final: bool) -> bool:
        """Deal with the next part of what is held: True when something was done with it, False when more decides."""
        self._run.work += len(self.held)
        if not self.has_begun:
            found = self._beginning(final)
            if found is not None:
                return found
        if self._wears_on:
            end = self._run_of_tokens(0)
            self._pass_on(end)
            if not self.held or (not final and self._marks.may_come(self.held, 0, self._marks.tokens)):
                return False
            self._wears_on = False
        what, at, end = self._look(final)
        if what is NOTHING_ENDS or what is MAY_END:
            self._pass_on(at)
            return False
        return self._take(what, at, end)

    def _beginning(self, final: bool) -> Optional[bool]:
        """What stands where a turn begins: its opener, behind another turn also blanks and end tokens."""
        marks, held = self._marks, self.held
        opener = marks.opener(held)
        end = opener.end() if opener is not None else self._run_of_tokens(0) if self._follows else 0
        if end:
            self._drop(end)
            self._follows = True
            return bool(self.held)
        if marks.may_come(held, 0, (*marks.openers, *(marks.tokens if self._follows else ())), final=final):
            if not final:
                return False
            if self._follows:
                self._drop(len(held))
                return False
        self.has_begun = True
        return None

    def _take(self, what: str, at: int, end: int) -> bool:
        """Read up to `at`; then the turn is over, unless a value is being read."""
        self._pass_on(at)
        end -= at
        run = self._run
        if what is ENDS or what is IS_TOKEN or _may_turn(run, self._fenced, what):
            end -= self._read_delimiter()
            settle(run)
            if what is not ENDS:
                begin_turn(run)
                self.has_begun, self._follows, self._fenced, self._ticks = False, True, False, 0
            self._drop(end)
            return what is not ENDS
        self._wears_on = what is RUNS_ON
        self._pass_on(end)
        return True

    def _read_delimiter(self) -> int:
        """Let the run read the end token that is held first, if it expects that; return its length then."""
        token = self._marks.token(self.held)
        if token is None or token.group() not in self._marks.delimiters or not _expects(self._run, token.group()):
            return 0
        self._pass_on(token.end())
        return token.end()

    def _look(self, final: bool) -> Tuple[str, int, int]:
        """What the first end token is that may count: (what, where it begins, where it ends with all behind it)."""
        held, marks = self.held, self._marks
        found = marks.first_in(held)
        while found is not None:
            at = found.start()
            end = self._run_of_tokens(at)
            if end > at:
                if end - at > ENDS_MAX:
                    return RUNS_ON, at, end
                opener = marks.opener(held, end)
                if opener is not None:
                    return OPENS_TURN, at, opener.end()
                if end == len(held) or marks.may_come(held, end, (*marks.tokens, *marks.openers), final=final):
                    return (ENDS if final else MAY_END), at, len(held)
            token = marks.token(held, at)
            if token is not None and self._is_real(token.group(), at) is True:
                return IS_TOKEN, at, token.end()
            if token is None and not final and marks.may_come(held, at, marks.tokens):
                return MAY_END, at, at
            found = marks.first(held, max(end, at + 1))
        return NOTHING_ENDS, len(held), len(held)

    def _run_of_tokens(self, at: int) -> int:
        """Where the end tokens and blanks that begin at `at` end; a token whose id is known is none of them."""
        held, marks = self.held, self._marks
        while at < len(held):
            token = marks.token(held, at)
            if token is not None and self._is_real(token.group(), at) is None:
                at = token.end()
            elif held[at] in BLANKS:
                at += 1
            else:
                break
        return at

    def _is_real(self, token: str, at: int) -> Optional[bool]:
        """Whether a token's id came with it; None where ids say nothing of it."""
        special: Optional[SpecialTokens] = self._run.special
        if special is None or not special.knows(token):
            return None
        if token in self._marks.delimiters:
            return False  # the state that reads it asks for its id
        text = self._run.text
        return special.is_real(token, text.base + len(text.buffer) + at)

    def _pass_on(self, end: int) -> None:
        """Let the run read what is held up to `end`."""
        if not end:
            return
        run, text = self._run, self.held[:end]
        if self._marks.openers:
            self._count_fences(text)
        self.held = self.held[end:]
        run.work += run.text.add(text)
        read(run)
        run.work += run.text.trim()

    def _drop(self, end: int) -> None:
        """What is held up to `end` is markup."""
        if self._run.trace is not None and end:
            self._run.trace.add("markup", self.held[:end])
        self._run.text.skip(end)
        self.held = self.held[end:]

    def _count_fences(self, text: str) -> None:
        ticks = 0
        for found in FENCES(text) if "`" in text else ():
            before = self._ticks if found.start() == 0 else 0
            ticks = before + found.end() - found.start()
            if before < FENCE <= ticks:
                self._fenced = not self._fenced
            ticks = ticks if found.end() == len(text) else 0
        self._ticks = ticks


def _may_turn(run: Run, is_fenced: bool, what: str) -> bool:
    """Whether a turn may be over in the middle of a text: where no value is read, and no code is shown."""
    state = run.place.state
    is_message = state.region == "message" and run.stretch is None
    if is_fenced and is_message:
        return False
    is_between = state.kind == "gap" and not run.open.skipping and run.open.scanner is None
    return is_message or (what is OPENS_TURN and is_between)


def _expects(run: Run, token: str) -> bool:
    """Whether what is read here may end with a token: where nothing but a value is missing, or behind half a closer."""
    state, waiting = run.place.state, run.text.buffer.strip(BLANKS)
    states = [state, *(run.place.machine.states[step.to] for step in state.thens)]
    edges = [edge for known in states for edge in known.edges]
    if any(edge.stem and waiting.startswith(edge.stem) and waiting != edge.literal for edge in edges):
        return True
    is_between = state.kind in ("gap", "scan") and run.open.scanner is None and not waiting
    missing = 1 if is_between else 0
    return any(edge.rank <= missing and edge.guard is None and token in edge.literal for edge in edges)


def begin_turn(run: Run) -> None:
    """Another turn of the same message begins, behind one that is settled; the texts of the two do not run together."""
    run.text.trim()
    run.text.final = False
    machine = run.place.machine.entering(run.place.machine.start)
    run.place = Place(machine, machine.states[machine.start], [])
    run.pending, run.open = Pending(), Open()
    run.message.section_trusted = False
    run.message.code = NO_CODE
    run.output.boundary("\n")
    if run.echo is not None:
        run.echo.forget(run.text)
