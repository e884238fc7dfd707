"""One choice's answer while the reasoning half reads it.

In: the first deltas of one answer. Out: vLLM's messages, and what has to be handed to the tool half:
the source behind the reasoning, as text.

How: the phase ends with the first event that is not reasoning. What the events have not accounted for by then is the
reasoning's closer and all that came after it; that is the only text that is read twice, once here to find the end, and
once by whatever reads on, ours or vLLM's own tool parser.

Promise: as in `answer`, no error leaves this module.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from toolgram.runtime.events import Citation, ContentDelta, Event, ReasoningDelta
from toolgram.runtime.tables.limits import BLANKS
from toolgram.targets.vllm.host.format import PluginFormat
from toolgram.targets.vllm.host.habits import SAYS_FINISH
from toolgram.targets.vllm.host.ids_proof import ContentIds
from toolgram.targets.vllm.host.messages import content_message, message_of, mixed_message, reasoning_message
from toolgram.targets.vllm.host.transcript import Transcript
from toolgram.targets.vllm.host.vocabulary import Vocabulary

ENDS_REASONING = ("content", "name")  # what the first characters become that are behind it, but for markup


class ReasoningPhase:
    """Reads one answer up to the end of its reasoning."""

    def __init__(
        self, fmt: PluginFormat, vocabulary: Vocabulary, *, is_open: bool, by_id: bool = True, tools: Any = None
    ) -> None:
        self.is_asked = False  # the request wants it logged, as far as that is known
        self.has_ended = not vocabulary.closer_texts  # a format without reasoning
        self.seen = ""  # the text so far, as the server holds it
        self.last_ids: list[int] = []  # of the last delta
        self.is_over = False  # the last delta held the end of the answer
        self.content_ids = ContentIds()  # for the tool half, once the phase has ended
        self._fmt = fmt
        self._vocabulary = vocabulary
        token_ids = vocabulary.token_ids if by_id else None
        self._transcript = Transcript(fmt, vocabulary, "reasoning", is_open=is_open, token_ids=token_ids, tools=tools)
        self._note = self._transcript.note
        self._is_proved = self._transcript.is_proved  # it is known whether the server tells the ids of this text
        self._begins_open = is_open
        self._wants_calls = bool(tools)
        self._rest = ""
        self._source = ""  # what has come behind the last of the reasoning
        self._parts: list[tuple[str, str]] = []  # what its characters have become, as far as that is certain
        self._is_before_all_else = True  # nothing has come yet but reasoning and what is between
        self._source_ids: list[int] = []
        try:
            self._core = self._transcript.begin()
            self._core.keep_trace()
            self._source = self._core.held_source  # of the opener that it was fed
        except Exception:  # tools that cannot be read, for one
            self._give_up("")

    def advance(self, text: str, token_ids: Sequence[int] | None) -> Any:
        """Read one delta; return the message to send, or None."""
        ids = self.last_ids = list(token_ids or ())
        self.is_over = False
        try:
            if not self._is_proved and not self.has_ended:
                self._transcript.judge(self._core, text, ids)
                self._is_proved = self._transcript.is_proved
            if self.has_ended or not ids or not self._vocabulary.watched.isdisjoint(ids):
                return self._advance_special(text, ids)
            self._note(text)
            events = self._core.feed(text, ids)
            if len(events) == 1 and not self._source:
                event = events[0]
                if isinstance(event, ReasoningDelta) and event.text == text:
                    self._core.take_trace()
                    return reasoning_message(text)
            return self._message(text, ids, events)
        except Exception:  # whatever it is, the stream must go on
            return self._give_up(text)

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
        texts, first = _leading_reasoning(events)
        reasoning = "".join(texts)
        self._source += text
        self._source_ids += token_ids
        self._read_trace()
        if not self._source:
            # With stop strings text comes later than its ids: those of delimiters may still be wanted.
            self._source_ids = [number for number in self._source_ids if number in self._vocabulary.markup]
        if first is None:
            return mixed_message("", reasoning, [])
        self._rest = self._behind_reasoning(first)
        self.has_ended = True
        self._transcript.end(self._core, is_asked=self.is_asked)
        ids = ids_behind(self._source_ids, self._vocabulary.reasoning_closers)
        self.content_ids = ContentIds(self._vocabulary.last_ids_of(self._rest, ids))
        self.content_ids.reasoning = reasoning
        self.content_ids.tokens = self._core.tokens_of_last(len(self._rest))
        return mixed_message(self._rest, reasoning, [])

    def _read_trace(self) -> None:
        """Go on in what every character has become; keep what is behind the last of the reasoning."""
        for kind, part in self._core.take_trace():
            if kind == "reasoning" and self._is_before_all_else:
                self._source = self._source[sum(len(known) for _, known in self._parts) + len(part) :]
                self._parts = []
            else:
                self._parts.append((kind, part))
                self._is_before_all_else = self._is_before_all_else and kind not in ENDS_REASONING

    def _behind_reasoning(self, first: Event) -> str:
        """The source from the end of the reasoning on; `first` is what the core made of it first."""
        source, at = self._source, 0
        for kind, part in self._parts:
            if kind in ENDS_REASONING:
                break
            closers = [part.find(text) + len(text) for text in self._vocabulary.closer_texts if text in part]
            if kind == "markup" and closers:
                source = source[at + min(closers) :]
                break
            at += len(part)
        # Blanks at the seam belong to the content or to the markup, as the core has decided.
        text = first.text if isinstance(first, ContentDelta) else ""
        return text[: len(text) - len(text.lstrip(BLANKS))] + source.lstrip(BLANKS)

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
        self._rest = self._source + text
        return content_message(self._rest) if self._rest else None


def _leading_reasoning(events: Sequence[Event]) -> tuple[list[str], Event | None]:
    """The texts of reasoning that events begin with, and the first that is none."""
    texts: list[str] = []
    for event in events:
        if isinstance(event, ReasoningDelta):
            texts.append(event.text)
        elif not isinstance(event, Citation):
            return texts, event
    return texts, None


def ids_behind(token_ids: Sequence[int], closers: Any) -> list[int]:
    """The ids behind the first closer; all of them when none is in there."""
    for at, number in enumerate(token_ids):
        if number in closers:
            return list(token_ids[at + 1 :])
    return list(token_ids)
