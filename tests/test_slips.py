"""Slips of models, put into every format's sample call: right, or text, or incomplete; never complete but wrong.

`slips/` has the slips. Only where a slip excuses a format, with a reason, may its outcome be less than right.
"""

from __future__ import annotations

import budget
import pytest
from slips import CALLING, Slip, Trial, all_slips, outcome, sample

import toolgram
from toolgram import Event, collect
from toolgram.testing import merge

each_slip = pytest.mark.parametrize("slip", [pytest.param(slip, id=f"{slip.kind}-{slip.name}") for slip in all_slips()])


def read(name: str, trial: Trial, size: int) -> list[Event]:
    tools = sample(name).tools if trial.tools is None else trial.tools
    parser = toolgram.load(name).parser(tools, trial.inside)
    events = [event for at in range(0, len(trial.text), size) for event in parser.feed(trial.text[at : at + size])]
    return merge(events + parser.finish())


@each_slip
def test_a_slip_never_makes_a_complete_call_that_is_wrong(slip: Slip) -> None:
    """All formats in one test, so that a failure shows which of them share it."""
    failures = []
    for name in CALLING:
        for trial in budget.sample(list(slip.make(sample(name))), 3):
            whole = read(name, trial, len(trial.text) + 1)
            cut = [size for size in ((1, 3, 16) if budget.full else (1,)) if read(name, trial, size) != whole]
            found = outcome(trial, collect(whole))
            if cut or found == "wrong" or (found != "right" and name not in slip.excused):
                failures.append((name, found, f"different at sizes {cut}", trial, collect(whole)))
    assert not failures, "\n".join(map(str, failures))


@each_slip
def test_a_slip_is_made_and_excuses_no_format_that_needs_none(slip: Slip) -> None:
    assert any(True for name in CALLING for _ in slip.make(sample(name))), "no format has a place for it"
    for name, reason in slip.excused.items():
        assert reason
        trials = slip.make(sample(name))
        assert any(outcome(trial, collect(read(name, trial, 10**6))) != "right" for trial in trials), name


def test_the_modules_are_in_order() -> None:
    names = [(slip.kind, slip.name) for slip in all_slips()]
    assert len(set(names)) == len(names)
