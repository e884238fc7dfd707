"""What a plugin file carries for `--check`, and what it says where vLLM is not installed."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from conftest import HOSTS

import toolgram
from toolgram.build import compile_one, single_file
from toolgram.registry import format_paths, formats_dir
from toolgram.targets.table import TARGETS
from toolgram.targets.vllm.check_cases import CASES_MAX, cases_text
from toolgram.testing import read_cases

GENERATED = formats_dir().parent / "generated" / "vllm"
FILE_MAX = 9_000  # bytes of a short file, of which its cases are at most CASES_MAX


def carried(path: Path) -> dict[str, Any]:
    """The cases that a file carries, as it reads them itself."""
    text = path.read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text.partition("CASES = r'''\n")[2].partition("\n'''")[0])
    return found


@pytest.mark.parametrize("path", format_paths(), ids=lambda path: path.stem)
def test_a_file_carries_some_cases_of_each_kind(path: Path) -> None:
    plugin = GENERATED / f"{path.stem}.py"
    assert plugin.stat().st_size <= FILE_MAX
    machine, found = toolgram.load(path).machine, carried(plugin)
    assert len(found["cases"]) >= 3
    if machine.reasoning_closers:
        assert any(case.get("reasoning") for case in found["cases"])
    if machine.call_openers:
        assert any(case.get("calls") for case in found["cases"])


def test_a_page_of_long_cases_gives_no_long_file() -> None:
    path = formats_dir() / "hermes.md"
    cases = read_cases(path) * 50
    assert len(cases_text(cases, toolgram.load("hermes").machine)) <= CASES_MAX
    assert json.loads(cases_text([], toolgram.load("hermes").machine)) == {"tools": [], "cases": []}


@pytest.mark.skipif(HOSTS["with_vllm"], reason="vLLM is installed")
@pytest.mark.parametrize("name", ["qwen3_coder", "openai"])
@pytest.mark.parametrize("is_single", [False, True], ids=["thin", "single"])
def test_without_vllm_it_says_so(name: str, is_single: bool, tmp_path: Path) -> None:
    path = GENERATED / f"{name}.py"
    if is_single:
        path = tmp_path / f"{name}.py"
        subject = compile_one(formats_dir() / f"{name}.lark").subject
        assert subject is not None
        path.write_text(single_file(subject, TARGETS["vllm"]), encoding="utf-8")
    done = subprocess.run([sys.executable, path, "--check"], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith(f"vLLM is not installed in {sys.executable}: ")
    assert len(done.stderr.splitlines()) == 1
