"""The tool parser: what vLLM asks of one, answered from the core.

In: a request and its answer, whole or in deltas. Out: vLLM's messages.

Whole answers take the same way as streamed ones: all of it is one delta, and then the answer ends. So a call that is
cut off is in both with the same arguments, unclosed, and a call that never got as far as its name is in neither.

Promises: making one costs next to nothing (servers make several a request); no error leaves it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from toolgram.runtime.schema.given import repeatable
from toolgram.targets.serving.begun import prefilled_text
from toolgram.targets.serving.vocabulary import vocabulary_of
from toolgram.targets.vllm.host.answer import Answer, PlainAnswer
from toolgram.targets.vllm.host.format import PluginFormat, ask_for_markup
from toolgram.targets.vllm.host.habits import DROPS_LOGPROBS, FORCES_NATIVELY, SAYS_FINISH, HostToolParser
from toolgram.targets.vllm.host.ids_proof import ContentIds
from toolgram.targets.vllm.host.log_switch import asks_for_log
from toolgram.targets.vllm.host.messages import empty_message, whole_answer, with_reasoning
from toolgram.targets.vllm.host.prefilled import PrefilledAnswer


class ToolHalf(HostToolParser):  # type: ignore[misc]  # vLLM is not there when types are checked
    """Reads the calls of one format; a subclass for each format sets `fmt`."""

    fmt: PluginFormat
    engine_based_streaming = True  # 0.24: deltas come without the text before them
    supports_required_and_named = False  # 0.20: forced calls come in the format, not as the server's own JSON
    skip_reasoning_parsing = False  # the server sets it when it has no reasoning parser

    def __init__(self, tokenizer: Any, tools: Any = None, **_: Any) -> None:
        tools = repeatable(tools)
        try:
            super().__init__(tokenizer, tools)
        except TypeError:  # up to 0.18
            super().__init__(tokenizer)
        self._vocabulary = vocabulary_of(self.fmt, tokenizer)
        self._given_tools = tools
        self.fmt.note_use("tool")
        self.fmt.note_pair(self, is_tool=True)
        self._template_arguments = self.fmt.pair.complete(tokenizer, tools)
        self._answer: Answer | None = None

    def adjust_request(self, request: Any) -> Any:
        """Ask for the special tokens that the format is written in."""
        if not (request.tools is None or isinstance(request.tools, list)):
            request.tools = repeatable(request.tools)
        choice = getattr(request, "tool_choice", None)
        is_forced = choice not in (None, "auto", "none")
        if not (is_forced and FORCES_NATIVELY):
            # Otherwise the base class would, from 0.20 to 0.31, demand JSON that nobody reads.
            request = super().adjust_request(request)
        if reads_calls(self.fmt, request):
            ask_for_markup(request, is_hidden=self._vocabulary.hides_markup)
            self._vocabulary.made_once(self.fmt.writers.calls, self.fmt).apply(request, self._template_arguments)
        return request

    def extract_tool_calls_streaming(
        self,
        previous_text: str,  # noqa: ARG002  the answer remembers what it needs
        current_text: str,  # noqa: ARG002
        delta_text: str,
        previous_token_ids: Sequence[int],  # noqa: ARG002
        current_token_ids: Sequence[int],  # noqa: ARG002
        delta_token_ids: Sequence[int],
        request: Any,
    ) -> Any:
        """Read one delta of the answer; this parser serves one answer only."""
        answer = self._answer
        if answer is None:
            answer = self._answer = self._new_answer(request)
        message = answer.advance(delta_text, delta_token_ids)
        if message is None:
            return empty_message() if DROPS_LOGPROBS and needs_a_message(request) else None
        if isinstance(delta_token_ids, ContentIds) and message.reasoning:
            return with_reasoning(message, delta_token_ids.reasoning)  # the server keeps one of the two
        return message

    def finish_streaming(self) -> Any:
        """Say what was held back until the end (0.24)."""
        return None if self._answer is None else self._answer.finish()

    def get_remaining_unstreamed_args(self) -> str:
        """Nothing ever remains: what is certain has been sent, and a cut argument stays cut (0.23)."""
        return ""

    def extract_tool_calls(
        self, model_output: str, request: Any, token_ids: Sequence[int] | None = None, **_: Any
    ) -> Any:
        """Read a whole answer. Servers tell `token_ids` of few of them; without, special tokens are found by text."""
        answer = self._new_answer(request, by_id=bool(token_ids))
        content, calls = answer.read_whole(model_output, token_ids or ())
        return whole_answer(content, calls)

    def _new_answer(self, request: Any, *, by_id: bool = True) -> Answer:
        """Begin an answer."""
        fmt, vocabulary = self.fmt, self._vocabulary
        tools = getattr(request, "tools", None) or self._given_tools
        wants_none = getattr(request, "tool_choice", None) == "none"
        if (not tools or wants_none) and not fmt.wraps_content:
            return PlainAnswer(fmt, vocabulary)
        begun = prefilled_text(request)
        kind = PrefilledAnswer if begun else Answer
        answer = kind(fmt, vocabulary, tools, by_id=by_id, wants_calls=bool(tools) and not wants_none)
        if isinstance(answer, PrefilledAnswer):
            answer.read_prompt(begun)
        answer.is_asked = asks_for_log(request)
        answer.sends_items = not hasattr(request, "messages")
        answer.reasoning_is_content = self.skip_reasoning_parsing or not fmt.pair.reads_reasoning
        return answer


def reads_calls(fmt: PluginFormat, request: Any) -> bool:
    """Whether more than text is looked for in the content of an answer.

    That is so where calls are wanted. Otherwise a call that the model writes all the same is text: nothing of an answer
    is lost. Where text stands in messages with headers, those are looked for in any answer (0.24).
    """
    wants_calls = bool(getattr(request, "tools", None)) and getattr(request, "tool_choice", None) != "none"
    return wants_calls or (fmt.wraps_content and SAYS_FINISH)


def needs_a_message(request: Any) -> bool:
    """Whether something else is lost when a delta has no message; only requests of chats have `logprobs`."""
    return DROPS_LOGPROBS and bool(getattr(request, "logprobs", None))
