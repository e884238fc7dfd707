"""Deltas that are plain text where they come: their messages are made at once, and the core is told of many together.

In: what the core says of the next delta. Out: a search, what makes the message, and the deltas that are to be told.

Note [plain deltas]
Nearly all deltas are plain text: nothing in them can begin anything. The core knows the search that says so, and where
such a text goes (`Parser.plain_path`). So the message is made of it without an event, and the core and the transcript
are told of such deltas when the next one is not plain, at the end, or after `PASSED_MAX` of them.

Promises: the messages are those that the core's events would make; what is not told yet is bounded.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Optional

from toolgram.runtime.core.fast_path import find_something
from toolgram.runtime.parser import Parser
from toolgram.targets.vllm.host.messages import content_message
from toolgram.targets.vllm.host.transcript import Transcript

PASSED_MAX = 128
_NOTHING: dict[str, Any] = {}
find_nothing: Callable[[str], Any] = _NOTHING.get  # a search where all text is plain


class PlainDeltas:
    """Below who reads an answer: `Answer` and `ReasoningPhase`."""

    _core: Parser
    _transcript: Transcript

    def __init__(self) -> None:
        self._search: Callable[[str], Any] = find_something
        self._plain_message: Callable[[str], Any] = content_message
        self._passed: list[tuple[str, Sequence[int]]] = []  # sent, and not told yet

    def _look(self) -> None:
        """Know how the next delta is read if it is plain."""
        search, channel = self._core.plain_path
        self._search = search
        if search is not find_something:
            make = self._maker(channel)
            if make is None:
                self._search = find_something
            else:
                self._plain_message = make

    def _maker(self, channel: int) -> Optional[Callable[[str], Any]]:
        """What makes the message of plain text on a channel of the core; None where it is more than that text."""
        raise NotImplementedError

    def _tell(self) -> None:
        """Tell the transcript and the core what was sent without them."""
        passed, self._passed = self._passed, []
        joined = passed[0][0] if len(passed) == 1 else "".join([text for text, _ in passed])
        self._transcript.note_all(passed, joined)
        self._core.pass_by(passed, joined)
