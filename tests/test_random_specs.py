"""A spec that compiles reads its own well-formed texts: small specs over the whole dialect, drawn at random.

Each text is written together with what it says (random_texts.py). An independent reading of a part of them, Lark's by
Earley, says the same: so it is not the writer that is wrong. A refusal is as good as a right reading; what may not
happen is a spec that compiles and reads its texts otherwise.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from pathlib import Path
from typing import Any, TypeAlias

import budget
import pytest
from lark import Lark
from lark.exceptions import LarkError
from random_specs import random_spec
from random_texts import KEYS, NAMES, NUMBERS, Said, Writing
from test_oracle import SPACES, lark_of, message_of

import toolgram
from toolgram.build import compile_one
from toolgram.runtime.message import collect
from toolgram.spec import read_text
from toolgram.spec.ast import Spec
from toolgram.testing import short_tool

What: TypeAlias = tuple[str, str, list[tuple[Any, ...]]]  # content, reasoning, calls; without blanks

CHUNK = 50 if budget.full else 25  # specs that compile, of one test
CHUNKS = 100 if budget.full else 1
TEXTS = 4  # of each spec
BEHIND = "\nEnd\n"  # text behind the last part: a call that nothing closes may else have been cut off


def tools_for(spec: Spec) -> list[dict[str, Any]]:
    """Every tool that a text may name: raw text is a string, and JSON is whatever it is."""
    kind = "string" if spec.rules.keys() & {"value", "string"} else {}
    return [short_tool(name, dict.fromkeys((*KEYS, *NUMBERS), kind)) for name in (*NAMES, *NUMBERS)]


def said(found: Said) -> What:
    calls = [(call["name"], call["id"], call["arguments"]) for call in found.calls]
    return "".join(found.content).translate(SPACES), "".join(found.reasoning).translate(SPACES), calls


def read(
    fmt: toolgram.Format, pieces: list[str], tools: list[dict[str, Any]]
) -> tuple[str, str, list[tuple[Any, ...]]]:
    """What our parser makes of a text."""
    parser = fmt.parser(tools)
    message = collect([*(event for piece in pieces for event in parser.feed(piece)), *parser.finish()])
    calls = [(call.name, call.id, json.loads(call.arguments) if call.complete else None) for call in message.tool_calls]
    return (message.content or "").translate(SPACES), (message.reasoning or "").translate(SPACES), calls


def read_by_lark(lark: Lark | None, spec: Spec, text: str) -> tuple[str, str, list[str]] | None:
    """The same as an Earley parser reads it, without the arguments; None where the oracle has no words for the spec."""
    if lark is None:
        return None
    try:
        found = message_of(lark.parse(text), spec, with_arguments=False)
    except (LarkError, ValueError, SyntaxError):
        return None
    names = [name for name, _, _ in found["calls"]]
    return found["content"], found["reasoning"].translate(SPACES), names


def earley(spec: Spec) -> Lark | None:
    try:
        return lark_of(spec)
    except LarkError:
        return None


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_a_spec_that_compiles_reads_its_own_texts(chunk: int, tmp_path: Path) -> None:
    path = tmp_path / "drawn.lark"
    seen: Counter[str] = Counter()
    seed = chunk * 1000
    while seen["compiled"] < CHUNK:
        seed += 1
        draw = random.Random(seed)
        path.write_text(random_spec(draw), encoding="utf-8")
        if compile_one(path).report.errors:
            seen["refused"] += 1
            continue
        seen["compiled"] += 1
        spec, _ = read_text(str(path), path.read_text(encoding="utf-8"))
        assert spec is not None
        fmt, tools = toolgram.load(path), tools_for(spec)
        lark = earley(spec) if seen["compiled"] % 5 == 0 else None
        for _ in range(TEXTS):
            writing = Writing(spec, draw)
            written, wanted = writing.text(), said(writing.said)
            text = written + BEHIND
            for size in (len(text), draw.randint(1, 5)):
                pieces = [text[at : at + size] for at in range(0, len(text), size)]
                shown = f"seed {seed}, pieces of {size}: {path.read_text(encoding='utf-8')}\n{text}"
                assert read(fmt, pieces, tools) == (wanted[0] + BEHIND.strip(), *wanted[1:]), shown
            witness = read_by_lark(lark, spec, written)
            seen["read by Lark"] += witness is not None
            if witness is not None:
                assert witness == (*wanted[:2], [call[0] for call in wanted[2]]), f"seed {seed}: {text}"
    assert seen["refused"] < 2 * seen["compiled"]  # else the specs drawn are not worth drawing
    assert seen["read by Lark"] >= CHUNK // 5
