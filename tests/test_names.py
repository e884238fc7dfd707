"""Whoever comes from vLLM finds the format under the name that they know."""

from __future__ import annotations

from pathlib import Path

import pytest
from vllm_names import REASONING, TOOLS

import toolgram

FIELD_CASES = sorted(path.stem for path in Path(__file__).with_name("field_cases").glob("*.json"))


@pytest.mark.parametrize("name", TOOLS)
def test_every_tool_parser_of_vllm_has_a_format(name: str) -> None:
    assert any("open_call" in move for move in moves(name))


@pytest.mark.parametrize("name", REASONING)
def test_every_reasoning_parser_of_vllm_has_a_format(name: str) -> None:
    assert toolgram.load(name).machine.states


@pytest.mark.parametrize("name", FIELD_CASES)
def test_every_file_of_cases_has_a_format(name: str) -> None:
    assert toolgram.load(name).machine.states


def moves(name: str) -> list[list[str]]:
    """The actions of all moves of a format."""
    states = toolgram.load(name).machine.states
    single = [move for state in states for move in (state.leave, state.done, state.any_key, state.loose)]
    every = [*single, *(move for state in states for move in [*state.edges, *state.moves])]
    return [move.actions for move in [*every, *(to for state in states for to in state.keys.values())] if move]
