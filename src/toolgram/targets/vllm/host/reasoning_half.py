"""The reasoning parser: what vLLM asks of one, answered from the core.

In: the prompt's token ids (if the server shows them), and an answer, whole or in deltas. Out: vLLM's messages, and the
source behind the reasoning, which the server gives to the tool parser.

The engine process asks too, with ids alone and one parser for all requests up to 0.23: then the answer is a
function of the ids.

Promises: an answer without reasoning is content from its first character on, so that its calls are found; making a
parser costs next to nothing; no error leaves it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from toolgram.runtime.events import ContentDelta, Event, ReasoningDelta
from toolgram.targets.serving.vocabulary import vocabulary_of
from toolgram.targets.vllm.host.format import PluginFormat, ask_for_markup
from toolgram.targets.vllm.host.habits import HostReasoningParser
from toolgram.targets.vllm.host.log_switch import asks_for_log
from toolgram.targets.vllm.host.reasoning_phase import ReasoningPhase, ids_behind
from toolgram.targets.vllm.host.reasoning_tokens import ReasoningTokens
from toolgram.targets.vllm.host.transcript import Transcript
from toolgram.targets.vllm.host.who_asks import asks_for_grammar

# Where reasoning stands at the end of some token ids.
OPEN, CLOSED, ABSENT = "open", "closed", "absent"

A_LETTER = "x"  # no header and no delimiter begins with it
TAIL_TOKENS = 64  # how far back the text of a prompt is searched where the delimiters are no single tokens


class ReasoningHalf(HostReasoningParser):  # type: ignore[misc]  # vLLM is not there when types are checked
    """Reads the reasoning of one format; a subclass for each format sets `fmt`."""

    fmt: PluginFormat
    engine_based_streaming = True  # 0.24: deltas come without the text before them

    def __init__(self, tokenizer: Any, *args: Any, **kwargs: Any) -> None:
        try:
            super().__init__(tokenizer, *args, **kwargs)
        except TypeError:  # up to 0.10.2
            super().__init__(tokenizer)
        self.fmt.note_use("reasoning")
        self.fmt.note_pair(self, is_tool=False)
        self._vocabulary = vocabulary_of(self.fmt, tokenizer)
        self.template_arguments = kwargs.get("chat_template_kwargs") or {}
        self._prompt: str | None = None
        self._phase: ReasoningPhase | None = None
        self._tools: Any = None
        self.fmt.pair.begin(self, tokenizer)
        self._tokens = ReasoningTokens(self._vocabulary, tokenizer)

    # --- what the prompt says ------------------------------------------------------------------------------------

    def adjust_initial_state_from_prompt(self, prompt_token_ids: Sequence[int]) -> None:
        """Take note of the prompt (0.24)."""
        self._prompt = self._place(prompt_token_ids)

    def set_prompt_token_ids(self, prompt_token_ids: Sequence[int]) -> None:
        """Take note of the prompt (0.33)."""
        self._prompt = self._place(prompt_token_ids)

    def adjust_request(self, request: Any) -> Any:
        """Ask for the special tokens that the format is written in, and leave room for the reasoning (0.19)."""
        words = self._vocabulary
        is_hidden = words.hides_markup if self.fmt.wraps_content else words.hides_reasoning
        ask_for_markup(request, is_hidden=is_hidden)  # what calls are written in is the tool half's business
        if self._is_asked_for(default=True):
            self._vocabulary.made_once(self.fmt.writers.answers, self.fmt).apply(request)
        return request

    @property
    def reasoning_start_str(self) -> str | None:
        """What opens the reasoning (0.20)."""
        return next(iter(self._vocabulary.opener_texts), None)

    @property
    def reasoning_end_str(self) -> str | None:
        """What closes the reasoning (0.20)."""
        return next(iter(self._vocabulary.closer_texts), None)

    def _begins_open(self) -> bool:
        """Whether generation begins inside the reasoning, as far as that is known; else what the format expects."""
        if self._prompt is not None:
            return self._prompt == OPEN
        return self._is_asked_for(default=self.fmt.begins_inside is not None and self.fmt.begins_inside[2])

    def _is_asked_for(self, *, default: bool) -> bool:
        """Whether the request's template arguments switch the reasoning on; `default` when they do not say."""
        return self.fmt.asks_for_reasoning(self.template_arguments, default=default)

    def _place(self, token_ids: Sequence[int], *, of_prompt: bool = True) -> str | None:
        """Where reasoning stands at the end of `token_ids`; None when they cannot tell. An earlier turn's is over.

        In a prompt the header of the answer parts what came before from what will come: no closer before it counts.
        """
        words = self._vocabulary
        if not words.closer_texts:
            return CLOSED  # a format without reasoning
        if not (words.reasoning_openers and words.reasoning_closers):
            return self._place_in_text(token_ids, of_prompt=of_prompt)
        for at in reversed(range(len(token_ids))):
            number = token_ids[at]
            if number in words.reasoning_closers or number in words.call_openers:
                return CLOSED
            if number in words.reasoning_openers:
                return OPEN if self.fmt.opens_reasoning_only else self._place_in_header(token_ids, at)
            if number in words.turns or (of_prompt and number in words.headers):
                return ABSENT
        return ABSENT

    def _place_in_header(self, token_ids: Sequence[int], end: int) -> str | None:
        """As `_place`, at a token that ends the headers of several kinds (`<|message|>`): the core reads the header."""
        events = self._behind_header(token_ids, end)
        if events is None:
            return None
        return OPEN if any(isinstance(event, ReasoningDelta) for event in events) else CLOSED

    def _behind_header(self, token_ids: Sequence[int], end: int) -> list[Event] | None:
        """What the core makes of a letter behind the header that ends with a token; None: nobody knows."""
        words = self._vocabulary
        others = words.reasoning_closers | words.foreign.keys()
        start = next((at + 1 for at in reversed(range(end)) if token_ids[at] in others), 0)
        try:
            core = Transcript(self.fmt, words, "reasoning", is_open=False, token_ids=None, tools=None).new_core()
            core.feed(self.model_tokenizer.decode(list(token_ids[max(start, end - TAIL_TOKENS) : end + 1])))
            return core.feed(A_LETTER)
        except Exception:  # as in `_place_in_text`
            return None

    def begins_answer(self, token_ids: Sequence[int], since: int) -> bool:
        """Whether a message to the user has begun, whose header ends at a token from `since` on.

        There a grammar of the answer begins, in a format that writes each text in a message with a header.
        """
        words = self._vocabulary
        for at in reversed(range(since, len(token_ids))):
            if token_ids[at] in words.reasoning_closers or token_ids[at] in words.turns:
                return False
            if token_ids[at] in words.markup:
                events = self._behind_header(token_ids, at) or ()
                texts = [event.text.lstrip() for event in events if isinstance(event, ContentDelta)]
                return len(texts) == len(events) and "".join(texts) == A_LETTER
        return False

    def _place_in_text(self, token_ids: Sequence[int], *, of_prompt: bool) -> str | None:
        """As `_place`, where the delimiters are no single tokens."""
        try:
            text = self.model_tokenizer.decode(list(token_ids)[-TAIL_TOKENS:])
        except Exception:  # not every tokenizer can, and then nobody knows
            return None
        words = self._vocabulary
        meanings = dict.fromkeys((*words.foreign.values(), *(self.fmt.headers if of_prompt else ())), ABSENT)
        meanings |= dict.fromkeys(words.closer_texts, CLOSED) | dict.fromkeys(words.opener_texts, OPEN)
        found = [(text.rfind(literal) + len(literal), len(literal), literal) for literal in meanings if literal in text]
        return meanings[max(found)[2]] if found else None

    # --- streamed answers ----------------------------------------------------------------------------------------

    def extract_reasoning_streaming(
        self,
        previous_text: str,  # noqa: ARG002  the phase remembers what it needs
        current_text: str,  # noqa: ARG002
        delta_text: str,
        previous_token_ids: Sequence[int],  # noqa: ARG002
        current_token_ids: Sequence[int],  # noqa: ARG002
        delta_token_ids: Sequence[int],
    ) -> Any:
        """Read one delta. At the end of the reasoning the message's content is the source behind it."""
        if self._phase is None:
            self._phase = self._new_phase()
        return self._phase.advance(delta_text, delta_token_ids)

    def _new_phase(self) -> ReasoningPhase:
        return ReasoningPhase(self.fmt, self._vocabulary, is_open=self._begins_open(), tools=self._tools)

    def take_tools(self, tools: Any) -> None:
        """Take note of the tools, of which this half is not told: a call of one of them ends the reasoning."""
        self._tools = tools

    def has_engine_confirmed_reasoning_end(self) -> bool:
        """Whether the last delta ended the reasoning (0.24)."""
        return self._phase is not None and self._phase.has_ended

    def finish_streaming(self) -> Any:
        """Say what was held back until the end (0.24)."""
        return None if self._phase is None else self._phase.finish()

    def extract_content_ids(self, input_ids: Sequence[int]) -> list[int]:
        """Return the ids of the source behind the reasoning."""
        phase = self._phase
        if phase is not None and phase.last_ids == list(input_ids):
            return phase.content_ids
        return ids_behind(input_ids, self._vocabulary.reasoning_closers)

    # --- ids alone -----------------------------------------------------------------------------------------------

    def is_reasoning_end(self, input_ids: Sequence[int]) -> bool:
        """Say whether the reasoning is over after these ids: the last delta's, a prompt's, or both together."""
        phase = self._phase
        if phase is not None and phase.last_ids == list(input_ids):
            return phase.has_ended
        if self.waits_for_answer() and asks_for_grammar():
            return self.begins_answer(input_ids, 0)
        place = self._place(input_ids)
        if phase is None:  # nothing has been generated: these are the prompt's
            self._prompt = place
        return place == CLOSED or self.begins_grammar(place)

    def begins_grammar(self, place: str | None) -> bool:
        """Whether a grammar that is asked for begins here although nothing has closed the reasoning."""
        return place in (None, ABSENT) and self.fmt.opens_reasoning_only and asks_for_grammar()

    def waits_for_answer(self) -> bool:
        """Whether a grammar that is asked for begins with the first message to the user, not behind the reasoning."""
        return self.fmt.wraps_content and not self.fmt.opens_reasoning_only and bool(self._vocabulary.token_ids)

    def is_reasoning_end_streaming(self, input_ids: Sequence[int], delta_ids: Iterable[int]) -> bool:
        """Say whether the last delta ends the reasoning (0.13)."""
        delta = list(delta_ids)
        phase = self._phase
        if phase is not None and phase.last_ids == delta:
            return phase.has_ended
        if self.waits_for_answer() and asks_for_grammar():
            return self.begins_answer(input_ids, max(0, len(input_ids) - len(delta)))
        has_ids = self._vocabulary.reasoning_openers and self._vocabulary.reasoning_closers
        return self._place(delta if has_ids else input_ids, of_prompt=False) == CLOSED

    def count_reasoning_tokens(self, token_ids: Sequence[int]) -> int:
        """Count the tokens of an answer that are reasoning (0.17)."""
        try:
            is_open = self._began_open(token_ids)
            ids = self._vocabulary.token_ids
            words, tools = self._vocabulary, self._tools
            transcript = Transcript(self.fmt, words, "reasoning", is_open=is_open, token_ids=ids, tools=tools)
            return self._tokens.count(token_ids, transcript.new_core, is_open=is_open)
        except Exception:  # a number for the bill is not worth an answer
            return 0

    def _began_open(self, token_ids: Sequence[int]) -> bool:
        """Whether an answer began inside the reasoning, judged as the other methods judge it."""
        if self._prompt is not None or self._phase is not None:
            return self._begins_open()
        words = self._vocabulary
        first = next((n for n in token_ids if n in words.reasoning_openers or n in words.reasoning_closers), None)
        return self._is_asked_for(default=first in words.reasoning_closers and self._prompts_may_open())

    def _prompts_may_open(self) -> bool:
        """Whether a lone closer says that the prompt opened the reasoning: not where it closes other texts, too."""
        return self.fmt.begins_inside is not None or self.fmt.opens_reasoning_only

    # --- whole answers -------------------------------------------------------------------------------------------

    def extract_reasoning(self, model_output: str, request: Any) -> tuple[str | None, str | None]:
        """Read a whole answer: its reasoning, and the source behind the first of it."""
        if self._prompt is None:  # the whole text says more than what the format expects
            is_open = self._is_asked_for(default=self._closes_first(model_output))
        else:
            is_open = self._begins_open()
        tools = getattr(request, "tools", None)
        phase = ReasoningPhase(self.fmt, self._vocabulary, is_open=is_open, by_id=False, tools=tools)
        phase.is_asked = asks_for_log(request)
        reasoning, rest = phase.read_whole(model_output)
        return reasoning or None, rest or None

    def _closes_first(self, text: str) -> bool:
        """Whether the reasoning is closed before it is opened: then a prompt that nobody showed has opened it."""
        if not self._prompts_may_open():
            return False
        closed = min((at for at in map(text.find, self._vocabulary.closer_texts) if at >= 0), default=-1)
        return closed >= 0 and not any(0 <= text.find(opener) < closed for opener in self._vocabulary.opener_texts)

    # The names up to 0.11.0.
    def extract_reasoning_content(self, model_output: str, request: Any) -> tuple[str | None, str | None]:
        return self.extract_reasoning(model_output, request)

    def extract_reasoning_content_streaming(self, *arguments: Any, **named: Any) -> Any:
        return self.extract_reasoning_streaming(*arguments, **named)
