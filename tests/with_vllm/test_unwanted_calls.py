"""A call that nobody wants is text, in 0.32's composed parser: `tool_choice: "none"`, and requests without tools.

Nothing of an answer is lost, and special tokens that nobody is shown are not.
"""

from __future__ import annotations

from typing import Any

import pytest
from composed import CASES, HAS_REASONING, USER, asked, deltas_of, heard, ours, send
from transcripts import HIDDEN_TOKENS, Case

pytestmark = pytest.mark.vllm

UNWANTED: dict[str, dict[str, Any]] = {
    "none": {"tool_choice": "none"},
    "no tools": {"tools": None, "tool_choice": None},
}


def both(plugin: Any, tokenizer: Any, format_id: str, case: Case, options: dict[str, Any]) -> list[Any]:
    """The answer streamed, one token and five a delta, and whole."""
    kind = ours(plugin(format_id), reasoning=HAS_REASONING[format_id])
    prompt = USER + ("<think>\n" if case.opened else "")
    found = []
    for size in (1, 5):
        request = asked(**options)
        parser = kind(tokenizer, request.tools, chat_template_kwargs={})
        request = parser.adjust_request(request)
        deltas = deltas_of(tokenizer, case.output, size)
        if request.skip_special_tokens:
            deltas = [(tokenizer.decode(ids, skip_special_tokens=True), ids) for _, ids in deltas]
        found.append(heard(send(parser, tokenizer, deltas, request, prompt)))
    parser.is_reasoning_end(tokenizer.encode(prompt))
    text = tokenizer.decode(tokenizer.encode(case.output), skip_special_tokens=request.skip_special_tokens)
    reasoning, content, calls = parser.parse(text, request, enable_auto_tools=True)
    return [*found, (content or "", reasoning or "", calls or [])]


@pytest.mark.parametrize("options", UNWANTED.values(), ids=UNWANTED)
@pytest.mark.parametrize("format_id", CASES)
def test_a_call_that_nobody_wants_is_text(plugin: Any, tokenizer: Any, format_id: str, options: dict[str, Any]) -> None:
    for case in CASES[format_id]:
        for content, reasoning, calls in both(plugin, tokenizer, format_id, case, options):
            assert not calls, case.scene
            assert reasoning == case.reasoning, case.scene
            assert not [token for token in HIDDEN_TOKENS if token in content], case.scene
            assert case.content in content, case.scene
            assert all(name in content for name, _ in case.calls), case.scene
