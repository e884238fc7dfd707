"""One choice's answer while the reasoning half reads it.

In: the first deltas of one answer. Out: vLLM's messages, and what has to be handed to the tool half:
the source behind the reasoning, as text.

How: the phase ends with the first event that is not reasoning. What the events have not accounted for by then is the
reasoning's closer and all that came after it; that is the only text that is read twice, once here to find the end, and
once by whatever reads on, ours or vLLM's own tool parser.

Promise: as in `answer`, no error leaves this module.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from toolgram.runtime.core.fast_path import find_something
from toolgram.runtime.core.output import REASONING
from toolgram.runtime.events import ContentDelta, Event, ReasoningDelta
from toolgram.targets.serving.seam import Seam, leading_reasoning
from toolgram.targets.serving.vocabulary import Vocabulary
from toolgram.targets.vllm.host.format import PluginFormat
from toolgram.targets.vllm.host.habits import SAYS_FINISH
from toolgram.targets.vllm.host.ids_proof import ContentIds
from toolgram.targets.vllm.host.messages import content_message, message_of, mixed_message, reasoning_message
from toolgram.targets.vllm.host.plain_deltas import PASSED_MAX, PlainDeltas
from toolgram.targets.vllm.host.transcript import Transcript


class ReasoningPhase(PlainDeltas):
    """Reads one answer up to the end of its reasoning."""

    def __init__(
        self, fmt: PluginFormat, vocabulary: Vocabulary, *, is_open: bool, by_id: bool = True, tools: Any = None
    ) -> None:
        super().__init__()
        self.is_asked = False  # the request wants it logged, as far as that is known
        self.has_ended = not vocabulary.closer_texts  # a format without reasoning
        self.seen = ""  # the text so far, as the server holds it
        self.last_ids: list[int] = []  # of the last delta
        self.is_over = False  # the last delta held the end of the answer
        self.content_ids = ContentIds()  # for the tool half, once the phase has ended
        self._fmt = fmt
        self._vocabulary = vocabulary
        self._watched = vocabulary.watched
        token_ids = vocabulary.token_ids if by_id else None
        self._transcript = Transcript(fmt, vocabulary, "reasoning", is_open=is_open, token_ids=token_ids, tools=tools)
        self._note = self._transcript.note
        self._is_proved = self._transcript.is_proved  # it is known whether the server tells the ids of this text
        self._begins_open = is_open
        self._wants_calls = bool(tools)
        self._rest = ""
        self._seam = Seam(vocabulary.closer_texts)
        self._source_ids: list[int] = []
        try:
            self._core = self._transcript.begin()
            self._seam.begin(self._core)
        except Exception:  # tools that cannot be read, for one
            self._give_up("")

    def advance(self, text: str, token_ids: Sequence[int] | None) -> Any:
        """Read one delta; return the message to send, or None."""
        ids = self.last_ids = list(token_ids or ())
        self.is_over = False
        if self._search(text) is None and text and ids and self._watched.isdisjoint(ids):  # Note [plain deltas]
            passed = self._passed
            if len(passed) < PASSED_MAX:
                passed.append((text, ids))
                return reasoning_message(text)
        try:
            if self._passed:
                self._tell()
            self._search = find_something
            message = self._read(text, ids)
            if not self.has_ended:
                self._look()
            return message
        except Exception:  # whatever it is, the stream must go on
            return self._give_up(text)

    def _read(self, text: str, ids: list[int]) -> Any:
        """Read a delta that is not known to be plain."""
        if not self._is_proved and not self.has_ended:
            self._transcript.judge(self._core, text, ids)
            self._is_proved = self._transcript.is_proved
        if self.has_ended or not ids or not self._watched.isdisjoint(ids):
            return self._advance_special(text, ids)
        self._note(text)
        events = self._core.feed(text, ids)
        if len(events) == 1 and not self._seam.source:
            event = events[0]
            if isinstance(event, ReasoningDelta) and event.text == text:
                self._core.take_trace()
                return reasoning_message(text)
        return self._message(text, ids, events)

    def _maker(self, channel: int) -> Callable[[str], Any] | None:
        return reasoning_message if channel == REASONING and not self._seam.source else None

    def _tell(self) -> None:
        super()._tell()
        self._core.take_trace()  # it was all reasoning

    def _advance_special(self, text: str, ids: list[int]) -> Any:
        """Read a delta with special tokens in it, or without ids, or after the phase."""
        text = self._vocabulary.without_foreign(text, ids)
        if self.has_ended:
            return content_message(text) if text else None
        ids = ids or self._vocabulary.ids_in(text)
        self._transcript.note_ids(text, ids)
        events = self._core.feed(text, ids)
        self.is_over = bool(ids) and self._vocabulary.ends_with(text, ids)
        ends_here = self.is_over and not SAYS_FINISH
        message = self._message(text, ids, [*events, *self._core.finish()] if ends_here else events)
        if ends_here:
            self._transcript.end(self._core, is_asked=self.is_asked)
        return message

    def finish(self) -> Any:
        """Say that the answer has ended; return the last message, or None."""
        if self.has_ended:
            return None
        try:
            if self._passed:
                self._tell()
            self._search = find_something
            events = self._core.finish()
            message = self._message("", [], events)
            self._transcript.end(self._core, is_asked=self.is_asked)
            if not self.has_ended or not (self._wants_calls or all(isinstance(one, ContentDelta) for one in events)):
                return message
            return message_of(events, self._fmt.machine.call_id_length)  # no tool half will see it
        except Exception:  # as in `advance`
            return self._give_up("")

    def read_whole(self, text: str) -> tuple[str, str]:
        """Read a whole answer: all of its reasoning, and the source behind the first of it."""
        if self.has_ended:
            return self._split_plainly(text)
        try:
            self._note(text)
            events = [*self._core.feed(text), *self._core.finish()]
            reasoning = "".join(event.text for event in events if isinstance(event, ReasoningDelta))
            self._message(text, [], events)
            self._transcript.end(self._core, is_asked=self.is_asked)
            return reasoning, self._rest if self.has_ended else ""
        except Exception:  # as in `advance`
            self._transcript.report()
            return self._split_plainly(text)

    def _message(self, text: str, token_ids: Sequence[int], events: Sequence[Event]) -> Any:
        texts, first = leading_reasoning(events)
        reasoning = "".join(texts)
        self._seam.read(self._core, text)
        self._source_ids += token_ids
        if not self._seam.source:
            # With stop strings text comes later than its ids: those of delimiters may still be wanted.
            self._source_ids = [number for number in self._source_ids if number in self._vocabulary.markup]
        if first is None:
            return mixed_message("", reasoning, [])
        self._rest = self._seam.behind_reasoning(first)
        self.has_ended = True
        self._transcript.end(self._core, is_asked=self.is_asked)
        ids = ids_behind(self._source_ids, self._vocabulary.reasoning_closers)
        self.content_ids = ContentIds(self._vocabulary.last_ids_of(self._rest, ids))
        self.content_ids.reasoning = reasoning
        self.content_ids.tokens = self._core.tokens_of_last(len(self._rest))
        return mixed_message(self._rest, reasoning, [])

    def _split_plainly(self, text: str) -> tuple[str, str]:
        """Split a whole answer at the first closer, when the core cannot."""
        begin = next((text.find(opener) + len(opener) for opener in self._fmt.reasoning_openers if opener in text), 0)
        ends = [(text.find(closer, begin), len(closer)) for closer in self._fmt.reasoning_closers]
        at, length = min((end for end in ends if end[0] >= 0), default=(-1, 0))
        if at >= 0:
            return text[begin:at], text[at + length :]
        return (text[begin:], "") if begin or self._begins_open else ("", text)

    def _give_up(self, text: str) -> Any:
        self._transcript.report()
        self.has_ended = True
        self._rest = self._seam.source + text
        return content_message(self._rest) if self._rest else None


def ids_behind(token_ids: Sequence[int], closers: Any) -> list[int]:
    """The ids behind the first closer; all of them when none is in there."""
    for at, number in enumerate(token_ids):
        if number in closers:
            return list(token_ids[at + 1 :])
    return list(token_ids)
