"""Texts made of the cases on a format's page: delimiters and characters left out, doubled, moved, put in; odd names.

In: a format and a source of chance. Out: a text, and the case that says with which tools it is read.

The pieces that are put in are those that a model may write there by mistake: brackets, quotes, halves of words.
"""

from __future__ import annotations

import json
import random
from typing import Any, NamedTuple

from strategies import SCALARS, delimiters, page, split_at_delimiters

PIECES = [
    *"{}[]():,;\"'\\<>|=`.\n\t a1e-+_",
    *(
        "null",
        "tru",
        '{"a": 1}',
        "[1]",
        '""',
        "{}",
        "{a:",
        '"a":',
        "a:",
        "```",
        "[1,",
        "1e999",
        "x y",
        "'''",
        '\\"',
        "\\n",
    ),
    *("9" * 30, '"k": "v"', "k='v'", *SCALARS),
]
ODD_NAMES = ("-f", "f(x)", "{x}", "2fa", "a b", "bash:", "x=y", "call", "<f>", "f.g/h", "[x]", "a,b", 'q"q', "'")
NEAR_MARKUP = "{}[]():,\"'=<>"
LONGEST = 3000


class Mutated(NamedTuple):
    """One input of a parser."""

    text: str
    tools: list[dict[str, Any]] | None
    inside: str | None
    suffix: str | None


def mutated_page(name: str, chance: random.Random) -> Mutated:
    """Draw a text."""
    case = chance.choice(page(name))
    text, tools = case.text, case.tools
    if chance.random() < 0.25:
        text += chance.choice(("", "\n", " ")) + chance.choice(page(name)).text
    if case.expected.calls and tools and chance.random() < 0.2:
        known, odd = case.expected.calls[0].name, chance.choice(ODD_NAMES)
        text = text.replace(known, odd)
        tools = json.loads(json.dumps(tools).replace(json.dumps(known), json.dumps(odd)))
    for _ in range(chance.choice((1, 1, 2, 2, 3, 5))):
        parts = split_at_delimiters(text, delimiters(name)) if chance.random() < 0.3 else []
        text = _with_parts(parts, delimiters(name), chance) if parts else _with_pieces(text, chance)
    return Mutated(text[:LONGEST], tools, case.inside, case.suffix)


def _with_parts(parts: list[str], known: list[str], chance: random.Random) -> str:
    """Leave a part out, put one in, cut one, or let two change places."""
    at, other = chance.randrange(len(parts)), chance.randrange(len(parts))
    match chance.randrange(5):
        case 0:
            del parts[at]
        case 1:
            parts.insert(at, parts[other])
        case 2:
            parts.insert(at, chance.choice(known))
        case 3:
            parts[at] = parts[at][: chance.randrange(len(parts[at]) + 1)]
        case _:
            parts[at], parts[other] = parts[other], parts[at]
    return "".join(parts)


def _with_pieces(text: str, chance: random.Random) -> str:
    """Leave characters out, put a piece in or in their place, double some, or cut the text."""
    places = [place for place, mark in enumerate(text) if mark in NEAR_MARKUP]
    at = chance.randrange(len(text) + 1)
    if places and chance.random() < 0.6:
        at = chance.choice(places) + chance.randrange(2)
    end = min(len(text), at + chance.randrange(1, 30))
    match chance.choice((0, 1, 1, 2, 2, 3, 4, 5, 5)):
        case 0:
            return text[:at] + text[at + 1 :]
        case 1:
            return text[:at] + chance.choice(PIECES) + text[at:]
        case 2:
            return text[:at] + chance.choice(PIECES) + text[at + 1 :]
        case 3:
            return text[:at]
        case 4:
            return text[:end] + text[at:end] + text[end:]
    return text[:at] + text[end:]
