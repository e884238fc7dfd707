"""The pass that marks where sections begin and end, on states by hand and on the formats that drop echoes."""

from __future__ import annotations

import doctest
from pathlib import Path

import pytest

from toolgram.build import compile_one
from toolgram.machine import echo
from toolgram.machine.echo import add_echo
from toolgram.machine.model import Edge, Machine, Move, State
from toolgram.registry import format_paths


def _machines() -> list[Machine]:
    specs = [*(Path(__file__).parent / "features").glob("*.lark"), *format_paths()]
    dropping = [spec for spec in specs if '"drop"' in spec.read_text(encoding="utf-8")]
    subjects = [compile_one(spec).subject for spec in dropping]
    return [subject.machine for subject in subjects if subject is not None and subject.machine.echo == "drop"]


MACHINES = {machine.format: machine for machine in _machines()}


def _state(region: str, *edges: Edge, **fields: object) -> State:
    return State.model_validate(
        {"name": region, "kind": "gap", "region": region, "at": "1:1", "edges": list(edges), **fields}
    )


def test_the_example_in_the_module() -> None:
    assert doctest.testmod(echo).failed == 0


@pytest.mark.parametrize("name", MACHINES)
def test_every_end_of_a_section_is_marked(name: str) -> None:
    states = MACHINES[name].states
    assert any(state.kind == "echo" for state in states)
    for state in states:
        for edge in state.edges:
            target = states[edge.to]
            ends = state.region != "message" and target.region == "message"
            assert (edge.actions[:1] == ["open_section"]) == (state.region == "message" and edge.opens)
            assert (edge.actions[-1:] == [f"close_section:{edge.literal}"]) == (ends and not edge.peek)
            assert (edge.actions[-1:] == ["forget_section"]) == (ends and edge.peek)
            assert (target.kind == "echo") == (ends and not edge.peek)
        if state.kind == "echo":
            assert state.region == "message"
            assert state.done is not None
            assert states[state.done.to].kind != "echo"


@pytest.mark.parametrize("name", MACHINES)
def test_nothing_that_is_entered_is_returned_from_to_message_level(name: str) -> None:
    """The runtime's `return` marks no end of a section, so none may end there."""
    states = MACHINES[name].states
    pushed = [move.push for state in states for move in echo._moves(state)]
    assert [number for number in pushed if number is not None and states[number].region == "message"] == []


def test_one_echo_state_for_each_target() -> None:
    text = _state("message", Edge(literal="<a>", to=1, opens=True, actions=["open_call"]))
    calls = _state("section", Edge(literal="</a>", to=0, actions=["close_call"]), Edge(literal="</b>", to=0))
    states = [text, calls]
    add_echo(states)
    assert [state.kind for state in states] == ["gap", "gap", "echo"]
    assert [edge.to for edge in calls.edges] == [2, 2]
    assert text.edges[0].actions == ["open_section", "open_call"]
    assert calls.edges[0].actions == ["close_call", "close_section:</a>"]


def test_what_reads_nothing_forgets_the_section() -> None:
    out = Move(to=0, actions=["close_call"])
    call = _state(
        "call",
        Edge(literal="<a>", to=0, peek=True),
        moves=[out.model_copy()],
        leave=out.model_copy(),
        done=out.model_copy(),
    )
    states = [_state("message"), call]
    add_echo(states)
    assert len(states) == 2
    assert call.edges[0].actions == ["forget_section"]
    assert [move.actions for move in echo._moves(call)] == 3 * [["close_call", "forget_section"]]


def test_openers_that_open_no_section_are_left_alone() -> None:
    text = _state("message", Edge(literal="<think>", to=0))
    add_echo([text])
    assert text.edges[0].actions == []
