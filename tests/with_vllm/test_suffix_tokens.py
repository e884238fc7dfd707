"""A plugin of a format with suffixes, in the real vLLM: the tokenizer's vocabulary says which suffix it is."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from toolgram.build import build, build_shared
from toolgram.targets.table import TARGETS

pytestmark = pytest.mark.vllm

SPEC = Path(__file__).parents[1] / "features" / "suffix.lark"
TOOL = {"type": "function", "function": {"name": "f", "parameters": {"properties": {"b": {"type": "integer"}}}}}
TEXT = "<think{0}>Hm, `<call>`.</think{0}>Yes.<call{0}>f<arg{0}>b=3</arg{0}></call{0}>"


def make_tokenizer(suffix: str) -> Any:
    from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    alphabet = pre_tokenizers.ByteLevel.alphabet()
    tokenizer = Tokenizer(
        models.BPE(vocab={letter: number for number, letter in enumerate(sorted(alphabet))}, merges=[])
    )
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    names = ("<call{0}>", "</call{0}>", "<think{0}>", "</think{0}>")
    tokenizer.add_special_tokens([AddedToken("<eos>", special=True)])
    tokenizer.add_tokens([AddedToken(name.format(suffix), special=False) for name in names])
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token="<eos>")


@pytest.fixture(scope="module")
def halves(tmp_path_factory: pytest.TempPathFactory) -> Any:
    from vllm.tool_parsers import ToolParserManager

    out = tmp_path_factory.mktemp("generated")
    targets = [TARGETS["machine"], TARGETS["vllm"]]
    build_shared([build(SPEC, targets, out)], targets)
    ToolParserManager.import_tool_parser(str(out / "vllm" / "suffix.py"))
    return sys.modules["suffix"].PARSERS


def asked(**options: Any) -> Any:
    from vllm.entrypoints.openai.chat_completion.protocol import ChatCompletionRequest

    messages = [{"role": "user", "content": "x"}]
    return ChatCompletionRequest(model="m", messages=messages, stream=True, tools=[TOOL], tool_choice="auto", **options)


@pytest.mark.parametrize("suffix", ["", ":6124c78e"])
@pytest.mark.parametrize("size", [1, 3, 1000])
def test_a_stream_is_read_with_the_suffix_of_the_vocabulary(halves: Any, suffix: str, size: int) -> None:
    from vllm.parser.abstract_parser import DelegatingParser

    kind = type("Composed", (DelegatingParser,), {"tool_parser_cls": halves[0], "reasoning_parser_cls": halves[1]})
    tokenizer, request = make_tokenizer(suffix), asked()
    text = TEXT if suffix else TEXT.replace("Hm, `<call>`.", "Hm.")
    ids = tokenizer.encode(text.format(suffix))
    parts = [ids[at : at + size] for at in range(0, len(ids), size)]
    parser = kind(tokenizer, request.tools, chat_template_kwargs={})
    content = reasoning = name = arguments = ""
    for number, part in enumerate(parts):
        finished = number == len(parts) - 1
        message = parser.parse_delta(tokenizer.decode(part), part, request, [], finished=finished)
        sent = {} if message is None else json.loads(message.model_dump_json(exclude_unset=True))
        content += sent.get("content") or ""
        reasoning += sent.get("reasoning") or ""
        for call in sent.get("tool_calls", ()):
            name += call["function"].get("name") or ""
            arguments += call["function"].get("arguments") or ""
    wanted = "Hm, `<call>`." if suffix else "Hm."
    assert (reasoning, content, name, json.loads(arguments)) == (wanted, "Yes.", "f", {"b": 3})


@pytest.mark.parametrize(
    ("arguments", "is_open"),
    [
        ({}, False),
        ({"effort": "high"}, True),
        ({"effort": "none"}, False),
        ({"thinking": True}, True),
        ({"thinking": True, "effort": "none"}, False),
        ({"thinking": False, "effort": "high"}, False),
        ({"effort": None}, False),
    ],
)
def test_template_arguments_say_where_a_reply_begins(halves: Any, arguments: dict[str, Any], is_open: bool) -> None:
    half = halves[1](make_tokenizer(":1f"), chat_template_kwargs=arguments)
    reasoning, content = half.extract_reasoning("Hm.", asked())
    assert (reasoning, content) == (("Hm.", None) if is_open else (None, "Hm."))
