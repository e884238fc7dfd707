"""The generated plugins in the real vLLM's own composed parser, without a server.

What `test_server` shows from outside is shown here delta by delta, with what a server rarely meets: a half beside one
of vLLM's own, text that comes later than its ids, special tokens that the format does not know, an error in the core.
"""

from __future__ import annotations

import importlib.util
import json
import logging
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from transcripts import CASES, HAS_REASONING, TOOLS, Case

pytestmark = [
    pytest.mark.vllm,
    pytest.mark.skipif(importlib.util.find_spec("vllm") is None, reason="vLLM is not installed"),
]

PLUGINS = Path(os.environ.get("TOOLGRAM_GENERATED", Path(__file__).parents[2] / "generated")) / "vllm"
USER = "<|im_start|>user\nhi<|im_end|>\n<|im_start|>assistant\n"
EARLIER = "<|im_start|>assistant\n<think>\na\n</think>\n\nb<|im_end|>\n"
FORMATS = list(CASES)
THINKING = [format_id for format_id in FORMATS if HAS_REASONING[format_id]]
Message = tuple[str, str, list[tuple[str, str]]]


@pytest.fixture(scope="module")
def tokenizer() -> Any:
    import model

    return model.make_tokenizer()


@pytest.fixture(scope="module")
def own() -> dict[str, Any]:
    """Parsers of vLLM's own, taken before a plugin replaces their names."""
    from vllm.reasoning import ReasoningParserManager
    from vllm.tool_parsers import ToolParserManager

    tools = {name: ToolParserManager.get_tool_parser(name) for name in ("hermes", "qwen3_coder")}
    reasoning = {name: ReasoningParserManager.get_reasoning_parser(name) for name in ("qwen3", "deepseek_r1")}
    return {**tools, **reasoning}


@pytest.fixture(scope="module")
def plugin(own: dict[str, Any]) -> Any:  # noqa: ARG001  first
    from vllm.tool_parsers import ToolParserManager

    def load(format_id: str) -> Any:
        if format_id not in sys.modules:
            ToolParserManager.import_tool_parser(str(PLUGINS / f"{format_id}.py"))
        return sys.modules[format_id]

    return load


def compose(tool: Any, reasoning: Any) -> Any:
    from vllm.parser.abstract_parser import DelegatingParser

    return type("Composed", (DelegatingParser,), {"tool_parser_cls": tool, "reasoning_parser_cls": reasoning})


def ours(module: Any, *, reasoning: bool = True) -> Any:
    """Both halves of a format, as far as it has both."""
    halves = [*module.PARSERS, None]
    return compose(halves[0], halves[1] if reasoning else None)


def asked(**options: Any) -> Any:
    from vllm.entrypoints.openai.chat_completion.protocol import ChatCompletionRequest

    given = {"tools": TOOLS, "tool_choice": "auto", **options}
    return ChatCompletionRequest(model="m", messages=[{"role": "user", "content": "x"}], stream=True, **given)


def deltas_of(tokenizer: Any, text: str, size: int = 1) -> list[tuple[str, list[int]]]:
    ids = tokenizer.encode(text)
    parts = [ids[at : at + size] for at in range(0, len(ids), size)]
    return [*((tokenizer.decode(part), part) for part in parts), ("", [tokenizer.eos_token_id])]


def send(parser: Any, tokenizer: Any, deltas: list[Any], request: Any, prompt: str = USER) -> Iterator[Any]:
    prompt_ids = tokenizer.encode(prompt)
    for number, (text, ids) in enumerate(deltas):
        message = parser.parse_delta(text, ids, request, prompt_ids, finished=number == len(deltas) - 1)
        yield None if message is None else json.loads(message.model_dump_json(exclude_unset=True))


def heard(messages: Iterator[Any]) -> Message:
    """What a client puts together."""
    content = reasoning = ""
    calls: dict[int, list[str]] = {}
    for sent in messages:
        for part in (sent or {}).get("tool_calls", ()):
            call = calls.setdefault(part["index"], ["", ""])
            call[0] += part["function"].get("name", "")
            call[1] += part["function"].get("arguments", "")
        content += (sent or {}).get("content") or ""
        reasoning += (sent or {}).get("reasoning") or ""
    return content, reasoning, [(name, arguments) for name, arguments in calls.values()]


def stream(kind: Any, tokenizer: Any, text: str, *, size: int = 1, prompt: str = USER, request: Any = None) -> Message:
    request = request or asked()
    parser = kind(tokenizer, request.tools, chat_template_kwargs={})
    return heard(send(parser, tokenizer, deltas_of(tokenizer, text, size), request, prompt))


def whole(kind: Any, tokenizer: Any, text: str, *, prompt: str = USER) -> Message:
    request = asked()
    parser = kind(tokenizer, request.tools, chat_template_kwargs={})
    parser.is_reasoning_end(tokenizer.encode(prompt))
    reasoning, content, calls = parser.parse(text, request, enable_auto_tools=True)
    return content or "", reasoning or "", [(call.name, call.arguments) for call in calls or []]


def expected(case: Case) -> Message:
    return case.content, case.reasoning, [(name, json.dumps(arguments)) for name, arguments in case.calls]


def scene(format_id: str, name: str) -> Case:
    return next(case for case in CASES[format_id] if case.scene == name)


@pytest.mark.parametrize("format_id", FORMATS)
def test_both_halves_read_every_scene(format_id: str, plugin: Any, tokenizer: Any) -> None:
    kind = ours(plugin(format_id))
    for case in CASES[format_id]:
        opener = "<think>\n" if case.opened else ""
        for prompt in (USER + opener, EARLIER + USER + opener):
            for size in (1, 2, 3, 7, 10_000):
                got = stream(kind, tokenizer, case.output, size=size, prompt=prompt)
                assert got == expected(case), (case.scene, size, prompt)
            assert whole(kind, tokenizer, case.output, prompt=prompt) == expected(case), (case.scene, prompt)


@pytest.mark.parametrize("format_id", THINKING)
def test_without_a_reasoning_parser_the_block_stays_in_the_content(format_id: str, plugin: Any, tokenizer: Any) -> None:
    kind = ours(plugin(format_id), reasoning=False)
    case = scene(format_id, "reasoning and call")
    content = f"<think>{case.reasoning}</think>"
    assert stream(kind, tokenizer, case.output) == (content, "", expected(case)[2])
    assert whole(kind, tokenizer, case.output) == (content, "", expected(case)[2])


@pytest.mark.parametrize("other", ["qwen3", "deepseek_r1"])
@pytest.mark.parametrize("format_id", ["hermes", "qwen3_coder"])
def test_our_tool_half_beside_reasoning_parsers_of_vllm(
    format_id: str, other: str, own: Any, plugin: Any, tokenizer: Any
) -> None:
    kind = compose(plugin(format_id).PARSERS[0], own[other])
    for name in ("opened, then call", "opened, all three"):
        case = scene(format_id, name)
        content, reasoning, calls = stream(kind, tokenizer, case.output, prompt=USER + "<think>\n")
        assert (content.strip(), reasoning.strip(), calls) == expected(case)


@pytest.mark.parametrize("format_id", ["hermes", "qwen3_coder"])
def test_our_reasoning_half_beside_tool_parsers_of_vllm(format_id: str, own: Any, plugin: Any, tokenizer: Any) -> None:
    kind = compose(own[format_id], plugin(format_id).PARSERS[1])
    for name in ("one call", "content and call", "reasoning and call", "reasoning and text"):
        case = scene(format_id, name)
        content, reasoning, calls = stream(kind, tokenizer, case.output)
        assert (content.strip(), reasoning, calls) == expected(case), name


@pytest.mark.parametrize("format_id", THINKING)
def test_text_may_come_later_than_its_ids(format_id: str, plugin: Any, tokenizer: Any) -> None:
    """A request with stop strings: the server holds back as much text as the longest has."""
    kind, case = ours(plugin(format_id)), scene(format_id, "opened, all three")
    for lag in range(0, 120, 7):
        deltas, text, sent = [], "", 0
        for part, ids in deltas_of(tokenizer, case.output)[:-1]:
            text += part
            upto = max(sent, len(text) - lag)
            deltas.append((text[sent:upto], ids))
            sent = upto
        deltas.append((text[sent:], [tokenizer.eos_token_id]))
        request = asked()
        parser = kind(tokenizer, request.tools, chat_template_kwargs={})
        got = heard(send(parser, tokenizer, deltas, request, USER + "<think>\n"))
        assert got == expected(case), lag


@pytest.mark.parametrize("format_id", FORMATS)
def test_ids_that_are_not_the_text_s_do_not_hide_its_delimiters(format_id: str, plugin: Any, tokenizer: Any) -> None:
    kind = ours(plugin(format_id))
    ordinary = tokenizer.encode("a")
    for case in CASES[format_id]:
        if not case.opened:
            deltas = [(character, ordinary) for character in case.output]
            request = asked()
            parser = kind(tokenizer, request.tools, chat_template_kwargs={})
            got = heard(send(parser, tokenizer, [*deltas, ("", [tokenizer.eos_token_id])], request))
            assert got == expected(case), case.scene


def test_the_first_message_of_a_call_has_its_head_and_no_message_has_empty_fields(plugin: Any, tokenizer: Any) -> None:
    request, case = asked(), scene("hermes", "one call")
    parser = ours(plugin("hermes"))(tokenizer, request.tools, chat_template_kwargs={})
    sent = [message for message in send(parser, tokenizer, deltas_of(tokenizer, case.output), request) if message]
    [head] = sent[0]["tool_calls"]
    assert head["id"].startswith("chatcmpl-tool-")
    assert {**head, "id": ""} == {
        "id": "",
        "type": "function",
        "index": 0,
        "function": {"name": "get_weather", "arguments": ""},
    }
    for message in sent[1:-1]:
        assert list(message) == ["tool_calls"]
        assert [sorted(part) for part in message["tool_calls"]] == [["function", "index"]]


def test_messages_of_the_hot_path_are_made_fast_and_cannot_be_told_apart(plugin: Any) -> None:
    module = plugin("hermes")
    assert module.content_message is not module._slow_content_message
    assert module.arguments_message is not module._slow_arguments_message
    for text in ("x", ' "q"\n', "é"):
        assert module._same(module.content_message(text), module._slow_content_message(text))
        assert module._same(module.arguments_message(3, text), module._slow_arguments_message(3, text))


def test_special_tokens_that_the_format_does_not_know_are_no_content(plugin: Any, tokenizer: Any) -> None:
    request = asked()
    parser = ours(plugin("hermes"))(tokenizer, request.tools, chat_template_kwargs={})
    text = "Well<|im_start|> then <|im_end|>"  # what a server sends with skip_special_tokens off and ignore_eos on
    assert heard(send(parser, tokenizer, deltas_of(tokenizer, text), request)) == ("Well then ", "", [])


def test_special_tokens_are_asked_for_where_they_would_vanish(plugin: Any, tokenizer: Any) -> None:
    for format_id, wanted in (("kimi_k2", False), ("qwen3_coder", True)):
        request = asked()
        parser = ours(plugin(format_id))(tokenizer, request.tools, chat_template_kwargs={})
        assert parser.adjust_request(request).skip_special_tokens is wanted


def test_a_request_of_the_responses_api_declares_its_tools_flat(plugin: Any, tokenizer: Any) -> None:
    from vllm.entrypoints.openai.responses.protocol import ResponsesRequest

    flat = [{"type": "function", **tool["function"]} for tool in TOOLS]
    request = ResponsesRequest(model="m", input="x", tools=flat, stream=True)
    case = scene("qwen3_coder", "parallel calls")
    assert stream(ours(plugin("qwen3_coder")), tokenizer, case.output, request=request) == expected(case)


def test_a_request_without_tools_gets_its_text_unchanged(plugin: Any, tokenizer: Any) -> None:
    case = scene("hermes", "content and call")
    request = asked(tools=None, tool_choice=None)
    assert stream(ours(plugin("hermes")), tokenizer, case.output, request=request) == (case.output, "", [])


def test_forced_calls_come_in_the_format_and_under_its_grammar(plugin: Any, tokenizer: Any) -> None:
    case = scene("glm45", "one call")
    for choice in ("required", {"type": "function", "function": {"name": "get_weather"}}):
        request = asked(tool_choice=choice)
        parser = ours(plugin("glm45"))(tokenizer, request.tools, chat_template_kwargs={})
        outputs = parser.adjust_request(request).structured_outputs
        assert outputs.json is None
        assert "<arg_key>" not in outputs.grammar, "it is one token"
        assert request._grammar_from_parser
        assert heard(send(parser, tokenizer, deltas_of(tokenizer, case.output), request)) == expected(case)


def test_a_tokenizer_is_looked_at_once(plugin: Any, tokenizer: Any) -> None:
    module = plugin("pythonic")
    vocabulary = tokenizer.get_vocab()
    looks = []

    class Counting:
        eos_token_id = 1

        def get_vocab(self) -> dict[str, int]:
            looks.append(1)
            return vocabulary

    counting = Counting()
    for _ in range(5):
        ours(module)(counting, TOOLS)
    assert len(looks) == 1


@pytest.mark.parametrize("half", ["tool", "reasoning"])
def test_an_error_in_the_core_ends_in_plain_content(
    half: str, plugin: Any, tokenizer: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    module = plugin("qwen3_coder")
    case = scene("qwen3_coder", "reasoning and call")
    real = module.Parser.feed
    begins = "tool_call>" if half == "tool" else " wants"

    def feed(self: Any, text: str, token_ids: Any = None) -> Any:
        if begins.startswith(text.strip("<")) and text.strip():
            raise RuntimeError("a fault")
        return real(self, text, token_ids)

    monkeypatch.setattr(module.Parser, "feed", feed)
    module.PARSERS[0].fmt._has_failed = False
    monkeypatch.setattr(logging.getLogger("vllm"), "propagate", True)
    with caplog.at_level(logging.ERROR, "vllm.toolgram.qwen3_coder"):
        first = stream(ours(module), tokenizer, case.output)
        second = stream(ours(module), tokenizer, case.output)
        complete = whole(ours(module), tokenizer, case.output)
    assert first == second
    assert not first[2]
    assert first[0].endswith("</function>\n</tool_call>")
    assert complete[2] == expected(case)[2]  # the fault depends on the delta
    assert len(caplog.records) == 1
    assert "plain content" in caplog.records[0].message
