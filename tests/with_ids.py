"""Texts with the ids of their tokens, of which some special tokens are real and others only spelled.

In: parts of a text, each `(text, is_real)`. Out: what a parser makes of them, fed one special token at a time.

In a part that is real, the characters of a special token are that token; in one that is spelled, they come by ordinary
tokens, cut anywhere.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache

from call_writer import CallWriter
from strategies import sample_call
from token_texts import FIRST_ORDINARY, special_ids, splitter

import toolgram
from toolgram import Event
from toolgram.grammars.outline import read_outline
from toolgram.testing import merge, short_tool

Part = tuple[str, bool]
ORDINARY = FIRST_ORDINARY  # the id of any token that is no special one
WRITE_FILE = short_tool("write_file", {"path": "string", "content": "string"})
MARK = "QUOTED"
ELEMENTS = {  # elements in elements are not written by `CallWriter`
    "minimax_m3": "]<]minimax[>[<tool_call>\n"
    ']<]minimax[>[<invoke name="write_file">]<]minimax[>[<path>a]<]minimax[>[</path>'
    f"]<]minimax[>[<content>{MARK}]<]minimax[>[</content>]<]minimax[>[</invoke>\n]<]minimax[>[</tool_call>"
}


def suffix_of(name: str) -> str:
    """The suffix of the delimiters in the page's own call."""
    case, begins = sample_call(name), toolgram.load(name).machine.suffix
    found = re.search(rf"{begins}[\w-]+", case.text) if begins and case is not None else None
    return found.group() if found is not None else ""


@cache
def ids(name: str) -> dict[str, int]:
    """The special tokens of a format, with ids."""
    return special_ids(name, suffix_of(name))


def pieces(name: str, parts: list[Part], size: int) -> Iterator[tuple[str, list[int]]]:
    """Texts and ids to feed: a real token by itself, all other text in pieces of a size."""
    tokens, pattern = ids(name), splitter(name, suffix_of(name))
    for text, is_real in parts:
        for piece in pattern.split(text) if is_real and tokens else [text]:
            if is_real and piece in tokens:
                yield piece, [tokens[piece]]
            else:
                yield from ((piece[at : at + size], [ORDINARY]) for at in range(0, len(piece), size))


def read(name: str, tools: list[object], parts: list[Part], size: int = 4, inside: str | None = None) -> list[Event]:
    """The events of a parser that knows the ids."""
    parser = toolgram.load(name).parser(tools, inside, token_ids=ids(name))
    events = [event for text, numbers in pieces(name, parts, size) for event in parser.feed(text, numbers)]
    return merge(events + parser.finish())


def written(name: str, content: str, seed: int = 0) -> list[Part]:
    """A real call of `write_file`, and in its argument a content that is spelled."""
    outline = read_outline(toolgram.load(name).machine.outline, suffix_of(name))
    arguments = {"path": "a", "content": MARK}
    ways = (CallWriter(outline, "write_file", arguments, number).answer() for number in range(seed, seed + 9))
    text = ELEMENTS.get(name) or next(way for way in ways if way is not None)
    before, after = text.split(MARK)
    if before.endswith('"'):
        content = json.dumps(content, ensure_ascii=False)[1:-1]
    elif before.endswith("'"):
        content = repr(content + "'\"")[1:-4]  # with both quotes in it, it is written in single ones
    return [(before, True), (content, False), (after, True)]
