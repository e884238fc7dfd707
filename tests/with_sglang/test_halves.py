"""The two halves of an answer: both ours, one of ours beside one of SGLang's, or alone; and where an answer begins."""

from __future__ import annotations

from typing import Any

import pytest
from serving import Heard, Words, asked, cut, server, streamed, whole
from sglang.srt.parser.reasoning_parser import ReasoningParser

import toolgram
from toolgram import collect
from toolgram.runtime.parser import Parser

pytestmark = pytest.mark.sglang

TOOLS = [
    {
        "type": "function",
        "function": {"name": "get_weather", "parameters": {"properties": {"city": {"type": "string"}}}},
    }
]
CALL = '<tool_call>\n{"name": "get_weather", "arguments": {"city": "Rome"}}\n</tool_call>'
TEXT = f"<think>\nhm, 1 < 2\n</think>\n\nLet me see.\n{CALL}"
CALLS = [("get_weather", '{"city": "Rome"}')]
SIZES = (1, 2, 5, 1000)
ON, OFF = {"default": True}, {"default": False}


def all_ways(host: Any, text: str, tools: Any = TOOLS, finish: str = "stop", **more: Any) -> Heard:
    """What a client gets, whichever way it is sent."""
    found = whole(host, asked(tools, **more), text, finish)
    for size in SIZES:
        assert streamed(host, asked(tools, stream=True, **more), cut(text, size), finish) == found, size
    return found


@pytest.mark.parametrize("tool", ["toolgram_hermes", "hermes"])
@pytest.mark.parametrize("reasoning", ["toolgram_hermes", "toolgram_qwen3", "qwen3"])
def test_any_two_halves_work_together(tool: str, reasoning: str) -> None:
    """SGLang's own tool detector loses a call that comes in one delta, and keeps other blanks streamed than whole."""
    host = server(tool, reasoning, **ON)
    sizes = SIZES[:-1] if tool == "hermes" else SIZES
    found = [streamed(host, asked(TOOLS, stream=True), cut(TEXT, size)) for size in sizes]
    for got in [whole(host, asked(TOOLS), TEXT), *found]:
        assert (got.reasoning.strip(), got.content.strip()) == ("hm, 1 < 2", "Let me see.")
        assert (got.calls, got.finish_reason) == (CALLS, "tool_calls")
    assert tool == "hermes" or len({str(got) for got in found}) == 1


def test_without_a_reasoning_parser_thoughts_stay_in_the_content() -> None:
    got = all_ways(server("toolgram_hermes", None), TEXT)
    assert got == Heard("<think>hm, 1 < 2</think>Let me see.", "", CALLS, "tool_calls")


def test_an_answer_without_thoughts_is_content_from_its_first_character_on() -> None:
    assert all_ways(server("toolgram_hermes", "toolgram_hermes", **OFF), f"Yes.\n{CALL}")[:3] == ("Yes.", "", CALLS)


@pytest.mark.parametrize("tool", ["toolgram_hermes", "hermes"])
def test_where_no_calls_are_asked_for_the_text_comes_as_it_was_written(tool: str) -> None:
    for more in ({"tools": None}, {"tool_choice": "none"}):
        got = all_ways(server(tool, "toolgram_hermes", **OFF), TEXT, **more)
        assert got == Heard(f"Let me see.\n{CALL}", "hm, 1 < 2", [], "stop")


def test_a_prompt_that_opens_the_thoughts() -> None:
    text = f"hm\n</think>\n\n{CALL}"
    for how in ({"opens": True}, ON):
        assert all_ways(server("toolgram_hermes", "toolgram_hermes", **how), text)[:3] == ("", "hm", CALLS)


def test_a_call_ends_thoughts_that_nothing_closes() -> None:
    got = all_ways(server("toolgram_hermes", "toolgram_hermes", opens=True), f"I will look.\n{CALL}")
    assert got[:3] == ("", "I will look.", CALLS)


def test_thoughts_behind_a_call_are_thoughts() -> None:
    """SGLang's second detector has no place for them: the first one reads them."""
    text = (
        "<|channel|>analysis<|message|>First.<|end|><|start|>assistant<|channel|>commentary to=functions.get_weather "
        '<|constrain|>json<|message|>{"city": "Rome"}<|call|><|start|>assistant<|channel|>analysis<|message|>Then.'
        "<|end|><|start|>assistant<|channel|>final<|message|>Done."
    )
    got = all_ways(server("toolgram_openai", "toolgram_openai"), text)
    assert got[:3] == ("Done.", "First.Then.", CALLS)


def test_messages_are_unwrapped_where_no_tools_are_declared() -> None:
    text = "<|channel|>analysis<|message|>First.<|end|><|start|>assistant<|channel|>final<|message|>Done."
    for tool in ("toolgram_openai", None):
        assert all_ways(server(tool, "toolgram_openai"), text, tools=None)[:3] == ("Done.", "First.", [])
    assert all_ways(server("toolgram_openai", None), text, tools=None).content.endswith("Done.")


def test_thoughts_that_are_not_streamed_come_at_their_end() -> None:
    host = server("toolgram_hermes", "toolgram_hermes", **OFF)
    request = asked(TOOLS, stream=True, stream_reasoning=False)
    assert streamed(host, request, cut(TEXT, 3))[:3] == ("Let me see.", "hm, 1 < 2", CALLS)
    detector = ReasoningParser("toolgram_hermes", False, False).detector
    assert [detector.parse_streaming_increment(part).reasoning_text for part in ("<think>a", "b", "c</think>d")] == [
        "",
        "",
        "abc",
    ]


def test_thoughts_alone_become_content_where_that_is_asked_for() -> None:
    more = {"chat_template_kwargs": {"force_nonempty_content": True}}
    host = server("toolgram_hermes", "toolgram_hermes", **OFF)
    assert whole(host, asked(TOOLS, **more), "<think>only this</think>").content == "only this"
    got = streamed(host, asked(TOOLS, stream=True, **more), cut("<think>only this", 2), "length")
    assert got.content == "only this"


def test_an_answer_that_the_prompt_has_begun() -> None:
    messages = [{"role": "user", "content": "x"}, {"role": "assistant", "content": "<think>\nfirst"}]
    more = {"messages": messages, "continue_final_message": True}
    for reasoning in ("toolgram_hermes", "toolgram_qwen3"):
        host = server("toolgram_hermes", reasoning, **OFF)
        got = all_ways(host, f" second</think>\n\nYes. {CALL}", **more)
        assert (got.reasoning.strip(), got.content.strip(), got.calls) == ("second", "Yes.", CALLS)


def test_a_call_that_the_prompt_has_begun() -> None:
    begun, rest = CALL[:40], CALL[40:]
    messages = [{"role": "user", "content": "x"}, {"role": "assistant", "content": f"Look: {begun}"}]
    more = {"messages": messages, "continue_final_message": True}
    for reasoning in (None, "toolgram_hermes"):
        got = all_ways(server("toolgram_hermes", reasoning, **OFF), rest, **more)
        assert got[:3] == ("", "", CALLS)


@pytest.mark.parametrize("at", range(1, len(TEXT), 7))
def test_an_answer_that_is_cut_off(at: int) -> None:
    """Nothing is held when it ends, whole and streamed alike."""
    host = server("toolgram_hermes", "toolgram_hermes", **OFF)
    core = Parser(toolgram.load("hermes").prepared, TOOLS, served=True)
    wanted = collect([*core.feed(TEXT[:at]), *core.finish()])
    calls = [(call.name, call.arguments) for call in wanted.tool_calls]
    got = all_ways(host, TEXT[:at], finish="length")
    assert got == Heard(wanted.content or "", wanted.reasoning or "", calls, "length")


def test_an_aborted_answer_raises_nothing() -> None:
    host = server("toolgram_hermes", "toolgram_hermes", **OFF)
    assert streamed(host, asked(TOOLS, stream=True), cut(TEXT[:60], 5), "abort").reasoning == "hm, 1 < 2"


def test_markup_of_special_tokens_is_asked_for() -> None:
    """Without tools SGLang leaves special tokens out of the text, which would be the delimiters of the thoughts."""
    words = Words(["[THINK]", "[/THINK]", "[TOOL_CALLS]"], special=["[THINK]", "[/THINK]", "[TOOL_CALLS]"])
    request = asked()
    assert request.skip_special_tokens
    server("toolgram_mistral", "toolgram_mistral", words)._patch_reasoning_skip_special_tokens(request)
    assert not request.skip_special_tokens
    request = asked()
    server("toolgram_hermes", "toolgram_hermes", Words(["<think>"]))._patch_reasoning_skip_special_tokens(request)
    assert request.skip_special_tokens
