"""Events as the chunk deltas of OpenAI's chat completions.

In: the events that a parser returns, batch after batch. Out: `delta` dicts for `choices[0]`, and the reason to finish.

Promises: no delta is empty; a call's first delta has its index, id, type, whole name and `arguments: ""`, each later
one its index and arguments alone, as OpenAI's own API writes them; the joined arguments are the call's. A citation of
the content is an `annotations` delta behind the text that it speaks of; in `start_index` and `end_index` characters of
all of the content are counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from ..runtime.events import ArgumentsDelta, CallEnd, CallStart, Citation, ContentDelta, Event, ReasoningDelta
from ..runtime.message import DROP, INCOMPLETE, KEEP, annotation, new_id


class ChunkBuilder:
    """Turns the events of one answer into deltas.

    `call_id_length` is the format's (`toolgram.load("mistral").call_id_length`): so many letters and digits has an id
    that is made up. With `incomplete="drop"` a call waits for its end, and is sent if it is complete then; those that
    are sent are numbered without gaps.

    >>> ChunkBuilder().delta([ContentDelta("Hi"), ContentDelta("!")])
    [{'content': 'Hi!'}]
    """

    def __init__(self, call_id_length: int | None = None, *, incomplete: str = KEEP) -> None:
        if incomplete not in INCOMPLETE:
            raise ValueError(f"incomplete={incomplete!r}: {' or '.join(map(repr, INCOMPLETE))} is wanted")
        self._id_length = call_id_length
        self._has_complete_call = False
        self._drops = incomplete == DROP
        self._waiting: list[CallStart | ArgumentsDelta] = []  # of a call that has not ended
        self._sent = 0  # calls, of those that had to wait

    def delta(self, events: Iterable[Event]) -> list[dict[str, Any]]:
        """Turn one batch of events into deltas, as few as their order allows; nothing gives none."""
        deltas: list[dict[str, Any]] = []
        for event in self._whole_calls(events) if self._drops else events:
            if isinstance(event, CallEnd):
                self._has_complete_call = self._has_complete_call or event.complete
                continue
            delta = _delta(event, self._id_length)
            if delta and not (deltas and _join(deltas[-1], delta)):
                deltas.append(delta)
        return deltas

    def _whole_calls(self, events: Iterable[Event]) -> Iterator[Event]:
        """The same events, with each call at its end, if it is complete, and else without it."""
        for event in events:
            if isinstance(event, CallStart | ArgumentsDelta):
                self._waiting.append(replace(event, index=self._sent))
                continue
            if isinstance(event, CallEnd):
                if event.complete:
                    yield from self._waiting
                    self._sent += 1
                self._waiting = []
            yield event

    def finish_reason(self, engine_reason: str | None) -> str | None:
        """Return why the answer ended, from the engine's own reason.

        A cut answer stays `length`, or whatever else the engine stopped it for; `tool_calls` is said only of an answer
        that came to its own end with at least one complete call, because clients run the calls that it announces.
        """
        if engine_reason == "stop" and self._has_complete_call:
            return "tool_calls"
        if engine_reason == "tool_calls" and not self._has_complete_call:
            return "stop"
        return engine_reason


def _delta(
    event: ContentDelta | ReasoningDelta | CallStart | ArgumentsDelta | Citation, id_length: int | None
) -> dict[str, Any]:
    match event:
        case ContentDelta(text=text):
            return {"content": text} if text else {}
        case ReasoningDelta(text=text):
            return {"reasoning": text} if text else {}
        case CallStart(index=index, name=name, id=id_):
            function = {"name": name, "arguments": ""}
            return _call(index, id=id_ or new_id(id_length), type="function", function=function)
        case ArgumentsDelta(index=index, text=text):
            return _call(index, function={"arguments": text}) if text else {}
        case Citation(capture=capture):
            return {"annotations": [annotation(event)]} if capture == "content" else {}


def _call(index: int, **fields: Any) -> dict[str, Any]:
    return {"tool_calls": [{"index": index, **fields}]}


def _join(last: dict[str, Any], delta: dict[str, Any]) -> bool:
    """Add a delta to the one before it, if the two are more of the same text."""
    for key in ("content", "reasoning"):
        if key in last and key in delta:
            last[key] += delta[key]
            return True
    if "annotations" in last and "annotations" in delta:
        last["annotations"] += delta["annotations"]
        return True
    if "tool_calls" not in last or "tool_calls" not in delta:
        return False
    [before], [entry] = last["tool_calls"], delta["tool_calls"]
    if before["index"] != entry["index"] or "id" in entry or "id" in before:
        return False
    before["function"]["arguments"] += entry["function"]["arguments"]
    return True
