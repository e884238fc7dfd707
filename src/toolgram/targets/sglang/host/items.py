"""Events as SGLang's calls and content.

In: the events of one answer, batch after batch. Out: its content, and `ToolCallItem`s.

Where no reasoning detector is at work, reasoning stays in the content as the model has written it. Where nobody wants
calls, a call is text: its name and its arguments.

Promise: a call's first item has its whole name, no other has one; the joined parameters are the call's arguments.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Tuple

from toolgram.runtime.events import ArgumentsDelta, CallEnd, CallStart, Citation, ContentDelta, Event, ReasoningDelta
from toolgram.targets.serving.vocabulary import Vocabulary
from toolgram.targets.sglang.host.habits import ToolCallItem


class Items:
    """Sorts the events of one answer."""

    def __init__(self, words: Vocabulary, *, wants_calls: bool) -> None:
        self.incomplete: set[int] = set()  # the indices of calls that the answer has cut off
        self._words = words
        self._wants_calls = wants_calls
        self._block_is_open = False

    def sort(self, events: Sequence[Event]) -> Tuple[str, list[Any]]:
        """Sort a batch into content and calls."""
        if len(events) == 1 and self._wants_calls:
            event = events[0]
            if isinstance(event, ArgumentsDelta):
                return "", [ToolCallItem(tool_index=event.index, parameters=event.text)]
        content: list[str] = []
        calls: list[Any] = []
        for event in events:
            if isinstance(event, Citation):
                continue  # SGLang's messages have no place for it
            if isinstance(event, ReasoningDelta):
                content.append(self._opener() + event.text)
                continue
            if self._block_is_open and not isinstance(event, CallEnd):
                content.append(self._closer())
            if isinstance(event, ContentDelta):
                content.append(event.text)
            elif isinstance(event, CallEnd):
                if not event.complete:
                    self.incomplete.add(event.index)
            elif self._wants_calls:
                _add(calls, event)
            else:
                content.append(event.name if isinstance(event, CallStart) else event.text)
        return "".join(content), calls

    def _opener(self) -> str:
        if self._block_is_open:
            return ""
        self._block_is_open = True
        return "".join(self._words.opener_texts[:1])

    def _closer(self) -> str:
        self._block_is_open = False
        return "".join(self._words.closer_texts[:1])


def _add(calls: list[Any], event: Any) -> None:
    """Add the begin of a call, or more of its arguments, to the items of a batch."""
    if isinstance(event, CallStart):
        calls.append(ToolCallItem(tool_index=event.index, name=event.name, parameters=""))
    elif calls and calls[-1].tool_index == event.index:
        calls[-1].parameters += event.text
    else:
        calls.append(ToolCallItem(tool_index=event.index, parameters=event.text))
