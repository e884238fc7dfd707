"""What has been decided, on its way out: text joined into events, and the blanks beside calls.

In: pieces of content, reasoning and arguments, in order. Out: a list of events in which neighbours of
one kind are one event.

Promises: an event's text is never empty; blanks beside a call reach the content only when text follows
them (design.md, rule 9; see Note [blanks between two texts]).
"""

from __future__ import annotations

from typing import Callable, Dict, List, Optional, Tuple, Union

from toolgram.runtime.core.citations import CitedText
from toolgram.runtime.events import ArgumentsDelta, CallEnd, CallStart, Citation, ContentDelta, Event, ReasoningDelta
from toolgram.runtime.tables.limits import BLANKS, BLANKS_MAX

Mark = Tuple[int, str, bool, bool, bool, Optional[CitedText], int, int]
CONTENT, REASONING = -1, -2  # channels; a call's arguments travel on the channel of its index
CITED_CAPTURES = {"content": CONTENT, "reasoning": REASONING}

# Note [blanks between two texts]
# "Checking.\n<call>\nDone.": the newlines are markup while the call is all that follows, yet the two
# texts must not run together. So blanks before a call are kept, and written only with the next text.


class Output:
    """Collects a parser's events."""

    __slots__ = (
        "_channel",
        "_parts",
        "after_call",
        "cited",
        "counts",
        "deferred",
        "events",
        "fresh",
        "has_content",
        "written",
    )

    def __init__(self, counts: bool = False) -> None:
        self.events: List[Event] = []
        self._channel = CONTENT
        self._parts: List[str] = []
        self.has_content = False
        self.after_call = False  # nothing but blanks and markup since the last call
        self.fresh = True  # no text since the last markup, or since the beginning
        self.deferred = ""  # blanks before the last markup, wanted only if text follows
        self.counts = counts  # whether citations have to say where they stand
        self.written: Dict[int, int] = {CONTENT: 0, REASONING: 0}  # characters of each text
        self.cited: Optional[CitedText] = None  # an open citation

    def write(self, channel: int, text: str) -> None:
        """Add text to a channel: CONTENT, REASONING or the index of a call."""
        if not text:
            return
        if channel != self._channel:
            self.flush()
            self._channel = channel
        self._parts.append(text)
        if self.counts and channel < 0:
            self._count(channel, text)

    def _count(self, channel: int, text: str) -> None:
        cited = self.cited
        if cited is not None and cited.channel == channel and not cited.add(text, self.written[channel]):
            self.cited = None
        self.written[channel] += len(text)

    def counted(self, channel: int, delta: Callable[[str], Event]) -> Callable[[str], Event]:
        """A maker of deltas for text that does not come through `write`."""

        def count(text: str) -> Event:
            self._count(channel, text)
            return delta(text)

        return count

    def open_citation(self, capture: str) -> None:
        """What a text holds from here on is cited; a citation that is open was none."""
        channel = CITED_CAPTURES[capture]
        waiting = len(self.deferred) if channel == CONTENT else 0
        self.cited = CitedText(channel, self.written[channel] + waiting)

    def close_citation(self, source: str) -> None:
        """The cited text ends here; of nothing but blanks, or without a source, there is no citation."""
        cited, self.cited = self.cited, None
        text = cited.text() if cited is not None else ""
        if cited is not None and text.strip(BLANKS) and source.strip(BLANKS):
            capture = "content" if cited.channel == CONTENT else "reasoning"
            self.add(Citation(cited.start, cited.start + len(text), text, source, capture))

    def content(self, text: str) -> None:
        """Add visible text; blanks beside a call wait or vanish."""
        if not text:
            return
        if self.after_call or self.deferred:
            if not self.has_content:
                text = text.lstrip(BLANKS)
            if not text.strip(BLANKS):
                self.boundary(text)
                return
            text = self.deferred + text
            self.deferred, self.after_call = "", False
        if text:
            self.has_content, self.fresh = True, False
            self.write(CONTENT, text)

    def boundary(self, blanks: str) -> None:
        """Markup ends a text: the blanks before it wait for more text."""
        self.fresh = True
        if self.has_content:
            self.deferred = (self.deferred + blanks)[:BLANKS_MAX]

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

    def mark(self) -> Mark:
        """Remember this point, for `rewind`."""
        self.flush()
        state = len(self.events), self.deferred, self.has_content, self.after_call, self.fresh
        return (*state, self.cited, self.written[CONTENT], self.written[REASONING])

    def rewind(self, mark: Mark) -> None:
        """Forget what came after `mark`."""
        self._parts = []
        count, self.deferred, self.has_content, self.after_call, self.fresh, self.cited, content, reasoning = mark
        self.written = {CONTENT: content, REASONING: reasoning}
        del self.events[count:]
