"""The tutorial of docs/new-format.md, followed to the letter in an empty folder."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import budget
import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "new-format.md"
TEMPLATE = ROOT / "tests" / "templates" / "qwen3coder.jinja"
BLOCK = re.compile(r"^```(\w+) (run|output|file=\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks() -> list[tuple[str, str]]:
    return [(kind, text) for _, kind, text in BLOCK.findall(PAGE.read_text(encoding="utf-8"))]


@pytest.mark.skipif(not budget.full, reason="half a minute: with --full")
def test_the_tutorial(tmp_path: Path) -> None:
    shutil.copy(TEMPLATE, tmp_path / TEMPLATE.name)
    tool = tmp_path / "bin" / "toolgram"
    tool.parent.mkdir()
    tool.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m toolgram "$@"\n', encoding="utf-8")
    tool.chmod(0o755)
    environment = {**os.environ, "PATH": f"{tool.parent}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT / "src")}
    printed, commands = "", 0
    for kind, text in blocks():
        if kind == "run":
            run = subprocess.run(
                ["bash", "-e", "-c", text], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
            )
            assert run.returncode == 0, f"{text}\n{run.stdout}\n{run.stderr}"
            printed, commands = run.stdout, commands + 1
            continue
        shown = printed if kind == "output" else (tmp_path / kind.removeprefix("file=")).read_text(encoding="utf-8")
        for line in text.splitlines():
            assert line in shown, line
    assert commands >= 8
