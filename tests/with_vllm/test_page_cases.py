"""Every case of every format's page through the real vLLM's own composition of a plugin's halves, without a server.

The tokenizer has the format's special tokens, but for those with a suffix of the checkpoint: a case may have any. Text
comes as a server detokenizes it, with characters of several tokens held until they are whole.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

import composed
import model
import pytest

import toolgram
from toolgram.registry import format_paths, formats_dir
from toolgram.runtime.tables.suffix import with_suffix
from toolgram.testing import Case, read_cases

pytestmark = pytest.mark.vllm

FORMATS = [path.stem for path in format_paths()]
SIZES = (1, 4)  # tokens a delta


@cache
def cases_of(format_id: str) -> list[Case]:
    """The cases that a server can be asked for: with tools, from a prompt that opens nothing or the reasoning."""
    cases = read_cases(formats_dir() / f"{format_id}.md")
    openers = toolgram.load(format_id).machine.reasoning_openers
    return [
        case
        for case in cases
        if case.tools and (case.inside is None or (case.inside == "reasoning" and openers)) and case.suffix is None
    ]


@cache
def tokenizer_of(format_id: str) -> Any:
    tokens = toolgram.load(format_id).machine.special_tokens
    texts = [("", case.text) for case in cases_of(format_id)]
    hidden = [token for token in tokens if token == with_suffix(token, "") and token != model.END]
    return model.make_tokenizer(lesson=model.Lesson(texts, hidden))


def deltas_of(tokenizer: Any, text: str, size: int) -> Iterator[tuple[str, list[int]]]:
    ids = tokenizer.encode(text)
    sent = ""
    for at in range(0, len(ids), size):
        whole = tokenizer.decode(ids[: at + size])
        is_cut = whole.endswith("\ufffd") and not text.startswith(whole)
        yield "" if is_cut else whole[len(sent) :], ids[at : at + size]
        sent = sent if is_cut else whole
    yield "", [tokenizer.eos_token_id]


def message(got: composed.Message, case: Case) -> composed.Message:
    """A message with the arguments of calls that are complete in canonical JSON."""
    complete = [call.complete for call in case.expected.calls]
    calls = [
        (
            name,
            json.dumps(json.loads(arguments), sort_keys=True) if complete[number : number + 1] == [True] else arguments,
        )
        for number, (name, arguments) in enumerate(got[2])
    ]
    return got[0], got[1], calls


@pytest.mark.parametrize("format_id", FORMATS)
def test_the_composed_parser_reads_the_page(format_id: str, plugin: Any) -> None:
    kind, tokenizer = composed.ours(plugin(format_id)), tokenizer_of(format_id)
    opener = next(iter(toolgram.load(format_id).machine.reasoning_openers), "")
    for case in cases_of(format_id):
        said = case.expected
        calls = [(call.name, call.arguments) for call in said.calls]
        wanted = message((said.content or "", said.reasoning or "", calls), case)
        prompt = composed.USER + (with_suffix(opener, "") if case.inside else "")
        for size in SIZES:
            request = composed.asked(tools=case.tools)
            parser = kind(tokenizer, request.tools, chat_template_kwargs={})
            deltas = list(deltas_of(tokenizer, case.text, size))
            got = composed.heard(composed.send(parser, tokenizer, deltas, request, prompt))
            assert message(got, case) == wanted, (case.place, size)
