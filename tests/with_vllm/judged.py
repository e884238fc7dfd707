"""Fixtures of canitoolcall through vLLM's composed parser: with a plugin's halves, or with the parsers of vLLM's own.

In: a fixture, and the two halves. Out: what a client gets, whole, or streamed in deltas of so many tokens.

The tokenizers of the fixtures' models cannot be had here. A stand-in has their special tokens, and words and single
characters besides; where a fixture's ids say that characters only spell a special token, so they do for the stand-in.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import judge
from composed import Message, heard, send
from tokens import Tokenizer

SPELLED = re.compile(r" ?[A-Za-z]+|\s+|.", re.DOTALL)
TURNS = ("<|im_start|>", "<|im_end|>", "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>", "[INST]", "[/INST]")
Delta = tuple[str, list[int]]


class FixtureTokenizer(Tokenizer):
    """A tokenizer with the special tokens of a fixture's model."""

    def __init__(self, fixture: Any) -> None:
        super().__init__([*judge.special_ids(fixture), *TURNS])

    def tokens(self, fixture: Any) -> list[Delta]:
        """The tokens of the fixture's answer, each with its text."""
        deltas = judge.tokens_of(fixture)
        if deltas is None:
            return [(self.decode(number), [number]) for number in self.encode(fixture.raw_output)]
        special = judge.special_ids(fixture)
        real = {(text, *ids) for text, ids in deltas if len(ids) == 1 and special.get(text) == ids[0]}
        found: list[Delta] = []
        for text, ids in deltas:
            parts = [text] if (text, *ids) in real else SPELLED.findall(text)
            found += [(part, [self._id(part)]) for part in parts]
        return found


def request(fixture: Any, *, stream: bool) -> Any:
    """The request that the fixture stands for."""
    from vllm.entrypoints.openai.chat_completion.protocol import ChatCompletionRequest

    tools = {"tools": [dict(tool) for tool in fixture.tools], "tool_choice": "auto"} if fixture.tools else {}
    return ChatCompletionRequest(
        model="m", messages=[{"role": "user", "content": "x"}], stream=stream, **template(fixture), **tools
    )


def template(fixture: Any) -> dict[str, Any]:
    """The arguments of the chat template that the fixture was made with."""
    if fixture.thinking is None:
        return {}
    return {"chat_template_kwargs": {"enable_thinking": fixture.thinking, "thinking": fixture.thinking}}


def _parser(kind: Any, tokenizer: Any, fixture: Any, asked: Any) -> Any:
    thinking = template(fixture).get("chat_template_kwargs", {})
    kind(tokenizer, asked.tools, chat_template_kwargs=thinking).adjust_request(asked)
    return kind(tokenizer, asked.tools, chat_template_kwargs=thinking)


def whole(kind: Any, fixture: Any) -> Message:
    """A whole answer."""
    tokenizer, asked = FixtureTokenizer(fixture), request(fixture, stream=False)
    parser = _parser(kind, tokenizer, fixture, asked)
    parser.is_reasoning_end(tokenizer.encode(judge.prompt_of(fixture)))
    ids = [number for _, numbers in tokenizer.tokens(fixture) for number in numbers]
    reasoning, content, calls = parser.parse(
        fixture.raw_output, asked, enable_auto_tools=True, model_output_token_ids=ids
    )
    return content or "", reasoning or "", [(call.name, call.arguments) for call in calls or []]


def streamed(kind: Any, fixture: Any, size: int) -> Message:
    """A streamed answer, in deltas of so many tokens; 0: of all of them."""
    tokenizer, asked = FixtureTokenizer(fixture), request(fixture, stream=True)
    parser = _parser(kind, tokenizer, fixture, asked)
    tokens = tokenizer.tokens(fixture)
    size = size or max(1, len(tokens))
    parts = [tokens[at : at + size] for at in range(0, len(tokens), size)]
    deltas = [("".join(text for text, _ in part), [number for _, ids in part for number in ids]) for part in parts]
    return heard(send(parser, tokenizer, deltas or [("", [])], asked, judge.prompt_of(fixture)))


def judged(kind: Any, fixture: Any, sizes: Sequence[int] = (1, 4, 0)) -> dict[str, Message | str]:
    """What a client gets in each way; the name of the error where the parser raised."""
    found: dict[str, Message | str] = {}
    for name, size in (("whole", None), *((f"stream {size or 'all'}", size) for size in sizes)):
        try:
            found[name] = whole(kind, fixture) if size is None else streamed(kind, fixture, size)
        except Exception as error:  # it is an answer, too: a server sends it to the client
            found[name] = f"{type(error).__name__}: {error}"
    return found
