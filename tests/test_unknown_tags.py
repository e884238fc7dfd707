"""A wrapper that a format does not know vanishes with a call, and with nothing else; ids still say what is quoted.

The cases are in `features/unknown_tags.md`, the sweep over all formats in `slips/wrappers.py`.
"""

from __future__ import annotations

import budget
import pytest
from slips import CALLING, openers_of, sample

import toolgram
from toolgram import Message, collect

TAGS = ("<tools>", "<|tools|>", "<b>", "</tools>", "<｜tools▁begin｜>")
TAILS = ("", "\n", " is how it begins.", "\n{", "<", "\n<tools>", "nothing like a call\n\n")


def openers(name: str) -> list[str]:
    return [literal for literal in openers_of(name) if "{suffix}" not in literal]


def parse(name: str, text: str, size: int) -> Message:
    parser = toolgram.load(name).parser(sample(name).tools)
    events = [event for at in range(0, len(text), size) for event in parser.feed(text[at : at + size])]
    return collect(events + parser.finish())


def _squashed(message: Message) -> str:
    return "".join((message.content or "").split())


@pytest.mark.parametrize("name", budget.sample(CALLING, 24))
def test_a_tag_that_no_call_follows_is_text(name: str) -> None:
    """What stands behind it is read as it is without the tag, and the tag comes out before it."""
    for opener in openers(name):
        for tail in TAILS:
            text = f"I see.\n\nThen.\n{opener}{tail}"
            alone = parse(name, text, len(text))
            for tag in TAGS if not alone.tool_calls else ():
                tagged = text.replace("Then.\n", f"Then.\n{tag}\n")
                found = [parse(name, tagged, size) for size in (1, len(tagged))]
                assert found[0] == found[1], (name, tagged)
                assert not found[0].tool_calls, (name, tagged)
                expected = _squashed(alone).replace("Then.", f"Then.{tag}", 1)
                assert _squashed(found[0]) == expected, (name, tagged, found[0])


def with_ids(name: str, tokens: dict[str, int], *pieces: str) -> Message:
    """Read pieces; one that is a key of `tokens` comes as that token, any other by ordinary ones."""
    ids = {"<tool_call>": 1, "</tool_call>": 2}
    parser = toolgram.load(name).parser([{"type": "function", "function": {"name": "f"}}], token_ids=ids)
    events = [event for piece in pieces for event in parser.feed(piece, [tokens.get(piece, 9)])]
    return collect(events + parser.finish())


def test_a_tag_does_not_part_a_spelled_token_from_what_it_quotes() -> None:
    text = ("<tool_call>", "\n<tools>\n", "<function=f>\n</function>", "\n</tools>\n", "</tool_call>")
    spelled = with_ids("qwen3_coder", {}, *text)
    assert (spelled.content, spelled.tool_calls) == ("".join(text), ())
    tag_first = with_ids("qwen3_coder", {}, text[1], text[0], *text[2:])
    assert tag_first.tool_calls == ()
    assert tag_first.content == "".join((text[1], text[0], *text[2:]))


def test_a_spelled_token_is_no_tag_of_another_name() -> None:
    found = with_ids("qwen3_coder", {}, "<tool_call>", "\n<function=f>\n</function>\n", "</tool_call>")
    assert (found.content, found.tool_calls) == ("<tool_call>\n<function=f>\n</function>\n</tool_call>", ())


def test_a_tag_vanishes_where_ids_are_known_as_well() -> None:
    found = with_ids("qwen3_coder", {}, "<tools>\n", "<function=f>\n</function>", "\n</tools>")
    assert (found.content, [call.name for call in found.tool_calls]) == (None, ["f"])
    ids = {"<tool_call>": 1, "</tool_call>": 2}
    found = with_ids("qwen3_coder", ids, "<tools>\n", "<tool_call>", "<function=f>", "</function>", "</tool_call>")
    assert (found.content, [call.name for call in found.tool_calls]) == (None, ["f"])
