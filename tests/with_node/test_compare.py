"""The two runtimes read drawn texts alike: events, repairs, reports, and what is held, at every split."""

from __future__ import annotations

import budget
import pytest
from compare import compare_all, drawn_texts

TEXTS = 10_000 if budget.full else 2_000


def test_drawn_texts_are_read_alike(capsys: pytest.CaptureFixture[str]) -> None:
    outcome = compare_all(drawn_texts(TEXTS, 0))
    assert not outcome.kept, f"{outcome}\n{capsys.readouterr().out[-4000:]}"
