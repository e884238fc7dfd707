"""Every case of every page, as ids, through the parsers of the real verl and `renderers`."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

import pytest

import toolgram
from toolgram.prompts import begun_before
from toolgram.registry import format_paths
from toolgram.rollouts.renderers import register
from toolgram.rollouts.tokens import TokenReader
from toolgram.testing.cases import read_cases

sys.path.insert(0, str(Path(__file__).parents[1] / "with_vllm"))
from tokens import Tokenizer

parsers = pytest.importorskip("renderers.parsers")
verl = pytest.importorskip("verl.experimental.agent_loop.tool_parser")


def tokenizer_of(fmt: toolgram.Format) -> Any:
    """A tokenizer that knows the special tokens of a format."""
    made: Any = Tokenizer([*fmt.table["special_tokens"], *fmt.table.get("end_tokens", ())])
    made.unk_token_id, made.name_or_path = None, "none"
    return made


@pytest.mark.parametrize("path", format_paths(), ids=lambda path: path.stem)
def test_ids_are_read_as_the_texts_are(path: Path) -> None:
    fmt = toolgram.load(path)
    for case in read_cases(path.with_suffix(".md")):
        tokenizer = tokenizer_of(fmt)
        reader, ids = TokenReader(fmt, tokenizer), tokenizer.encode(case.text)
        report = reader.report(ids, case.tools)
        register(case.tools)
        kept, attempts = parsers.get_tool_parser(f"toolgram_{fmt.id}", tokenizer).extract(ids)
        assert len(kept) <= len(ids)
        for attempt in attempts:
            first, last = attempt.token_span
            assert attempt.raw in tokenizer.decode(ids[first:last])
        parser = verl.ToolParser.get_tool_parser(f"toolgram_{fmt.id}", tokenizer)
        _, calls = asyncio.run(parser.extract_tool_calls(ids, case.tools))
        assert all(isinstance(json.loads(call.arguments), dict) for call in calls)
        if case.inside is None and begun_before(fmt, case.text) is None:  # else the prompt had opened something
            complete = [call.name for call in report.message.tool_calls if call.complete]
            assert [call.name for call in calls] == complete, case.name
