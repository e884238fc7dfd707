"""What one core was fed, so that a failure of it can be repeated on a desk, and a recovery where that is wanted.

In: the chunks of one answer, as the core gets them. Out: one log record for each kind of failure, and one for each
answer with a recovery that is to be logged (`log_switch`), with the chunks in it as JSON that
`toolgram parse NAME --chunks FILE` reads.

Note [what is kept of an answer]
A failure asks for two things: the beginning of the answer, for the record, and what the core had read and not decided,
for the client. The first chunks serve both, because a new core can read them again. Behind `RECORD_CHARS` characters no
record has room for more, and reading all of it again would take as long as the answer. From there on the core is asked,
before each chunk, how many of the last characters it has not decided, and only those are kept.

Promises: noting a chunk costs the same however many came before it; what is kept has no more than `RECORD_CHARS`
characters beside the last chunks and what the core holds; the record has at most as many characters of JSON; nothing
that goes wrong in here leaves it.
"""

from __future__ import annotations

import json
import sys
from collections import deque
from collections.abc import Sequence
from typing import Any, Deque, Optional

from toolgram.runtime.core.repairs import IN_THOUGHTS
from toolgram.runtime.parser import Parser
from toolgram.runtime.schema.given import items_of, repeatable
from toolgram.runtime.schema.tools import ToolSet
from toolgram.targets.serving.tools_again import tool_set_of
from toolgram.targets.serving.vocabulary import Vocabulary
from toolgram.targets.vllm.host.format import PluginFormat
from toolgram.targets.vllm.host.habits import VLLM_VERSION
from toolgram.targets.vllm.host.ids_proof import ContentIds, IdsProof

RECORD_CHARS = 64_000
CHUNK_CHARS = 4  # of a chunk in a record, besides its text: quotes, a comma and a blank
FAILURES_MAX = 20  # kinds of failure that are logged, of one format

# A text, or a list of a text and the ids of its special tokens; where it was plain, a tuple of it and all of its ids.
Chunk = Any


class Transcript:
    """The beginning of one answer's reading, and what was read since. `half` is the plugin's half that reads."""

    core: Optional[Parser] = None  # that reads the answer
    _later = 0  # chunks behind the first ones
    _last_chars = 0
    _mark = ("", 0)  # what the core held before the last chunk: `Parser.held_mark`
    _tools: Optional[ToolSet] = None  # read with the first core
    _is_counted = False

    def __init__(
        self,
        fmt: PluginFormat,
        words: Vocabulary,
        half: str,
        *,
        is_open: bool,
        token_ids: dict[str, int] | None,
        tools: Any,
    ) -> None:
        self.chunks: list[Chunk] = []  # the first ones
        self._room = RECORD_CHARS  # for more of the first ones
        self._last: Deque[str] = deque()  # the texts of the last of those, as far as they are wanted
        self._fmt = fmt
        self._machine = words.machine
        self._openers = words.opener_texts
        self._decode = words.decode
        self._half = half
        self._is_open = is_open
        self._token_ids = token_ids
        self._given = repeatable(tools)
        self._is_by_id = bool(token_ids)
        self._proof = IdsProof(words) if token_ids else None

    def begin(self) -> Parser:
        """The core that reads the answer."""
        self.core = self.new_core()
        return self.core

    def new_core(self) -> Parser:
        """A core that begins where the prompt ends."""
        token_ids = self._token_ids if self._is_by_id else None
        tools = self._tools
        if tools is None:
            tools = self._tools = tool_set_of(self._given)
            self._fmt.note_tools(tools.problems)
        inside = "reasoning" if self._begins_inside() else None
        core = Parser(self._machine, tools, inside, token_ids=token_ids, decode=self._decode, served=True)
        if tools.unread or tools.has_unusual:
            self._fmt.note_tools(f"no call of {name!r} can be read: {why}" for name, why in core.unread_names.items())
        if inside is not None:
            return core
        if self._is_open:  # this format does not expect it of a prompt: as if the model had written the opener
            for opener in self._openers[:1]:
                core.feed(opener, [token_ids[opener]] if token_ids and opener in token_ids else None)
        return core

    def judge(self, core: Parser, text: str, token_ids: Sequence[int]) -> None:
        """Have the core read the next delta by its ids, or by its text as long as the ids are those of another one."""
        proof = self._proof
        if proof is None or proof.is_over:
            return
        if isinstance(token_ids, ContentIds) and token_ids.tokens is not None and core.take_tokens(token_ids.tokens):
            proof.is_over = True
            return
        if proof.holds(text, token_ids):
            core.read_by_ids()
        else:
            core.read_by_text()
        self._is_by_id = proof.agrees

    @property
    def is_proved(self) -> bool:
        """Whether nothing is to be judged any more."""
        return self._proof is None or self._proof.is_over

    def note(self, text: str) -> None:
        """Note a chunk that the core is about to read."""
        if self._room > 0:
            self._room -= len(text) + CHUNK_CHARS
            self.chunks.append(text)
        else:
            self._note_later(text)

    def note_all(self, deltas: list[tuple[str, Sequence[int]]], joined: str) -> None:
        """Note chunks that the core takes as plain text, and holds nothing of; `joined` is all of them."""
        room = self._room - len(joined) - CHUNK_CHARS * len(deltas)
        if room > 0:
            self._room = room
            self.chunks += deltas
        elif self._room > 0:
            for text, _ in deltas:
                self.note(text)
        else:
            self._note_later(joined)
            self._later += len(deltas) - 1

    def note_ids(self, text: str, token_ids: Sequence[int] | None) -> None:
        """Note a chunk with the ids that it is fed with."""
        if self._room <= 0:
            self._note_later(text)
            return
        known = (self._token_ids or {}).values()
        self._room -= len(text) + CHUNK_CHARS
        self.chunks.append([text, [number for number in token_ids or () if number in known]])

    def note_end(self) -> None:
        """Note the end of the answer, which is where it failed."""
        if self._room > 0:
            self.chunks.append("")
        else:
            self._last.append("")
            self._later += 1

    def mark(self) -> None:
        """Note what the core holds, unless a new one could read it all again."""
        if self._room <= 0 and self.core is not None:
            self._mark = self.core.held_mark

    def _note_later(self, text: str) -> None:
        """Note a chunk of which no record has room, and let go of what the core has decided."""
        self.mark()
        last, held = self._last, self._mark[1]
        while last and self._last_chars - len(last[0]) >= held:
            self._last_chars -= len(last.popleft())
        last.append(text)
        self._last_chars += len(text)
        self._later += 1

    def held_text(self, broken: Parser, text: str) -> str:
        """The source that a core had read and not decided before `text` broke it."""
        if self._later:
            return self._held_later()
        try:
            core = self.new_core()
            for chunk in self.chunks[:-1]:
                core.feed(*([chunk] if isinstance(chunk, str) else chunk))
            return core.held_source
        except Exception:  # it fails earlier now: what the broken one still has is nearly always the same
            return broken.held_source.removesuffix(text)

    def _held_later(self) -> str:
        """As `held_text`, of a long answer: the last characters of what came before the last chunk."""
        waiting, held = self._mark
        texts = list(self._last)[:-1]
        chars = self._last_chars - len(self._last[-1])
        for chunk in reversed(self.chunks):
            if chars >= held:
                break
            texts.insert(0, _text_of(chunk))
            chars += len(texts[0])
        return waiting + "".join(texts)[max(0, chars - held) :]

    def end(self, core: Parser, calls: int = 0, cut: int = 0, *, is_asked: bool = False) -> None:
        """The answer has ended: count it, and log it where that is wanted. `cut` of its calls are not complete."""
        if self._is_counted:
            return
        self._is_counted = True
        try:
            # What stands behind the thoughts is read again by the tool half, and counted there.
            found = core.repairs & IN_THOUGHTS if self._half == "reasoning" else core.repairs
            repairs = sorted(found) if found else []
            self._fmt.metrics.answer(self._half, repairs, calls, cut)
            if repairs and self._fmt.log_switch.is_on(is_asked=is_asked):
                self._fmt.log.info(
                    "recovered in an answer: %s (%s half). To repeat it, save the next line as answer.json and run: "
                    "toolgram parse %s --chunks answer.json\n%s",
                    *(", ".join(repairs), self._half, self._fmt.spec, self.as_json()),
                )
        except Exception:  # the answer matters more than what is said of it
            return

    def report(self) -> None:
        """Count the error being handled, and log it once for each place that it comes from."""
        self._fmt.metrics.failure(self._half)
        try:
            place = _place_of_error()
            if place in self._fmt.failures or len(self._fmt.failures) >= FAILURES_MAX:
                return
            self._fmt.failures.add(place)
            self._fmt.log.exception(
                "the %s parser failed (%s half, toolgram %s, vLLM %s); the rest of this answer is sent as plain "
                "content. To repeat it, save the next line as failure.json and run: toolgram parse %s --chunks "
                "failure.json\n%s",
                *(self._fmt.names[0], self._half, self._fmt.version, VLLM_VERSION, self._fmt.spec, self.as_json()),
            )
        except Exception:  # the answer matters more than its failure's record
            return

    def as_json(self) -> str:
        """The transcript as JSON; tools, then chunks are left out until it is short enough."""
        tools = [_plain(tool) for tool in items_of(self._given)[0]]
        text = self._write(tools, self.chunks)
        if len(text) > RECORD_CHARS:
            text = self._write([{"type": "function", "function": {"name": _name_of(tool)}} for tool in tools])
        keep = len(self.chunks)
        while len(text) > RECORD_CHARS and keep > 1:
            keep //= 2
            text = self._write([], self.chunks[:keep])
        return text if len(text) <= RECORD_CHARS else self._write([], [])

    def _write(self, tools: list[Any], chunks: list[Chunk] | None = None) -> str:
        chunks = self.chunks if chunks is None else chunks
        fields: dict[str, Any] = {
            "format": self._fmt.names[0],
            "toolgram": self._fmt.version,
            "vllm": VLLM_VERSION,
            "half": self._half,
            "inside": "reasoning" if self._begins_inside() else None,
            "special_tokens": self._token_ids if self._is_by_id else None,
            "tools": tools,
            "chunks": [*self._opened(), *(chunk[0] if isinstance(chunk, tuple) else chunk for chunk in chunks)],
            "left_out": len(self.chunks) + self._later - len(chunks),
        }
        return json.dumps(fields, ensure_ascii=False, default=str)

    def _begins_inside(self) -> bool:
        return self._is_open and "reasoning" in self._machine.inside

    def _opened(self) -> list[Chunk]:
        """The opener that the core was fed before the answer."""
        if not self._is_open or self._begins_inside():
            return []
        known = self._token_ids or {}
        return [[opener, [known[opener]] if opener in known else []] for opener in self._openers[:1]]


def _text_of(chunk: Chunk) -> str:
    return chunk if isinstance(chunk, str) else str(chunk[0])


def _place_of_error() -> tuple[str, str, int]:
    """Where the error being handled was raised."""
    error, trace = sys.exc_info()[1], sys.exc_info()[2]
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return type(error).__name__, trace.tb_frame.f_code.co_filename if trace else "", trace.tb_lineno if trace else 0


def _plain(tool: Any) -> Any:
    """A tool as JSON has it; vLLM's are pydantic models."""
    dump = getattr(tool, "model_dump", None)
    return dump(mode="json", exclude_none=True) if callable(dump) else tool


def _name_of(tool: Any) -> str:
    """The name of a tool, in either shape."""
    function = tool.get("function", tool) if isinstance(tool, dict) else {}
    return str(function.get("name", "")) if isinstance(function, dict) else ""
