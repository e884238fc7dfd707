"""What an assistant may have said: random calls with values of every kind, text beside them, reasoning before them.

In: a random generator. Out: `Turn`s, made of `Kind`s. A kind is a class of values that a template carries or does not.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

Json = Any
WORDS = [
    "Tokyo",
    "a",
    "the weather",
    "x = 1",
    "São Paulo",
    "C#",
    "rain, wind",
    "(maybe)",
    "50 %",
    "fine.",
    "a/b.txt",
    "-",
]
MARKS = ['"', "'", "\\", '\\"', "it's", '"quoted"', "\\n", "'''", '"""', "C:\\dir", "`x`"]
UNICODE = ["東京", "é", "🌧️", "ß", "a\u2028b", "a\u00a0b", "Ω≈ç", "👩‍👩‍👧", "\u200b", "עברית"]
LOOK_ALIKES = ["42", "-1.5", "true", "null", "None", "True", "[1, 2]", '{"a": 1}', "007", "1e5", '"x"']


@dataclass(frozen=True, slots=True)
class Call:
    """A call that the assistant made."""

    name: str
    arguments: dict[str, Json]


@dataclass(frozen=True, slots=True)
class Turn:
    """What the assistant said at once."""

    calls: tuple[Call, ...]
    content: str | None = None
    reasoning: str | None = None


@dataclass(frozen=True, slots=True)
class Kind:
    """A class of values: its name for people, the parameter that takes it, and how to draw one."""

    name: str
    key: str
    draw: Callable[[Random, Sequence[str]], Json]


def _schema(kind: str | list[str], **more: Any) -> dict[str, Any]:
    return {"type": kind, "description": f"A value ({kind if isinstance(kind, str) else ' or '.join(kind)}).", **more}


def _tool(name: str, **keys: dict[str, Any]) -> dict[str, Any]:
    parameters = {"type": "object", "properties": keys, "required": []}
    return {"type": "function", "function": {"name": name, "description": f"Runs {name}.", "parameters": parameters}}


VALUES = {
    "text": _schema("string"),
    "note": _schema("string"),
    "count": _schema("integer"),
    "ratio": _schema("number"),
    "on": _schema("boolean"),
    "nothing": _schema("null"),
    "options": _schema("object", properties={}),
    "list": _schema("array", items=_schema("string")),
    "rows": _schema("array", items=_schema("object")),
}
PLAIN, DASHED, PING = "configure_2", "write-file", "ping"


def tools_without(kind: str | None) -> list[dict[str, Any]]:
    """The tools of all conversations, without parameters of one type."""
    values = {key: schema for key, schema in VALUES.items() if schema["type"] != kind}
    return [*(_tool(name, **values) for name in ("get_weather", PLAIN, DASHED)), _tool(PING)]


def _joined(*stocks: Sequence[str]) -> Callable[[Random, Sequence[str]], str]:
    """Draw a few parts, at least one of the first stock, never with a blank at an end."""

    def draw(random: Random, _: Sequence[str]) -> str:
        parts = [random.choice(stocks[0]), *(random.choice(random.choice(stocks)) for _ in range(random.randrange(4)))]
        random.shuffle(parts)
        return " ".join(parts)

    return draw


def _lines(random: Random, _: Sequence[str]) -> str:
    lines = [random.choice([*WORDS, *MARKS, "", "    indented", "\tx"]) for _ in range(random.randrange(1, 4))]
    return "\n".join([random.choice(WORDS), *lines, random.choice(WORDS)])


def _blank_ends(random: Random, _: Sequence[str]) -> str:
    ends = ["", " ", "\n", "  ", "\t", "\n\n", " \n"]
    before = random.choice(ends)
    return before + random.choice(WORDS) + random.choice(ends if before else ends[1:])


def _delimiters(random: Random, literals: Sequence[str]) -> str:
    return f"see {random.choice(literals)} in {random.choice(WORDS)}" if literals else random.choice(WORDS)


def _float(random: Random, _: Sequence[str]) -> float:
    return random.choice([0.5, -2.25, 3.0, 1e-7, 1e22, 123456.789, random.uniform(-1000, 1000)])


def _scalar(random: Random) -> Json:
    return random.choice([1, -7, 2.5, True, False, None, "a", "", "it's", 'say "hi"', "東京", "a\nb", "\\", "x, y: z"])


def _nested(random: Random, depth: int = 0) -> Json:
    roll = random.random()
    if depth > 2 or roll < 0.5:
        return _scalar(random)
    return _object(random, depth) if roll < 0.75 else [_nested(random, depth + 1) for _ in range(random.randrange(4))]


def _object(random: Random, depth: int = 0) -> dict[str, Json]:
    keys = ["a", "b_2", "unit", "key with blanks", "ключ", 'q"uote', "x-y", "1"]
    return {random.choice(keys): _nested(random, depth + 1) for _ in range(random.randrange(1, 4))}


KINDS = (
    Kind("plain strings", "text", _joined(WORDS)),
    Kind("empty strings", "text", lambda _r, _d: ""),
    Kind("strings with quotes or backslashes", "text", _joined(MARKS, WORDS)),
    Kind("strings with line breaks", "text", _lines),
    Kind("strings with blanks at their ends", "text", _blank_ends),
    Kind("strings beyond ASCII", "text", _joined(UNICODE, WORDS)),
    Kind("strings that look like other values", "text", lambda r, _d: r.choice(LOOK_ALIKES)),
    Kind("strings with a delimiter in them", "text", _delimiters),
    Kind("integers", "count", lambda r, _d: r.choice([0, 1, -1, r.randrange(-(10**6), 10**6)])),
    Kind("big integers", "count", lambda r, _d: r.choice([-1, 1]) * r.randrange(2**63, 10**30)),
    Kind("numbers with a fraction", "ratio", _float),
    Kind("booleans", "on", lambda r, _d: r.random() < 0.5),
    Kind("null", "nothing", lambda _r, _d: None),
    Kind("objects", "options", lambda r, _d: _object(r)),
    Kind(
        "arrays of strings",
        "list",
        lambda r, d: [_joined(WORDS, MARKS, UNICODE)(r, d) for _ in range(r.randrange(1, 4))],
    ),
    Kind("arrays of objects", "rows", lambda r, _d: [_object(r) for _ in range(r.randrange(1, 4))]),
    Kind("empty objects", "options", lambda _r, _d: {}),
    Kind("empty arrays", "list", lambda _r, _d: []),
    Kind(
        "objects with a delimiter in them", "options", lambda r, d: {"a": _delimiters(r, d), "b": [_delimiters(r, d)]}
    ),
)


@dataclass(frozen=True, slots=True)
class Abilities:
    """What a template can carry, so what conversations are made of. `left_out` says what it cannot, and why."""

    kinds: tuple[Kind, ...] = KINDS
    calls: int = 3
    arguments: int = 4
    content: bool = True
    reasoning: bool = True
    both: bool = True  # reasoning and content in one turn with calls
    no_arguments: bool = True
    names: tuple[str, ...] = ("get_weather", PLAIN, DASHED, PING)
    left_out: tuple[str, ...] = ()


def draw_turn(random: Random, abilities: Abilities, literals: Sequence[str]) -> Turn:
    """Draw what an assistant says, of what its template can carry."""
    count = random.choice([1, 1, 2, 3][: abilities.calls + 1])
    calls = tuple(_draw_call(random, abilities, literals) for _ in range(count))
    content = _joined(WORDS, UNICODE, MARKS)(random, ()) + "." if abilities.content and random.random() < 0.5 else None
    reasoning = None
    if abilities.reasoning and (content is None or abilities.both) and random.random() < 0.6:
        reasoning = "Let me think: " + random.choice([_lines, _joined(WORDS, UNICODE, MARKS)])(random, ())
    return Turn(calls, content, reasoning)


def _draw_call(random: Random, abilities: Abilities, literals: Sequence[str]) -> Call:
    name = random.choice([one for one in abilities.names if abilities.no_arguments or one != PING])
    if name == PING:
        return Call(name, {})
    arguments: dict[str, Json] = {}
    for kind in random.choices(
        abilities.kinds, k=random.randint(0 if abilities.no_arguments else 1, abilities.arguments)
    ):
        key = "note" if kind.key == "text" and random.random() < 0.5 else kind.key
        arguments[key] = kind.draw(random, literals)
    return Call(name, arguments)
