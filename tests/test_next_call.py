"""A bad call costs nothing but itself: the good one behind it comes, whatever was wrong with the first.

The calls are those of the formats' own pages. What a parser knew of a call that turned out to be none must be forgotten
altogether; each register that is not is caught here, or by the texts at the end.
"""

from __future__ import annotations

import json

import budget
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from strategies import broken, sample_call, spec_of

import toolgram
from toolgram import Message, collect
from toolgram.registry import format_paths
from toolgram.testing import Case
from toolgram.testing.cases import canonical

CALLING = [path.stem for path in format_paths() if "tool_call" in spec_of(path.stem).rules]
# Where no special token opens a call, or not in every text, a good call behind a bad one may be part of what is said.
NOT_ALWAYS = {
    "beam": "the header ` to=NAME` is text where no name ends it, and so is all up to the next message",
    "muse": "as beam",
    "muse_glimmer": "as beam",
    "solar_open": "text outside the delimiters of an answer runs on to the end",
    "functionary_v32": "a name and a line end open a call at the beginning of a reply only",
    "guided_json": "the reply is the call; a reply that begins otherwise is text",
    "llama3_json": "as guided_json",
    "pythonic": "as guided_json",
    "xlam": "a bare list is a call at the beginning of a reply only",
}


@pytest.mark.parametrize("name", CALLING)
@settings(max_examples=budget.examples() * 2, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_good_call_comes_behind_a_bad_one(name: str, data: st.DataObject) -> None:
    case = sample_call(name)
    assert case is not None
    text = data.draw(broken(name)) + case.text
    parser = toolgram.load(name).parser(case.tools)
    message = collect([event for character in text for event in parser.feed(character)] + parser.finish())
    if name not in NOT_ALWAYS:
        assert ends_with_call(message, case), message


def ends_with_call(message: Message, case: Case) -> bool:
    """Whether the last call is the case's own."""
    wanted, last = case.expected.calls[0], message.tool_calls[-1:]
    return any(
        (call.name, call.complete, canonical(json.loads(call.arguments))) == (wanted.name, True, wanted.arguments)
        for call in last
        if call.complete
    )
