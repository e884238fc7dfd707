"""The items that come of one message of a response: texts, thoughts and calls, each with the events that tell of it.

In: the events with which a server begins a message, then deltas as `choice.py` makes them. Out: events of the Responses
API, without their numbers, which `responses.py` gives them; and the items, for the response as a whole.
"""

from __future__ import annotations

import json
from secrets import token_hex
from typing import Any

from ..prompts import REASONING
from .choice import Delta

Event = dict[str, Any]
Item = dict[str, Any]
MESSAGE, CALL = "message", "function_call"
PART_KINDS = {MESSAGE: "output_text", REASONING: "reasoning_text"}


class Items:
    """Makes items of one message; `index` says where the next one stands among all of the response."""

    def __init__(self, index: int, item: Item, beginning: list[Event]) -> None:
        self.made: list[Item] = []
        self.next = index
        self._given = item  # the server's own, of which the first message is made
        self._beginning = beginning  # the server's own events
        self._open = ""  # the kind of the item that is being made
        self._id = ""
        self._text = ""
        self._call: dict[str, Any] = {}

    def add(self, delta: Delta, like: Event | None = None) -> list[Event]:
        """Say a delta; `like` is the server's event for the same text, where there is one."""
        for entry in delta.get("tool_calls", ()):
            return self._add_call(entry)
        kind = REASONING if REASONING in delta else MESSAGE
        text = delta.get(REASONING) or delta.get("content") or ""
        if not text:
            return []
        events = [] if self._open == kind else [*self.close(), *self._begin_text(kind)]
        self._text += text
        name = f"response.{PART_KINDS[kind]}.delta"
        more: Event = {} if kind == REASONING else {"logprobs": []}
        said = like if like is not None and like.get("delta") == text and kind == MESSAGE else {**more, "delta": text}
        return [*events, {**said, "type": name, "content_index": 0, **self._place()}]

    def _add_call(self, entry: dict[str, Any]) -> list[Event]:
        events: list[Event] = []
        if "id" in entry:
            events = self.close()
            self._call = {"call_id": entry["id"], "name": entry["function"]["name"]}
            events += self._begin(CALL, f"fc_{token_hex(16)}", {**self._call, "arguments": ""})
        text = entry["function"]["arguments"]
        self._text += text
        if not text:
            return events
        return [*events, {"type": "response.function_call_arguments.delta", "delta": text, **self._place()}]

    def _begin_text(self, kind: str) -> list[Event]:
        if kind == MESSAGE and self._beginning:
            events = [moved(event, self.next) for event in self._beginning]
            self._beginning = []
            self._open, self._id, self._text, self.next = kind, self._given.get("id", ""), "", self.next + 1
            return events
        fields: Item = {"summary": [], "content": []} if kind == REASONING else {"role": "assistant", "content": []}
        events = self._begin(kind, ("rs_" if kind == REASONING else "msg_") + token_hex(16), fields)
        part = {"type": "response.content_part.added", "content_index": 0, "part": _part(kind, "")}
        return [*events, {**part, **self._place()}]

    def _begin(self, kind: str, item_id: str, fields: Item) -> list[Event]:
        self._open, self._id, self._text, self.next = kind, item_id, "", self.next + 1
        item = {"type": kind, "id": item_id, "status": "in_progress", **fields}
        return [{"type": "response.output_item.added", "output_index": self.next - 1, "item": item}]

    def _place(self) -> dict[str, Any]:
        return {"item_id": self._id, "output_index": self.next - 1}

    def close(self, *, is_cut: bool = False) -> list[Event]:
        """End the item that is being made; `is_cut`: it is not whole."""
        kind, self._open = self._open, ""
        if not kind:
            return []
        place = self._place()
        status = "incomplete" if is_cut or (kind == CALL and not _is_object(self._text)) else "completed"
        item: Item = {"type": kind, "id": self._id, "status": status}
        events: list[Event] = []
        if kind == CALL:
            item |= {**self._call, "arguments": self._text}
            done = {"type": "response.function_call_arguments.done", "name": item["name"], "arguments": self._text}
            events = [{**done, **place}]
        else:
            part = _part(kind, self._text)
            if kind == MESSAGE and not any(one["type"] == MESSAGE for one in self.made):
                item = {**self._given, **item, "role": "assistant", "content": [part]}
            else:
                own: Item = {"role": "assistant"} if kind == MESSAGE else {"summary": []}
                item |= {**own, "content": [part]}
            more: Event = {"logprobs": []} if kind == MESSAGE else {}
            said = {"content_index": 0, **place}
            events = [
                {"type": f"response.{PART_KINDS[kind]}.done", "text": self._text, **more, **said},
                {"type": "response.content_part.done", "part": part, **said},
            ]
        self.made.append(item)
        return [*events, {"type": "response.output_item.done", "output_index": place["output_index"], "item": item}]

    def finish(self, *, is_cut: bool) -> list[Event]:
        """There is no more text. A message of which nothing is left stays as an empty one."""
        begun = self._begin_text(MESSAGE) if not self._open and not self.made else []
        return [*begun, *self.close(is_cut=is_cut)]

    @property
    def text_of_only_message(self) -> str | None:
        """What the message says, if nothing else was made of it and it has not been closed."""
        return self._text if self._open == MESSAGE and not self.made else None


def moved(event: Event, place: int) -> Event:
    """An event that speaks of another place; the same object if it is the same place."""
    return event if event.get("output_index") == place else {**event, "output_index": place}


def _part(kind: str, text: str) -> Item:
    if kind == REASONING:
        return {"type": PART_KINDS[kind], "text": text}
    return {"type": PART_KINDS[kind], "text": text, "annotations": [], "logprobs": []}


def _is_object(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except (ValueError, RecursionError):
        return False
