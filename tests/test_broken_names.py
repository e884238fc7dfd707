"""An opener with nothing behind it but a word: no complete call of a tool that nobody declared, nor a lost call behind.

Each opener of each format, with junk, words and half strings behind it, in front of the format's own sample call.
"""

from __future__ import annotations

import budget
import pytest
from slips import CALLING, openers_of, sample
from token_texts import special_ids, splitter

import toolgram
from toolgram import Message, collect

# A word, or junk before one; a string or a list that never ends.
WORDS = ("z", " z ", "[z", '$""nR "[z', '$@b":"\t\rD[TO', 'a "b" [z')
UNCLOSED = ('noOw["n ', '["n ', "x['n ", '$"n ', '"n ', "z[", 'noOw ["n ')
# Where nothing but the beginning of a reply, or no special token, says that it holds calls (docs/rules.md, promise 8).
BY_BEGINNING = {"functionary_v32", "glm4", "llama3_json", "xlam"}


def openers(name: str) -> list[str]:
    return [literal for literal in openers_of(name) if len(literal) > 2 and "{suffix}" not in literal]


def read(name: str, text: str, *, by_ids: bool) -> Message:
    tools = sample(name).tools
    ids = special_ids(name)
    if not by_ids or not ids or toolgram.load(name).machine.suffix:
        return toolgram.load(name).parse(text, tools)
    parser = toolgram.load(name).parser(tools, token_ids=ids)
    pieces = [piece for piece in splitter(name).split(text) if piece]
    return collect([event for piece in pieces for event in parser.feed(piece, [ids.get(piece, 0)])] + parser.finish())


@pytest.mark.parametrize("name", budget.sample(CALLING, 24))
def test_a_word_behind_an_opener_is_no_complete_call(name: str) -> None:
    declared = {tool["function"]["name"] for tool in sample(name).tools}
    for opener in openers(name):
        for junk in (*WORDS, *UNCLOSED):
            for by_ids in (False, True):
                for text in (f"{opener}{junk}\n{sample(name).text}", f"{opener}{junk}{opener}", f"{opener}{junk}"):
                    calls = read(name, text, by_ids=by_ids).tool_calls
                    undeclared = [call for call in calls if call.complete and call.name not in declared]
                    assert not undeclared, (name, text, by_ids, calls)


@pytest.mark.parametrize("name", [name for name in CALLING if name not in BY_BEGINNING])
def test_the_call_behind_it_comes_out(name: str) -> None:
    call = sample(name).case.expected.calls[0]
    for opener in openers(name):
        for junk in (*WORDS, *UNCLOSED):
            for by_ids in (False, True):
                text = f"{opener}{junk}\n{sample(name).text}"
                found = read(name, text, by_ids=by_ids).tool_calls
                assert any(one.complete and one.name == call.name for one in found), (name, text, by_ids, found)
