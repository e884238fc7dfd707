"""The repair of one answer as bytes: a stream of events, or a whole answer.

In: bytes of the server's answer. Out: bytes for the client; the same ones where nothing was found.

Promise: what is no event, no JSON or no answer passes as it came.
"""

from __future__ import annotations

import json
from collections import deque
from dataclasses import replace
from time import perf_counter
from typing import Any

from ..openai.chat import ChatRepair
from ..openai.plan import AUTO, Plan
from ..openai.responses import ResponsesRepair
from .streams import DONE, EventReader, ServerEvent, dumped, written

WAITING_MAX = 8  # events of a response that wait for the next one, at most


class AnswerRepair:
    """Repairs one answer. `seconds` is how long that took, and `events` how many events were looked at."""

    def __init__(self, plan: Plan, *, is_chat: bool, event_bytes_max: int) -> None:
        self.seconds = 0.0
        self.events = 0
        self._is_chat = is_chat
        self._begin(plan)
        self._reader = EventReader(event_bytes_max)
        self._has_ended = False
        self._waiting: deque[tuple[Any, bytes]] = deque(maxlen=WAITING_MAX)

    def _begin(self, plan: Plan) -> None:
        self.plan = plan
        self._chat, self._responses = ChatRepair(plan), ResponsesRepair(plan)
        self._read: Any = self._chat.chunk if self._is_chat else self._responses.event

    def take_inside(self, inside: str | None) -> None:
        """It has become known what the prompt has opened; nothing has been read yet."""
        if inside != AUTO:
            self._begin(replace(self.plan, inside=inside))

    @property
    def choices(self) -> list[Any]:
        """What was read, text by text."""
        return [*self._chat.choices.values(), *self._responses.choices.values()]

    def feed(self, piece: bytes) -> bytes:
        """Read a piece of a stream."""
        began = perf_counter()
        found = [self._event(event) for event in self._reader.feed(piece)]
        self.events += len(found)
        self.seconds += perf_counter() - began
        return b"".join(found)

    def finish(self) -> bytes:
        """The stream is over, or has broken off: everything that was held."""
        return self._end() + self._reader.rest()

    def _event(self, event: ServerEvent) -> bytes:
        if event.data is None:
            return (self._end() if self._reader.is_lost else b"") + event.raw
        if event.data == DONE:
            return self._end() + event.raw
        try:
            payload = json.loads(event.data)
        except (ValueError, RecursionError):
            return event.raw
        if not isinstance(payload, dict) or self._has_ended:
            return event.raw
        found = self._read(payload)
        if len(found) == 1 and found[0] is payload:
            return event.raw
        if self._is_chat:
            return written(found, event.others)
        if not found:
            self._waiting.append((payload, event.raw))
            return b""
        known = {id(one): raw for one, raw in (*self._waiting, (payload, event.raw))}
        return b"".join(known.get(id(one)) or written([one], named=True) for one in found)

    def _end(self) -> bytes:
        if self._has_ended:
            return b""
        self._has_ended = True
        repair = self._chat if self._is_chat else self._responses
        return written(repair.end(), named=not self._is_chat)

    def whole(self, body: bytes) -> bytes:
        """Repair an answer that has come whole."""
        began = perf_counter()
        try:
            answer = json.loads(body)
        except (ValueError, RecursionError):
            return body
        if not isinstance(answer, dict):
            return body
        made = (self._chat if self._is_chat else self._responses).whole(answer)
        self.events, self.seconds = 1, perf_counter() - began
        return body if made is answer else dumped(made)
