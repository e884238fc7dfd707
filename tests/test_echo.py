"""The echo of a section: what pages cannot show, its limit and token ids."""

from __future__ import annotations

import toolgram
from toolgram import Message, collect
from toolgram.runtime.tables.limits import ECHO_MAX

END = "<|tool_call_end|>"
IDS = {"<|tool_call_start|>": 1, END: 2}


def echoed(text: str) -> Message:
    """The message of a call with `text`, its echo, and an answer behind it, read character by character."""
    parser = toolgram.load("lfm2").parser()
    bound = toolgram.load("lfm2").machine.bounds["content"]
    section = f"[f(a='{text}')]{END}"
    events = []
    for character in f"<|tool_call_start|>{section}{section}Done.":
        events += parser.feed(character)
        assert parser.is_undecided or parser.held_chars <= bound
    return collect(events + parser.finish())


def test_a_section_up_to_the_limit_has_an_echo() -> None:
    rest = len(f"[f(a='')]{END}")
    assert echoed("x" * (ECHO_MAX - rest)).content == "Done."
    content = echoed("x" * (ECHO_MAX - rest + 1)).content
    assert content is not None
    assert content.startswith("[f(a='xxx")
    assert content.endswith(f"x')]{END}Done.")


def test_an_echo_ends_with_the_token_and_not_with_its_characters() -> None:
    def read(last: list[int]) -> str | None:
        parser = toolgram.load("lfm2").parser(token_ids=IDS)
        events = parser.feed("<|tool_call_start|>", [1])
        events += parser.feed("[f()]", [7, 8])
        events += parser.feed(END, [2])
        events += parser.feed("[f()]", [7, 8])
        events += parser.feed(END, last)
        return collect(events + parser.finish()).content

    assert read([2]) is None
    assert read([3, 4, 5]) == f"[f()]{END}"
