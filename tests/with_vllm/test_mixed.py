"""A half of ours beside a parser that does not belong to it: the log says so once, and what will not work."""

from __future__ import annotations

import logging
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from composed import asked, compose, scene, stream

pytestmark = pytest.mark.vllm
HERE = Path(__file__).parent
SOURCES = HERE.parents[1] / ".venv-old" / "sources"


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> pytest.LogCaptureFixture:
    monkeypatch.setattr(logging.getLogger("vllm"), "propagate", True)
    return caplog


def said(log: pytest.LogCaptureFixture, kind: Any, tokenizer: Any, *halves: Any) -> list[str]:
    """What is logged when a server makes its first parsers, and when it makes more."""
    for half in halves:
        half.fmt._looks_at_pairs = 20
    log.clear()
    for _ in range(3):
        kind(tokenizer, asked().tools, chat_template_kwargs={})
    return [record.getMessage() for record in log.records if record.levelno == logging.WARNING]


def test_halves_that_belong_together_and_halves_alone(plugin: Any, tokenizer: Any, log: Any) -> None:
    tool, reasoning = plugin("qwen3_coder").PARSERS
    for kind in (compose(tool, reasoning), compose(tool, None), compose(None, reasoning)):
        assert said(log, kind, tokenizer, tool) == []


def test_our_tool_half_beside_a_reasoning_parser_of_vllm(own: Any, plugin: Any, tokenizer: Any, log: Any) -> None:
    tool = plugin("qwen3_coder").PARSERS[0]
    theirs = own.reasoning["deepseek_r1"]
    [line] = said(log, compose(tool, theirs), tokenizer, tool)
    assert line.startswith(f"toolgram reads the calls of qwen3_coder and {theirs.__name__} the thoughts")
    assert line.endswith("--reasoning-parser toolgram_qwen3_coder")
    # What it warns of is so.
    content, _, calls = stream(compose(tool, theirs), tokenizer, scene("qwen3_coder", "one call").output)
    assert (content, calls) == ("", [])


def test_our_reasoning_half_beside_a_tool_parser_of_vllm(own: Any, plugin: Any, tokenizer: Any, log: Any) -> None:
    reasoning, theirs = plugin("hermes").PARSERS[1], own.tool["hermes"]
    kind = compose(theirs, reasoning)
    [line] = said(log, kind, tokenizer, reasoning)
    assert line.startswith(f"toolgram reads the thoughts of hermes and {theirs.__name__} the calls")
    assert line.endswith("--tool-call-parser toolgram_hermes")
    request = asked(tool_choice="required")
    kind(tokenizer, request.tools, chat_template_kwargs={}).adjust_request(request)
    assert request.structured_outputs is None or request.structured_outputs.grammar is None


def test_halves_of_two_formats(plugin: Any, tokenizer: Any, log: Any) -> None:
    tool, reasoning = plugin("hermes").PARSERS[0], plugin("qwen3_coder").PARSERS[1]
    first, second = sorted(said(log, compose(tool, reasoning), tokenizer, tool, reasoning))
    assert "of hermes and toolgram's qwen3_coder the thoughts" in first
    assert "of qwen3_coder and toolgram's hermes the calls" in second


def test_a_format_without_thoughts_says_nothing(own: Any, plugin: Any, tokenizer: Any, log: Any) -> None:
    tool = plugin("pythonic").PARSERS[0]
    assert said(log, compose(tool, own.reasoning["qwen3"]), tokenizer, tool) == []


@pytest.mark.parametrize("version", ["0.10.2", "0.13.0", "0.22.1", "0.29.0"])
def test_older_servers(version: str) -> None:
    """Their own serving classes make the halves; the sources are those of `.ci/vllm`."""
    if not (SOURCES / version).is_dir():
        pytest.skip("the sources of this version are not there")
    for tool, reasoning, begin in (
        ("toolgram_qwen3_coder", "toolgram_qwen3_coder", None),
        ("toolgram_qwen3_coder", "deepseek_r1", "reads the calls of qwen3_coder and DeepSeekR1ReasoningParser"),
        ("hermes", "toolgram_qwen3_coder", "reads the thoughts of qwen3_coder and Hermes2ProToolParser"),
    ):
        command = [sys.executable, str(HERE / "mixed_old.py"), str(SOURCES / version), tool, reasoning]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
        found = [line for line in done.stdout.splitlines() if line.startswith("WARNING toolgram reads")]
        assert len(found) == (begin is not None), done.stdout + done.stderr
        assert begin is None or begin in found[0]
