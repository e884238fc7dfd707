"""What the reasoning detector hands to the tool detector of the same answer: text, with what it was read as.

Note [one machine, two detectors]
SGLang gives an answer to the reasoning detector, and what that calls normal text to the tool detector. If each read for
itself, the second would see a text that the first has taken apart, and thoughts behind a call could be no thoughts any
more. So where both are ours one machine reads, and the events of the calls travel with the text. It is a `str`: whoever
looks at it as such sees the content. It is true if there is anything in it, and can be added to.
"""

from __future__ import annotations

from typing import Sequence

from toolgram.runtime.events import ContentDelta, Event


class Passed(str):
    """A text that was read already, and the events that it was read as."""

    events: Sequence[Event]

    def __new__(cls, events: Sequence[Event]) -> Passed:
        """Make one of the events that are no reasoning."""
        made = super().__new__(cls, "".join(event.text for event in events if isinstance(event, ContentDelta)))
        made.events = events
        return made

    def __bool__(self) -> bool:
        return bool(self.events)

    def __add__(self, other: str) -> Passed:
        return Passed([*self.events, *_events_of(other)])

    def __radd__(self, other: str) -> Passed:
        return Passed([*_events_of(other), *self.events])


def _events_of(text: str) -> Sequence[Event]:
    if isinstance(text, Passed):
        return text.events
    return [ContentDelta(text)] if text else []
