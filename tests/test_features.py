"""One small grammar for each feature of the dialect, with its cases, at every split."""

from __future__ import annotations

from pathlib import Path

import budget
import pytest

import toolgram
from toolgram.testing.cases import Case, read_cases
from toolgram.testing.replay import replay

SPECS = sorted((Path(__file__).parent / "features").glob("*.lark"))
CASES = [(spec, case) for spec in SPECS for case in read_cases(spec.with_suffix(".md"))]


@pytest.mark.parametrize(("spec", "case"), CASES, ids=[f"{spec.stem}: {case.name}" for spec, case in CASES])
def test_a_case_of_a_feature_holds_at_every_split(spec: Path, case: Case) -> None:
    failure = replay(toolgram.load(spec), case, budget.cuts_max(), budget.sizes())
    assert failure is None, str(failure)
