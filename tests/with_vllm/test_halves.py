"""The generated plugins in the real vLLM's own composed parser, without a server.

What `test_server` shows from outside is shown here delta by delta, with what a server rarely meets: a half beside one
of vLLM's own, text that comes later than its ids, special tokens that the format does not know, an error in the core.
"""

from __future__ import annotations

import re
import sys
from typing import Any

import pytest
from composed import (
    EARLIER,
    FORMATS,
    THINKING,
    USER,
    asked,
    compose,
    deltas_of,
    expected,
    heard,
    ours,
    scene,
    send,
    stream,
    whole,
)
from transcripts import CASES, TOOLS

pytestmark = pytest.mark.vllm


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


def test_text_behind_a_call_comes_after_what_was_left_of_the_call(plugin: Any, tokenizer: Any) -> None:
    """Servers send a message's content before its calls, and Responses cannot go back to one."""
    kind = ours(plugin("hermes"))
    text = f"{scene('hermes', 'one call').output}\nThat is all, and more than enough."
    for size in (5, 8, 11, 16):
        request = asked()
        parser = kind(tokenizer, request.tools, chat_template_kwargs={})
        deltas = deltas_of(tokenizer, text, size)
        sent = list(send(parser, tokenizer, deltas, request))
        for message in sent:
            continues = [part for part in (message or {}).get("tool_calls", ()) if "name" not in part["function"]]
            assert not (continues and message.get("content")), size
        content, _, calls = heard(iter(sent))
        assert content.strip() == "That is all, and more than enough."
        assert len(calls) == 1


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
    kind = compose(plugin(format_id).PARSERS[0], own.reasoning[other])
    for name in ("opened, then call", "opened, all three"):
        case = scene(format_id, name)
        content, reasoning, calls = stream(kind, tokenizer, case.output, prompt=USER + "<think>\n")
        assert (content.strip(), reasoning.strip(), calls) == expected(case)


@pytest.mark.parametrize("format_id", ["hermes", "qwen3_coder"])
def test_our_reasoning_half_beside_tool_parsers_of_vllm(format_id: str, own: Any, plugin: Any, tokenizer: Any) -> None:
    kind = compose(own.tool[format_id], plugin(format_id).PARSERS[1])
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


MISTRAL_CALLS = {
    "mistral": '[TOOL_CALLS]get_weather[ARGS]{"city": "Tokyo"}',
    "mistral_prev11": '[TOOL_CALLS][{"name": "get_weather", "arguments": {"city": "Tokyo"}}]',
}


@pytest.mark.parametrize("format_id", list(MISTRAL_CALLS))
def test_an_id_is_as_the_template_of_the_model_wants_it(format_id: str, plugin: Any, tokenizer: Any) -> None:
    request = asked()
    parser = ours(plugin(format_id))(tokenizer, request.tools, chat_template_kwargs={})
    sent = send(parser, tokenizer, deltas_of(tokenizer, MISTRAL_CALLS[format_id]), request)
    [head] = [call for message in sent if message for call in message.get("tool_calls", ()) if "id" in call]
    assert re.fullmatch("[a-zA-Z0-9]{9}", head["id"])


def test_the_first_message_of_a_call_has_its_head_and_no_message_has_empty_fields(plugin: Any, tokenizer: Any) -> None:
    request, case = asked(), scene("hermes", "one call")
    parser = ours(plugin("hermes"))(tokenizer, request.tools, chat_template_kwargs={})
    sent = [message for message in send(parser, tokenizer, deltas_of(tokenizer, case.output), request) if message]
    [head] = sent[0]["tool_calls"]
    assert head["id"].startswith("chatcmpl-tool-")
    begun = head["function"].pop("arguments")  # what came with the key that showed that the call goes on
    assert '{"city": "Tokyo"'.startswith(begun)
    assert {**head, "id": ""} == {"id": "", "type": "function", "index": 0, "function": {"name": "get_weather"}}
    for message in sent[1:-1]:
        assert list(message) == ["tool_calls"]
        assert [sorted(part) for part in message["tool_calls"]] == [["function", "index"]]


def test_messages_of_the_hot_path_are_made_fast_and_cannot_be_told_apart(plugin: Any) -> None:
    module = sys.modules[plugin("hermes").PARSERS[0].__module__]  # the file itself, or the one beside it
    assert module.content_message is not module.real_content_message
    assert module.arguments_message is not module.real_arguments_message
    for text in ("x", ' "q"\n', "é"):
        assert module.alike(module.content_message(text), module.real_content_message(text))
        assert module.alike(module.arguments_message(3, text), module.real_arguments_message(3, text))


def test_messages_of_any_composition_are_made_fast_and_cannot_be_told_apart(plugin: Any) -> None:
    module = sys.modules[plugin("hermes").PARSERS[0].__module__]
    assert module.MODELS is not module.REAL
    samples = zip(module._samples(module.MODELS), module._samples(module.REAL), strict=True)
    assert all(module.alike(made, real) for made, real in samples)
    # What a client of the objects changes in one of them stays in it.
    one, other = (module.mixed_message("c", "", []) for _ in range(2))
    one.tool_calls.append(1)
    one.anything = 2
    assert other.tool_calls == []
    assert other.model_extra == {}


OPENERS = {"argument": "<tool_call>\n<function=write_file>\n<parameter=path>\n", "thoughts": "<think>\n"}


@pytest.mark.parametrize("kind", ["content", "argument", "thoughts", "no tools"])
def test_the_core_is_not_asked_for_plain_deltas(
    kind: str, plugin: Any, tokenizer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = plugin("qwen3_coder")
    text = OPENERS.get(kind, "") + "so some words come here, and here they are, once more, " * 20
    request = asked(tools=None, tool_choice=None) if kind == "no tools" else asked()
    runtime = sys.modules[module.PARSERS[0].__module__]
    made, fed, feed, begins = 0, 0, runtime.Parser.feed, runtime.Transcript.begin

    def counted(*given: Any) -> Any:
        nonlocal fed
        fed += 1
        return feed(*given)

    def counted_begin(*given: Any) -> Any:
        nonlocal made
        made += 1
        return begins(*given)

    monkeypatch.setattr(runtime.Parser, "feed", counted)
    monkeypatch.setattr(runtime.Transcript, "begin", counted_begin)
    parser = ours(module, reasoning=kind == "thoughts")(tokenizer, request.tools, chat_template_kwargs={})
    deltas = deltas_of(tokenizer, text)
    content, reasoning, _ = heard(send(parser, tokenizer, deltas, request))
    assert len(content + reasoning) > 1_000 or kind == "argument"
    assert fed < len(deltas) / 2
    assert made == (kind != "no tools")


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
