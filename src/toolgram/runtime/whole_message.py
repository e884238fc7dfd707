"""Read a message at once that has come whole, as far as it is plain.

In: a machine, the tools of the request, and all of the text. Out: what has come of the message up to a place; where that
is not the end, the registers of a run that goes on from there.

    Look. <call>f: <p>k=v</p></call> Done.      text up to a delimiter, a whole call, text up to the end

How: at message level a text goes up to the first place where its state's search finds something. What stands there is a
delimiter that nothing but its literal decides about, the opener of a call that is read whole (whole_call.py), the
header of a message, or certainly none of these. Anything else ends the reading.

Promises: what it gives is what the steps would give for a text that is fed whole and finished. Each character is looked
at as often as in the steps, and once more in the one call that is left to them. What is changed here is nobody else's,
so what cannot be handed over is read by the steps from the beginning.
"""

from __future__ import annotations

from typing import Final, List, Optional

from toolgram.runtime.core.edges import blanks_from
from toolgram.runtime.core.run import TEXTS, Run
from toolgram.runtime.core.spelled import IS_TAG
from toolgram.runtime.core.text import TRIES_MAX
from toolgram.runtime.core.verdicts import BLANK_SET, skip_blanks
from toolgram.runtime.core.whole_call import CALL_MIN, WholeCall
from toolgram.runtime.events import ArgumentsDelta, CallEnd, CallStart, ContentDelta, ReasoningDelta
from toolgram.runtime.message import Message, ToolCall
from toolgram.runtime.schema.tools import ToolSet
from toolgram.runtime.tables.limits import BLANKS, BLANKS_MAX, TAG_BLANKS_MAX, TAG_MAX
from toolgram.runtime.tables.machine import PreparedMachine
from toolgram.runtime.tables.states import Edge, State
from toolgram.runtime.tables.turn_marks import TurnMarks

# Actions at message level of which nothing is seen but that of the first.
BEGINS_REASONING: Final = "reasoning"
TEXT_ACTIONS: Final = frozenset((BEGINS_REASONING, "open_section", "close_section", "forget_section"))
NO_CALL_TRIED: Final = -1


class WholeMessage:
    """What has come of a message that is read at once."""

    __slots__ = (
        "_after_call",
        "_calls",
        "_closed_at",
        "_content",
        "_deferred",
        "_fresh",
        "_has_content",
        "_has_ticks",
        "_is_over",
        "_kind",
        "_machine",
        "_reasoning",
        "_saw_reasoning",
        "_section_trusted",
        "_stack",
        "_state",
        "_text",
        "_tools",
        "_tried",
        "_tries",
        "position",
    )

    def __init__(self, machine: PreparedMachine, tools: ToolSet, inside: Optional[str]) -> None:
        self._machine, self._tools = machine, tools
        self._state = machine.states[machine.start if inside is None else machine.inside[inside]]
        self._stack: List[int] = []
        self._text = ""
        self.position = 0  # up to here it has been read
        self._is_over = False  # all has been read
        self._closed_at = 0  # the end of the delimiter that was taken last
        self._tried = NO_CALL_TRIED  # where a call opens that is not plain
        self._tries = TRIES_MAX
        self._content: List[str] = []
        self._reasoning: List[str] = []
        self._calls: List[ToolCall] = []
        # As in `SoFar`.
        self._after_call = self._has_content = self._section_trusted = False
        self._fresh = True
        self._saw_reasoning = inside == BEGINS_REASONING
        self._deferred = ""
        self._kind = ""  # of the text that came last, content or reasoning
        self._has_ticks = False  # there are backticks in it

    def read(self, text: str) -> bool:
        """Read as far as the text is plain; whether that is all of it."""
        turns = self._machine.turns
        end = len(text) if turns is None else turns.end_of_turn(text)
        if end < 0:
            return False
        self._text = text[:end]
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
        content, reasoning = "".join(self._content) or None, "".join(self._reasoning) or None
        message = Message(content, reasoning, tuple(self._calls), ())
        message._id_length = self._machine.call_id_length
        return message

    def hand_over(self, run: Run) -> int:
        """Let a run that is new go on; return from where. At the beginning it is as it was."""
        machine, end = self._machine, self.position
        if not end or machine.suffix or machine.has_citations or machine.drops_echo or "`" in self._text[:end]:
            return 0
        run.place.state, run.place.stack = self._state, self._stack
        source, message, output = run.text, run.message, run.output
        source.skip(end)
        source.tries, source.tried = self._tries, self._tried
        message.after_call, message.has_content, message.fresh = self._after_call, self._has_content, self._fresh
        message.saw_reasoning, message.section_trusted = self._saw_reasoning, self._section_trusted
        message.deferred, message.calls = self._deferred, len(self._calls)
        if self._reasoning:
            output.events.append(ReasoningDelta("".join(self._reasoning)))
        if self._content:
            output.events.append(ContentDelta("".join(self._content)))
        for index, call in enumerate(self._calls):
            output.events += (
                CallStart(index, call.name, call.id),
                ArgumentsDelta(index, call.arguments),
                CallEnd(index, True),
            )
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
                self._sink(state.sink, text[self.position :])
                self.position, self._is_over = len(text), True
                return False
            at = found.start()
            edge = edge_at(state, text, at)
            if edge is not None:
                return self._take(state, edge, at, blanks_from(text, self.position, at, edge.blanks))
            if not self._is_text(state, at):
                return False
            at += 1

    def _read_gap(self, state: State) -> bool:
        """A delimiter, or what begins without one."""
        text, begin = self._text, self.position
        is_message = state.region == "message"
        if state.begins_blank or not (is_message or state.region == "section"):
            return False
        at = self._behind_blanks(state)
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
        if not self._is_text(state, at) or (step.first is not None and text[at] not in step.first):
            return False
        self.position = begin if state.keep_blanks else at
        self._state = target
        return True

    def _behind_blanks(self, state: State) -> int:
        """Where the blanks end that are markup in a gap."""
        text, at = self._text, self.position
        if state.blanks == "any":
            return skip_blanks(text, at)
        if state.blanks == "newline":
            return at + (1 if text.startswith("\n", at) else 2 if text.startswith("\r\n", at) else 0)
        return at

    # --- delimiters ---------------------------------------------------------------------------------------------------

    def _take(self, state: State, edge: Edge, at: int, cut: int) -> bool:
        """Go on behind a delimiter at `at`; text goes up to `cut`. False: it is not plain."""
        if not is_sure(edge):
            return False
        region = self._machine.states[edge.to].region
        is_inner = state.region == "section" and region != "call"
        if edge.opens and not (is_inner and self._after_call):
            return self._open(state, edge, at, cut)
        if not (region == "message" or (is_inner and region == "section")) or not self._act(edge):
            return False
        self._leave(state, at, cut)
        self._go(at + len(edge.literal), edge.to)
        return True

    def _act(self, edge: Edge) -> bool:
        """Do what an edge does; False: that is not known here."""
        for verb, _ in edge.actions:
            if verb not in TEXT_ACTIONS:
                return False
            if verb == BEGINS_REASONING:
                self._saw_reasoning = True
        return True

    def _go(self, position: int, to: int) -> None:
        self.position = self._closed_at = position
        self._state = self._machine.states[to]

    def _open(self, state: State, edge: Edge, at: int, cut: int) -> bool:
        """Read the call that a delimiter opens, or the header of a message."""
        if self._in_code(state.sink, cut):
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
        self._calls.append(ToolCall(call.id or None, call.name, call.arguments, True))
        self._section_trusted = end.is_trusted or was_trusted
        self._after_call = True
        self._stack += end.stack
        self._go(call.position, end.end)
        return not self._is_over

    def _read_header(self, state: State, edge: Edge, at: int, cut: int) -> bool:
        """Read delimiters with special tokens that lead from a text to the next one."""
        if not edge.special or state.region != "message" or self._machine.commit != "name":
            return False
        text, states, is_reasoning = self._text, self._machine.states, self._saw_reasoning
        end = at + len(edge.literal)
        while self._act(edge):
            target = states[edge.to]
            if target.region == "message":
                self._leave(state, at, cut)
                self._go(end, edge.to)
                return True
            if target.region != "section" or target.kind != "gap" or target.begins_blank or target.blanks != "any":
                break
            end = skip_blanks(text, end)
            found = edge_at(target, text, end) if end < len(text) else None
            if found is None or not is_sure(found):
                break
            edge = found
            end += len(edge.literal)
        self._saw_reasoning = is_reasoning
        return False

    # --- text ---------------------------------------------------------------------------------------------------------

    def _leave(self, state: State, at: int, cut: int) -> None:
        """A text ends at `cut`, before blanks and a delimiter at `at`."""
        text = self._text
        if cut > self.position:
            self._sink(state.sink, text[self.position : cut])
        if state.region == "message":
            self._defer(text[cut:at] if state.sink != "reasoning" else "")

    def _sink(self, sink: str, text: str) -> None:
        """Take text; see `Output.content`."""
        if not text:
            return
        self._has_ticks = "`" in text or (self._has_ticks and sink == self._kind)
        self._kind = sink
        if sink == "reasoning":
            self._reasoning.append(text)
            return
        if self._after_call or self._deferred:
            if not self._has_content:
                text = text.lstrip(BLANKS)
            if not text.strip(BLANKS):
                self._defer(text)
                return
            text = self._deferred + text
            self._deferred, self._after_call = "", False
        self._has_content, self._fresh = True, False
        self._content.append(text)

    def _defer(self, blanks: str) -> None:
        """See `Output.boundary`."""
        self._fresh = True
        if self._has_content:
            self._deferred = (self._deferred + blanks)[:BLANKS_MAX]

    def _in_code(self, sink: str, cut: int) -> bool:
        """Whether backticks stand in the text up to `cut`, or in the one before it that goes on."""
        if cut == self.position:
            return self._has_ticks
        return (self._has_ticks and sink == self._kind) or self._text.find("`", self.position, cut) >= 0

    def _is_text(self, state: State, at: int) -> bool:
        """Whether it is certain that no delimiter begins at a place where the literal of none stands."""
        text = self._text
        edges = state.by_first.get(text[at], ())
        rest = len(text) - at
        for edge in edges:
            if edge.tail is not None or (edge.stem and text.startswith(edge.stem, at)):
                return False
            if rest < len(edge.literal) and edge.literal.startswith(text[at:]):
                return False
        if text[at] != "<" or not state.unknown_tags:
            return True
        tag = IS_TAG(text[at : at + TAG_MAX])
        if tag is None:
            return True
        end = skip_blanks(text, at + tag.end(), TAG_BLANKS_MAX)
        opener = text[end : end + 1]
        content = self._machine.content
        return opener not in state.by_first and (
            content is None or opener not in self._machine.states[content].by_first
        )


def edge_at(state: State, text: str, at: int) -> Optional[Edge]:
    """The edge whose literal stands at a place, the longest."""
    for edge in state.by_first.get(text[at], ()):
        if text.startswith(edge.literal, at):
            return edge
    return None


def is_sure(edge: Edge) -> bool:
    """Whether nothing but its literal decides about an edge, and nothing has to be remembered of it."""
    return edge.is_plain and not (edge.peek or edge.drafts) and edge.tail is None
