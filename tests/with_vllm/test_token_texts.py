"""Random texts with ids (`token_texts.py`) through vLLM's own composed parser, both halves of a plugin in it.

One token a delta is what the others are measured by: several at once, all at once, and text that comes later than its
ids must give the same answer, and no spelled token may call what the real ones do not.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterable, Iterator
from typing import Any

import budget
import pytest
from composed import asked, heard, ours, send
from token_texts import FORMATS, TokenText, in_groups, late, random_text, special_ids

import toolgram
from toolgram import collect
from toolgram.runtime.tables.limits import BLANKS

pytestmark = pytest.mark.vllm
END, END_ID = "<|the end|>", 0
SEEDS = 4 if not budget.full else 40


class TextTokenizer:
    """Knows the ids of one text, and nothing else."""

    eos_token, eos_token_id = END, END_ID
    all_special_tokens, all_special_ids = [END], [END_ID]

    def __init__(self, sample: TokenText) -> None:
        self._texts = {number: text for text, number in sample.tokens} | {END_ID: END}
        self._ids = {END: END_ID, **special_ids(sample.format)}

    def get_vocab(self) -> dict[str, int]:
        return self._ids

    vocab = property(get_vocab)

    def encode(self, text: str, **_: Any) -> list[int]:  # noqa: ARG002  the prompt: of tokens that mean nothing
        return [999_999]

    def decode(self, ids: Iterable[int], **_: Any) -> str:
        return "".join(self._texts[number] for number in ids)


def streamed(sample: TokenText, kind: Any, deltas: Iterator[tuple[str, list[int]]]) -> Any:
    """What a client hears, its text without the blanks around it: those are a matter of who reads them."""
    tokenizer, request = TextTokenizer(sample), asked(tools=sample.tools)
    parser = kind(tokenizer, request.tools, chat_template_kwargs={})
    content, reasoning, calls = heard(send(parser, tokenizer, [*deltas, ("", [END_ID])], request))
    return content.strip(BLANKS), reasoning.strip(BLANKS), calls


@pytest.mark.parametrize("name", FORMATS)
def test_how_many_tokens_come_at_once_changes_nothing_in_the_server(name: str, plugin: Any) -> None:
    kind = ours(plugin(name))
    for seed in range(SEEDS):
        sample = random_text(name, seed)
        if not sample.tools or sample.inside:
            continue
        draw = random.Random(seed)
        expected = streamed(sample, kind, in_groups(sample, itertools.repeat(1)))
        some = [draw.randint(1, 8) for _ in sample.tokens]
        lag = draw.randint(1, 40)
        assert streamed(sample, kind, in_groups(sample, iter(some))) == expected, (sample, some)
        assert streamed(sample, kind, in_groups(sample, itertools.repeat(len(sample.tokens) + 1))) == expected, sample
        assert streamed(sample, kind, late(in_groups(sample, iter(some)), lag)) == expected, (sample, some, lag)


@pytest.mark.parametrize("name", FORMATS)
def test_the_server_makes_no_other_calls_than_the_parser(name: str, plugin: Any) -> None:
    kind = ours(plugin(name))
    for seed in range(SEEDS):
        sample = random_text(name, seed)
        if not sample.tools or sample.inside:
            continue
        parser = toolgram.Parser(
            toolgram.load(name).prepared, sample.tools, token_ids=special_ids(name), decode=sample.decode, served=True
        )
        events = [event for text, number in sample.tokens for event in parser.feed(text, [number])] + parser.finish()
        calls = [(call.name, call.arguments) for call in collect(events).tool_calls]
        assert streamed(sample, kind, in_groups(sample, itertools.repeat(1)))[2] == calls, sample
