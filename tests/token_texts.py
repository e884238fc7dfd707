"""Random texts with the ids of their tokens: special tokens as tokens and spelled, in any mixture, for one format.

In: a format and a seed. Out: a `TokenText`: the tools, and the tokens as (text, id).

The page's own cases are taken apart at their special tokens and mixed: a token may come spelled, doubled, in the wrong
place, or not at all; whole examples are quoted between them; quotes, brackets and blanks stand anywhere.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import toolgram
from toolgram import Event, Parser
from toolgram.registry import find, format_paths
from toolgram.runtime.tables.suffix import with_suffix
from toolgram.testing import Case, read_cases

FORMATS = [path.stem for path in format_paths() if toolgram.load(path.stem).machine.special_tokens]
FIRST_ORDINARY = 1000
PROSE = ["\n", "\n\n", " ", "`", '"', "The page says ", "Use ", " to call.", "```\n", "\n```\n", "x" * 300]
PROSE += ["it's", "\\", "\t", "{", "}", "[", "]", "é", "日本", "🌧️", "&amp;", "<"]


@dataclass(frozen=True)
class TokenText:
    """One text of a format. `tokens`: each token's text and id."""

    format: str
    seed: int
    tools: list[dict[str, Any]]
    inside: str | None
    tokens: list[tuple[str, int]]

    @property
    def text(self) -> str:
        return "".join(text for text, _ in self.tokens)

    def decode(self, token_ids: Sequence[int]) -> str:
        """What a tokenizer makes of ids."""
        texts = {number: text for text, number in self.tokens}
        return "".join(texts[number] for number in token_ids)

    def parser(self, *, decodes: bool = True) -> Parser:
        """A parser that knows the ids of the special tokens."""
        return toolgram.load(self.format).parser(
            self.tools, self.inside, token_ids=special_ids(self.format), decode=self.decode if decodes else None
        )

    def __str__(self) -> str:
        """The text with each special token in brackets, and how to make it again."""
        known = special_ids(self.format)
        shown = "".join(f"[{text}]" if known.get(text) == number else text for text, number in self.tokens)
        return f"random_text({self.format!r}, {self.seed}): {shown!r}"


@cache
def special_ids(name: str, suffix: str = "") -> dict[str, int]:
    """The special tokens of a format, with a suffix where they have a place for one, and ids for them."""
    tokens = toolgram.load(name).machine.special_tokens
    return {with_suffix(token, suffix): number for number, token in enumerate(sorted(tokens), start=1)}


@cache
def splitter(name: str, suffix: str = "") -> re.Pattern[str]:
    """Parts a text at the characters of its special tokens, which stand between the parts."""
    longest_first = sorted(special_ids(name, suffix), key=len, reverse=True)
    return re.compile("(" + "|".join(map(re.escape, longest_first)) + ")")


@cache
def _cases(name: str) -> list[Case]:
    """The page's cases but those for one suffix of the special tokens."""
    cases = read_cases(find(name).with_suffix(".md"))
    return [case for case in cases if case.suffix is None and case.text]


def random_text(name: str, seed: int) -> TokenText:
    """The text of a format that a seed stands for."""
    draw = random.Random(f"{name} {seed}")
    case = draw.choice(_cases(name))
    pieces = [piece for piece in splitter(name).split(case.text) if piece]
    known = special_ids(name)
    for _ in range(draw.choice((0, 1, 1, 2, 3))):
        pieces.insert(draw.randrange(len(pieces) + 1), "")  # where something else comes in
    tokens: list[tuple[str, int]] = []
    spells = draw.choice((0.0, 0.1, 0.5))
    for piece in pieces:
        if not piece:
            for part in _quoted(name, draw):
                tokens += _tokens(part, draw)
        elif piece not in known or draw.random() < spells:
            tokens += _tokens(piece, draw)
        elif draw.random() > 0.05:
            tokens.append((piece, known[piece]))
    if draw.random() < 0.3:
        del tokens[draw.randrange(len(tokens) + 1) :]
    return TokenText(name, seed, case.tools, case.inside, _with_ids(tokens))


def _quoted(name: str, draw: random.Random) -> Iterator[str]:
    """Text by ordinary tokens: prose, spelled tokens, halves of them, whole examples."""
    known = sorted(special_ids(name))
    for _ in range(draw.randint(1, 4)):
        match draw.randrange(5):
            case 0:
                yield draw.choice(_cases(name)).text
            case 1 | 2:
                yield draw.choice(known)
            case 3:
                token = draw.choice(known)
                yield token[: draw.randint(1, len(token))]
            case _:
                yield draw.choice(PROSE)


def _tokens(text: str, draw: random.Random) -> Iterator[tuple[str, int]]:
    """Text cut into ordinary tokens; their ids come later."""
    longest = draw.choice((1, 4, 9))
    while text:
        size = draw.randint(1, longest)
        yield text[:size], 0
        text = text[size:]


def _with_ids(tokens: list[tuple[str, int]]) -> list[tuple[str, int]]:
    """Give every ordinary token an id, the same to the same text."""
    numbers: dict[str, int] = {}
    return [
        (text, number or numbers.setdefault(text, FIRST_ORDINARY + len(numbers))) for text, number in tokens if text
    ]


def in_groups(sample: TokenText, sizes: Iterator[int]) -> Iterator[tuple[str, list[int]]]:
    """The text in deltas of so many tokens each."""
    at = 0
    while at < len(sample.tokens):
        size = next(sizes)
        group = sample.tokens[at : at + size]
        yield "".join(text for text, _ in group), [number for _, number in group]
        at += size


def late(deltas: Iterator[tuple[str, list[int]]], lag: int) -> Iterator[tuple[str, list[int]]]:
    """The same, with text that comes so many characters later than its ids."""
    held = ""
    for text, token_ids in deltas:
        held += text
        keep = min(lag, len(held))
        yield held[: len(held) - keep], token_ids
        held = held[len(held) - keep :]
    yield held, []


def read(parser: Parser, deltas: Iterator[tuple[str, list[int]]]) -> list[Event]:
    """All events of a text."""
    return [event for text, token_ids in deltas for event in parser.feed(text, token_ids)] + parser.finish()
