"""The fixtures of canitoolcall come out right, or as we decided; skipped where the package is not installed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import toolgram
from toolgram import Message, collect

pytest.importorskip("canitoolcall", reason="pip install -e '.[judge]'")

import judge

FIXTURES = judge.fixtures()
ROOT = Path(__file__).parents[1]


def _parser(fixture: Any, **options: Any) -> Any:
    fmt, inside = toolgram.load(judge.format_of(fixture)), judge.inside_of(fixture)
    return fmt.parser(fixture.tools or None, inside if inside in fmt.machine.inside else None, **options)


def _is_right(fixture: Any, message: Message) -> bool:
    calls = [(call.name, call.arguments) for call in message.tool_calls]
    return judge.verdict(fixture, message.content, message.reasoning, calls)[0] == judge.RIGHT


def _read(fixture: Any, pieces: list[str]) -> Message:
    parser = _parser(fixture)
    events = [event for piece in pieces for event in parser.feed(piece)] + parser.finish(cut=fixture.truncated)
    return collect(events, incomplete="drop" if fixture.truncated else "keep")


def test_all_come_out_right_or_as_decided_however_they_are_cut() -> None:
    wrong = set()
    for fixture in FIXTURES:
        whole, *others = (_read(fixture, pieces) for _, pieces in judge.cuts(fixture))
        assert all(other == whole for other in others), fixture.id
        if not _is_right(fixture, whole):
            wrong.add(fixture.id)
    assert wrong == judge.decided("text")


def test_all_come_out_right_or_as_decided_by_ids() -> None:
    wrong = set()
    for fixture in FIXTURES:
        deltas = judge.tokens_of(fixture)
        parser = _parser(fixture, token_ids=judge.special_ids(fixture) if deltas else None)
        events = [event for text, ids in deltas or [(fixture.raw_output, [])] for event in parser.feed(text, ids)]
        if not _is_right(
            fixture,
            collect(events + parser.finish(cut=fixture.truncated), incomplete="drop" if fixture.truncated else "keep"),
        ):
            wrong.add(fixture.id)
    assert wrong == judge.decided("ids")


def test_the_ids_of_nearly_all_fixtures_tell_which_characters_are_tokens() -> None:
    assert sum(judge.tokens_of(fixture) is None for fixture in FIXTURES) <= 2


def test_the_page_has_every_decision_and_the_readme_the_figure() -> None:
    page = (ROOT / "docs" / "canitoolcall.md").read_text(encoding="utf-8")
    for decision in judge.decisions():
        assert f"### {decision.title}" in page
        assert decision.reason in page
        assert all(f"`{name}`" in page for name in decision.fixtures)
    right = len(FIXTURES) - len(judge.decided("ids"))
    assert f"Of these {right} come out right" in (ROOT / "README.md").read_text(encoding="utf-8")
