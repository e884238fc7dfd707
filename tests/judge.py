"""The fixtures of canitoolcall, a suite of somebody else's, as texts for parsers; and its verdict on what came of them.

In: the package `canitoolcall`, where it is installed; `judge.toml`, with what it does not say: which format a model
writes, the ids of its special tokens, and our decisions where we do not follow it. Out: fixtures, ways to cut them, and
`RIGHT`, `SOFT` (right but for blanks around a text) or `WRONG`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from canitoolcall.checks import case_status, run_checks
from canitoolcall.fixtures import Fixture, load_families, load_fixtures
from canitoolcall.results import Observation, ParsedToolCall, ParseResult
from json_text import is_json

SETTINGS = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
RIGHT, SOFT, WRONG = "right", "softly right", "wrong"
VERDICTS = {"pass": RIGHT, "soft_pass": SOFT}
OPENS_THOUGHTS = re.compile(r"(?:<think>|\[THINK\]|<\|open\|>think<\|sep\|>|<\|channel>thought)\s*\Z")
Heard = tuple[str | None, str | None, list[tuple[str, str]]]  # content, reasoning, calls
Delta = tuple[str, list[int]]  # a text, and the ids of its tokens


@dataclass(frozen=True)
class Decision:
    """Fixtures that we read otherwise than they want, all for one reason.

    `where`: by text, by the ids of special tokens, in a whole answer of vLLM, in a stream of it.
    """

    title: str
    fixtures: tuple[str, ...]
    wanted: str
    ours: str
    reason: str
    where: tuple[str, ...] = ("text", "ids", "whole", "stream")


def fixtures() -> list[Fixture]:
    """All fixtures, in the order of the package."""
    return load_fixtures()


def decisions() -> list[Decision]:
    """What we decided otherwise, as `judge.toml` has it."""
    lists = ("fixtures", "where")
    return [
        Decision(**{key: tuple(value) if key in lists else value for key, value in entry.items()})
        for entry in SETTINGS["decision"]
    ]


def decided(where: str) -> set[str]:
    """The fixtures that do not come out right in one way to read, as we decided."""
    return {name for decision in decisions() if where in decision.where for name in decision.fixtures}


@cache
def _models() -> list[tuple[re.Pattern[str], dict[str, Any]]]:
    return [(re.compile(model["name"]), model) for model in SETTINGS["model"]]


def _settings(fixture: Fixture) -> dict[str, Any]:
    return next(model for pattern, model in _models() if pattern.search(fixture.reference_model))


def format_of(fixture: Fixture) -> str:
    """The format that the fixture's model writes."""
    return str(_settings(fixture)["format"])


def engine_names(fixture: Fixture, engine: str) -> tuple[str | None, str | None]:
    """What an engine calls its two parsers for the fixture's model: of tools, of reasoning."""
    tool, reasoning = _settings(fixture).get(engine, ("", ""))
    return tool or None, reasoning or None


def special_ids(fixture: Fixture) -> dict[str, int]:
    """The special tokens of the fixture's model, with their ids."""
    return dict(SETTINGS["tokens"][_settings(fixture)["tokens"]])


@cache
def _default_prompts() -> dict[tuple[str, str], str]:
    families = load_families()
    return {
        (name, model.repo): model.default_generation_prompt or ""
        for name, family in families.items()
        for model in family.reference_models
    }


def prompt_of(fixture: Fixture) -> str:
    """The end of the prompt, behind which the model began to write."""
    return fixture.generation_prompt or _default_prompts().get((fixture.family, fixture.reference_model), "")


def inside_of(fixture: Fixture) -> str | None:
    """What the prompt has opened."""
    return "reasoning" if OPENS_THOUGHTS.search(prompt_of(fixture)) else None


def tokens_of(fixture: Fixture) -> list[Delta] | None:
    """The fixture's text, cut before and behind each special token; None if its ids do not say which tokens these are.

    Characters that spell a special token without being one are told by the ids, of which there are fewer then.
    """
    ids, text = list(fixture.output_token_ids or ()), fixture.raw_output
    by_id = {number: token for token, number in special_ids(fixture).items()}
    runs: list[list[int]] = [[]]
    order = []
    for number in ids:
        if number in by_id:
            order.append(number)
            runs.append([])
        else:
            runs[-1].append(number)
    found = _place(text, [by_id[number] for number in order], [len(run) for run in runs])
    if not ids or len(found) != 1:
        return None
    deltas: list[Delta] = []
    at = 0
    for number, place, run in zip([*order, -1], [*found[0], len(text)], runs, strict=True):
        if place > at:
            deltas.append((text[at:place], run))
        if number >= 0:
            deltas.append((by_id[number], [number]))
            at = place + len(by_id[number])
    return deltas


def _place(text: str, tokens: Sequence[str], lengths: Sequence[int]) -> list[list[int]]:
    """Where the tokens may stand in a text, in order, with so many other tokens between them; two ways are enough."""

    @cache
    def ways(at: int, number: int) -> list[list[int]]:
        if number == len(tokens):
            return [[]] if _fits(text[at:], lengths[number]) else []
        found: list[list[int]] = []
        place = text.find(tokens[number], at)
        while place >= 0 and len(found) < 2:
            if _fits(text[at:place], lengths[number]):
                found += [[place, *rest] for rest in ways(place + len(tokens[number]), number + 1)]
            place = text.find(tokens[number], place + 1)
        return found[:2]

    return ways(0, 0)


def _fits(text: str, count: int) -> bool:
    """Whether so many tokens may spell a text: none for none, and no more than it has bytes."""
    return bool(text) == bool(count) and count <= len(text.encode())


def cuts(fixture: Fixture) -> Iterator[tuple[str, list[str]]]:
    """Ways to cut a fixture's text: whole, at each character, and at its special tokens."""
    text = fixture.raw_output
    yield "whole", [text]
    yield "characters", list(text)
    marks = sorted(special_ids(fixture), key=len, reverse=True)
    yield "tokens", [part for part in re.split(f"({'|'.join(map(re.escape, marks))})", text) if part]


def verdict(
    fixture: Fixture, content: str | None, reasoning: str | None, calls: Sequence[tuple[str, str]]
) -> tuple[str, str]:
    """The suite's word on an answer, and what it has to say about it."""
    answer = ParseResult(
        content=content or None,
        reasoning_content=reasoning or None,
        tool_calls=tuple(ParsedToolCall(name, arguments) for name, arguments in calls),
    )
    rows = run_checks(fixture, None, Observation(nonstream=answer, streams={}))
    remarks = "; ".join(row.detail for row in rows if row.detail)
    return VERDICTS.get(case_status(rows).value, WRONG), remarks


def known_cut(fixture: Fixture, answer: Any) -> Any:
    """A server's answer; where it was cut, without the calls whose arguments are no JSON."""
    if isinstance(answer, str) or not fixture.truncated:
        return answer
    content, reasoning, calls = answer
    return content, reasoning, [call for call in calls if is_json(call[1])]
