"""A text of which only the reasoning is wanted: no calls are looked for, and what stands behind it stays as written.

In: the text in pieces. Out: events of reasoning and of content.

How: the parser's trace says what every character has become, in order. Reasoning goes out as it comes. With the first
character that is content, or the name of a call, the reasoning is over; from the last closer on the source is content.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..runtime.events import ContentDelta, Event, ReasoningDelta
from ..runtime.parser import Parser
from ..runtime.tables.limits import BLANKS

ENDS = ("content", "name")  # what the first characters behind the reasoning become, but for markup


class Thoughts:
    """Reads one text: `feed` and `finish` are those of a parser."""

    def __init__(self, parser: Parser, closers: Sequence[str], openers: Sequence[str]) -> None:
        parser.keep_trace()
        self._parser: Parser | None = parser
        self._delimiters = (*closers, *openers)
        self._source = ""  # what no event has told yet
        self._kept = ""  # markup and blanks behind the reasoning, as far as they are certain

    @property
    def held_source(self) -> str:
        return self._kept + self._source

    def feed(self, text: str) -> list[Event]:
        """Read more text."""
        if self._parser is None:
            return [ContentDelta(text)] if text else []
        self._source += text
        self._parser.feed(text)
        return self._told()

    def finish(self, *, cut: bool = False) -> list[Event]:
        """Say that the text has ended."""
        if self._parser is None:
            return []
        self._parser.finish(cut=cut)
        events = self._told()
        rest = (self._kept + self._source).lstrip(BLANKS) if events else self._kept + self._source
        self._kept = self._source = ""
        self._parser = None
        return [*events, ContentDelta(rest)] if rest.strip(BLANKS) else events

    def _told(self) -> list[Event]:
        assert self._parser is not None
        events: list[Event] = []
        for kind, part in self._parser.take_trace():
            if not part:
                continue
            if kind in ENDS:
                self._parser = None
                behind = self._kept.lstrip(BLANKS) if kind == "name" else self._kept
                rest, self._kept, self._source = behind + self._source, "", ""
                return [*events, ContentDelta(rest)]
            self._source = self._source[len(part) :]
            if kind == "reasoning":
                events.append(ReasoningDelta(part))
                self._kept = ""
            elif kind == "markup" and part.strip(BLANKS).startswith(self._delimiters):
                self._kept = ""
            elif kind != "blanks" or self._kept:  # blanks beside a delimiter of the reasoning belong to it
                self._kept += part
        return _joined(events)


def _joined(events: list[Event]) -> list[Event]:
    texts = [event.text for event in events if isinstance(event, ReasoningDelta)]
    return [ReasoningDelta("".join(texts))] if texts else []
