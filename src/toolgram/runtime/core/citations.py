"""Citations: which part of a text a source is named for. A filter beside the output, in formats that have them.

In: what is written to the content and the reasoning, and the places at which a citation opens and closes. Out:
`Citation` events, in the order of the text.

Promises: no text waits for a citation; its places count characters (code points) of all of the text.
"""

from __future__ import annotations

from typing import Callable

from toolgram.runtime.core.cited_text import CitedText
from toolgram.runtime.core.output import CONTENT, REASONING, Output
from toolgram.runtime.events import Citation, Event
from toolgram.runtime.tables.limits import BLANKS

CITED_CAPTURES = {"content": CONTENT, "reasoning": REASONING}


class Citations:
    """Follows what an output writes."""

    __slots__ = ("_output",)

    def __init__(self, output: Output) -> None:
        self._output = output
        output.on_text = self.count

    def count(self, channel: int, text: str) -> None:
        """Text has been written."""
        message = self._output.message
        written = message.written_content if channel == CONTENT else message.written_reasoning
        cited = message.cited
        if cited is not None and cited.channel == channel and not cited.add(text, written):
            message.cited = None
        if channel == CONTENT:
            message.written_content = written + len(text)
        else:
            message.written_reasoning = written + len(text)

    def counted(self, channel: int, delta: Callable[[str], Event]) -> Callable[[str], Event]:
        """A maker of deltas for text that does not come through the output."""

        def count(text: str) -> Event:
            self.count(channel, text)
            return delta(text)

        return count

    def open(self, capture: str) -> None:
        """What a text holds from here on is cited; a citation that is open was none."""
        message = self._output.message
        channel = CITED_CAPTURES[capture]
        if channel == CONTENT:
            message.cited = CitedText(channel, message.written_content + len(message.deferred))
        else:
            message.cited = CitedText(channel, message.written_reasoning)

    def close(self, source: str) -> None:
        """The cited text ends here; of nothing but blanks, or without a source, there is no citation."""
        message = self._output.message
        cited, message.cited = message.cited, None
        text = cited.text() if cited is not None else ""
        if cited is not None and text.strip(BLANKS) and source.strip(BLANKS):
            capture = "content" if cited.channel == CONTENT else "reasoning"
            self._output.add(Citation(cited.start, cited.start + len(text), text, source, capture))
