"""Transcripts that broke parsers in the field come out right at every split (issue 2).

Each file of `field_cases/` holds one format's cases as JSON; those of formats that the registry does not have yet wait.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import budget
import pytest

import toolgram
from toolgram import Event, Format, Message, UnknownFormatError, collect
from toolgram.testing import merge, splits
from toolgram.testing.cases import canonical

FOLDER = Path(__file__).parent / "field_cases"


def known_format(name: str) -> Format | None:
    try:
        return toolgram.load(name)
    except UnknownFormatError:
        return None


def field_cases() -> list[Any]:
    """All cases of formats that we have, each named by its id."""
    cases = [case for path in sorted(FOLDER.glob("*.json")) for case in json.loads(path.read_text(encoding="utf-8"))]
    return [pytest.param(case, id=case["id"]) for case in cases if known_format(case["format"])]


def replay(fmt: Format, case: dict[str, Any], chunks: list[str]) -> list[Event]:
    parser = fmt.parser(case["tools"], "reasoning" if case["start_in_reasoning"] else None)
    return merge([event for chunk in chunks for event in parser.feed(chunk)] + parser.finish())


def finish_reason(message: Message, engine: str) -> str:
    """What a server reports: a cut answer stays one, whatever calls came before the cut."""
    if engine == "length":
        return "length"
    return "tool_calls" if any(call.complete for call in message.tool_calls) else "stop"


def as_compared(text: str | None, mode: str) -> str:
    text = text or ""
    match mode:
        case "ignore":
            return ""
        case "strip":
            return text.strip()
        case "collapse_ws":
            return " ".join(text.split())
        case _:
            return text


def outcome(case: dict[str, Any], content: str | None, reasoning: str | None, calls: list[Any], reason: str) -> Any:
    return {
        "content": as_compared(content, case["compare"]["content"]),
        "reasoning": as_compared(reasoning, "strip"),
        "calls": calls,
        "finish_reason": reason,
    }


def accepted(case: dict[str, Any]) -> list[Any]:
    """Every outcome that the case allows; an alternative says only what is different."""
    expect = case["expect"]
    found = []
    for other in [{}, *expect.get("alternatives", [])]:
        wanted = expect | other
        calls = [(call["name"], canonical(call["arguments"])) for call in wanted["tool_calls"]]
        found.append(outcome(case, wanted["content"], wanted["reasoning"], calls, wanted["finish_reason"]))
    return found


def what_came(case: dict[str, Any], message: Message) -> Any:
    calls = list(message.tool_calls)
    if case["expect"].get("incomplete_tail_allowed") and calls and not calls[-1].complete:
        with pytest.raises(json.JSONDecodeError):  # half a command must not look like a whole one
            json.loads(calls.pop().arguments)
    assert all(call.complete for call in calls), message
    shown = [(call.name, canonical(json.loads(call.arguments))) for call in calls]
    reason = finish_reason(message, case["input"]["engine_finish_reason"])
    return outcome(case, message.content, message.reasoning, shown, reason)


@pytest.mark.parametrize("case", field_cases())
def test_a_field_case_comes_out_right_at_every_split(case: dict[str, Any]) -> None:
    fmt = known_format(case["format"])
    assert fmt is not None
    whole = replay(fmt, case, [case["raw"]])
    assert what_came(case, collect(whole)) in accepted(case)
    for name, chunks in splits(case["raw"], case.get("chunkings", []), budget.cuts_max(), budget.sizes()):
        assert replay(fmt, case, chunks) == whole, f"split: {name}"


def test_every_case_file_is_read() -> None:
    assert len(list(FOLDER.glob("*.json"))) == 44
    assert len(field_cases()) >= 220
