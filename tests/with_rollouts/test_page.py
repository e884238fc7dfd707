"""The code of docs/rollouts.md runs as it stands there, with the real libraries."""

from __future__ import annotations

import copy
import json
import re
from pathlib import Path
from typing import Any

import pytest
import rows

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "rollouts.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```python\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: Any) -> Path:
    lines = (ROOT / "examples" / "rollouts.jsonl").read_text(encoding="utf-8").splitlines()
    tools = json.loads((ROOT / "examples" / "tools.json").read_text(encoding="utf-8"))
    rows.write_lines(tmp_path / "rollouts.jsonl", [json.loads(line) | {"tools": tools} for line in lines])
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HF_DATASETS_CACHE", str(tmp_path / "cache"))
    return tmp_path


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: re.findall(r"^(?:import|from) (\w+)", block)[0])
@pytest.mark.usefixtures("ray")
def test_the_code_of_the_page_runs(block: str, folder: Path, tokenizer: Any) -> None:
    name = "rollouts.jsonl"  # the workers of a Ray that runs already are in another folder
    block = block.replace(f'"{name}"', repr(str(folder / name)))
    exec(compile(block, "docs/rollouts.md", "exec"), {"tokenizer": copy.deepcopy(tokenizer)})


def test_no_code_of_the_page_is_forgotten() -> None:
    assert len(BLOCKS) == 5
