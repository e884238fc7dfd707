"""One definition of a blank, everywhere: space, tab, line feed, carriage return; no other space of Unicode.

Around a key, a name or an id blanks are not part of it. Any other space is: a key or an id keeps it, and a name with it
is none, unless the request declares it so.
"""

from __future__ import annotations

import json

import pytest
from strategies import delimiters, page, sample_call, spec_of, split_at_delimiters

import toolgram
from toolgram import Message
from toolgram.registry import format_paths
from toolgram.runtime.tables.limits import BLANKS_MAX
from toolgram.runtime.tables.suffix import with_suffix
from toolgram.testing import Case, merge, short_tool

CALLING = [path.stem for path in format_paths() if "tool_call" in spec_of(path.stem).rules]
SPACES = "\u00a0\u2003\x85\x0b\x0c\x1f\u2028\u3000"  # all of them `str.isspace`
each_calling_format = pytest.mark.parametrize("name", CALLING)


def with_spaces(name: str, case: Case, part: str, spaces: str = SPACES) -> list[Message]:
    """The messages of the case with each space before a part of it, and behind it."""
    before, _, behind = case.text.partition(part)
    fmt = toolgram.load(name)
    return [fmt.parse(before + text + behind, case.tools) for space in spaces for text in (space + part, part + space)]


def is_word(name: str, sink: str) -> bool:
    """Whether a format writes a part as a bare word: what stands beside it is junk, and never part of it."""
    return any(state.kind == "word" and state.sink == sink for state in toolgram.load(name).machine.states)


@each_calling_format
def test_a_space_that_is_no_blank_is_part_of_a_key(name: str) -> None:
    case = sample_call(name)
    assert case is not None
    key = next(iter(json.loads(case.expected.calls[0].arguments)), "")
    for message in with_spaces(name, case, key) if key and not is_word(name, "key") else ():
        for call in message.tool_calls:
            assert f'"{key}"' not in call.arguments, call
            keys = json.loads(call.arguments) if call.complete else {}
            assert all(set(one) & set(SPACES) for one in keys if one.strip() == key)


@each_calling_format
def test_a_name_with_a_space_that_is_no_blank_is_none(name: str) -> None:
    case = sample_call(name)
    assert case is not None
    called = case.expected.calls[0].name
    for message in with_spaces(name, case, called) if not is_word(name, "name") else ():
        for call in message.tool_calls:
            assert call.name != called
            assert not set(call.name) & set(SPACES)


@each_calling_format
def test_a_space_that_is_no_blank_is_part_of_an_id(name: str) -> None:
    cases = [case for case in page(name) if case.expected.calls and case.expected.calls[0].id]
    for case in cases[:1]:
        call_id = case.expected.calls[0].id or ""
        for message in with_spaces(name, case, call_id) if call_id in case.text else ():
            assert call_id not in [call.id for call in message.tool_calls], message


@each_calling_format
def test_blanks_are_no_part_of_a_name(name: str) -> None:
    case = sample_call(name)
    assert case is not None
    called = case.expected.calls[0].name
    for message in with_spaces(name, case, called, " \t\n\r"):
        assert {call.name for call in message.tool_calls} <= {called}


@each_calling_format
def test_as_many_blanks_as_there_may_be_count_the_same_at_every_split(name: str) -> None:
    """Behind each delimiter of the sample call, with the end of a piece right behind the blanks, or none."""
    case = sample_call(name)
    assert case is not None
    fmt, before = toolgram.load(name), ""
    tools = [*case.tools, short_tool("-f", {})]  # a name that no format's own names look like
    for part in split_at_delimiters(case.text, delimiters(name)):
        before += part
        for count in (BLANKS_MAX, BLANKS_MAX + 1):
            read, pieces = [], (before + " " * count, case.text[len(before) :])
            for chunks in (("".join(pieces),), pieces):
                parser = fmt.parser(tools, case.inside, suffix=case.suffix)
                read.append(merge([event for chunk in chunks for event in parser.feed(chunk)] + parser.finish()))
            assert read[0] == read[1], (before, count)


THINKING = [path.stem for path in format_paths() if toolgram.load(path.stem).machine.reasoning_closers]


@pytest.mark.parametrize("name", THINKING)
def test_blanks_behind_reasoning_are_no_text_in_front_of_an_opener_either(name: str) -> None:
    """Content that begins with an opener begins like any other: `<tool_call> is how I call.`"""
    machine = toolgram.load(name).machine
    opener, closer = (with_suffix(texts[0], "") for texts in (machine.reasoning_openers, machine.reasoning_closers))
    tools = [short_tool("f", {})]
    for call in (with_suffix(one, "") for one in machine.call_openers):
        if len(call) < 4:
            continue  # a bracket may be the call, or the first of an object
        begun = f"{opener}\nhm\n{closer}\n\n"
        plain = toolgram.load(name).parse(f"{begun}X is how.", tools)
        for cut in range(len(begun), len(begun) + len(call) + 2):
            text = f"{begun}{call} is how."
            parser = toolgram.load(name).parser(tools)
            found = toolgram.collect([*parser.feed(text[:cut]), *parser.feed(text[cut:]), *parser.finish()])
            blanks = (plain.content or "").partition("X")[0]
            assert found.reasoning == plain.reasoning
            if call in (found.content or ""):
                assert (found.content or "").startswith(blanks + call), (call, cut)
