"""Where the reasoning of an answer ends in its source: what is behind it goes to whoever reads on.

In: the deltas of an answer, and the core that has read them with its trace kept. Out: the source behind the reasoning.

How: what the events have not accounted for at the first that is not reasoning is the reasoning's closer, and all that
came after it. The trace says where the closer ends.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from toolgram.runtime.events import Citation, ContentDelta, Event, ReasoningDelta
from toolgram.runtime.tables.limits import BLANKS

ENDS_REASONING = ("content", "name")  # what the first characters become that are behind it, but for markup


class Seam:
    """Keeps the source that has come behind the last of the reasoning."""

    def __init__(self, closer_texts: Sequence[str]) -> None:
        self.source = ""  # what has come behind the last of the reasoning
        self._closers = closer_texts
        self._parts: list[tuple[str, str]] = []  # what its characters have become, as far as that is certain
        self._is_before_all_else = True  # nothing has come yet but reasoning and what is between

    def begin(self, core: Any) -> None:
        """Begin with a core that has read at most an opener."""
        core.keep_trace()
        self.source = core.held_source  # of the opener that it was fed

    def read(self, core: Any, text: str) -> None:
        """Go on in what every character has become; keep what is behind the last of the reasoning."""
        self.source += text
        for kind, part in core.take_trace():
            if kind == "reasoning" and self._is_before_all_else:
                self.source = self.source[sum(len(known) for _, known in self._parts) + len(part) :]
                self._parts = []
            else:
                self._parts.append((kind, part))
                self._is_before_all_else = self._is_before_all_else and kind not in ENDS_REASONING

    def behind_reasoning(self, first: Event) -> str:
        """The source from the end of the reasoning on; `first` is what the core made of it first."""
        source, at = self.source, 0
        for kind, part in self._parts:
            if kind in ENDS_REASONING:
                break
            closers = [part.find(text) + len(text) for text in self._closers if text in part]
            if kind == "markup" and closers:
                source = source[at + min(closers) :]
                break
            at += len(part)
        # Blanks at the seam belong to the content or to the markup, as the core has decided.
        text = first.text if isinstance(first, ContentDelta) else ""
        return text[: len(text) - len(text.lstrip(BLANKS))] + source.lstrip(BLANKS)


def leading_reasoning(events: Sequence[Event]) -> tuple[list[str], Event | None]:
    """The texts of reasoning that events begin with, and the first that is none."""
    texts: list[str] = []
    for event in events:
        if isinstance(event, ReasoningDelta):
            texts.append(event.text)
        elif not isinstance(event, Citation):
            return texts, event
    return texts, None
