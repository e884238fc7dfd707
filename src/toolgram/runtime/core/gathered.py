"""What has come of a message that is read without a run: its texts, its calls, and what later text depends on.

In: pieces of content and reasoning, blanks before delimiters, calls, in order. Out: the message; or a run that goes on.

Promise: it is what `Output` (output.py) and the code that is open (code_blocks.py) would be in a run.
"""

from __future__ import annotations

from typing import List, Optional

from toolgram.runtime.core.run import Run
from toolgram.runtime.events import ArgumentsDelta, CallEnd, CallStart, ContentDelta, ReasoningDelta
from toolgram.runtime.message import Message, ToolCall
from toolgram.runtime.tables.limits import BLANKS, BLANKS_MAX


class Gathered:
    """The texts and the calls so far."""

    __slots__ = (
        "_after_call",
        "_calls",
        "_content",
        "_deferred",
        "_fresh",
        "_has_content",
        "_has_ticks",
        "_kind",
        "_reasoning",
        "_saw_reasoning",
        "_section_trusted",
    )

    def __init__(self, in_reasoning: bool) -> None:
        self._content: List[str] = []
        self._reasoning: List[str] = []
        self._calls: List[ToolCall] = []
        # As in `SoFar`.
        self._after_call = self._has_content = self._section_trusted = False
        self._fresh = True
        self._saw_reasoning = in_reasoning
        self._deferred = ""
        # Of the code that is open only whether there may be some.
        self._kind = ""  # of the text that came last, content or reasoning
        self._has_ticks = False  # there are backticks in it

    def gathered(self, id_length: Optional[int]) -> Message:
        """The message of all that has come."""
        content, reasoning = "".join(self._content) or None, "".join(self._reasoning) or None
        message = Message(content, reasoning, tuple(self._calls), ())
        message._id_length = id_length
        return message

    def _add(self, kind: str, text: str) -> None:
        """Add content or reasoning, at least one character; see `Output.content`."""
        self._has_ticks = "`" in text or (self._has_ticks and kind == self._kind)
        self._kind = kind
        if kind == "reasoning":
            self._reasoning.append(text)
            return
        if self._after_call or self._deferred:
            if not self._has_content:
                text = text.lstrip(BLANKS)
            if not text.strip(BLANKS):
                self._defer(text)
                return
            text = self._deferred + text
            self._deferred, self._after_call = "", False
        self._has_content, self._fresh = True, False
        self._content.append(text)

    def _defer(self, blanks: str) -> None:
        """Markup ends a text: the blanks before it wait for more; see `Output.boundary`."""
        self._fresh = True
        if self._has_content:
            self._deferred = (self._deferred + blanks)[:BLANKS_MAX]

    def _add_call(self, call: ToolCall, *, is_trusted: bool) -> None:
        self._calls.append(call)
        self._section_trusted = is_trusted
        self._after_call = True

    def _hand_over(self, run: Run) -> None:
        """Let a run that is new know all this. No code is open."""
        message, events = run.message, run.output.events
        message.after_call, message.has_content, message.fresh = self._after_call, self._has_content, self._fresh
        message.saw_reasoning, message.section_trusted = self._saw_reasoning, self._section_trusted
        message.deferred, message.calls = self._deferred, len(self._calls)
        if self._reasoning:
            events.append(ReasoningDelta("".join(self._reasoning)))
        if self._content:
            events.append(ContentDelta("".join(self._content)))
        for index, call in enumerate(self._calls):
            events += (CallStart(index, call.name, call.id), ArgumentsDelta(index, call.arguments))
            events.append(CallEnd(index, True))
