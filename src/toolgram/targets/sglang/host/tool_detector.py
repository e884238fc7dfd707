"""The tool-call detector: what SGLang asks of one, answered from the core.

In: an answer, whole or in deltas, perhaps one that our reasoning detector has read already. Out: SGLang's results.

Whole answers take the same way as streamed ones: all of it is one delta, and then the answer ends. So a call that is
cut off is in both with the same arguments, unclosed, and a call that never got as far as its name is in neither.

Note [what SGLang asks of a whole answer]
It asks first whether there is a call, and takes the whole text for content if there is none. In formats that put
content into messages of its own that would show their markup. So the answer to the question is whether reading changes
anything, and the text is read to know it; the reading that follows is of the same text, and is done once.

Promises: making one costs next to nothing; no error leaves it; nothing is held when the answer has ended.
"""

from __future__ import annotations

import sys
from typing import Any, Optional, Tuple

from toolgram.runtime.schema.given import repeatable
from toolgram.targets.serving.begun import prefilled_text
from toolgram.targets.serving.vocabulary import Vocabulary
from toolgram.targets.sglang.host.habits import HostToolDetector, StructureInfo, ToolResult
from toolgram.targets.sglang.host.items import Items
from toolgram.targets.sglang.host.no_tokenizer import words_of
from toolgram.targets.sglang.host.passed import Passed
from toolgram.targets.sglang.host.reader import Reader
from toolgram.targets.sglang.host.served_format import ServedFormat
from toolgram.targets.sglang.host.who_asks import Asked, asked


class ToolDetector(HostToolDetector):  # type: ignore[misc]  # SGLang is not there when types are checked
    """Reads the calls of one format; a subclass for each format sets `fmt`."""

    fmt: ServedFormat

    def __init__(self, tokenizer: Any = None) -> None:
        super().__init__()
        self._words: Vocabulary = words_of(self.fmt, tokenizer)
        self.bot_token = next(iter(self._words.call_texts), "")
        self._begun = _begun_behind_thoughts(asked(), self._words)
        self._reader: Optional[Reader] = None
        self._items: Optional[Items] = None
        self._whole: Optional[Tuple[str, Any, str, list[Any]]] = None  # a text, its tools, and what it was read as
        self.fmt.note_use("tool")

    @property
    def incomplete_tool_call_indices(self) -> set[int]:
        """The calls that the answer has cut off: clients are not told to run them."""
        return self._items.incomplete if self._items is not None else set()

    # --- streamed answers ----------------------------------------------------------------------------------------

    def parse_streaming_increment(self, new_text: str, tools: Any) -> Any:
        """Read one delta of the answer; this detector serves one answer only."""
        items = self._begin(tools)
        events = new_text.events if isinstance(new_text, Passed) else self._read(new_text, tools)
        content, calls = items.sort(events)
        return ToolResult(normal_text=content, calls=calls)

    def finish(self, tools: Any) -> Any:
        """Say what was held back until the end."""
        items = self._begin(tools)
        content, calls = items.sort(self._reader.finish() if self._reader is not None else ())
        return ToolResult(normal_text=content, calls=calls)

    def _begin(self, tools: Any) -> Items:
        if self._items is None:
            self._items = Items(self._words, wants_calls=bool(tools))
        return self._items

    def _read(self, text: str, tools: Any) -> Any:
        if self._reader is None:
            self._reader = Reader(self.fmt, self._words, "tool", repeatable(tools), begun=self._begun)
        return self._reader.feed(text)

    # --- whole answers -------------------------------------------------------------------------------------------

    def has_tool_call(self, text: str) -> bool:
        """Whether reading a text makes anything of it but the text: see Note [what SGLang asks of a whole answer]."""
        content, calls = self._read_whole(text, _tools_of_caller())
        return bool(calls) or content != str(text)

    def detect_and_parse(self, text: str, tools: Any) -> Any:
        """Read a whole answer."""
        content, calls = self._read_whole(text, tools)
        return ToolResult(normal_text=content, calls=[call.model_copy() for call in calls])

    def _read_whole(self, text: str, tools: Any) -> Tuple[str, list[Any]]:
        known = self._whole
        if known is not None and known[0] is text and known[1] is tools:
            return known[2], known[3]
        self._reader = None
        items = self._items = Items(self._words, wants_calls=bool(tools))
        events = text.events if isinstance(text, Passed) else [*self._read(text, tools)]
        if self._reader is not None:
            events = [*events, *self._reader.finish()]
        content, calls = items.sort(events)
        self._whole = text, tools, content, calls
        return content, calls

    # --- what a request asks for ---------------------------------------------------------------------------------

    def supports_structural_tag(self) -> bool:
        """No: tags that SGLang makes of a begin and an end would not be the format. `get_structural_tag` has ours."""
        return False

    def parses_required_natively(self) -> bool:
        """Yes: forced calls come in the format, whether there is a grammar for them or not."""
        return True

    @classmethod
    def parses_without_tools(cls) -> bool:
        """Whether an answer is to be read although its request has no tools: where markup stands around its text."""
        return cls.fmt.wraps_content

    def structure_info(self) -> Any:
        """Never needed: see `supports_structural_tag`."""
        return lambda name: StructureInfo(begin=self.bot_token, end="", trigger=self.bot_token or name)

    def get_structural_tag(
        self,
        tools: Any = None,
        tool_choice: Any = "auto",
        thinking_mode: bool = False,
        parallel_tool_calls: bool = True,
        **_: Any,
    ) -> Any:
        """The grammar of the calls that a request forces or that have to be strict; None where there is none."""
        return self._tag(tools, tool_choice, thinking_mode, parallel_tool_calls, asked())

    def get_auto_tool_call_structural_tag(
        self, tools: Any = None, thinking_mode: bool = False, parallel_tool_calls: bool = True, **_: Any
    ) -> Any:
        """The grammar of one call at most, if the request wants no more."""
        if parallel_tool_calls is not False:
            return None
        return self._tag(tools, "auto", thinking_mode, parallel_tool_calls, asked())

    def _tag(self, tools: Any, choice: Any, thinking_mode: bool, parallel: Optional[bool], who: Asked) -> Any:
        if self.fmt.writer is None:
            return None
        writer = self._words.made_once(self.fmt.writer, self.fmt)
        return writer.tag(tools, choice, thinking_mode=thinking_mode, is_single=parallel is False, who=who)


def _begun_behind_thoughts(who: Asked, words: Vocabulary) -> str:
    """What the prompt has begun of what this detector reads: where another reads the thoughts, it gets none of them."""
    begun = prefilled_text(who.request)
    if who.reasoning_parser is None:
        return begun
    ends = [begun.rfind(closer) + len(closer) for closer in words.closer_texts if closer in begun]
    if ends:
        return begun[max(ends) :]
    return "" if any(opener in begun for opener in words.opener_texts) else begun


def _tools_of_caller() -> Any:
    """The tools of whoever asks a detector: a text is going to be read with them."""
    return getattr(sys._getframe(2).f_locals.get("self"), "tools", None)
