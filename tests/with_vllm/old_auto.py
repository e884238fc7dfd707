"""`toolgram_auto` in another vLLM version's own registries, without a GPU, torch or an installed vLLM.

    python tests/with_vllm/old_auto.py SOURCES/VERSION

Both halves become those of the format that the tokenizer's template writes, and what is not sure is refused.
"""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent), str(HERE.parents[1] / "src")]

from small_templates import TEMPLATES  # noqa: E402
from stand_ins import first, install  # noqa: E402
from tokens import Tokenizer  # noqa: E402

import toolgram_vllm  # noqa: E402
from toolgram_vllm.auto import UnsureError  # noqa: E402

NAME = "toolgram_auto"


def main() -> None:
    folder = Path(sys.argv[1])
    install(folder)
    toolgram_vllm.register()
    tools = "tool_parsers.abstract_tool_parser.ToolParserManager"
    tool = first(f"vllm.{tools}", f"vllm.entrypoints.openai.{tools}").get_tool_parser(NAME)
    reasoning = first("vllm.reasoning.abs_reasoning_parsers.ReasoningParserManager").get_reasoning_parser(NAME)
    tokenizer = Tokenizer(["<tool_call>", "</tool_call>", "<think>", "</think>"])
    tokenizer.chat_template = TEMPLATES["qwen3_coder"]
    halves = reasoning(tokenizer), tool(tokenizer)
    assert [half.fmt.names[0] for half in halves] == ["qwen3_coder", "qwen3_coder"]
    other = Tokenizer(["<tool_call>"])
    other.chat_template = "{{ messages }}"
    said = ""
    try:
        tool(other)
    except UnsureError as refusal:
        said = str(refusal)
    assert "it is not sure which format this model writes" in said
    print(f"{folder.name}: {NAME} becomes a format, or refuses")


if __name__ == "__main__":
    main()
