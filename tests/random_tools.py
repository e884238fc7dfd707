"""Tools at random: names and keys that formats find hard, schemas of all that a grammar obeys.

In: a seed. Out: names and parameters, as a request has them.
"""

from __future__ import annotations

import random
from typing import Any

TOOL_NAMES = ["find", "user", "python", "all", "self", "get-weather", "a.b", "f", "call", "assistant", "json", "name"]
# Names and keys that are no words: rules, texts and classes of a grammar are made of them all the same.
ODD_NAMES = ["2fa_verify", "root", "r1", "1", "_", "Token(1)", "x-1.y", "a::=b", "n" * 64]
ODD_NAMES += [
    "-f",
    ".",
    "\n",
    " a",
    "{x}",
    "f(x)",
    "<x>",
    "x>",
    "to=user",
    "true",
    "caf\u00e9",
    "\u200f",
    "n" * 128,
    "n" * 129,
]
ODD_KEYS = ["2nd", "root", "it's", "a]b", "^", "b\\", "#", "n" * 70, "$ref", "日本", "\U0001f600", "k;", "(", "|"]
ODD_KEYS += [
    "-",
    "-x",
    ".",
    "}",
    "{",
    "]",
    "/",
    "!",
    "?",
    '"',
    "<",
    ">",
    "</x>",
    "=",
    ":",
    ",",
    "\\",
    " a",
    "\n",
    "\u200f",
]
ODD_KEYS += ["true", "is_true", "to=user", "n" * 128, "n" * 129, "n" * 513]
KEYS = [
    "city",
    "x",
    "name",
    "arguments",
    "item",
    "$text",
    "is_on",
    "a-b",
    "type",
    "value",
    "id",
    "class",
    "café",
    "n1",
]
TEXTS = ["a", "C", "two words", "it's", 'say "hi"', "</x>", "3", "true", "null", "{", "é", "a\\b"]
SCALARS = ["string", "integer", "number", "boolean", "null"]
DEPTH_MAX = 3


def random_tools(seed: int) -> dict[str, Any]:
    """One to three tools."""
    draw = random.Random(seed)
    names = draw.sample(TOOL_NAMES, draw.randint(1, 3))
    return {name: {"type": "object", **_members(draw, 0)} for name in names}


def odd_tools(seed: int) -> dict[str, Any]:
    """One to three tools with names, keys and texts that no grammar may stumble over."""
    draw = random.Random(seed)
    found = {}
    for name in draw.sample([*ODD_NAMES, *ODD_NAMES, *TOOL_NAMES], draw.randint(1, 3)):
        keys = draw.sample([*ODD_KEYS, *KEYS], draw.randint(0, 4))
        members = {key: draw.choice(ODD_SCHEMAS) for key in keys}
        found[name] = {
            "type": "object",
            "properties": members,
            "required": [key for key in keys if draw.random() < 0.5],
        }
        if draw.random() < 0.3:
            found[name]["additionalProperties"] = True
    return found


ODD_SCHEMAS: list[Any] = [
    {"type": "string"},
    {"type": "integer"},
    {"type": "array", "items": {"type": "string"}},
    {"type": "object", "properties": {"2nd": {"type": "number"}, "b": {"type": "boolean"}}, "required": ["b"]},
    {"enum": ['a"\\', "]^-", "\u2028 \u200f", "é" * 50]},
    {"const": "y" * 300},
    {"const": "a\0b"},
    {"const": "\ud800"},
    {"type": "string", "pattern": "^[\\]\\\\^-]{2}x$"},
    {"type": "string", "maxLength": 3},
    {"type": ["string", "null"]},
    {},
]


def _members(draw: random.Random, depth: int) -> dict[str, Any]:
    keys = draw.sample(KEYS, draw.randint(0, 3 if depth else 5))
    found: dict[str, Any] = {"properties": {key: _schema(draw, depth + 1) for key in keys}}
    found["required"] = [key for key in keys if draw.random() < 0.5]
    if draw.random() < 0.3:
        found["additionalProperties"] = False
    return found


def _schema(draw: random.Random, depth: int) -> Any:
    kind = draw.choice([*SCALARS, "string", "enum", "const", "any", "union", "object", "array", "array"])
    if depth > DEPTH_MAX and kind in ("object", "array", "union"):
        kind = draw.choice(SCALARS)
    if kind == "enum":
        return {"enum": draw.sample(TEXTS, 3)} | ({"type": "string"} if draw.random() < 0.5 else {})
    if kind == "const":
        return {"const": draw.choice(["a", 3, True, None, {"k": [1]}, [1, "x"]])}
    if kind == "any":
        return {}
    if kind == "union":
        one, other = draw.sample(["string", "null", "integer", "boolean", "object", "array"], 2)
        return draw.choice([{"type": [one, other]}, {"anyOf": [_typed(draw, one, depth), _typed(draw, other, depth)]}])
    return _typed(draw, kind, depth)


def _typed(draw: random.Random, kind: str, depth: int) -> dict[str, Any]:
    found: dict[str, Any] = {"type": kind}
    if kind == "object":
        found |= _members(draw, depth)
    if kind == "array":
        found["items"] = _schema(draw, depth + 1)
        found |= draw.choice([{}, {"minItems": 1}, {"maxItems": 2}, {"minItems": 2, "maxItems": 4}])
    if kind == "string":
        found |= draw.choice([{}, {}, {"minLength": 2}, {"maxLength": 5}, {"pattern": "^[a-c]{2,4}$"}])
    if kind in ("integer", "number"):
        found |= draw.choice([{}, {"minimum": 0}, {"maximum": -3}, {"minimum": -20, "maximum": 120}])
    return found
