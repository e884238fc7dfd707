"""Formats by doors by choices by streaming, through a real server and real HTTP.

A toy model writes cases of the formats' own pages; what a client gets must be what the page says, through every door.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pages
import pytest
from composed import PLUGINS
from doors import DOORS, Answer, ask
from server import Fleet, Server

import toolgram
from toolgram.testing import Case

pytestmark = pytest.mark.vllm

STREAMED = (False, True)
EVERY_TYPE = "Every argument type"
# Its text has the token that stops the sampling. No grammar has that: servers allow it where a grammar may end.
WITH_STOP = ("inkling", "Two calls")


@pytest.fixture(scope="module")
def fleet(page_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    logs = tmp_path_factory.mktemp("logs")
    servers = Fleet(
        {
            name: partial(
                Server,
                page_model,
                PLUGINS / f"{name}.py",
                name,
                logs / f"{name}.log",
                reasoning=pages.has_reasoning(name),
            )
            for name in pages.FORMATS
        }
    )
    yield servers
    servers.stop()


@pytest.fixture(scope="module", params=pages.FORMATS)
def served(request: pytest.FixtureRequest, fleet: Fleet) -> tuple[str, str]:
    return request.param, fleet.take(request.param).base_url


def canonical(arguments: str) -> str:
    return json.dumps(json.loads(arguments), sort_keys=True)


def message(answer: Answer) -> tuple[Any, ...]:
    return answer.content, answer.reasoning, [(name, canonical(arguments)) for name, arguments in answer.calls]


def expected(case: Case) -> tuple[Any, ...]:
    said = case.expected
    return said.content or "", said.reasoning or "", [(call.name, canonical(call.arguments)) for call in said.calls]


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("is_streamed", STREAMED, ids=["whole", "streamed"])
def test_a_free_choice_gives_what_the_page_says(served: tuple[str, str], door: str, *, is_streamed: bool) -> None:
    name, url = served
    for case in pages.cases_of(name):
        answer = ask(door, url, pages.question_of(name, case), case.tools, "auto", stream=is_streamed)
        assert message(answer) == expected(case), case.name
        assert answer.finish in (None, "tool_calls" if case.expected.calls else "stop"), case.name


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("is_streamed", STREAMED, ids=["whole", "streamed"])
def test_no_choice_gives_no_calls(served: tuple[str, str], door: str, *, is_streamed: bool) -> None:
    name, url = served
    for case in pages.cases_of(name):
        answer = ask(door, url, pages.question_of(name, case), case.tools, "none", stream=is_streamed)
        content, reasoning, calls = expected(case)
        assert not answer.calls, case.name
        if not calls:
            assert message(answer) == (content, reasoning, []), case.name


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("is_streamed", STREAMED, ids=["whole", "streamed"])
@pytest.mark.parametrize("is_named", [False, True], ids=["required", "named"])
def test_a_forced_choice_gives_calls(served: tuple[str, str], door: str, *, is_streamed: bool, is_named: bool) -> None:
    """Where the page's text is calls alone it is what comes; where it is a text, calls come instead."""
    name, url = served
    for case in pages.cases_of(name):
        calls = expected(case)[2]
        if case.inside or case.expected.reasoning or (calls and case.expected.content):
            continue
        if case.name == EVERY_TYPE or (name, case.name) == WITH_STOP or (not calls and door != "chat"):
            continue  # its members are in no order of a schema; and one door only says that an answer was stopped
        choice = (calls[0][0] if calls else case.tools[0]["function"]["name"]) if is_named else "required"
        if is_named and any(call[0] != choice for call in calls):
            continue
        answer = ask(door, url, pages.question_of(name, case), case.tools, choice, stream=is_streamed)
        declared = [tool["function"]["name"] for tool in case.tools] if choice == "required" else [choice]
        if calls:
            assert message(answer) == ("", "", calls), case.name
        elif answer.finish != "length":  # whoever never learnt to stop is stopped
            assert answer.calls, case.name
            assert all(call[0] in declared for call in answer.calls), case.name
            # Where a template opens the reasoning by itself, a sentence in front of the call may be its end.
            begins = toolgram.load(name).machine.begins_inside
            assert message(answer)[0] == "" or (begins is not None and begins[2]), case.name
