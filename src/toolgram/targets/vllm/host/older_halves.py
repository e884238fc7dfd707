"""The two halves as servers before 0.23 need them.

In and out: as in `tool_half` and `reasoning_half`. What is different: up to 0.19 the choices of a request share one
parser, up to 0.12 the prompt is shown late, from 0.13 to 0.22 the last reasoning is dropped on the way, and up to 0.22
the server compares arguments when the stream ends.

Promise: on a newer server nothing of this is used.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from toolgram.targets.vllm.host.answer import Answer
from toolgram.targets.vllm.host.habits import PROTOCOL, SHOWS_PROMPT_FIRST
from toolgram.targets.vllm.host.ids_proof import ContentIds
from toolgram.targets.vllm.host.messages import (
    arguments_entry,
    content_message,
    empty_message,
    header_entry,
    with_reasoning,
)
from toolgram.targets.vllm.host.reasoning_half import CLOSED, ReasoningHalf
from toolgram.targets.vllm.host.reasoning_phase import ReasoningPhase
from toolgram.targets.vllm.host.tool_half import ToolHalf, needs_a_message
from toolgram.targets.vllm.host.who_asks import asks_for_grammar

Reader = TypeVar("Reader", Answer, ReasoningPhase)


def _come_as_far_as(text: str, readers: list[Reader]) -> Reader | None:
    """Find the answer, or the phase, that has read exactly `text`; the server hands back the string it was given. Of
    two that have read the same, the one that goes on is the one that is not over."""
    found = [reader for reader in readers if reader.seen is text]  # without a look at long texts
    found = found or [reader for reader in readers if reader.seen == text]
    return min(found, key=lambda reader: reader.is_over, default=None)


class OlderToolHalf(ToolHalf):
    """The tool parser for servers up to 0.22."""

    # Note [the last comparison]
    # When the stream ends, these servers compare the arguments that a parser says it has read with those that it says
    # it has sent, and put the difference in the place of the whole last message. Nothing is gained by it here: it
    # closes cut arguments, doubles what is not written the way `json.dumps` writes, and drops all else in the message.
    # It is skipped when the message's first entry has no arguments. Just before it, and at no other time, the server
    # asks for `prev_tool_call_arr`: that is the moment to put such an entry in front.

    _message: Any = None

    def __init__(self, tokenizer: Any, tools: Any = None, **kwargs: Any) -> None:
        self._answers: list[Answer] = []
        super().__init__(tokenizer, tools, **kwargs)

    def extract_tool_calls_streaming(
        self,
        previous_text: str,
        current_text: str,
        delta_text: str,
        previous_token_ids: Sequence[int],
        current_token_ids: Sequence[int],  # noqa: ARG002  the answer remembers what it needs
        delta_token_ids: Sequence[int],
        request: Any,
    ) -> Any:
        """Read one delta of one of the answers: up to 0.19 the choices of a request share one parser."""
        answer = self._answer = self._answer_after(previous_text, previous_token_ids, request)
        message = answer.advance(delta_text, delta_token_ids)
        if isinstance(delta_token_ids, ContentIds) and delta_token_ids.reasoning:
            message = with_reasoning(message, delta_token_ids.reasoning)
        if message is None and needs_a_message(request):
            message = empty_message()
        answer.seen = current_text
        self._message = message
        return message

    def _answer_after(self, text: str, token_ids: Sequence[int], request: Any) -> Answer:
        """Find the answer that goes on after `text`, or begin one."""
        answer = _come_as_far_as(text, self._answers)
        if answer is None:
            answer = self._new_answer(request)
            self._answers.append(answer)
            if text:
                answer.advance(text, token_ids)
        return answer

    @property
    def prev_tool_call_arr(self) -> Any:
        """The calls so far; asking for them protects the last message."""
        message, self._message = self._message, None
        if message is not None and message.tool_calls:
            message.tool_calls = _behind_an_empty_entry(message.tool_calls)
        return [{"name": name, "arguments": ""} for name in (self._answer.call_names if self._answer else ())]

    @prev_tool_call_arr.setter
    def prev_tool_call_arr(self, value: Any) -> None:
        """Ignore what the base class sets: it sets an empty list."""


def _behind_an_empty_entry(entries: Any) -> Any:
    """Write the first entry as two, of which the first has no arguments."""
    first = entries[0]
    if first.function is None or first.function.arguments is None:
        return entries
    if first.id is None:
        header = arguments_entry(first.index)
    else:
        header = header_entry(first.index, first.function.name, first.id)
    return [header, arguments_entry(first.index, arguments=first.function.arguments), *entries[1:]]


class OlderReasoningHalf(ReasoningHalf):
    """The reasoning parser for servers up to 0.19."""

    def __init__(self, tokenizer: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(tokenizer, *args, **kwargs)
        self._phases: list[ReasoningPhase] = []
        self._unjudged: tuple[str, Sequence[int], Any] | None = None

    def extract_reasoning_streaming(
        self,
        previous_text: str,
        current_text: str,
        delta_text: str,
        previous_token_ids: Sequence[int],  # noqa: ARG002  the phase remembers what it needs
        current_token_ids: Sequence[int],  # noqa: ARG002
        delta_token_ids: Sequence[int],
    ) -> Any:
        """Read one delta of one of the answers."""
        if self._prompt == CLOSED and not SHOWS_PROMPT_FIRST:
            return content_message(delta_text)  # the server is about to find out
        phase = _come_as_far_as(previous_text, self._phases)
        if phase is None:
            phase = self._new_phase()
            self._phases.append(phase)
            if previous_text:
                phase.advance(previous_text, ())
        self._phase = phase
        message = phase.advance(delta_text, delta_token_ids)
        phase.seen = current_text
        if self._prompt is None and not SHOWS_PROMPT_FIRST and not previous_text:
            message = PROTOCOL.DeltaMessage() if message is None else message
            self._unjudged = (delta_text, delta_token_ids, message)
        return message

    def is_reasoning_end(self, input_ids: Sequence[int]) -> bool:
        """Up to 0.12 the prompt comes with, and not before, the first delta: then that delta is read again."""
        if SHOWS_PROMPT_FIRST:
            return super().is_reasoning_end(input_ids)
        phase = self._phase
        # The content of a delta that ends the reasoning is sent with the next delta: lost when there is none.
        is_last = phase is not None and phase.is_over
        if phase is not None and phase.last_ids == list(input_ids):
            return phase.has_ended and not is_last and self._prompt != CLOSED
        if self.waits_for_answer() and asks_for_grammar():
            return self.begins_answer(input_ids, 0)
        place = self._place(input_ids)
        if phase is None or self._unjudged is not None:
            self._prompt = place
        if self._unjudged is not None:
            self._judge(*self._unjudged)
        return (place == CLOSED and not is_last) or self.begins_grammar(place)

    def _judge(self, text: str, token_ids: Sequence[int], message: Any) -> None:
        """Read the first delta again, knowing where the prompt ends, and correct its message."""
        self._unjudged = None
        if self._prompt == CLOSED:
            corrected = content_message(text)
        else:
            phase = self._phase = self._new_phase()
            corrected = phase.advance(text, token_ids)
            phase.seen = self._phases[-1].seen
            self._phases[-1] = phase
        message.__dict__.update((corrected or PROTOCOL.DeltaMessage()).__dict__)
        message.__pydantic_fields_set__.clear()
        message.__pydantic_fields_set__.update(corrected.__pydantic_fields_set__ if corrected else ())
