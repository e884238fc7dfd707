"""`parse_response` of a real tokenizer, as TRL calls it."""

from __future__ import annotations

import copy
from typing import Any

import pytest
import rows

from toolgram.rollouts.transformers import parse_with

pytest.importorskip("transformers")
PROMPT = "<|im_start|>assistant\n"


@pytest.fixture
def reading(tokenizer: Any) -> Any:
    return parse_with(copy.deepcopy(tokenizer), "hermes")


def test_ids_become_a_message_with_its_attempts(reading: Any) -> None:
    ids = reading(f"a</think>Hi {rows.CALL}<|im_end|>")["input_ids"]
    message = reading.parse_response(ids, prefix=reading(f"{PROMPT}<think>\n")["input_ids"], tools=rows.TOOLS)
    assert (message["role"], message["content"], message["reasoning_content"]) == ("assistant", "Hi", "a")
    assert [call["function"] for call in message["tool_calls"]] == [{"name": "f", "arguments": {"k": 1}}]
    assert [attempt["status"] for attempt in message["attempts"]] == ["ok"]


def test_several_responses_are_a_batch(reading: Any) -> None:
    texts = ["Hi", rows.CALL]
    for batch in (texts, [reading(text)["input_ids"] for text in texts]):
        first, second = reading.parse_response(batch, prefix="", tools=rows.TOOLS)
        assert (first["content"], second["tool_calls"][0]["function"]["name"]) == ("Hi", "f")


def test_functions_are_tools(reading: Any) -> None:
    def g(s: str) -> None:
        """Do it.

        Args:
            s: What.
        """

    text = '<tool_call>\n{"name": "g", "arguments": {"s": "a"}}\n</tool_call>'
    assert reading.parse_response(text, prefix=PROMPT, tools=[g])["tool_calls"]


def test_a_broken_call_is_an_attempt_and_no_call(reading: Any) -> None:
    message = reading.parse_response('Hi <tool_call>\n{"name": "f", "argum', prefix=PROMPT, tools=rows.TOOLS)
    assert "tool_calls" not in message
    assert [attempt["status"] for attempt in message["attempts"]] == ["unclosed"]


def test_trl_reads_completions(reading: Any) -> None:
    utils = pytest.importorskip("trl.chat_template_utils")
    ids, prompt = reading(f"Hi {rows.BROKEN}<|im_end|>")["input_ids"], reading(PROMPT)["input_ids"]
    message = utils.parse_response(reading, ids, prefix=prompt, tools=rows.TOOLS)
    assert [call["function"] for call in message["tool_calls"]] == [{"name": "f", "arguments": {"k": 1}}]
    assert message["content"] == "Hi"
    assert reading.response_template  # with which TRL does not look for one
