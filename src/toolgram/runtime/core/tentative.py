"""The stretch in which it is undecided whether a call has begun: its source is kept, to be given back.

In: the parser where a call's opener stands, or a delimiter of a citation that holds the source. Out: a call, markup
without a call, or the text that it was.

Promises: what is given back is the source, character for character, and is read as text up to the place that failed:
no call is made of it, and giving back costs no more than reading did.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, List, Optional

from toolgram.runtime.tables.machine import State

if TYPE_CHECKING:
    from toolgram.runtime.parser import Parser


class Tentative:
    """Where the stretch began, and what the parser was then."""

    __slots__ = (
        "base",
        "begin",
        "calls",
        "closes_citation",
        "kept",
        "machine",
        "mark",
        "saw_body",
        "saw_call",
        "saw_reasoning",
        "stack",
        "tells",
        "traced",
        "trusted",
    )

    def __init__(self, parser: Parser, closes_citation: bool = False) -> None:
        self.base: State = parser.state
        self.machine = parser.machine
        self.begin = parser.position  # in the parser's buffer
        self.kept: List[str] = []  # the source that has left the buffer
        self.mark = parser.output.mark()
        self.stack = list(parser.stack)
        self.calls = parser.calls
        self.closes_citation = closes_citation  # it is a citation's closer, up to its end
        self.saw_reasoning = parser.saw_reasoning
        self.traced = len(parser.trace) if parser.trace is not None else 0
        # A special token stands in it, or has opened the section that it stands in.
        self.trusted = parser.state.region == "section" and parser.section_trusted
        self.tells = False  # a delimiter stands in it that is more than a bracket
        self.saw_call = False  # a call was opened in it
        self.saw_body = False  # something else than markup stands in it

    def keep(self, text: str) -> None:
        """Keep source that leaves the buffer."""
        self.kept.append(text)
        self.begin = 0


def give_back(parser: Parser, at: int) -> None:
    """It is no call: what was read up to `at` is text; go on reading at `at`."""
    stretch = parser.tentative
    if stretch is None:
        return
    _restore(parser, stretch)
    parser.stack, parser.calls, parser.saw_reasoning = stretch.stack, stretch.calls, stretch.saw_reasoning
    kept, begin = "".join(stretch.kept), stretch.begin
    if kept:
        parser.buffer, at, begin = kept + parser.buffer[begin:], at - begin + len(kept), 0
        parser.base -= len(kept)
    parser.position = parser.scan = begin
    text = _text_state(parser, stretch.base)
    if text is None:
        parser.junk_word = at == begin  # a word that is no name: the rest of it is none either
        parser.spend("skipped", at)
    parser.scan = at
    parser.state = stretch.base if text is None else text
    if parser.unbound is not None:
        parser.settle_suffix(parser.state.number)
        parser.state = parser.machine.states[parser.state.number]


def drop(parser: Parser) -> None:
    """The stream ended before the name of a call that a special token had opened, or inside a citation's closer."""
    stretch = parser.tentative
    if stretch is None:
        return
    _restore(parser, stretch)
    at = len(parser.buffer)
    if parser.trace is not None:
        parser.trace.append(("skipped", "".join(stretch.kept) + parser.buffer[stretch.begin : at]))
    parser.position = at


def _restore(parser: Parser, stretch: Tentative) -> None:
    parser.tentative = None
    parser.machine = stretch.machine
    parser.output.rewind(stretch.mark)
    parser.call = parser.scanner = parser.nest = parser.element = None
    parser.junk_quote = ""
    parser.junk_word = False
    if parser.echo is not None:
        parser.echo.forget()
    if parser.trace is not None:
        del parser.trace[stretch.traced :]


def _text_state(parser: Parser, base: State) -> Optional[State]:
    """Where rejected text belongs: the text it was found in, or that may stand in its place."""
    if base.kind == "text":
        return base
    for step in base.thens:
        state = parser.machine.states[step.to]
        if state.sink in ("content", "reasoning"):
            return state
    content = parser.machine.content
    at_message_level = base.region == "message" or base.number == parser.machine.start
    return parser.machine.states[content] if content is not None and at_message_level else None
