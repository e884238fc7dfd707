"""Every case of every format's page, and every field case, through SGLang's own serving classes.

The tokenizer has the format's special tokens, with the suffix of the checkpoint where a case has one.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from serving import Heard, Words, asked, cut, server, streamed, whole

import toolgram
from toolgram import collect
from toolgram.registry import format_paths, formats_dir
from toolgram.runtime.parser import Parser
from toolgram.runtime.tables.suffix import with_suffix
from toolgram.targets.vllm.check_cases import suffix_of
from toolgram.testing import Case, read_cases

pytestmark = pytest.mark.sglang

FORMATS = [path.stem for path in format_paths()]
SIZES = (1, 4, 10_000)  # characters a delta


@cache
def served(format_id: str, suffix: str, *, opens: bool) -> Any:
    fmt = toolgram.load(format_id)
    tokens = [with_suffix(token, suffix) for token in fmt.machine.special_tokens]
    name = f"toolgram_{format_id}"
    return server(name, name if fmt.machine.reasoning_closers else None, Words(tokens), opens=opens, default=False)


def message(heard: Heard, complete: list[bool]) -> Any:
    """What a client gets, with the arguments of calls that are complete in canonical JSON."""
    calls = [
        (name, json.dumps(json.loads(text), sort_keys=True) if complete[number : number + 1] == [True] else text)
        for number, (name, text) in enumerate(heard.calls)
    ]
    return heard.content, heard.reasoning, calls


def cases_of(format_id: str) -> list[Case]:
    """The cases of a page that a server can be asked for: from a prompt that opens nothing or the reasoning."""
    cases = read_cases(formats_dir() / f"{format_id}.md")
    has_reasoning = bool(toolgram.load(format_id).machine.reasoning_closers)
    return [case for case in cases if case.inside is None or (case.inside == "reasoning" and has_reasoning)]


@pytest.mark.parametrize("format_id", FORMATS)
def test_the_serving_classes_read_the_page(format_id: str) -> None:
    machine = toolgram.load(format_id).machine
    for case in cases_of(format_id):
        said = case.expected
        complete = [call.complete for call in said.calls]
        calls = [(call.name, call.arguments) for call in said.calls]
        wanted = message(Heard(said.content or "", said.reasoning or "", calls, ""), complete)
        host = served(format_id, suffix_of(case, machine), opens=case.inside is not None)
        for size in SIZES:
            request = asked(case.tools, stream=True)
            got = streamed(host, request, cut(case.text, size))
            assert message(got, complete) == wanted, (case.place, size)
        got = whole(host, asked(case.tools), case.text)
        assert message(got, complete) == wanted, (case.place, "whole")


FOLDER = Path(__file__).parents[1] / "field_cases"
FILES = sorted(FOLDER.glob("*.json"))
# Where a request declares no tools, SGLang asks no tool detector.
FIELD_CASES = [case for path in FILES for case in json.loads(path.read_text(encoding="utf-8")) if case["tools"]]


@pytest.mark.parametrize("case", FIELD_CASES, ids=lambda case: case["id"])
def test_the_serving_classes_read_what_broke_in_the_field(case: dict[str, Any]) -> None:
    """What a client gets is what the core gives that serves, whose own tests say that it is right."""
    fmt = toolgram.load(case["format"])
    core = Parser(fmt.prepared, case["tools"], "reasoning" if case["start_in_reasoning"] else None, served=True)
    wanted = collect([*core.feed(case["raw"]), *core.finish()])
    calls = [(call.name, call.arguments) for call in wanted.tool_calls]
    heard = (wanted.content or "", wanted.reasoning or "", calls)
    host = served(fmt.id, "", opens=case["start_in_reasoning"])
    finish = case["input"]["engine_finish_reason"]
    for size in SIZES:
        got = streamed(host, asked(case["tools"], stream=True), cut(case["raw"], size), finish)
        assert got[:3] == heard, size
        if finish == "stop" and all(call.complete for call in wanted.tool_calls):
            assert got.finish_reason == ("tool_calls" if calls else "stop")
    assert whole(host, asked(case["tools"]), case["raw"], finish)[:3] == heard
