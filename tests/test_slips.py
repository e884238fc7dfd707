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

PAIRS = [
    pytest.param(slip, name, id=f"{slip.kind}-{slip.name}-{name}".replace(" ", "_"))
    for slip in all_slips()
    for name in CALLING
]


def read(name: str, trial: Trial, size: int) -> list[Event]:
    tools = sample(name).tools if trial.tools is None else trial.tools
    parser = toolgram.load(name).parser(tools, trial.inside)
    events = [event for at in range(0, len(trial.text), size) for event in parser.feed(trial.text[at : at + size])]
    return merge(events + parser.finish())


@pytest.mark.parametrize(("slip", "name"), PAIRS)
def test_a_slip_never_makes_a_complete_call_that_is_wrong(slip: Slip, name: str) -> None:
    for trial in budget.sample(list(slip.make(sample(name))), 3):
        whole = read(name, trial, len(trial.text) + 1)
        for size in (1, 3, 16) if budget.full else (1,):
            assert read(name, trial, size) == whole, (size, trial.text)
        found = outcome(trial, collect(whole))
        assert found != "wrong", (trial, collect(whole))
        assert found == "right" or name in slip.excused, (found, trial, collect(whole))


@pytest.mark.parametrize("slip", [pytest.param(slip, id=f"{slip.kind}-{slip.name}") for slip in all_slips()])
def test_a_slip_is_made_and_excuses_no_format_that_needs_none(slip: Slip) -> None:
    outcomes = {
        name: {outcome(trial, collect(read(name, trial, 10**6))) for trial in slip.make(sample(name))}
        for name in CALLING
    }
    assert any(outcomes.values()), "no format has a place for it"
    for name, reason in slip.excused.items():
        assert reason
        assert outcomes[name] - {"right"}, f"{name} needs no excuse"


def test_the_modules_are_in_order() -> None:
    names = [(slip.kind, slip.name) for slip in all_slips()]
    assert len(set(names)) == len(names)
