"""The reasoning detector: what SGLang asks of one, answered from the core.

In: an answer, whole or in deltas. Out: SGLang's results: the reasoning, and normal text, which SGLang gives to its tool
detector, or to the client where there is none.

Promises: both halves of an answer are read by one machine where both are ours (Note [one machine, two detectors]); a
whole answer takes the same way as a streamed one; no error leaves it.
"""

from __future__ import annotations

import sys
from typing import Any, Optional

from toolgram.targets.serving.vocabulary import Vocabulary
from toolgram.targets.sglang.host.habits import FUNCTIONS_MODULE, HostReasoningDetector, ReasoningResult
from toolgram.targets.sglang.host.no_tokenizer import words_of
from toolgram.targets.sglang.host.reader import Reader
from toolgram.targets.sglang.host.reasoning_modes import Handing, Splitting, Unwrapping
from toolgram.targets.sglang.host.served_format import ServedFormat
from toolgram.targets.sglang.host.toggles import begins_open, reasoning_mode
from toolgram.targets.sglang.host.who_asks import Asked, asked


class ReasoningDetector(HostReasoningDetector):  # type: ignore[misc]  # SGLang is not there when types are checked
    """Reads the reasoning of one format; a subclass for each format sets `fmt`."""

    fmt: ServedFormat

    def __init__(
        self,
        stream_reasoning: bool = True,
        force_reasoning: Optional[bool] = None,
        continue_final_message: bool = False,
        previous_content: Any = "",
        force_nonempty_content: bool = False,
        tokenizer: Any = None,
        tool_call_parser_active: Optional[bool] = None,
        **_: Any,
    ) -> None:
        if not self.fmt.reasoning_closers:
            name = self.fmt.names[0]
            raise LookupError(f"the format {name} has no reasoning: start the server without --reasoning-parser")
        words = words_of(self.fmt, tokenizer)
        who = asked()
        is_open = begins_open(self.fmt, force_reasoning, who)
        opener, closer = words.opener_texts[0] if words.opener_texts else "", words.closer_texts[0]
        super().__init__(opener, closer, force_reasoning=is_open, stream_reasoning=stream_reasoning)
        self.reasoning_default = reasoning_mode(self.fmt)
        begun = previous_content if continue_final_message and isinstance(previous_content, str) else ""
        self._start = words, who, is_open, begun, tokenizer, tool_call_parser_active
        self._mode: Any = None
        self._swaps_empty = force_nonempty_content  # the client is to get some content in any case
        self._waiting: list[str] = []  # reasoning that is not streamed
        self._read: list[str] = []  # reasoning, of an answer without anything else
        self._is_all_reasoning = True
        self.needs_special_tokens = words.hides_markup if self.fmt.wraps_content else words.hides_reasoning
        self.fmt.note_use("reasoning")

    # --- streamed answers ----------------------------------------------------------------------------------------

    def parse_streaming_increment(self, new_text: str) -> Any:
        """Read one delta of the answer."""
        return self._result(*self._begun().feed(new_text))

    def finish(self) -> Any:
        """Say what was held back until the end."""
        result = self._result(*self._begun().finish())
        result.reasoning_text = "".join([*self._waiting, result.reasoning_text])
        self._waiting = []
        if self._swaps_empty and self._is_all_reasoning:
            result.normal_text, result.reasoning_text = "".join(self._read), ""
        return result

    def _result(self, reasoning: str, normal: str) -> Any:
        """A result with what is to be said now."""
        if normal:
            self._is_all_reasoning = False
        if self._swaps_empty and self._is_all_reasoning:
            self._read.append(reasoning)
        if not self.stream_reasoning:
            self._waiting.append(reasoning)
            reasoning = ""
            if not self._is_all_reasoning:
                reasoning, self._waiting = "".join(self._waiting), []
        return ReasoningResult(normal_text=normal, reasoning_text=reasoning)

    # --- whole answers -------------------------------------------------------------------------------------------

    def detect_and_parse(self, text: str) -> Any:
        """Read a whole answer."""
        self._mode = None
        first, last = self.parse_streaming_increment(text), self.finish()
        if self._swaps_empty and self._is_all_reasoning:
            return last
        normal = first.normal_text + last.normal_text
        return ReasoningResult(normal_text=normal, reasoning_text=first.reasoning_text + last.reasoning_text)

    # --- how the answer is read ----------------------------------------------------------------------------------

    def _begun(self) -> Any:
        """The mode that reads the answer."""
        if self._mode is None:
            words, who, is_open, begun, tokenizer, is_heard = self._start
            reader = Reader(self.fmt, words, "reasoning", who.tools, is_open=is_open, begun=begun)
            self._mode = self._mode_for(reader, words, who, tokenizer, is_heard)
        return self._mode

    def _mode_for(self, reader: Reader, words: Vocabulary, who: Asked, tokenizer: Any, is_heard: Optional[bool]) -> Any:
        if is_heard is None:  # a version that does not say, or a caller that stands alone
            is_heard = who.tool_parser is not None and bool(who.tools) and who.request.tool_choice != "none"  # type: ignore[union-attr]
        if is_heard and self._is_paired(who, tokenizer):
            return Handing(reader)
        if self.fmt.wraps_content and not is_heard:
            return Unwrapping(reader, words)
        return Splitting(reader, words)

    def _is_paired(self, who: Asked, tokenizer: Any) -> bool:
        """Whether the server's tool detector is that of this format."""
        parsers = getattr(sys.modules.get(FUNCTIONS_MODULE), "FunctionCallParser", None)
        known = getattr(parsers, "ToolCallParserEnum", {})
        kind = known.get(who.tool_parser)
        real = getattr(kind, "real", None)
        kind = real(tokenizer) if callable(real) else kind
        return getattr(kind, "fmt", None) is self.fmt
