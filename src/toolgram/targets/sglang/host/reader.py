"""One answer on its way through the core.

In: the text of an answer in deltas. Out: events.

What the prompt has begun of the answer is read first. Its text is known to the client and is not sent; a call that
begins in it is sent with the first delta.

Promise: no error leaves it: what the core cannot read goes out as plain content, from what it held to the end.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Optional

from toolgram.runtime.events import ArgumentsDelta, CallEnd, CallStart, ContentDelta, Event, ReasoningDelta
from toolgram.runtime.parser import Parser
from toolgram.targets.serving.seam import Seam
from toolgram.targets.serving.tools_again import tool_set_of
from toolgram.targets.serving.vocabulary import Vocabulary
from toolgram.targets.sglang.host.served_format import ServedFormat

INSIDE_REASONING = "reasoning"


class Reader:
    """Reads one answer. `is_open`: it begins in the reasoning; `begun`: what the prompt has begun of it."""

    def __init__(
        self, fmt: ServedFormat, words: Vocabulary, half: str, tools: Any, *, is_open: bool = False, begun: str = ""
    ) -> None:
        self._fmt = fmt
        self._half = half
        self._core: Optional[Parser] = None  # None: all text is content
        self._first: Sequence[Event] = ()  # of calls that the prompt has begun
        self._known = ""  # of the prompt, and not decided when it ended
        try:
            self._core = self._new_core(words, tools, is_open=is_open)
            if begun:
                self._read_prompt(begun)
        except Exception as error:  # tools that cannot be read, for one
            self._fail(error)

    @property
    def core(self) -> Optional[Parser]:
        """The parser, as long as it reads."""
        return self._core

    def keep_source(self, seam: Seam) -> None:
        """Have the seam know the source behind the reasoning."""
        if self._core is not None:
            seam.begin(self._core)

    def feed(self, text: str) -> Sequence[Event]:
        """Read a delta."""
        if self._core is None:
            return [ContentDelta(text)] if text else []
        try:
            events = self._core.feed(text)
            return self._sent(events) if self._first or self._known else events
        except Exception as error:  # whatever it is, the stream must go on
            held = self._core.held_source.removesuffix(text)
            self._fail(error)
            return [ContentDelta(held + text)]

    def finish(self) -> Sequence[Event]:
        """Say that the answer has ended."""
        if self._core is None:
            return []
        try:
            events = self._core.finish()
            return self._sent(events) if self._first or self._known else events
        except Exception as error:  # as in `feed`
            held = self._core.held_source
            self._fail(error)
            return [ContentDelta(held)] if held else []

    def _new_core(self, words: Vocabulary, tools: Any, *, is_open: bool) -> Parser:
        read = tool_set_of(tools)
        self._fmt.note_tools(read.problems)
        machine = words.machine
        inside = INSIDE_REASONING if is_open and INSIDE_REASONING in machine.inside else None
        core = Parser(machine, read, inside, served=True)
        if read.unread or read.has_unusual:
            self._fmt.note_tools(f"no call of {name!r} can be read: {why}" for name, why in core.unread_names.items())
        if is_open and inside is None:  # this format does not expect it of a prompt: as if the model had written it
            for opener in words.opener_texts[:1]:
                core.feed(opener)
        return core

    def _read_prompt(self, begun: str) -> None:
        assert self._core is not None
        events = self._core.feed(begun)
        self._first = [event for event in events if isinstance(event, (CallStart, ArgumentsDelta, CallEnd))]
        self._known = self._core.held_source

    def _sent(self, events: Sequence[Event]) -> Sequence[Event]:
        """Events without the text of the prompt, with the calls that it has begun."""
        found = [*self._first, *map(self._unsent, events)]
        self._first = ()
        return [event for event in found if not isinstance(event, (ContentDelta, ReasoningDelta)) or event.text]

    def _unsent(self, event: Event) -> Event:
        known = self._known
        if not known:
            return event
        self._known = ""
        if not isinstance(event, (ContentDelta, ReasoningDelta)):
            return event  # it was markup
        if known.startswith(event.text):
            self._known = known[len(event.text) :]
            return ContentDelta("")
        text = event.text.removeprefix(known)
        return ContentDelta(text) if isinstance(event, ContentDelta) else ReasoningDelta(text)

    def _fail(self, error: Exception) -> None:
        self._core = None
        self._fmt.note_failure(self._half, error)
