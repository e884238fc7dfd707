"""One text of an answer on its way: what a choice of a chat has said, or a message of a response.

In: pieces of text as the server has sorted them, into reasoning and content, and why the text has ended. Out: deltas,
as `ChunkBuilder` makes them.

Promises: no error leaves this module: what cannot be read goes out as content, as it came; what the server has read by
itself (its calls) is not read again.

Note [reasoning that a server has found]
A server with a reasoning parser and no tool parser hands over the thoughts apart. A model that calls without closing
them leaves its call in there. So they are read like an answer that begins inside the reasoning. A call counts if
nothing but blanks follows: where content comes behind it, the thoughts went on, and it was a draft.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from ..prompts import REASONING
from ..runtime.events import ArgumentsDelta, CallEnd, CallStart, ContentDelta, Event, ReasoningDelta
from ..runtime.parser import Parser
from .chunks import ChunkBuilder
from .plan import Plan
from .thoughts import Thoughts

Delta = dict[str, Any]
Reader = Parser | Thoughts
LENGTH = "length"


class Choice:
    """Reads one text. `whole` is all of it, where all of it is there; `has_thought`: the thoughts came before it."""

    def __init__(self, plan: Plan, whole: str | None = None, *, has_thought: bool = False) -> None:
        self.is_over = False
        self.is_left_alone = plan.reads_nothing  # all that comes is passed on
        self.calls = 0  # that have been found
        self.repairs: frozenset[str] = frozenset()
        self.has_failed = False
        self._plan = plan
        self._whole = whole
        self._builder = ChunkBuilder(plan.format.call_id_length, incomplete=plan.incomplete)
        self._thoughts: Parser | None = None  # while the server says that it is in the reasoning
        self._has_thought = has_thought
        self._content: Reader | None = None
        self._first = 0  # the index of the content's first call

    def reasoning(self, text: str) -> list[Delta]:
        """Read what the server has found to be reasoning."""
        self._has_thought = True
        if self.is_left_alone or self._content is not None or not self._plan.may_begin_in_reasoning:
            return [{REASONING: text}]
        if self._plan.tools is None:
            return [{REASONING: text}]
        if self._thoughts is None:
            self._thoughts = self._plan.parser(REASONING)
        return self._read(self._thoughts, text)

    def content(self, text: str) -> list[Delta]:
        """Read what the server takes to be content."""
        if self.is_left_alone:
            return [{"content": text}]
        deltas = self._leave_thoughts() if self._thoughts is not None and text.strip() else []
        if self._content is None:
            self._content = self._begin()
        return deltas + self._read(self._content, text)

    def finish(self, reason: str | None) -> list[Delta]:
        """Say that the text has ended, and why."""
        if self.is_over:
            return []
        self.is_over = True
        deltas: list[Delta] = []
        if self._thoughts is not None and not self.is_left_alone:
            deltas += self._end(self._thoughts, is_cut=reason == LENGTH)
            self._first = self.calls
        if self._content is not None and not self.is_left_alone:
            deltas += self._end(self._content, is_cut=reason == LENGTH)
        return deltas

    def leave_alone(self) -> list[Delta]:
        """The server has read the calls by itself: what was held goes out as it came."""
        deltas: list[Delta] = []
        if not self.is_left_alone:
            held = [reader for reader in (self._thoughts, self._content) if reader is not None]
            for reader in held:
                event = ReasoningDelta if reader is self._thoughts else ContentDelta
                deltas += self._deltas([event(reader.held_source)] if reader.held_source else [])
        self.is_left_alone = True
        return deltas

    def reason(self, given: str | None) -> str | None:
        """Why the answer has ended, from the server's reason."""
        return given if self.is_left_alone and not self.calls else self._builder.finish_reason(given)

    def _begin(self) -> Reader:
        plan = self._plan
        inside = None if self._has_thought else plan.inside_of(self._whole)
        if plan.reads_all:
            return plan.parser(inside)
        table = plan.format.table
        return Thoughts(plan.parser(inside), table["reasoning_closers"], table["reasoning_openers"])

    def _leave_thoughts(self) -> list[Delta]:
        """Content comes: what the thoughts hold is theirs."""
        thoughts, self._thoughts = self._thoughts, None
        assert thoughts is not None
        if thoughts.is_undecided:
            held = thoughts.held_source
            return self._deltas([ReasoningDelta(held)] if held else [])
        deltas = self._end(thoughts, is_cut=False)
        self._first = self.calls
        return deltas

    def _read(self, reader: Reader, text: str) -> list[Delta]:
        try:
            return self._deltas(reader.feed(text))
        except Exception:
            return self._give_up(reader, text)

    def _end(self, reader: Reader, *, is_cut: bool) -> list[Delta]:
        try:
            deltas = self._deltas(reader.finish(cut=is_cut))
        except Exception:
            return self._give_up(reader, "")
        if isinstance(reader, Parser):
            self.repairs |= reader.repairs
        return deltas

    def _give_up(self, reader: Reader, text: str) -> list[Delta]:
        """Pass on what the reader held, and everything that follows."""
        logging.getLogger("toolgram").exception("the rest of an answer is sent as plain content: a parser failed")
        held = reader.held_source.removesuffix(text) + text
        self.has_failed = self.is_left_alone = True
        return [{"content": held}] if held else []

    def _deltas(self, events: Sequence[Event]) -> list[Delta]:
        if len(events) == 1 and isinstance(events[0], ContentDelta):
            return [{"content": events[0].text}]
        if self._plan.tools is None:
            events = [_as_text(event) for event in events if not isinstance(event, CallEnd)]
        self.calls += sum(isinstance(event, CallStart) for event in events)
        return self._builder.delta(self._numbered(events) if self._first else events)

    def _numbered(self, events: Iterable[Event]) -> Iterable[Event]:
        """Calls of the content count on from those of the reasoning."""
        for event in events:
            if isinstance(event, CallStart | ArgumentsDelta | CallEnd):
                event = replace(event, index=event.index + self._first)
            yield event


def _as_text(event: Event) -> Event:
    """What a call is where none is wanted, in a format that has to be read all the same: its name and arguments."""
    if isinstance(event, CallStart):
        return ContentDelta(event.name)
    return ContentDelta(event.text) if isinstance(event, ArgumentsDelta) else event
