"""One streamed answer, as a client gets it: from vLLM's own parsers, and from the same server with the plugin.

In: docs/pictures/before-after.json, the deltas that vLLM's own serving class sent. Out: an SVG of them.
`benchmarks/reproduce_qwen3_coder.py SOURCES 0.33.0 --deltas both` has printed that file, and
`tests/with_vllm/test_reproduce.py` compares what it prints.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from drawing import CHAR, Drawing
from filmstrip import visible

RECORDED = Path(__file__).resolve().parents[1] / "docs" / "pictures" / "before-after.json"
WIDTH, LEFT, TEXT, LINE = 860, 16, 110, 25
LOOKS = {"content": "content", "reasoning": "reasoning", "name": "name", "arguments": "value"}


def before_after() -> str:
    """Draw both answers below each other."""
    [(version, sent)] = json.loads(RECORDED.read_text(encoding="utf-8")).items()
    out = Drawing(WIDTH, 336, "One streamed answer, before and after", _description(version, sent))
    out.words(
        LEFT,
        22,
        "The model writes a call, and leaves out its opener <tool_call>, as Qwen3-Coder does now and then:",
        "head",
    )
    written = visible("".join(text for _, text in sent["vLLM"]["deltas"]))
    half = written.index("<parameter=")
    out.cells(LEFT, 34, written[:half], "markup")
    out.cells(LEFT, 54, written[half:], "markup")
    y = _answer(out, 104, f"vLLM {version}, its own parsers: qwen3_coder and qwen3", sent["vLLM"], is_wrong=True)
    _answer(out, y + 34, f"vLLM {version}, with toolgram", sent["toolgram"], is_wrong=False)
    return out.svg()


def _answer(out: Drawing, y: float, title: str, sent: dict[str, Any], *, is_wrong: bool) -> float:
    """The deltas of an answer, one beside the other; returns where the next one may begin."""
    out.words(LEFT, y, title, "head")
    y += 12
    kind, x, is_markup = "", 0.0, False
    for name, text in sent["deltas"]:
        is_markup |= is_wrong and "<" in text
        if name != kind or x + len(text) * CHAR > WIDTH - LEFT:
            y += LINE if kind else 0
            x = TEXT
            if name != kind:
                out.words(LEFT, y + 13, name, "faint")
        kind = name
        x = out.cells(x, y, visible(text), "wrong" if is_markup else LOOKS[name]) + 3
    y += LINE
    out.words(LEFT, y + 13, "finish_reason", "faint")
    calls = "no call: the agent takes this for the end" if is_wrong else "the agent runs the tool"
    out.words(TEXT, y + 13, f"{sent['finish_reason']}  \N{EM DASH}  {calls}")
    return y + LINE


def _description(version: str, sent: dict[str, Any]) -> str:
    parts = []
    for who, answer in sent.items():
        said: dict[str, str] = {}
        for name, text in answer["deltas"]:
            said[name] = said.get(name, "") + text
        listed = "; ".join(f"{name}: {visible(text)}" for name, text in said.items())
        parts.append(f"{who} in vLLM {version} sends {listed}; finish_reason: {answer['finish_reason']}.")
    return " ".join(parts)
