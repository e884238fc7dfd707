"""The fixtures of canitoolcall through the plugins, in vLLM's composed parser: right, or as we decided."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from composed import compose

pytest.importorskip("canitoolcall", reason=".ci/environments installs it")

import judge
import judged

pytestmark = pytest.mark.vllm


def _wrong(plugin: Callable[[str], Any], ways: tuple[str, ...]) -> set[str]:
    """The fixtures that some way does not read right."""
    found = set()
    for fixture in judge.fixtures():
        halves = [*plugin(judge.format_of(fixture)).PARSERS, None]
        heard = judged.judged(compose(halves[0], halves[1]), fixture, (1, 4, 0))
        for way in ways:
            answer = heard[way]
            assert not isinstance(answer, str), (fixture.id, way, answer)
            if judge.verdict(fixture, *judge.known_cut(fixture, answer))[0] != judge.RIGHT:
                found.add(fixture.id)
    return found


def test_streams_come_out_right_or_as_decided(plugin: Any) -> None:
    assert _wrong(plugin, ("stream 1", "stream 4", "stream all")) == judge.decided("stream")


def test_whole_answers_come_out_right_or_as_decided(plugin: Any) -> None:
    assert _wrong(plugin, ("whole",)) == judge.decided("whole")
