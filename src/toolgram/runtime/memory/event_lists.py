"""What is done with the events of a delta: other calls are meant by them, some of them have gone out.

In: events. Out: events.

    shifted([ArgumentsDelta(0, "{}")], 2)           [ArgumentsDelta(2, "{}")]
    drop_first([ContentDelta("ab"), ...], 1)        [ContentDelta("b"), ...]
"""

from __future__ import annotations

from typing import List, Sequence

from toolgram.runtime.events import ArgumentsDelta, CallEnd, CallStart, Citation, ContentDelta, Event, ReasoningDelta


def shifted(events: Sequence[Event], by: int) -> List[Event]:
    """The same events, the index of their calls so much higher."""
    found: List[Event] = []
    for event in events:
        if isinstance(event, ArgumentsDelta):
            found.append(ArgumentsDelta(event.index + by, event.text))
        elif isinstance(event, CallStart):
            found.append(CallStart(event.index + by, event.name, event.id))
        elif isinstance(event, CallEnd):
            found.append(CallEnd(event.index + by, event.complete))
        else:
            found.append(event)
    return found


def weight_of(events: Sequence[Event]) -> int:
    """How much has come: the characters of texts, and one for any other event."""
    return sum(1 if isinstance(event, (CallStart, CallEnd, Citation)) else len(event.text) for event in events)


def drop_first(events: Sequence[Event], weight: int) -> List[Event]:
    """The events without the first of them, of so much weight."""
    found: List[Event] = []
    for event in events:
        size = weight_of((event,))
        if weight <= 0:
            found.append(event)
        elif size > weight and isinstance(event, ArgumentsDelta):
            found.append(ArgumentsDelta(event.index, event.text[weight:]))
        elif size > weight and isinstance(event, ContentDelta):
            found.append(ContentDelta(event.text[weight:]))
        elif size > weight and isinstance(event, ReasoningDelta):
            found.append(ReasoningDelta(event.text[weight:]))
        weight -= size
    return found
