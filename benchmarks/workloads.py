"""The texts that benchmarks read: answers of models, in several formats, whole and in deltas of a token.

In: nothing. Out: `workloads()`, each with the message that it means: a parser can be checked before it is timed.
Nothing but the standard library is imported, so that the Python of any peer can read this.

A delta is what a tokenizer would give: a special token, a word with the blank before it (a long one in two), up to
three signs, up to three digits, a line break with the indent behind it.
"""

from __future__ import annotations

import json
import random
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.append(str(Path(__file__).parents[1] / "tests" / "with_vllm"))

import transcripts  # how the formats write calls stands with the server tests

MEGABYTE = 1_000_000
CODE = 'def f(x):\n    return {"a": [x, "b\\\\n"], \'c\': 1 < 2 and x > 3}  # "quoted"\n'
LOOKING = "I'll look that up."
TOOLS: list[dict[str, Any]] = [
    *transcripts.TOOLS,
    {
        "type": "function",
        "function": {
            "name": "search",
            "parameters": {
                "type": "object",
                "properties": {
                    "query": {"type": "string"},
                    "filters": {"type": "object"},
                    "limit": {"type": "integer"},
                },
            },
        },
    },
]
SPECIAL_TOKENS = [
    *(token for token in transcripts.MARKUP if token.startswith(("<|", "<tool", "</tool", "<arg", "</arg", "<think"))),
    *(
        "<｜tool▁calls▁begin｜>",
        "<｜tool▁calls▁end｜>",
        "<｜tool▁call▁begin｜>",
        "<｜tool▁sep｜>",
        "<｜tool▁call▁end｜>",
    ),
    *("<|start|>", "<|channel|>", "<|constrain|>", "<|message|>", "<|call|>", "<|end|>", "<|return|>"),
    "</think>",
]
NEW = ("new_short", "new_words", "new_deep", "new_code")
Call = tuple[str, dict[str, Any]]
_SPECIAL = re.compile("(" + "|".join(map(re.escape, SPECIAL_TOKENS)) + ")")
_TOKEN = re.compile(r" ?[^\W\d_]{1,8}|\d{1,3}|\n+ *|\s| ?[^\w\s]{1,3}|.")


@dataclass(frozen=True)
class Workload:
    """An answer to read. `is_whole`: in one piece; otherwise in deltas of a token.

    `is_new`: it stands for many with other words and numbers, each of which is read once: see `drawn`.
    """

    name: str
    format_id: str
    text: str
    content: str
    calls: tuple[Call, ...]
    is_whole: bool = False
    is_new: bool = False

    @property
    def key(self) -> str:
        return f"{self.format_id}:{self.name}"

    def is_one_of(self, parts: Iterable[str]) -> bool:
        """Whether it is asked for: by its name, its format or both; "" asks for all."""
        return any(part in ("", self.name, self.format_id, self.key) for part in parts)

    def deltas(self) -> list[str]:
        return [self.text] if self.is_whole and self.text else tokens(self.text)


def tokens(text: str) -> list[str]:
    """Cut into deltas, about as a tokenizer does."""
    parts = _SPECIAL.split(text)  # each second one is a special token
    return [delta for at, part in enumerate(parts) for delta in ([part] if at % 2 else _TOKEN.findall(part))]


def prose(length: int) -> str:
    """Text of exactly `length` characters: words, punctuation, line breaks, a quoted word now and then."""
    pick = random.Random(0)
    letters = "etaoinshrdlucmfwypvbgk"
    lexicon = ["".join(pick.choice(letters) for _ in range(pick.randint(2, 9))) for _ in range(800)]
    pick = random.Random(length)
    words: list[str] = []
    size = 0
    while size <= length:
        word = pick.choice(lexicon)
        roll = pick.random()
        word = f'"{word}"' if roll < 0.02 else word + "," if roll < 0.08 else word + ".\n" if roll < 0.13 else word
        words.append(word)
        size += len(word) + 1
    return " ".join(words)[:length]


def deepseek_v31(*calls: Call) -> str:
    written = "".join(
        f"<｜tool▁call▁begin｜>{name}<｜tool▁sep｜>{json.dumps(arguments)}<｜tool▁call▁end｜>"
        for name, arguments in calls
    )
    return f"<｜tool▁calls▁begin｜>{written}<｜tool▁calls▁end｜>"


def openai(*calls: Call) -> str:
    return "<|start|>assistant".join(
        f"<|channel|>commentary to=functions.{name} <|constrain|>json<|message|>{json.dumps(arguments)}<|call|>"
        for name, arguments in calls
    )


WRITERS: dict[str, Callable[..., str]] = {
    "hermes": transcripts.hermes,
    "qwen3_coder": transcripts.qwen3_coder,
    "deepseek_v31": deepseek_v31,
    "glm45": transcripts.glm45,
    "kimi_k2": transcripts.kimi_k2,
    "openai": openai,
}


def answer(format_id: str, content: str, *calls: Call) -> str:
    """An answer with text and calls, as a model of the format writes it."""
    written = WRITERS[format_id](*calls) if calls else ""
    if format_id != "openai" or not content:
        return f"{content}\n{written}" if content and calls else content or written
    if not calls:
        return f"<|channel|>final<|message|>{content}<|return|>"
    return f"<|channel|>commentary<|message|>{content}<|end|><|start|>assistant{written}"


def nested(depth: int) -> dict[str, Any]:
    """An object in a list in an object, and so on."""
    value: dict[str, Any] = {"a": 1}
    for number in range(depth):
        value = {f"k{number}": [value, number, "v"], "x": True}
    return value


def rows(length: int) -> dict[str, Any]:
    """Rows of a table, of about `length` characters of JSON."""
    row = {"id": 10_000, "name": "row 10000", "tags": ["a", "b"], "v": 15_000.5, "ok": True}
    count = length // (len(json.dumps(row)) + 2)
    return {"rows": [{**row, "id": number, "name": f"row {number}", "v": number * 1.5} for number in range(count)]}


def _scenes(size: int, whole: int) -> Iterator[tuple[str, str, tuple[Call, ...], bool]]:
    """Name, content, calls, and whether it is read whole."""
    short = ("get_weather", {"city": "Tokyo", "days": 3})
    yield "short", LOOKING, (short,), False
    yield "calls32", "", tuple(("get_weather", {"city": "Tokyo", "days": number}) for number in range(32)), False
    yield "deep", "", (("search", {"query": "x", "filters": nested(12), "limit": 3}),) * 4, False
    yield "code", "", (("write_file", {"path": "a.py", "text": CODE * (size // len(CODE))}),), False
    yield "argument", "", (("write_file", {"path": "a.txt", "text": prose(size)}),), False
    yield "content", prose(size), (), False
    yield "whole", LOOKING, (short,), True
    yield "constructor", "", (), True  # a parser with its tools, nothing read
    yield "json1m", "", (("search", {"query": "x", "filters": rows(whole), "limit": 3}),), True
    yield "code1m", "", (("write_file", {"path": "a.py", "text": CODE * (whole // len(CODE))}),), True


def _new_scene(name: str, seed: int) -> tuple[str, tuple[Call, ...]]:
    """Content and calls of an answer whose words and numbers are drawn."""
    pick = random.Random(f"{name} {seed}")

    def word() -> str:
        return "".join(pick.choice("etaoinshrdlucmfwypvbgk") for _ in range(pick.randint(3, 9)))

    if name == "new_short":
        return f"I'll look up {word()}.", (("get_weather", {"city": word().title(), "days": pick.randint(1, 400)}),)
    if name == "new_words":
        return f"Now {word()}.", (("search", {"query": " ".join(word() for _ in range(6))}),)
    if name == "new_code":
        signs = (" ", "\n", "(", '"', "\\", " = ", ": ")
        return "", (("write_file", {"path": "a.py", "text": "".join(word() + pick.choice(signs) for _ in range(300))}),)
    rows = [{word(): pick.randint(0, 999), "z": [True, None, round(pick.random(), 3)], "v": word()} for _ in range(12)]
    return "", (("search", {"query": "x", "filters": {word(): rows}}),)


def drawn(workload: Workload, seed: int) -> Workload:
    """One of the answers that a new one stands for."""
    content, calls = _new_scene(workload.name, seed)
    text = answer(workload.format_id, content, *calls)
    return Workload(workload.name, workload.format_id, text, content, calls, is_new=True)


def workloads(formats: Iterable[str], size: int = 4_000, whole: int = MEGABYTE) -> Iterator[Workload]:
    """All of these formats. Of how many characters the long ones are, in deltas and in one piece."""
    for name, content, calls, is_whole in _scenes(size, whole):
        for format_id in formats:
            yield Workload(name, format_id, answer(format_id, content, *calls), content, calls, is_whole)
    for name in NEW:
        for format_id in formats:
            yield drawn(Workload(name, format_id, "", "", ()), 0)
