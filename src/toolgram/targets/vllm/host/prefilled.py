"""Answers that the prompt has begun: the last message of the request is the model's own, and is to be continued.

In: a request, and what follows its last message. Out: as in `answer`.

What the prompt has begun is read first, so that a call whose opener stands in it is seen. Its text is known to the
client and is not sent; a call that begins in it is sent with the first delta, since its end comes in this answer.

Promise: of text that was held back at the end of the prompt, nothing is sent twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from toolgram.runtime.events import ArgumentsDelta, CallEnd, CallStart, ContentDelta, Event
from toolgram.targets.vllm.host.answer import Answer
from toolgram.targets.vllm.host.messages import CallDelta


class PrefilledAnswer(Answer):
    """Reads an answer that goes on behind the end of a prompt."""

    _begun: Sequence[Event] = ()  # of calls that the prompt has begun
    _known = ""  # text that was not decided yet when the prompt ended

    def read_prompt(self, text: str) -> None:
        """Read what the prompt has begun."""
        ids = self._vocabulary.ids_in(text)
        try:
            self._note_ids(text, ids)
            events = self._feed(text, ids)
            self._begun = [event for event in events if isinstance(event, (CallStart, ArgumentsDelta, CallEnd))]
            self._known = self._core.held_source
        except Exception:  # as in `advance`
            self._give_up("")

    def advance(self, text: str, token_ids: Sequence[int]) -> Any:
        """Read one delta."""
        if self.is_over or not (self._begun or self._known):
            return super().advance(text, token_ids)
        try:
            feed = self._feed_special if self._is_proved else self._feed_unproved
            return self._message(feed(text, token_ids))
        except Exception:  # as in `advance`
            return self._give_up(text)

    def _sort(self, events: Sequence[Event]) -> tuple[str, str, list[CallDelta]]:
        events = [*self._begun, *map(self._unsent, events)]
        self._begun = ()
        return super()._sort(events)

    def _unsent(self, event: Event) -> Event:
        """An event without the text of the prompt."""
        known = self._known
        if not known:
            return event
        self._known = ""
        if not isinstance(event, ContentDelta):
            return event  # it was markup
        if known.startswith(event.text):
            self._known = known[len(event.text) :]
            return ContentDelta("")
        return ContentDelta(event.text.removeprefix(known))
