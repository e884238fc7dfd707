"""The Responses API: events in, events out; and whole responses. Plain dicts, as they stand on the wire.

A message whose text holds markup becomes items: the thoughts, the message, the calls. What the server has numbered is
numbered anew from the first change on. The end of a message waits for the event behind it, because only the end of the
response says whether a limit has cut it.

Promises: an event before which nothing was found is handed on as the same object; items that the server has made of
calls, of thoughts or of its own tools are left alone.
"""

from __future__ import annotations

from typing import Any

from ..prompts import REASONING
from .choice import LENGTH, Choice
from .items import MESSAGE, Event, Item, Items, moved
from .plan import Plan

ENDS = ("response.completed", "response.incomplete", "response.failed")
DONE = ("response.output_text.done", "response.content_part.done", "response.output_item.done")


class _Message:
    """A message on its way."""

    def __init__(self, at: int, choice: Choice, items: Items, beginning: list[Event]) -> None:
        self.at = at  # among the server's items
        self.choice = choice
        self.items = items
        self.beginning = beginning  # events that wait for the first text
        self.ending: list[Event] = []  # events that wait for the next one
        self.text = ""


class ResponsesRepair:
    """Repairs one answer of Responses: `event` and `end` for a stream, `whole` for one that came whole."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.choices: dict[Any, Choice] = {}
        self._message: _Message | None = None
        self._places: dict[int, int] = {}  # of the server's items, among all
        self._made: dict[int, list[Item]] = {}  # what became of a message, where it is not what it was
        self._next = 0  # place of the next item
        self._number = 0  # of the next event
        self._is_changed = False
        self._has_thought = False

    def event(self, event: Event) -> list[Event]:
        """Read one event; return those to send in its place."""
        if self.plan.reads_nothing:
            return [event]
        kind, message = event.get("type", ""), self._message
        if kind in ENDS:
            return [*self._leave(is_cut=_is_cut(event.get("response"))), *self._sent([self._ended(event)])]
        if kind == "response.output_item.added" and isinstance(event.get("item"), dict):
            return [*self._leave(), *self._begin(event)]
        if message is None or event.get("output_index") != message.at:
            return self._sent([self._moved(event)])
        if kind in DONE:
            message.ending.append(event)
            return []
        if kind == "response.content_part.added" and message.beginning:
            message.beginning.append(event)
            return []
        if kind == "response.output_text.delta" and isinstance(event.get("delta"), str):
            return self._read(message, event)
        return self._sent([self._moved(event)])

    def end(self) -> list[Event]:
        """The stream has broken off: what is held goes out."""
        message, self._message = self._message, None
        if message is None:
            return []
        return self._sent([one for delta in message.choice.finish(LENGTH) for one in message.items.add(delta)])

    def _begin(self, event: Event) -> list[Event]:
        item, at = event["item"], event.get("output_index", 0)
        self._has_thought = self._has_thought or item.get("type") == REASONING
        if item.get("type") != MESSAGE or item.get("content"):
            self._places[at], self._next = self._next, self._next + 1
            return self._sent([self._moved(event)])
        choice = self.choices[at] = Choice(self.plan, has_thought=self._has_thought)
        beginning = [event]
        self._message = _Message(at, choice, Items(self._next, item, beginning), beginning)
        self._places[at] = self._next
        return []

    def _read(self, message: _Message, event: Event) -> list[Event]:
        if not event["delta"]:
            if not message.text:
                message.beginning.append(event)
                return []
            return self._sent([self._moved(event)]) if message.items.text_of_only_message == message.text else []
        message.text += event["delta"]
        found = message.choice.content(event["delta"])
        events = [one for delta in found for one in message.items.add(delta, event)]
        if events and events[-1] == event and found == [{"content": event["delta"]}]:
            events[-1] = event
        else:
            self._is_changed = True
        self._next = message.items.next
        return self._sent(events)

    def _leave(self, *, is_cut: bool = False) -> list[Event]:
        """The message is over, since something else begins."""
        message, self._message = self._message, None
        if message is None:
            return []
        items, at = message.items, message.at
        events = [one for d in message.choice.finish(LENGTH if is_cut else "stop") for one in items.add(d)]
        if not message.text:
            self._next += 1
            return self._sent([self._moved(event) for event in (*message.beginning, *message.ending)])
        self._is_changed = self._is_changed or bool(events)
        if items.text_of_only_message == message.text and message.ending:
            events += map(self._moved, message.ending)
        else:
            events += items.finish(is_cut=is_cut)
            self._made[at] = items.made
            self._is_changed = True
        self._next = items.next
        return self._sent(events)

    def _ended(self, event: Event) -> Event:
        """The last event, with the items that there are now in the response."""
        response = event.get("response")
        output = response.get("output") if isinstance(response, dict) else None
        if not self._made or not isinstance(output, list):
            return event
        items = [made for at, item in enumerate(output) for made in self._made.get(at, [item])]
        return {**event, "response": {**event["response"], "output": items}}

    def _moved(self, event: Event) -> Event:
        """An event of the server's, in its place among all items."""
        place = self._places.get(event.get("output_index", -1))
        return event if place is None else moved(event, place)

    def _sent(self, events: list[Event]) -> list[Event]:
        """Events with their numbers: their own, as long as nothing is changed."""
        if self._is_changed:
            events = [{**event, "sequence_number": self._number + at} for at, event in enumerate(events)]
        if events:
            self._number = events[-1].get("sequence_number", self._number) + 1
        return events

    # --- whole responses -----------------------------------------------------------------------------------------

    def whole(self, response: dict[str, Any]) -> dict[str, Any]:
        """Repair a whole response; one in which nothing is found is handed back as it is."""
        output = response.get("output")
        if self.plan.reads_nothing or not isinstance(output, list):
            return response
        items: list[Any] = []
        for at, item in enumerate(output):
            self._has_thought = self._has_thought or (isinstance(item, dict) and item.get("type") == REASONING)
            items += self._items_of(item, at, is_cut=_is_cut(response) and at == len(output) - 1)
        is_same = len(items) == len(output) and all(one is other for one, other in zip(items, output, strict=True))
        return response if is_same else {**response, "output": items}

    def _items_of(self, item: Any, at: int, *, is_cut: bool) -> list[Any]:
        text = _text_of(item)
        if text is None:
            return [item]
        choice = self.choices[at] = Choice(self.plan, text, has_thought=self._has_thought)
        items = Items(0, item, [{"type": "response.output_item.added"}])
        found = [*choice.content(text), *choice.finish(LENGTH if is_cut else "stop")]
        for delta in found:
            items.add(delta)
        if not text or items.text_of_only_message == text:
            return [item]
        items.finish(is_cut=is_cut)
        return items.made


def _text_of(item: Any) -> str | None:
    """The text of a message that says nothing but text."""
    if not isinstance(item, dict) or item.get("type") != MESSAGE or not isinstance(item.get("content"), list):
        return None
    parts = [part if isinstance(part, dict) else {} for part in item["content"]]
    if not parts or any(part.get("type") != "output_text" for part in parts):
        return None
    return "".join(str(part.get("text") or "") for part in parts)


def _is_cut(response: Any) -> bool:
    """Whether a limit of tokens has ended a response."""
    return isinstance(response, dict) and response.get("status") == "incomplete"
