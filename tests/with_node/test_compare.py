"""The runtime in TypeScript reads what the one in Python reads: events, repairs, and what is held, at every split."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import budget

COMPARE = Path(__file__).with_name("compare.py")
TEXTS = 10_000 if budget.full else 2_000


def test_drawn_texts_are_read_alike() -> None:
    run = subprocess.run([sys.executable, COMPARE, "--texts", str(TEXTS)], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout[-4000:] + run.stderr[-2000:]
