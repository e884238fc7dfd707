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

from typing import Any, Dict, List, Optional, Sequence, Tuple, Union

from toolgram.runtime.core.actions import ACTIONS
from toolgram.runtime.core.call import Call
from toolgram.runtime.core.echo import Echo
from toolgram.runtime.core.fast_path import NO_FAST_PATH, choose_fast_path
from toolgram.runtime.core.guards import TELLING, WAIT, skip_blanks
from toolgram.runtime.core.output import Output
from toolgram.runtime.core.special_tokens import SpecialTokens
from toolgram.runtime.core.tentative import Tentative, drop, give_back
from toolgram.runtime.events import Event
from toolgram.runtime.near_json.scan import ValueScanner
from toolgram.runtime.schema.tools import ToolSet
from toolgram.runtime.steps.object_members import ShortString
from toolgram.runtime.steps.table import STEPS
from toolgram.runtime.tables.limits import BLANKS_MAX, DEPTH_MAX
from toolgram.runtime.tables.machine import Edge, Nest, PreparedMachine, State, Step
from toolgram.runtime.tables.suffix import read_suffix
from toolgram.runtime.values.elements import ElementWriter
from toolgram.runtime.values.entities import EntityDecoder

STALL_MAX = 64  # moves without reading; a machine that passed its checks needs far fewer


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
        "echo",
        "element",
        "entities",
        "final",
        "id_open",
        "id_text",
        "junk_quote",
        "junk_word",
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
        "source_text",
        "special",
        "stack",
        "state",
        "string",
        "tentative",
        "tools",
        "trace",
        "type_text",
        "unbound",
        "work",
    )

    def __init__(
        self,
        machine: PreparedMachine,
        tools: Union[ToolSet, Sequence[Any], None] = None,
        inside: Optional[str] = None,
        *,
        token_ids: Optional[Dict[str, int]] = None,
        suffix: Optional[str] = None,
        trace: bool = False,
    ) -> None:
        if inside is not None and inside not in machine.inside:
            raise ValueError(f"format {machine.format} cannot begin inside {inside!r}")
        self.machine = machine.for_tokens(token_ids or ()) if suffix is None else machine.bind(suffix)
        # The machine whose delimiters may have any suffix, where the text has to say which; None where it is known.
        self.unbound = self.machine if self.machine.bound is None else None
        self.tools = tools if isinstance(tools, ToolSet) else ToolSet(None if tools is None else list(tools))
        self.special = SpecialTokens(token_ids) if token_ids else None
        self.state: State = self.machine.states[machine.start if inside is None else machine.inside[inside]]
        self.stack: List[int] = []  # states to return to
        self.output = Output(machine.has_citations)
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
        self.name_text = self.id_text = self.key_text = self.type_text = ""
        self.id_open = False  # an id is being read, and what stands in it is part of it
        self.scanner: Optional[ValueScanner] = None
        self.element: Optional[ElementWriter] = None
        self.string: Optional[ShortString] = None  # a key or a name that is being read
        self.entities = EntityDecoder()
        self.nest: Optional[Tuple[Nest, int]] = None  # the example inside a value, and how deep it is nested
        self.junk_quote = ""  # the quote that ends the junk being skipped
        self.junk_word = False  # a word that is no name is being skipped
        self.source_text = ""  # of the citation being read
        self.echo: Optional[Echo] = Echo() if machine.drops_echo else None
        self.saw_reasoning = inside == "reasoning"

        self._quick, self._delta = NO_FAST_PATH  # a search that is None when a text is plain here; what it is then

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
        self._quick, self._delta = choose_fast_path(self)
        return self._events()

    def finish(self) -> List[Event]:
        """Say that the text has ended; return the last events. A second call returns nothing."""
        if self._finished:
            return []
        self._finished = self.final = True
        self._quick, self._delta = NO_FAST_PATH
        self._run()
        if self.tentative is not None:
            is_over = self.state.region == "message"  # all of it is markup
            by_name = self.tentative.trusted and self.machine.commit == "name"
            if by_name or is_over or self.tentative.closes_citation:
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
        held += self.element.held if self.element is not None else 0
        return held + (self.scanner.held if self.scanner is not None else 0)

    @property
    def is_strict(self) -> bool:
        """Whether a section is being read that is calls altogether or text altogether."""
        return self.machine.commit == "section" and self.tentative is not None

    @property
    def held_source(self) -> str:
        """The source read that is still undecided between text and markup, with the blanks that wait before it."""
        stretch = self.tentative
        if stretch is None:
            return self.output.deferred + self.buffer
        return stretch.mark[1] + "".join(stretch.kept) + self.buffer

    # --- running --------------------------------------------------------------------------------------------------

    def _run(self) -> None:
        stalled, echo = 0, self.echo
        while True:
            before = self.position
            if self.tentative is not None and self.state.region == "message" and self._is_nothing():
                return
            if echo is not None and echo.text and self.state.region == "message":
                if echo.skip(self) == WAIT:
                    return
                continue
            if not STEPS[self.state.kind](self, self.state):
                return
            stalled = stalled + 1 if self.position == before else 0
            if stalled > STALL_MAX:
                if self.position == len(self.buffer):
                    return
                self.spend("skipped", self.position + 1)
                stalled = 0

    def _is_nothing(self) -> bool:
        """Whether an empty array is all that came: it says that there is nothing to call. If more comes it is text."""
        at = skip_blanks(self.buffer, self.position)
        self.work += at - self.position + 1
        if at == len(self.buffer) and at - self.position < BLANKS_MAX:
            return True
        give_back(self, self.position)
        return False

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
            if not stretch.mark[0]:
                return []
            events, output.events = output.events[: stretch.mark[0]], output.events[stretch.mark[0] :]
            stretch.mark = (0, *stretch.mark[1:])
            return events
        output.flush()
        events, output.events = output.events, []
        return events

    # --- moving ---------------------------------------------------------------------------------------------------

    def go(self, number: int) -> None:
        """Enter a state. Back at message level, a tentative stretch without a call is settled."""
        if self.unbound is not None:
            self.settle_suffix(number)
        self.state = state = self.machine.states[number]
        self.scan = self.position
        stretch = self.tentative
        if stretch is None or state.region != "message":
            return
        if self.machine.commit == "section":
            is_settled = self.calls > stretch.calls
        elif stretch.saw_call:
            is_settled = stretch.trusted and not stretch.saw_body
        else:
            is_settled = stretch.trusted or stretch.tells
            if not is_settled:
                return  # see `_is_nothing`
        if is_settled:
            self.tentative = None
        else:
            give_back(self, self.position)

    def take(self, edge: Edge, at: int) -> None:
        """Consume the blanks up to `at` and the literal there, and follow the edge."""
        if edge.rank and self.state.region != "message" and self.is_strict:
            give_back(self, at)
            return
        end = at if edge.peek else at + len(edge.literal)
        suffix = ""
        if edge.tail is not None:
            _, behind = read_suffix(self.buffer, end, self.machine.suffix, edge.tail)
            suffix, end = self.buffer[end:behind], behind + len(edge.tail)
        if edge.push is not None and len(self.stack) >= DEPTH_MAX:
            self.spend("skipped", max(end, at + 1))
            return
        cites = self.machine.states[edge.to].region == "citation"
        if (edge.opens or cites) and self.tentative is None:
            self.tentative = Tentative(self, closes_citation=cites and edge.rank == 0 and self.output.cited is not None)
        if self.state.region == "message":
            self.output.boundary(self.buffer[self.position : at] if self.state.sink != "reasoning" else "")
        if self.tentative is not None:
            self.tentative.trusted = self.tentative.trusted or bool(edge.special)
            self.tentative.tells = self.tentative.tells or len(edge.literal) >= TELLING
        if edge.tail is not None:
            self.machine = self.machine.bind(suffix)
        self.spend("blanks", at)
        self.spend("markup", end)
        if self.echo is None:
            self._move(edge.actions, edge.to, edge.push)
            return
        if self.state.region == "message" and edge.opens:
            self.echo.begin()
        self._move(edge.actions, edge.to, edge.push)
        if self.echo.is_recording and self.state.region == "message":
            self.echo.end(edge)

    def settle_suffix(self, number: int) -> None:
        """Bind the suffix, or open it again, on the way to a state: see Note [whose suffix counts]."""
        assert self.unbound is not None
        if self.unbound.states[number].region != "message":
            self.machine = self.machine if self.machine.bound is not None else self.machine.bind("")
        elif not self.machine.bound:
            self.machine = self.unbound

    def step_to(self, step: Step) -> None:
        """Follow a move that reads nothing."""
        to = self.machine.states[step.to].region
        from_text = self.state.region == "message" and to != "message"
        if self.tentative is None and (from_text or (self.state.region == "section" and to == "call")):
            self.tentative = Tentative(self)
        self._move(step.actions, step.to, step.push)
        if self.echo is not None and self.state.region == "message":
            self.echo.forget()

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
        if self.echo is not None and self.echo.is_recording:
            self.echo.note(self.buffer[self.position : end])
        self.position = end
        self.scan = max(self.scan, end)

    # --- calls ----------------------------------------------------------------------------------------------------

    def end_call(self, complete: bool) -> None:
        """Close the call; one that was never announced vanishes."""
        call, self.call = self.call, None
        self.element = None
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
            or (call.param_open and not call.is_whole)
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
