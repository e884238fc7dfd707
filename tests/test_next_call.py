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
from strategies import broken, delimiters, page, sample_call, spec_of, split_at_delimiters

import toolgram
from toolgram import Message, collect
from toolgram.registry import format_paths
from toolgram.testing import Case
from toolgram.testing.cases import canonical

CALLING = [path.stem for path in format_paths() if "tool_call" in spec_of(path.stem).rules]
# Where no special token opens a call, or not in every text, a good call behind a bad one may be part of what is said.
NOT_ALWAYS = {
    "functionary_v32": "a name and a line end open a call at the beginning of a reply only",
    "glm4": "as functionary_v32",
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


PROSE = "\n\nNow I wait (a while), which takes long. " + "Words, more words and even more words. " * 20
NOT_PROSE = {
    "mirothinker": "<server_name>",  # a server of any name: what stands there is one
    "sarashina": "'name': 'get_time'",  # a single quote ends a string where a comma or a bracket follows
    "solar_open": "<|tool_call:begin|>",  # an id of any kind, behind another call
}


@pytest.mark.parametrize("name", CALLING)
def test_prose_behind_a_complete_call_is_content(name: str) -> None:
    """Wherever a text may end so that its calls are complete, it may go on with prose, and nothing of that is lost."""
    for case in [case for case in page(name) if case.name in ("One call", "Two calls")]:
        parts = split_at_delimiters(case.text, delimiters(name))
        for end in range(1, len(parts) + 1):
            text = "".join(parts[:end])
            if NOT_PROSE.get(name, "\0") in parts[max(0, end - 2) : end]:
                continue
            parser = toolgram.load(name).parser(case.tools, case.inside, suffix=case.suffix)
            message = collect(parser.feed(text + PROSE) + parser.finish())
            shown = (message.content or "") + (message.reasoning or "")
            if all(call.complete for call in message.tool_calls):
                said = shown + "".join(call.arguments for call in message.tool_calls)
                assert PROSE.strip() in said.replace("\\n", "\n"), text


def ends_with_call(message: Message, case: Case) -> bool:
    """Whether the last call is the case's own."""
    wanted, last = case.expected.calls[0], message.tool_calls[-1:]
    return any(
        (call.name, call.complete, canonical(json.loads(call.arguments))) == (wanted.name, True, wanted.arguments)
        for call in last
        if call.complete
    )


# (format, text, the calls that come of it as (name, id, arguments)): what is left of one call must not reach the next.
HERMES_GOOD = '<tool_call>\n{"name": "f", "arguments": {"a": 1}}\n</tool_call>'
TEXTS = {
    "arguments that are none, before the name": (
        "hermes",
        '<tool_call>\n{"arguments": [1], "name": "f"}\n</tool_call>\n' + HERMES_GOOD,
        [("f", None, '{"a": 1}')],
    ),
    "arguments that are cut off, before the name": (
        "hermes",
        '<tool_call>\n{"arguments": {"a": [1}, "name": ""}\n</tool_call>\n' + HERMES_GOOD,
        [("f", None, '{"a": 1}')],
    ),
    "a call without a name": (
        "hermes",
        HERMES_GOOD + '\n<tool_call>\n{"arguments": {"a": 2}}\n</tool_call>\n' + HERMES_GOOD,
        [("f", None, '{"a": 1}'), ("f", None, '{"a": 1}')],
    ),
    "a call without an id": (
        "cohere_command3",
        '<|START_ACTION|>[{"tool_call_id": "7", "tool_name": "f", "parameters": {}}, '
        '{"tool_name": "g", "parameters": {}}]<|END_ACTION|>',
        [("f", "7", "{}"), ("g", None, "{}")],
    ),
    "an id without a name, and a call without an id": (
        "cohere_command3",
        '<|START_ACTION|>[{"tool_call_id": "7", "parameters": {}}, {"tool_name": "g", "parameters": {}}]<|END_ACTION|>',
        [("g", None, "{}")],
    ),
    "a value of a type, and one without": (
        "kimi_k3",
        '<|open|>tools<|sep|><|open|>call tool="f"<|sep|><|open|>argument key="a" type="number"<|sep|>1'
        '<|close|>argument<|sep|><|close|>call<|sep|><|open|>call tool="f"<|sep|><|open|>argument key="a"<|sep|>1'
        "<|close|>argument<|sep|><|close|>call<|sep|><|close|>tools<|sep|>",
        [("f", None, '{"a": 1}'), ("f", None, '{"a": "1"}')],
    ),
}


@pytest.mark.parametrize("title", TEXTS)
def test_nothing_of_a_call_is_left_for_the_next(title: str) -> None:
    name, text, calls = TEXTS[title]
    for size in (1, 7, len(text)):
        parser = toolgram.load(name).parser([])
        events = [event for at in range(0, len(text), size) for event in parser.feed(text[at : at + size])]
        message = collect(events + parser.finish())
        assert [(call.name, call.id, call.arguments) for call in message.tool_calls if call.complete] == calls
