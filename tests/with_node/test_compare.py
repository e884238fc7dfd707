"""TypeScript reads what Python reads, at every split, and repairs answers alike."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import budget
import pytest
from compare import compare_all, drawn_texts

COMPARE_ANSWERS = Path(__file__).with_name("compare_answers.py")
TEXTS = 10_000 if budget.full else 2_000
ANSWERS = 5_000 if budget.full else 500


def test_drawn_texts_are_read_alike(capsys: pytest.CaptureFixture[str]) -> None:
    outcome = compare_all(drawn_texts(TEXTS, 0))
    assert not outcome.kept, f"{outcome}\n{capsys.readouterr().out[-4000:]}"


def test_drawn_answers_are_repaired_alike() -> None:
    command = [sys.executable, COMPARE_ANSWERS, "--answers", str(ANSWERS)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout[-4000:] + run.stderr[-2000:]
