"""Every generated plugin loads into the real vLLM, and answers to the names that vLLM knows the format by."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import pytest
from transcripts import CASES

sys.path.insert(0, str(Path(__file__).parents[1]))
from vllm_names import REASONING, TOOLS

assert CASES  # the folder is on the path

pytestmark = pytest.mark.vllm

PLUGINS = Path(os.environ.get("TOOLGRAM_GENERATED", Path(__file__).parents[2] / "generated")) / "vllm"


@pytest.fixture(scope="module")
def managers() -> tuple[Any, Any]:
    """vLLM's two managers, with every plugin loaded; what was there before is put back."""
    from vllm.reasoning import ReasoningParserManager
    from vllm.tool_parsers import ToolParserManager

    kept = [
        (holder, {name: dict(getattr(holder, name)) for name in vars(holder) if name.endswith("parsers")})
        for holder in (ToolParserManager, ReasoningParserManager)
    ]
    for path in sorted(PLUGINS.glob("[!_]*.py")):
        ToolParserManager.import_tool_parser(str(path))
    yield ToolParserManager, ReasoningParserManager
    for holder, tables in kept:
        for name, table in tables.items():
            setattr(holder, name, table)


def is_ours(parser: Any) -> bool:
    return Path(parser.__init__.__code__.co_filename).parent == PLUGINS  # its module may have given its name back


@pytest.mark.parametrize("name", TOOLS)
def test_a_tool_parser_of_every_name(managers: tuple[Any, Any], name: str) -> None:
    assert is_ours(managers[0].get_tool_parser(name))


@pytest.mark.parametrize("name", REASONING)
def test_a_reasoning_parser_of_every_name(managers: tuple[Any, Any], name: str) -> None:
    assert is_ours(managers[1].get_reasoning_parser(name))


def test_a_format_without_reasoning_takes_the_names_of_reasoning_parsers_only(
    managers: tuple[Any, Any], tokenizer: Any
) -> None:
    half = managers[1].get_reasoning_parser("minimax_m2_append_think")(tokenizer)
    text = "<think>Hm.</think>Yes."
    ids = tokenizer.encode(text)
    assert half.extract_reasoning(text, None) == (None, text)
    assert half.is_reasoning_end(ids)
    assert half.extract_reasoning_streaming("", text, text, [], ids, ids).content == text
    assert half.count_reasoning_tokens(ids) == 0
    with pytest.raises(KeyError):
        managers[1].get_reasoning_parser("pythonic")
