"""The two halves as a server of this vLLM asks them, without a server: for the self-check of a plugin file.

In: the halves' classes, a tokenizer that spells any text, an answer. Out: what a client would put together of it.

How: from 0.20 on vLLM's own composed parser is asked; before that, the loop of its chat server is written out here.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from toolgram.targets.vllm.host.habits import (
    FORCES_NATIVELY,
    PROTOCOL,
    SAYS_FINISH,
    SHOWS_PROMPT_FIRST,
    optional_part,
)

CHAT_PLACES = ("vllm.entrypoints.openai.chat_completion.protocol", "vllm.entrypoints.openai.protocol")
COMPOSED_NAMES = ("_WrappedParser", "DelegatingParser")
END_TOKEN, TURN_TOKEN = "<|end of answer|>", "<|turn|>"
PROMPT = f"{TURN_TOKEN}user\nhi{TURN_TOKEN}assistant\n"
NO_MESSAGE = PROTOCOL.DeltaMessage()

CheckDelta = tuple[str, list[int]]


class SpellingTokenizer:
    """A tokenizer of special tokens, words and single characters; what is new gets the next id."""

    def __init__(self, special_tokens: Iterable[str]) -> None:
        tokens = [END_TOKEN, TURN_TOKEN, *special_tokens]
        self._ids = {token: number for number, token in enumerate(dict.fromkeys(tokens))}
        self._texts = list(self._ids)
        literals = map(re.escape, sorted(self._ids, key=len, reverse=True))
        self._split = re.compile("|".join([*literals, r" ?[A-Za-z]+", r"\s+", "."]), re.DOTALL)
        self.eos_token, self.eos_token_id = END_TOKEN, self._ids[END_TOKEN]
        self.all_special_tokens = [END_TOKEN, TURN_TOKEN]
        self.all_special_ids = [self._ids[token] for token in self.all_special_tokens]

    def get_vocab(self) -> dict[str, int]:
        return self._ids

    def encode(self, text: str, **_: Any) -> list[int]:
        return [self._id(part) for part in self._split.findall(text)]

    def _id(self, part: str) -> int:
        number = self._ids.setdefault(part, len(self._texts))
        if number == len(self._texts):
            self._texts.append(part)
        return number

    def decode(self, ids: int | Sequence[int], **_: Any) -> str:
        return "".join(self._texts[number] for number in ([ids] if isinstance(ids, int) else ids))

    def deltas(self, text: str, size: int) -> list[CheckDelta]:
        """An answer in deltas of so many tokens, and its end."""
        ids = self.encode(text)
        parts = [ids[at : at + size] for at in range(0, len(ids), size)]
        return [*((self.decode(part), part) for part in parts), ("", [self.eos_token_id])]


class Said(NamedTuple):
    """What a client has put together."""

    content: str
    reasoning: str
    calls: list[tuple[str, str]]


def chat_request(tools: list[Any]) -> Any:
    """A request of a chat with tools."""
    kind = next(filter(None, (optional_part(place, "ChatCompletionRequest") for place in CHAT_PLACES)))
    return kind(model="m", messages=[{"role": "user", "content": "hi"}], tools=tools, tool_choice="auto", stream=True)


def made(kind: Any, tokenizer: Any, tools: Any) -> Any:
    """A half, as this version makes one."""
    return kind(tokenizer, tools) if "tools" in inspect.signature(kind.__init__).parameters else kind(tokenizer)


def streamed_calls(tool: Any, deltas: list[CheckDelta], request: Any) -> Iterator[Any]:
    """The messages of a tool half that is alone."""
    text = ""
    ids: list[int] = []
    for more, more_ids in deltas:
        before, before_ids, text, ids = text, ids, text + more, ids + more_ids
        yield tool.extract_tool_calls_streaming(before, text, more, before_ids, ids, more_ids, request)
    yield tool.finish_streaming() if SAYS_FINISH else None


def streamed_thoughts(reasoning: Any, deltas: list[CheckDelta], prompt_ids: list[int]) -> Iterator[Any]:
    """The messages of a reasoning half that is alone, up to the end of the thoughts."""
    text = ""
    ids: list[int] = []
    if SHOWS_PROMPT_FIRST:
        reasoning.is_reasoning_end(prompt_ids)
    for more, more_ids in deltas:
        before, before_ids, text, ids = text, ids, text + more, ids + more_ids
        message = reasoning.extract_reasoning_streaming(before, text, more, before_ids, ids, more_ids)
        if not SHOWS_PROMPT_FIRST and not before:
            reasoning.is_reasoning_end(prompt_ids)  # it corrects the first message
        yield message
        if message is not None and message.content:
            return
    yield reasoning.finish_streaming() if SAYS_FINISH else None


def composed_messages(
    halves: tuple[Any, Any], tokenizer: Any, deltas: list[CheckDelta], request: Any, prompt: str
) -> Any:
    """The messages of both halves together."""
    place = "vllm.parser.abstract_parser"
    kind = next(filter(None, (optional_part(place, name) for name in COMPOSED_NAMES)), None)
    if kind is None or not FORCES_NATIVELY:
        tool, reasoning = (made(half, tokenizer, request.tools) for half in halves)
        return _loop_messages(tool, reasoning, deltas, request, tokenizer.encode(prompt))
    named = {"tool_parser_cls": halves[0], "reasoning_parser_cls": halves[1]}
    parser = type("CheckedParser", (kind,), named)(tokenizer, request.tools, chat_template_kwargs={})
    return _parser_messages(parser, deltas, request, tokenizer.encode(prompt))


def _parser_messages(parser: Any, deltas: list[CheckDelta], request: Any, prompt_ids: list[int]) -> Iterator[Any]:
    says_finished = "finished" in inspect.signature(parser.parse_delta).parameters
    for number, (text, ids) in enumerate(deltas):
        last = {"finished": number == len(deltas) - 1} if says_finished else {}
        given = {"delta_text": text, "delta_token_ids": ids, "request": request, "prompt_token_ids": prompt_ids}
        yield parser.parse_delta(**given, **last)


def _loop_messages(
    tool: Any, reasoning: Any, deltas: list[CheckDelta], request: Any, prompt_ids: list[int]
) -> Iterator[Any]:
    """The loop of servers up to 0.19. Up to 0.12 the prompt is judged behind the first delta, and the tool parser waits
    for the delta after the one that ends the reasoning."""
    text, has_ended, is_handed = "", False, False
    ids: list[int] = []
    for more, more_ids in deltas:
        delta, delta_ids, now, now_ids = more, more_ids, text + more, ids + more_ids
        message, reads_calls_now = None, has_ended
        if not has_ended and SHOWS_PROMPT_FIRST and reasoning.is_reasoning_end(prompt_ids):
            has_ended, reads_calls_now, now_ids = True, True, more_ids
        elif not has_ended:
            message = reasoning.extract_reasoning_streaming(text, now, delta, ids, now_ids, delta_ids)
            for judged in (more_ids,) if SHOWS_PROMPT_FIRST else (prompt_ids, more_ids):
                if reasoning.is_reasoning_end(judged):
                    has_ended, reads_calls_now = True, SHOWS_PROMPT_FIRST
                    now_ids = more_ids if judged is prompt_ids else reasoning.extract_content_ids(more_ids)
                    now = (message or NO_MESSAGE).content or ""
                    if message is not None:
                        message.content = None
        if reads_calls_now:
            if not is_handed:
                is_handed, text, ids, delta, delta_ids = True, "", [], now, now_ids
            message = tool.extract_tool_calls_streaming(text, now, delta, ids, now_ids, delta_ids, request)
        text, ids = now, now_ids
        yield message


def put_together(messages: Iterable[Any]) -> Said:
    """What a client makes of the messages of a stream."""
    content = reasoning = ""
    calls: dict[int, list[str]] = {}
    for message in messages:
        if message is None:
            continue
        content += message.content or ""
        reasoning += getattr(message, "reasoning", None) or getattr(message, "reasoning_content", None) or ""
        for part in message.tool_calls or ():
            call = calls.setdefault(part.index, ["", ""])
            if part.function is not None:
                call[0] += part.function.name or ""
                call[1] += part.function.arguments or ""
    return Said(content, reasoning, [(name, arguments) for name, arguments in calls.values()])
