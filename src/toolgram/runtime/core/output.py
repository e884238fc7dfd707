"""What has been decided, on its way out: text joined into events, and the blanks beside calls.

In: pieces of content, reasoning and arguments, in order. Out: a list of events in which neighbours of
one kind are one event.

Promises: an event's text is never empty; blanks beside a call reach the content only when text follows
them (docs/rules.md, rule 9; see Note [blanks between two texts]).
"""

from __future__ import annotations

from typing import Callable, Final, FrozenSet, List, Optional, Tuple, Union

from toolgram.runtime.core.cited_text import CitedText
from toolgram.runtime.core.code_blocks import NO_CODE, Code
from toolgram.runtime.events import ArgumentsDelta, CallEnd, CallStart, Citation, ContentDelta, Event, ReasoningDelta
from toolgram.runtime.tables.limits import BLANKS, BLANKS_MAX

CONTENT: Final = -1  # channels; a call's arguments travel on the channel of its index
REASONING: Final = -2

MessageParts = Tuple[
    bool, int, Optional[CitedText], Code, str, bool, bool, FrozenSet[str], bool, bool, str, int, int
]  # in the order of `SoFar`

# Note [blanks between two texts]
# "Checking.\n<call>\nDone.": the newlines are markup while the call is all that follows, yet the two
# texts must not run together. So blanks before a call are kept, and written only with the next text.


class SoFar:
    """What has come of the message, as far as later text depends on it."""

    __slots__ = (
        "after_call",
        "calls",
        "cited",
        "code",
        "deferred",
        "fresh",
        "has_content",
        "repairs",
        "saw_reasoning",
        "section_trusted",
        "wrapper",
        "written_content",
        "written_reasoning",
    )

    def __init__(
        self,
        after_call: bool = False,  # nothing but blanks and markup since the last call
        calls: int = 0,  # announced
        cited: Optional[CitedText] = None,  # an open citation
        code: Code = NO_CODE,  # that is open
        deferred: str = "",  # blanks before the last markup, wanted only if text follows
        fresh: bool = True,  # no text since the last markup, or since the beginning
        has_content: bool = False,
        repairs: FrozenSet[str] = frozenset(),  # what has been recovered, by kind: see repairs.py
        saw_reasoning: bool = False,  # a reasoning block has begun
        section_trusted: bool = False,  # a special token has opened the section of calls
        wrapper: str = "",  # a tag that no delimiter is, before a call: its closer vanishes behind one
        written_content: int = 0,  # characters; counted where there are citations
        written_reasoning: int = 0,
    ) -> None:
        self.after_call = after_call
        self.calls = calls
        self.cited = cited
        self.code = code
        self.deferred = deferred
        self.fresh = fresh
        self.has_content = has_content
        self.repairs = repairs
        self.saw_reasoning = saw_reasoning
        self.section_trusted = section_trusted
        self.wrapper = wrapper
        self.written_content = written_content
        self.written_reasoning = written_reasoning

    def parts(self, calls: int) -> MessageParts:
        """All of it, for `SoFar(*parts)`, with so many calls announced."""
        return (
            self.after_call,
            calls,
            self.cited,
            self.code,
            self.deferred,
            self.fresh,
            self.has_content,
            self.repairs,
            self.saw_reasoning,
            self.section_trusted,
            self.wrapper,
            self.written_content,
            self.written_reasoning,
        )

    def copy(self) -> SoFar:
        """The same, to be changed on its own."""
        return SoFar(*self.parts(self.calls))


class Output:
    """Collects a parser's events."""

    __slots__ = ("_channel", "_parts", "events", "message", "on_text")

    def __init__(self) -> None:
        self.events: List[Event] = []
        self.message = SoFar()
        self.on_text: Optional[Callable[[int, str], None]] = None  # is told of content and reasoning: see Citations
        self._channel = CONTENT
        self._parts: List[str] = []

    def write(self, channel: int, text: str) -> None:
        """Add text to a channel: CONTENT, REASONING or the index of a call."""
        if not text:
            return
        if channel != self._channel:
            self.flush()
            self._channel = channel
        self._parts.append(text)
        if self.on_text is not None and channel < 0:
            self.on_text(channel, text)

    def content(self, text: str) -> None:
        """Add visible text; blanks beside a call wait or vanish."""
        if not text:
            return
        message = self.message
        if message.after_call or message.deferred:
            if not message.has_content:
                text = text.lstrip(BLANKS)
            if not text.strip(BLANKS):
                self.boundary(text)
                return
            text = message.deferred + text
            message.deferred, message.after_call = "", False
        if text:
            message.has_content, message.fresh = True, False
            self.write(CONTENT, text)

    def exact(self, channel: int, text: str) -> None:
        """Add text that stands in quotes: its blanks are its own, and those behind it are beside markup."""
        message = self.message
        if channel == CONTENT and text:
            message.has_content, message.deferred = True, ""
        self.write(channel, text)

    def boundary(self, blanks: str) -> None:
        """Markup ends a text: the blanks before it wait for more text."""
        message = self.message
        message.fresh = True
        if message.has_content:
            message.deferred = (message.deferred + blanks)[:BLANKS_MAX]

    def add(self, event: Union[CallStart, CallEnd, Citation]) -> None:
        """Add an event of its own."""
        self.flush()
        self.events.append(event)

    def flush(self) -> None:
        """Make one event of the pieces so far."""
        if not self._parts:
            return
        text = self._parts[0] if len(self._parts) == 1 else "".join(self._parts)
        self._parts = []
        if self._channel == CONTENT:
            self.events.append(ContentDelta(text))
        elif self._channel == REASONING:
            self.events.append(ReasoningDelta(text))
        else:
            self.events.append(ArgumentsDelta(self._channel, text))

    def count(self) -> int:
        """How many events there are, the pieces so far made one."""
        self.flush()
        return len(self.events)

    def take(self, count: int) -> List[Event]:
        """Hand the first `count` events out."""
        events, self.events = self.events[:count], self.events[count:]
        return events

    def take_all(self) -> List[Event]:
        """Hand all events out, the pieces so far made one."""
        if self._parts:
            self.flush()
        if not self.events:
            return []
        events, self.events = self.events, []
        return events

    def rewind(self, count: int, message: SoFar) -> None:
        """Forget the events behind the first `count`, and what has come of the message since then."""
        self._parts = []
        self.message = message
        del self.events[count:]
