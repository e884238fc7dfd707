"""Calls that nobody made: examples of calls, in prose, in thoughts and in arguments (docs/rules.md, rule 10).

Where ids are known, the quoted calls have spelled tokens, and the real ones real tokens (with_ids.py). Where they are
not, only code that the text shows tells (rule 4).
"""

from __future__ import annotations

import json

import budget
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from slips import CALLING
from strategies import delimiters, page, sample_call, split_at_delimiters
from with_ids import WRITE_FILE, Part, ids, pieces, read, written

import toolgram
from toolgram import CallStart, Event, Message, collect
from toolgram.runtime.core.code_blocks import Code, code_behind
from toolgram.runtime.tables.limits import DRAFT_MAX
from toolgram.testing import merge

# Formats whose sample call has a special token in it: what is quoted is spelled.
QUOTED = [name for name in CALLING if any(token in sample_call(name).text for token in ids(name))]
WITH_REASONING = [name for name in QUOTED if "reasoning" in toolgram.load(name).machine.inside]
SIZES = (1, 4, 10**6)
AROUND = (
    "{}",
    "To call it, write {} and wait.",
    "An example:\n{}\nThat is all.",
    "See:\n```\n{}\n```\n\n{}",
)
each_quoted = pytest.mark.parametrize("name", QUOTED)


def same_at_all_sizes(name: str, tools: list[object], parts: list[Part], inside: str | None = None) -> Message:
    found = [read(name, tools, parts, size, inside) for size in (SIZES if budget.full else SIZES[:2])]
    assert all(events == found[0] for events in found), parts
    return collect(found[0])


def texts(name: str) -> list[str]:
    """The page's own calls: one, and several."""
    names = ("One call", "Two calls", "Two sections")
    cases = [case for case in page(name) if case.name in names and case.inside is None and case.suffix is None]
    return [sample_call(name).text, *(case.text for case in cases)]


def tools_of(name: str) -> list[object]:
    cases = [sample_call(name), *(case for case in page(name) if case.name == "Two calls")]
    return [tool for case in cases for tool in case.tools] + [WRITE_FILE]


@each_quoted
def test_a_spelled_call_is_text(name: str) -> None:
    for text in texts(name):
        for around in AROUND:
            said = around.replace("{}", text)
            message = same_at_all_sizes(name, tools_of(name), [(said, False)])
            assert (message.tool_calls, message.content, message.reasoning) == ((), said, None)


@pytest.mark.parametrize("name", WITH_REASONING)
def test_a_spelled_call_in_thoughts_is_a_thought(name: str) -> None:
    for around in AROUND[1:3]:
        said = around.replace("{}", sample_call(name).text)
        message = same_at_all_sizes(name, tools_of(name), [(said, False)], "reasoning")
        assert (message.tool_calls, message.content, message.reasoning) == ((), None, said)


@each_quoted
def test_a_spelled_call_in_an_argument_is_text_of_it(name: str) -> None:
    for number, around in enumerate((*AROUND, "{} is it", "<p>\n{}{}</p>\n", "x\n{}\n")):
        content = around.replace("{}", sample_call(name).text)
        parts = written(name, content, number)
        message = same_at_all_sizes(name, tools_of(name), parts)
        assert wrote(message) == content.strip(), message


@each_quoted
def test_a_piece_of_a_spelled_call_ends_no_argument(name: str) -> None:
    """What stands in front of the piece's closers is not there, or what stands behind its opener."""
    for content in budget.sample(list(fragments(name)), 6):
        message = same_at_all_sizes(name, tools_of(name), written(name, content))
        assert wrote(message) == content.strip(), message


def fragments(name: str) -> list[str]:
    """Ends of the sample call from its last value on, with a whole one behind; and beginnings behind a whole one."""
    text = sample_call(name).text
    parts = split_at_delimiters(text, delimiters(name))
    cuts = [len("".join(parts[:end])) for end in range(1, len(parts))]
    last = max(text.rfind("3"), text.rfind("days"))
    ends = [f"x\n{text[cut:]}\n{text}\nend" for cut in cuts if cut > last]
    return ends + [f"{text}\n{text[:cut]} x" for cut in cuts]


def wrote(message: Message) -> str | None:
    """What the only call of a message wrote; None if there is another one, or it is not complete."""
    [call] = message.tool_calls
    assert (call.complete, message.content) == (True, None), message
    content: str = json.loads(call.arguments)["content"]
    return content.strip()


@each_quoted
def test_real_calls_stand_beside_spelled_ones(name: str) -> None:
    text = sample_call(name).text
    for parts in (
        [(text, True), (f"\nThe page says {text} ok", False)],
        [(text, True), (f"\n{text}", False)],
        [(f"See {text} so:\n", False), (text, True)],
    ):
        message = same_at_all_sizes(name, tools_of(name), parts)
        assert [call.complete for call in message.tool_calls] == [True], message


@each_quoted
def test_no_more_is_held_than_the_bound(name: str) -> None:
    bounds = toolgram.load(name).machine.bounds
    parser = toolgram.load(name).parser(tools_of(name), token_ids=ids(name))
    content = "\n".join(f"x\n{sample_call(name).text[cut:]}" for cut in range(0, len(sample_call(name).text), 7))
    for piece, numbers in pieces(name, written(name, content), 1):
        parser.feed(piece, numbers)
        assert parser.is_undecided or parser.held_chars <= bounds.get(parser.reads, parser.held_chars)


# Formats whose calls have an opener without special tokens, which may stand alone: (its call, the tools' own one).
ALONE = ["mimo", "minicpmv", "minimax_m2", "minimax_m2_append_think", "muse", "qwen3_coder", "seed_oss", "step3p5"]


@pytest.mark.parametrize("name", ALONE)
def test_a_call_whose_opener_was_forgotten_stays_one(name: str) -> None:
    """No opener stands in front, or words stand between a spelled one and the call, or the example is over."""
    case = sample_call(name)
    inner = next(example.path[-1] for example in toolgram.load(name).machine.examples)
    call = case.text[case.text.index(inner) :]
    token = next(token for token in ids(name) if token in case.text)
    for front in ("", "Let me look.\n", f"The tag {token} opens a call, and so:\n", f"{token}\n{'x ' * 200}\n"):
        message = same_at_all_sizes(name, case.tools, [(front, False), (call, True)])
        assert len(message.tool_calls) == 1, front
        assert message.tool_calls[0].complete
    message = same_at_all_sizes(name, case.tools, [(f"See {case.text}. Now:\n", False), (call, True)])
    assert len(message.tool_calls) == 1


def test_the_call_of_the_issue_is_text() -> None:
    content = " x\n</parameter>\n</function>\n</tool_call>\n<tool_call>\n<function=ping>\n</function>\n</tool_call> "
    parts = [
        ("<tool_call>\n<function=write_file>\n<parameter=content>\n", True),
        (content, False),
        ("\n</parameter>\n</function>\n</tool_call>", True),
    ]
    ping = {"type": "function", "function": {"name": "ping", "parameters": {"type": "object", "properties": {}}}}
    message = same_at_all_sizes("qwen3_coder", [WRITE_FILE, ping], parts)
    assert [json.loads(call.arguments) for call in message.tool_calls] == [{"content": content}]


def test_every_format_with_special_tokens_is_tried() -> None:
    left = [name for name in CALLING if ids(name) and name not in QUOTED]
    assert left == ["glm4", "llama3_json", "minicpm5", "phi4_mini_json", "plamo3"]  # their calls may have none in them


# --- by text: code that the text shows --------------------------------------------------------------------------------

SHOWN = (
    "Write `{}` so.",
    "Write ``{}`` so.",
    "`{}`",
    "Here:\n```xml\n{}\n```\nThat is it.",
    "```\nUser: hi\n{}\n```",
    "```\n{}\nUser: ok\n```",
    "```\n{}\n```\n\n```\n{}\n```\nSo it goes.",
)
MEANT = (
    "I look.\n```\n{}\n```",
    "```xml\n{}\n```\n",
    "```{}```",
    "```\n{}\n```\n\n```\n{}\n```",
    "```py\nx = 1\n{}",
    "```\nx\n```\nNow:\n{}",
    "I look: {} and wait.",
    '"{}"',
    "`a` and {}",
    "A backtick ` {} `",
)
FIRST_ONLY = (
    "functionary_v32",
    "glm4",
    "guided_json",
    "llama3_json",
    "pythonic",
    "xlam",
)  # text in front makes it text
OWN_FENCES = {
    "command_r": "a fence ends the call, and so the block",
    "deepseek_v3": "a fence ends the call, and so the block",
    "deepseek_v31": "a fence may end the call, and so the block",
    "xlam": "a fence opens calls",
}
NOT_CLOSE = ["beam", "kimi_k3", "muse", "muse_glimmer"]  # their samples begin or end with something else than the call


def read_text(name: str, text: str, size: int) -> list[Event]:
    parser = toolgram.load(name).parser(sample_call(name).tools)
    return merge(
        [event for at in range(0, len(text), size) for event in parser.feed(text[at : at + size])] + parser.finish()
    )


def of_text(name: str, text: str) -> Message:
    found = [read_text(name, text, size) for size in (1, 3, 10**6)]
    assert all(events == found[0] for events in found), text
    return collect(found[0])


@pytest.mark.parametrize("name", CALLING)
def test_a_call_in_code_is_text_where_it_is_shown(name: str) -> None:
    for around in SHOWN:
        if name in NOT_CLOSE and (name == "kimi_k3" or around.count("`") < 6):
            continue
        if name in OWN_FENCES and "```" in around:
            continue
        text = around.replace("{}", sample_call(name).text)
        message = of_text(name, text)
        assert (message.tool_calls, message.content) == ((), text)


@pytest.mark.parametrize("name", [name for name in CALLING if name not in FIRST_ONLY])
def test_a_call_that_code_may_hold_by_itself_stays_one(name: str) -> None:
    for around in MEANT:
        message = of_text(name, around.replace("{}", sample_call(name).text))
        assert [call.complete for call in message.tool_calls] == [True] * around.count("{}"), (around, message)


@each_quoted
def test_tokens_in_a_span_are_quoted_too(name: str) -> None:
    """A tokenizer makes the token of what a model quotes."""
    if name not in NOT_CLOSE:
        text = sample_call(name).text
        message = same_at_all_sizes(name, tools_of(name), [(f"Write `{text}` so.", True)])
        assert (message.tool_calls, message.content) == ((), f"Write `{text}` so.")


PIECES = [
    "`",
    "``",
    "```",
    "```xml\n",
    "\n```\n",
    "\n",
    " ",
    "words",
    "Words, more",
    "{}",
    "{}",
    "{}",
    "\n{}\n",
    "`{}`",
]


@pytest.mark.parametrize("name", budget.sample(CALLING, 12))
@settings(max_examples=budget.examples(), deadline=None)
@given(pieces=st.lists(st.sampled_from(PIECES), max_size=12), data=st.data())
def test_code_and_calls_in_any_order_are_read_the_same_at_every_cut(
    name: str, pieces: list[str], data: st.DataObject
) -> None:
    text = "".join(pieces).replace("{}", sample_call(name).text)
    whole = read_text(name, text, 10**6)
    assert read_text(name, text, 1) == whole
    assert read_text(name, text, data.draw(st.integers(2, 40))) == whole


@pytest.mark.parametrize("around", ["`{}`", "```\n{}\n```\nDone.", "```\n{}{}\n```\nDone."])
def test_no_more_is_held_for_code_than_the_limit(around: str) -> None:
    """A call is text if what shows it comes within the limit, and else a call, wherever the text is cut."""
    call = '<tool_call>{"name": "get_weather", "arguments": {"city": "%s"}}</tool_call>'
    around_limit = budget.sample(range(DRAFT_MAX - 85, DRAFT_MAX - 65), 4)
    for size in (DRAFT_MAX - 300, *around_limit, DRAFT_MAX, 2 * DRAFT_MAX):
        text = around.replace("{}", call % ("x" * (size // around.count("{}"))))
        found = [read_text("hermes", text, cut) for cut in (3, 97, 10**6)]
        assert found[1:] == found[:-1], size
        if size in (DRAFT_MAX - 300, DRAFT_MAX):
            assert any(isinstance(event, CallStart) for event in found[0]) == (size == DRAFT_MAX)
        fmt = toolgram.load("hermes")
        parser, most = fmt.parser(sample_call("hermes").tools), DRAFT_MAX + fmt.machine.bounds["content"]
        for character in text:
            parser.feed(character)
            assert parser.held_chars <= most


@settings(max_examples=budget.examples() * 50, deadline=None)
@given(texts=st.lists(st.lists(st.sampled_from(["`", "``", "```", " ", "\n", "x"]), min_size=1).map("".join)))
def test_what_code_is_open_does_not_depend_on_the_cut(texts: list[str]) -> None:
    one = code_behind(Code("content"), "content", "".join(texts), 0, None)
    many, place = Code("content"), 0
    for text in texts:
        many, place = code_behind(many, "content", text, place, None), place + len(text)
    assert (many.ticks, many.fences, many.in_info) == (one.ticks, one.fences, one.in_info)
    assert many.has_words == one.has_words or not one.in_block
