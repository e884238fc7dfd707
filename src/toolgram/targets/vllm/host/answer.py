"""One choice's answer on its way through the tool half: deltas in, vLLM's messages out.

In: the deltas of one answer, in order. Out: one message a delta, or None.

Promises: the cost of a delta does not depend on how much came before it; no error leaves this module: what the core
cannot read goes out as plain content, from what it held when a delta broke it to the end of the answer.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from toolgram.runtime.core.fast_path import find_something
from toolgram.runtime.core.output import REASONING
from toolgram.runtime.events import ArgumentsDelta, CallEnd, CallStart, Citation, ContentDelta, Event, ReasoningDelta
from toolgram.targets.serving.vocabulary import Vocabulary
from toolgram.targets.vllm.host.format import PluginFormat
from toolgram.targets.vllm.host.habits import SAYS_FINISH
from toolgram.targets.vllm.host.messages import (
    CallDelta,
    add_to_calls,
    arguments_message,
    content_message,
    mixed_message,
    reasoning_message,
)
from toolgram.targets.vllm.host.plain_deltas import PASSED_MAX, PlainDeltas, find_nothing
from toolgram.targets.vllm.host.transcript import Transcript


class Answer(PlainDeltas):
    """Reads one answer. With `wants_calls` False a call is text, its name and its arguments: nobody has asked for any.
    Without `by_id` special tokens are found by their text: whole answers come without ids."""

    def __init__(
        self, fmt: PluginFormat, vocabulary: Vocabulary, tools: Any, *, by_id: bool = True, wants_calls: bool = True
    ) -> None:
        super().__init__()
        self.seen = ""  # the text so far, as the server holds it: older servers find the answer by it
        self.call_names: list[str] = []
        self.is_asked = False  # the request wants it logged
        self._cut_calls = 0  # that are not complete
        self.reasoning_is_content = False  # no reasoning parser is at work: the block stays in the content, as written
        self._fmt = fmt
        self._id_length: int | None = fmt.machine.call_id_length
        self._vocabulary = vocabulary
        self._watched = vocabulary.watched
        token_ids = vocabulary.token_ids if by_id else None
        self._transcript = Transcript(fmt, vocabulary, "tool", is_open=False, token_ids=token_ids, tools=tools)
        self._note: Callable[[str], None] = self._transcript.note
        self._is_proved = self._transcript.is_proved  # it is known whether the server tells the ids of this text
        self._wants_calls = wants_calls
        self._block_is_open = False
        # Servers send the content of a message before its calls. What stands behind the end of a call that an earlier
        # message has begun therefore waits for the next one.
        self._late = ""
        self.sends_items = False  # a request of Responses: a call is an item, and none can be gone back to
        self.is_over = False
        self._begin()

    def _begin(self) -> None:
        """Make the core."""
        try:
            self._core = self._transcript.begin()
            self._feed = self._core.feed
        except Exception:  # tools that cannot be read, for one
            self._transcript.report()
            self._become_plain()

    def advance(self, text: str, token_ids: Sequence[int]) -> Any:
        """Read one delta; return the message to send, or None when it decides nothing."""
        # Note [plain deltas]
        if self._search(text) is None and text and token_ids and self._watched.isdisjoint(token_ids):
            passed = self._passed
            if len(passed) < PASSED_MAX:
                passed.append((text, token_ids))
                return self._plain_message(text)
        try:
            if self._passed:
                self._tell()
            if not self._is_proved:
                events = self._feed_unproved(text, token_ids)
            elif token_ids and self._watched.isdisjoint(token_ids):
                self._note(text)
                events = self._feed(text, token_ids)
            else:
                events = self._feed_special(text, token_ids)
            message = self._message(events) if events or self._late else None
            if not self.is_over:
                self._look()
            return message
        except Exception:  # whatever it is, the stream must go on
            return self._give_up(text)

    def finish(self) -> Any:
        """Say that the answer has ended; return the last message, or None."""
        if self.is_over:
            return None
        if self._late and self.sends_items:  # the server adds it to the message before, fails, and the stream is lost
            self._fmt.log.warning("text behind a call is left out: it came with the end of both: %r", self._late[:80])
            self._late = ""
        try:
            if self._passed:
                self._tell()
            self._search = find_something
            self._transcript.mark()
            message = self._message(self._core.finish(), is_last=True)
        except Exception:  # as in `advance`
            self._transcript.note_end()
            return self._give_up("")
        self.is_over = True
        self._end()
        return message

    def read_whole(self, text: str, token_ids: Sequence[int] = ()) -> tuple[str, list[CallDelta]]:
        """Read a whole answer at once: its content and its calls."""
        if self.is_over:
            return text, []
        try:
            self._note_ids(text, token_ids)
            is_told = self._vocabulary.spells(text, token_ids) if token_ids else False
            # Without ids the core has been made without, and finds special tokens by their text.
            events = self._feed(text, token_ids if is_told or not token_ids else self._vocabulary.ids_in(text))
            content, _, calls = self._sort([*events, *self._core.finish()])
            self._end()
            return content, calls
        except Exception:  # as in `advance`
            self._transcript.report()
            return text, []

    def _maker(self, channel: int) -> Callable[[str], Any] | None:
        if self._late:
            return None
        if channel >= 0 and self._wants_calls:
            return partial(arguments_message, channel)
        is_block = channel == REASONING and self.reasoning_is_content
        if channel == REASONING and not is_block:
            return reasoning_message
        return content_message if is_block == self._block_is_open else None

    def _tell(self) -> None:
        if self.is_over:
            self._passed.clear()
        else:
            super()._tell()

    def _message(self, events: Sequence[Event], *, is_last: bool = False) -> Any:
        if len(events) == 1 and not self._late:
            event = events[0]
            if isinstance(event, ArgumentsDelta) and self._wants_calls:
                return arguments_message(event.index, event.text)
            if isinstance(event, ContentDelta) and not self._block_is_open:
                return content_message(event.text)
        content, reasoning, calls = self._sort(events)
        content, self._late = self._late + content, ""
        if content and calls and calls[0].name is None and SAYS_FINISH and not is_last:
            content, self._late = "", content
        return mixed_message(content, reasoning, calls)

    def _feed_unproved(self, text: str, token_ids: Sequence[int]) -> list[Event]:
        """Feed one of the first deltas: a reasoning parser may have handed it over with ids that are not its own."""
        self._transcript.judge(self._core, text, token_ids)
        self._is_proved = self._transcript.is_proved
        return self._feed_special(text, token_ids)

    def _feed_special(self, text: str, token_ids: Sequence[int]) -> list[Event]:
        """Feed a delta with special tokens in it: the format's own are read by id, others are no text."""
        ids = token_ids or self._vocabulary.ids_in(text)  # without ids the text has to do
        ends_here = bool(token_ids) and not SAYS_FINISH and self._vocabulary.ends_with(text, token_ids)
        if token_ids:
            text = self._vocabulary.without_foreign(text, token_ids)
        self._note_ids(text, ids)
        events = self._feed(text, ids)
        if ends_here and not self.is_over:
            # Nobody will say that the stream has ended; with `ignore_eos` it even goes on.
            events = [*events, *self._core.finish()]
            self._end(events)
            self._become_plain()
        return events

    def _sort(self, events: Sequence[Event]) -> tuple[str, str, list[CallDelta]]:
        """Sort events into content, reasoning and calls."""
        content: list[str] = []
        reasoning: list[str] = []
        calls: dict[int, CallDelta] = {}  # in the order of their first events
        for event in events:
            if isinstance(event, ReasoningDelta):
                (content if self.reasoning_is_content else reasoning).append(self._opener() + event.text)
                continue
            if isinstance(event, CallEnd):
                self._cut_calls += not event.complete
                continue
            if isinstance(event, Citation):
                continue  # the servers' messages have no place for it
            if self._block_is_open:
                content.append(self._closer())
            if isinstance(event, CallStart):
                self.call_names.append(event.name)
            if isinstance(event, ContentDelta):
                content.append(event.text)
            elif self._wants_calls:
                add_to_calls(calls, event, self._id_length)
            else:
                content.append(event.name if isinstance(event, CallStart) else event.text)
        return "".join(content), "".join(reasoning), list(calls.values())

    def _opener(self) -> str:
        """What opens a reasoning block that stays in the content."""
        if not self.reasoning_is_content or self._block_is_open:
            return ""
        self._block_is_open = True
        return "".join(self._vocabulary.opener_texts[:1])

    def _closer(self) -> str:
        if not self._block_is_open:
            return ""
        self._block_is_open = False
        return "".join(self._vocabulary.closer_texts[:1])

    def _give_up(self, text: str) -> Any:
        """Send what the core held, and this delta, as they came."""
        self._transcript.report()
        text = (
            self._late + self._closer() + ("" if self.is_over else self._transcript.held_text(self._core, text)) + text
        )
        self._late = ""
        self._become_plain()
        return content_message(text) if text else None

    def _end(self, last: Sequence[Event] = ()) -> None:
        """The answer has ended: count what it was, `last` included."""
        calls, cut = len(self.call_names), self._cut_calls
        if last:
            calls += sum(isinstance(event, CallStart) for event in last)
            cut += sum(isinstance(event, CallEnd) and not event.complete for event in last)
        self._transcript.end(self._core, *((calls, cut) if self._wants_calls else ()), is_asked=self.is_asked)

    def _note_ids(self, text: str, token_ids: Sequence[int]) -> None:
        if not self.is_over:
            self._transcript.note_ids(text, token_ids)

    def _become_plain(self) -> None:
        """From here on all text is content."""
        self.is_over = self._is_proved = True
        self._feed = _as_content
        self._note = _forget
        self._search, self._plain_message = find_nothing, content_message


def _forget(_: Any) -> None:
    return None


def _as_content(text: str, token_ids: Sequence[int] | None = None) -> list[Event]:  # noqa: ARG001  like Parser.feed
    return [ContentDelta(text)] if text else []


class PlainAnswer(Answer):
    """An answer in which no calls are looked for: a request without tools, or one that wants none called.

    It is shown as it is written, without the special tokens that the server shows to nobody.
    """

    def __init__(self, fmt: PluginFormat, vocabulary: Vocabulary) -> None:
        super().__init__(fmt, vocabulary, None)

    def _begin(self) -> None:
        self._become_plain()  # no core is needed

    def _feed_special(self, text: str, token_ids: Sequence[int]) -> list[Event]:
        """Feed a delta with special tokens in it."""
        text = self._vocabulary.without_foreign(text, token_ids)
        return _as_content(self._vocabulary.without_hidden(text, token_ids))

    def read_whole(self, text: str, token_ids: Sequence[int] = ()) -> tuple[str, list[CallDelta]]:
        """Read a whole answer."""
        return self._vocabulary.without_hidden(text, token_ids or self._vocabulary.hidden_in(text)), []
