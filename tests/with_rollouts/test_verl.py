"""The real verl finds a parser of every format, by the entry point of the installed package."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import rows

from toolgram.registry import formats_dir, names
from toolgram.rollouts.verl import register

verl = pytest.importorskip("verl")
parsers = pytest.importorskip("verl.experimental.agent_loop.tool_parser")
schemas = pytest.importorskip("verl.tools.schemas")
TOOLS = [schemas.OpenAIFunctionToolSchema.model_validate(tool) for tool in rows.TOOLS]


def extract(parser: Any, tokenizer: Any, text: str) -> tuple[str, list[tuple[str, Any]]]:
    ids = tokenizer(text)["input_ids"]
    content, calls = asyncio.run(parser.extract_tool_calls(ids, TOOLS))
    assert all(isinstance(call, parsers.FunctionCall) for call in calls)
    return content, [(call.name, json.loads(call.arguments)) for call in calls]


def test_every_format_has_a_name_in_verl_and_no_name_of_its_own_is_taken() -> None:
    known = parsers.ToolParser._registry
    ours = {name for name in known if name.startswith("toolgram_")}
    assert ours == {f"toolgram_{name}" for name in names(formats_dir())}
    assert known["hermes"].__module__ == parsers.__name__


def test_an_answer_is_read_as_verl_calls_a_parser(tokenizer: Any) -> None:
    parser = parsers.ToolParser.get_tool_parser("toolgram_hermes", tokenizer)
    assert isinstance(parser, parsers.ToolParser)
    assert extract(parser, tokenizer, f"<think>a</think>\nHi\n{rows.CALL}<|im_end|>") == ("Hi", [("f", {"k": 1})])
    assert extract(parser, tokenizer, f"{rows.BROKEN}<|im_end|><|endoftext|>") == ("", [("f", {"k": 1})])
    assert extract(parser, tokenizer, f"a {rows.CALL}</think>Hi") == ("Hi", [])  # the prompt had opened the thoughts
    assert extract(parser, tokenizer, '<tool_call>\n{"name": "f", "arguments": {"k": 1') == ("", [])
    assert parser.stop_token_ids == tokenizer.convert_tokens_to_ids(["<|im_end|>", "<|endoftext|>"])


def test_verls_own_parser_loses_what_ours_reads(tokenizer: Any) -> None:
    """Why anybody would want another one: the figures of the page stand on this."""
    own = parsers.ToolParser.get_tool_parser("hermes", tokenizer)
    assert extract(own, tokenizer, rows.CALL)[1] == [("f", {"k": 1})]
    assert extract(own, tokenizer, rows.BROKEN)[1] == []


def test_typed_arguments_need_the_schemas_of_verl(tokenizer: Any) -> None:
    parser = parsers.ToolParser.get_tool_parser("toolgram_qwen3_coder", tokenizer)
    call = "<tool_call>\n<function=g>\n<parameter=s>\n12\n</parameter>\n</function>\n</tool_call>"
    assert extract(parser, tokenizer, call)[1] == [("g", {"s": "12"})]


def test_to_import_verl_imports_no_agent_loop_and_no_parser_of_ours() -> None:
    script = (
        "import sys, verl; print([name for name in sys.modules if 'agent_loop' in name or 'toolgram.formats' in name])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_specs_of_ones_own_have_names_too(tokenizer: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spec = (formats_dir() / "hermes.lark").read_text(encoding="utf-8")
    (tmp_path / "acme_calls.lark").write_text(spec.replace("<tool_call>", "<acme>").replace("</tool_call>", "</acme>"))
    monkeypatch.setenv("TOOLGRAM_FORMATS", str(tmp_path))
    register(parsers)
    parser = parsers.ToolParser.get_tool_parser("toolgram_acme_calls", tokenizer)
    assert extract(parser, tokenizer, '<acme>{"name": "f", "arguments": {"k": 1}}</acme>')[1] == [("f", {"k": 1})]
    del parsers.ToolParser._registry["toolgram_acme_calls"]
