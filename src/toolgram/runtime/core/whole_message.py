"""Read a message at once that has come whole, as far as it is plain.

In: a machine, the tools of the request, and all of the text. Out: what has come of the message up to a place; and where
that is not the end, a run that goes on from there.

    Look. <call>f: <p>k=v</p></call> Done.      text up to a delimiter, a whole call, text up to the end

How: a text goes up to the first place where the search of its state finds something. What stands there is a delimiter
about which its literal alone decides, the opener of a call that is read whole (whole_call.py), the header of a message,
or certainly none of these (certain.py). Anything else ends the reading, and the steps go on.

Promises: the message is that of a text that is fed whole and finished. No character is looked at twice here but those
of a few calls that are not plain. Nothing of a run is changed before it is handed over.
"""

from __future__ import annotations

from typing import Final, List, Optional

from toolgram.runtime.core.certain import behind_blanks, edge_at, is_certain, is_text
from toolgram.runtime.core.edges import blanks_from
from toolgram.runtime.core.gathered import Gathered
from toolgram.runtime.core.run import TEXTS, Run
from toolgram.runtime.core.text import TRIES_MAX
from toolgram.runtime.core.verdicts import skip_blanks
from toolgram.runtime.core.whole_call import CALL_MIN, WholeCall
from toolgram.runtime.message import Message, ToolCall
from toolgram.runtime.schema.tools import ToolSet
from toolgram.runtime.tables.machine import PreparedMachine
from toolgram.runtime.tables.states import Edge, State
from toolgram.runtime.tables.turn_marks import TurnMarks

BEGINS_REASONING: Final = "reasoning"
# Actions of which nothing is seen at message level but that of the first.
TEXT_ACTIONS: Final = frozenset((BEGINS_REASONING, "open_section", "close_section", "forget_section"))
NO_CALL_TRIED: Final = -1


class WholeMessage(Gathered):
    """Reads a message, and has what has come of it."""

    __slots__ = (
        "_closed_at",
        "_has_code_marks",
        "_is_over",
        "_machine",
        "_stack",
        "_state",
        "_text",
        "_tools",
        "_tried",
        "_tries",
        "is_one_turn",
        "position",
    )

    def __init__(self, machine: PreparedMachine, tools: ToolSet, inside: Optional[str]) -> None:
        Gathered.__init__(self, inside == "reasoning")
        self._machine, self._tools = machine, tools
        self._state = machine.states[machine.start if inside is None else machine.inside[inside]]
        self._stack: List[int] = []
        self._text = ""
        self._has_code_marks = False  # backticks stand somewhere in the text
        self.position = 0  # up to here it has been read
        self.is_one_turn = True  # no end token may stand in the text, and no opener of a turn before it
        self._is_over = False  # all has been read
        self._closed_at = 0  # the end of the delimiter that was taken last
        self._tried = NO_CALL_TRIED  # where a call opens that is not plain
        self._tries = TRIES_MAX

    def read(self, text: str) -> bool:
        """Read as far as the text is plain; whether that is all of it."""
        turns = self._machine.turns
        if turns is not None and not turns.is_one_turn(text):
            self.is_one_turn = False
            end = turns.end_of_turn(text)
            if end < 0:
                return False
            text = text[:end]
        self._text = text
        self._has_code_marks = "`" in text
        while True:
            state = self._state
            if state.kind == "text":
                goes_on = self._read_text(state)
            elif state.kind == "gap":
                goes_on = self._read_gap(state)
            elif state.kind == "return":
                self._state = self._machine.states[self._stack.pop() if self._stack else self._machine.start]
                goes_on = True
            else:
                return False
            if not goes_on:
                return self._is_over and self._has_taken(turns)

    def _has_taken(self, turns: Optional[TurnMarks]) -> bool:
        """Whether an end token was taken with which the text ends, where it is a delimiter as well."""
        end = len(self._text)
        if turns is None or not turns.delimiters or self._closed_at == end or not self._text.endswith(turns.tokens):
            return True
        self.position = 0
        return False

    def message(self) -> Message:
        """The message, of which all has been read."""
        return self.gathered(self._machine.call_id_length)

    def hand_over(self, run: Run) -> int:
        """Let a run that is new go on; return from where. At the beginning it is as it was."""
        machine, end = self._machine, self.position
        run.text.tried, run.text.tries = self._tried, self._tries
        if not end or machine.suffix or machine.has_citations or machine.drops_echo:
            return 0
        if self._has_code_marks and self._text.find("`", 0, end) >= 0:  # code may be open
            return 0
        run.place.state, run.place.stack = self._state, self._stack
        run.text.skip(end)
        self._hand_over(run)
        return end

    # --- places: each is read up to the next, or False: it is not plain, or all has been read ------------------------

    def _read_text(self, state: State) -> bool:
        """Text of the message up to a delimiter."""
        text, at = self._text, self.position
        if state.sink not in TEXTS or state.entities or state.nests or state.region != "message":
            return False
        while True:
            found = state.search(text, at) if at < len(text) else None
            if found is None:
                if self.position < len(text):
                    self._add(state.sink, text[self.position :])
                self.position, self._is_over = len(text), True
                return False
            at = found.start()
            edge = edge_at(state, text, at)
            if edge is not None:
                return self._take(state, edge, at, blanks_from(text, self.position, at, edge.blanks))
            if not is_text(self._machine, state, text, at):
                return False
            at += 1

    def _read_gap(self, state: State) -> bool:
        """A delimiter, or what begins without one."""
        text, begin = self._text, self.position
        is_message = state.region == "message"
        if state.begins_blank or not (is_message or state.region == "section"):
            return False
        at = behind_blanks(state, text, begin)
        if at == len(text):
            self._is_over = at == begin or not state.keep_blanks
            return False
        edge = edge_at(state, text, at)
        if edge is not None:
            return self._take(state, edge, at, begin)
        if not is_message or len(state.thens) != 1 or state.call_alone is not None or state.leave is not None:
            return False
        step = state.thens[0]
        target = self._machine.states[step.to]
        if step.actions or step.push is not None or target.kind != "text" or target.region != "message":
            return False
        if not is_text(self._machine, state, text, at) or (step.first is not None and text[at] not in step.first):
            return False
        self.position = begin if state.keep_blanks else at
        self._state = target
        return True

    # --- delimiters ---------------------------------------------------------------------------------------------------

    def _take(self, state: State, edge: Edge, at: int, cut: int) -> bool:
        """Go on behind a delimiter at `at`; text goes up to `cut`. False: it is not plain."""
        if not is_certain(edge):
            return False
        region = self._machine.states[edge.to].region
        is_inner = state.region == "section" and region != "call"
        if edge.opens and not (is_inner and self._after_call):
            return self._open(state, edge, at, cut)
        if not (region == "message" or (is_inner and region == "section")) or not acts_on_text(edge):
            return False
        if edge.actions and edge.does(BEGINS_REASONING):
            self._saw_reasoning = True
        self._leave(state, at, cut)
        self._go(at + len(edge.literal), edge.to)
        return True

    def _go(self, position: int, to: int) -> None:
        self.position = self._closed_at = position
        self._state = self._machine.states[to]

    def _open(self, state: State, edge: Edge, at: int, cut: int) -> bool:
        """Read the call that a delimiter opens, or the header of a message."""
        if self._has_code_marks and self._in_code(state.sink, cut):
            return False
        ways, text, machine = self._machine.call_ways, self._text, self._machine
        begin = at + len(edge.literal)
        fork = ways.behind(state, edge) if ways is not None and len(text) >= begin + CALL_MIN and self._tries else None
        if fork is None:
            return self._read_header(state, edge, at, cut)
        call = WholeCall(self._tools, text, machine.unwrap, final=True)
        end = call.read(fork, begin)
        if end is None:
            self._tried, self._tries = at, self._tries - 1
            return self._read_header(state, edge, at, cut)
        if call.left is not None:
            if call.left.state.kind != "gap" or call.left.state.expects == "more":
                return False
            self._is_over = True  # the end of the text closes it
        was_trusted = state.region == "section" and self._section_trusted
        self._leave(state, at, cut)
        found = ToolCall(call.id or None, call.name, call.arguments, True)
        self._add_call(found, is_trusted=end.is_trusted or was_trusted)
        self._stack += end.stack
        self._go(call.position, end.end)
        return not self._is_over

    def _read_header(self, state: State, edge: Edge, at: int, cut: int) -> bool:
        """Read delimiters with special tokens that lead from a text to the next one."""
        if not edge.special or state.region != "message" or self._machine.commit != "name":
            return False
        text, states, end, begins_reasoning = self._text, self._machine.states, at + len(edge.literal), False
        while acts_on_text(edge):
            begins_reasoning = begins_reasoning or (edge.actions != () and edge.does(BEGINS_REASONING))
            target = states[edge.to]
            if target.region == "message":
                self._saw_reasoning = self._saw_reasoning or begins_reasoning
                self._leave(state, at, cut)
                self._go(end, edge.to)
                return True
            if target.region != "section" or target.kind != "gap" or target.begins_blank or target.blanks != "any":
                break
            end = skip_blanks(text, end)
            found = edge_at(target, text, end) if end < len(text) else None
            if found is None or not is_certain(found):
                break
            edge = found
            end += len(edge.literal)
        return False

    def _leave(self, state: State, at: int, cut: int) -> None:
        """A text ends at `cut`, before blanks and a delimiter at `at`."""
        text = self._text
        if cut > self.position:
            self._add(state.sink, text[self.position : cut])
        if state.region == "message":
            self._defer(text[cut:at] if state.sink != "reasoning" else "")

    def _in_code(self, sink: str, cut: int) -> bool:
        """Whether backticks stand in the text up to `cut`, or in the one before it that goes on."""
        if cut == self.position:
            return self._has_ticks
        return (self._has_ticks and sink == self._kind) or self._text.find("`", self.position, cut) >= 0


def acts_on_text(edge: Edge) -> bool:
    """Whether an edge does nothing but what is done beside calls."""
    return not edge.actions or all(verb in TEXT_ACTIONS for verb, _ in edge.actions)
