"""The incremental parser: text in, events out, in one pass.

In: the model's text in pieces of any size, in order, and the machine of its format. Out: events.

It promises that (1) how the text is cut changes nothing, (2) nothing emitted is ever taken back, (3) every
character becomes content, reasoning, a capture, markup or skipped junk, in order, (4) no more text is held than the
machine's bound, except while it is undecided whether a call has begun, (5) the work is linear in the text, (6) no text
raises, and (7) the arguments of a complete call are one JSON object.

How: `buffer` holds what has arrived and is not decided; a step function per kind of state (steps.py) consumes it from
the left. The one thing the tables cannot show is the *tentative* stretch: from a call's opener to its name the
source is kept, and when no call comes of it, it is given back as the text it was (tentative.py).
"""

from __future__ import annotations

from functools import partial
from typing import Any, Callable, Dict, List, Optional, Sequence, Tuple, Union

from toolgram.runtime.actions import ACTIONS
from toolgram.runtime.call import Call
from toolgram.runtime.entities import EntityDecoder
from toolgram.runtime.events import ArgumentsDelta, ContentDelta, Event, ReasoningDelta
from toolgram.runtime.machine import DEPTH_MAX, Edge, Nest, PreparedMachine, State, Step
from toolgram.runtime.member_steps import ShortString
from toolgram.runtime.output import Output
from toolgram.runtime.scan import ValueScanner
from toolgram.runtime.schema import ToolSet
from toolgram.runtime.special_tokens import SpecialTokens
from toolgram.runtime.steps import STEPS
from toolgram.runtime.tentative import Tentative, drop, give_back
from toolgram.runtime.text_writers import StringWriter

STALL_MAX = 64  # moves without reading; a machine that passed its checks needs far fewer


def _busy(text: str) -> bool:  # noqa: ARG001  stands where a search stands
    return True


class Parser:
    """Reads one message. `inside` names the capture that is already open when generation begins."""

    __slots__ = (
        "_delta",
        "_finished",
        "_quick",
        "base",
        "buffer",
        "call",
        "call_depth",
        "calls",
        "entities",
        "final",
        "id_open",
        "id_text",
        "junk_quote",
        "key_text",
        "machine",
        "name_text",
        "nest",
        "output",
        "position",
        "saw_reasoning",
        "scan",
        "scanner",
        "section_trusted",
        "special",
        "stack",
        "state",
        "string",
        "tentative",
        "tools",
        "trace",
        "work",
    )

    def __init__(
        self,
        machine: PreparedMachine,
        tools: Union[ToolSet, Sequence[Any], None] = None,
        inside: Optional[str] = None,
        *,
        token_ids: Optional[Dict[str, int]] = None,
        trace: bool = False,
    ) -> None:
        if inside is not None and inside not in machine.inside:
            raise ValueError(f"format {machine.format} cannot begin inside {inside!r}")
        self.machine = machine
        self.tools = tools if isinstance(tools, ToolSet) else ToolSet(None if tools is None else list(tools))
        self.special = SpecialTokens(token_ids) if token_ids else None
        self.state: State = machine.states[machine.start if inside is None else machine.inside[inside]]
        self.stack: List[int] = []  # states to return to
        self.output = Output()
        self.trace: Optional[List[Tuple[str, str]]] = [] if trace else None  # (what it was, text), of all the text

        self.buffer = ""
        self.position = 0  # where the undecided text begins in `buffer`
        self.scan = 0  # from where it has not been searched
        self.base = 0  # characters that came before `buffer`
        self.final = self._finished = False
        self.work = 0  # characters looked at on the slow path

        self.tentative: Optional[Tentative] = None
        self.section_trusted = False  # a special token has opened the section of calls
        self.call: Optional[Call] = None
        self.calls = 0  # calls announced
        self.call_depth = 0  # of the stack, when the call was opened
        self.name_text = self.id_text = self.key_text = ""
        self.id_open = False  # an id is being read, and what stands in it is part of it
        self.scanner: Optional[ValueScanner] = None
        self.string: Optional[ShortString] = None  # a key or a name that is being read
        self.entities = EntityDecoder()
        self.nest: Optional[Tuple[Nest, int]] = None  # the example inside a value, and how deep it is nested
        self.junk_quote = ""  # the quote that ends the junk being skipped
        self.saw_reasoning = inside == "reasoning"

        self._quick: Callable[[str], Any] = _busy  # None when a text is plain here
        self._delta: Callable[[str], Event] = ContentDelta  # what a plain text is

    # --- the two methods ------------------------------------------------------------------------------------------

    def feed(self, text: str, token_ids: Optional[Sequence[int]] = None) -> List[Event]:
        """Read more text; return what it decides. Raises ValueError after `finish`.

        `token_ids` are the ids of the text's tokens, as far as they are known.
        """
        if self.special is not None and token_ids is not None:
            self.special.note(token_ids)
        if self._quick(text) is None:
            return [self._delta(text)] if text else []
        if self._finished:
            raise ValueError("feed after finish: one parser reads one message")
        self.buffer = self.buffer + text if self.buffer else text
        self._run()
        self._trim()
        self._ready()
        return self._events()

    def finish(self) -> List[Event]:
        """Say that the text has ended; return the last events. A second call returns nothing."""
        if self._finished:
            return []
        self._finished, self._quick, self.final = True, _busy, True
        self._run()
        if self.tentative is not None:
            if self.tentative.trusted and self.machine.commit == "name":
                drop(self)
            else:
                give_back(self, len(self.buffer))
                self._run()
        if self.call is not None:
            self.end_call(self._is_between_values())
        self.spend("skipped", len(self.buffer))
        return self._events()

    @property
    def held_chars(self) -> int:
        """Characters read that no event has accounted for."""
        held = len(self.buffer) - self.position + self.entities.held
        if self.tentative is not None:
            return held + sum(map(len, self.tentative.kept))
        held += self.call.held_chars if self.call is not None else 0
        return held + (self.scanner.held if self.scanner is not None else 0)

    @property
    def held_source(self) -> str:
        """The source read that is still undecided between text and markup, with the blanks that wait before it."""
        stretch = self.tentative
        if stretch is None:
            return self.output.deferred + self.buffer
        return stretch.mark[1] + "".join(stretch.kept) + self.buffer

    # --- running --------------------------------------------------------------------------------------------------

    def _run(self) -> None:
        stalled = 0
        while True:
            before = self.position
            if not STEPS[self.state.kind](self, self.state):
                return
            stalled = stalled + 1 if self.position == before else 0
            if stalled > STALL_MAX:
                if self.position == len(self.buffer):
                    return
                self.spend("skipped", self.position + 1)
                stalled = 0

    def _trim(self) -> None:
        if self.tentative is not None:
            self.tentative.keep(self.buffer[self.tentative.begin : self.position])
        if self.position:
            self.buffer = self.buffer[self.position :]
            self.scan -= self.position
            self.base += self.position
            self.position = 0
        if self.special is not None and self.tentative is None:
            self.special.forget(self.base)

    def _events(self) -> List[Event]:
        output, stretch = self.output, self.tentative
        if stretch is not None:  # what came before it is certain
            events, output.events = output.events[: stretch.mark[0]], output.events[stretch.mark[0] :]
            stretch.mark = (0, *stretch.mark[1:])
            return events
        output.flush()
        events, output.events = output.events, []
        return events

    def _ready(self) -> None:
        """Choose the fast path for the next delta: one search that says whether it is plain text here."""
        self._quick = _busy
        if self.buffer or self.trace is not None or self.tentative is not None or self.entities.held:
            return
        state = self.state
        call = self.call if self.call is not None and self.call.announced else None
        if state.kind == "text":
            if state.sink == "content":
                if self.output.has_content and not self.output.fresh:
                    self._quick, self._delta = state.quick, ContentDelta
            elif state.sink == "reasoning":
                self._quick, self._delta = state.quick, ReasoningDelta
            elif call is not None and isinstance(call.writer, StringWriter) and call.writer.plain is not None:
                self._quick, self._delta = state.quick_string, partial(ArgumentsDelta, call.index)
        elif state.kind == "scan" and self.scanner is not None and call is not None:
            plain = self.scanner.plain
            if plain is not None and (call.args_active or call.raw):
                self._quick, self._delta = plain, partial(ArgumentsDelta, call.index)

    # --- moving ---------------------------------------------------------------------------------------------------

    def go(self, number: int) -> None:
        """Enter a state. Back at message level, a tentative stretch without a call is settled."""
        self.state = state = self.machine.states[number]
        self.scan = self.position
        stretch = self.tentative
        if stretch is None or state.region != "message":
            return
        whole = self.machine.commit == "section" and self.calls > stretch.calls
        if whole or not stretch.saw_call or (stretch.trusted and not stretch.saw_body):
            self.tentative = None
        else:
            give_back(self, self.position)

    def take(self, edge: Edge, at: int) -> None:
        """Consume the blanks up to `at` and the literal there, and follow the edge."""
        end = at if edge.peek else at + len(edge.literal)
        if edge.push is not None and len(self.stack) >= DEPTH_MAX:
            self.spend("skipped", max(end, at + 1))
            return
        if edge.opens and self.tentative is None:
            self.tentative = Tentative(self)
        if self.state.region == "message":
            self.output.boundary(self.buffer[self.position : at] if self.state.sink != "reasoning" else "")
        if edge.special and self.tentative is not None:
            self.tentative.trusted = True
        self.spend("blanks", at)
        self.spend("markup", end)
        self._move(edge.actions, edge.to, edge.push)

    def step_to(self, step: Step) -> None:
        """Follow a move that reads nothing."""
        to = self.machine.states[step.to].region
        from_text = self.state.region == "message" and to != "message"
        if self.tentative is None and (from_text or (self.state.region == "section" and to == "call")):
            self.tentative = Tentative(self)
        self._move(step.actions, step.to, step.push)

    def _move(self, actions: Tuple[Tuple[str, str], ...], to: int, push: Optional[int]) -> None:
        if push is not None:
            self.stack.append(push)
        for verb, rest in actions:
            if ACTIONS[verb](self, rest) is False:
                return
        self.go(to)

    def spend(self, kind: str, end: int) -> None:
        """Consume up to `end`; `kind` says what it was."""
        if end <= self.position:
            return
        if self.trace is not None:
            self.trace.append((kind, self.buffer[self.position : end]))
        if self.tentative is not None and kind not in ("markup", "blanks"):
            self.tentative.saw_body = True
        self.position = end
        self.scan = max(self.scan, end)

    # --- calls ----------------------------------------------------------------------------------------------------

    def end_call(self, complete: bool) -> None:
        """Close the call; one that was never announced vanishes."""
        call, self.call = self.call, None
        self.nest, self.junk_quote = None, ""
        if call is None or not call.announced:
            return
        call.end(complete)
        if self.machine.commit == "call":
            self.tentative = None

    def _is_between_values(self) -> bool:
        """Whether the stream ended where nothing is half read (design.md, rule 8)."""
        call = self.call
        if (
            call is None
            or call.param_open
            or (call.args_open and not (self.scanner is not None and self.scanner.whole))
        ):
            return False
        states = self.machine.states
        in_object = self.state.kind in ("members", "string") or any(states[n].kind == "members" for n in self.stack)
        return call.has_args or not in_object

    def is_real(self, edge: Edge, at: int) -> bool:
        """Whether the special tokens of a delimiter at `at` of the buffer came as tokens (design.md, rule 10)."""
        special = self.special
        return special is None or all(special.is_real(token, self.base + at + place) for token, place in edge.special)
