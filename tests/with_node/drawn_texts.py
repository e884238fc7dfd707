"""The texts of the differential test, drawn at random: cases of pages, features and the field, mutated; texts with ids.

In: a kind of texts, formats, a seed. Out: what both halves read, as `typescript/scripts/compare.mjs` describes it.

Characters stand in the texts that the two languages are known to treat differently.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from mutated_pages import LONGEST, mutated_page  # noqa: E402  it stands beside this folder
from strategies import delimiters, page  # noqa: E402
from token_texts import FORMATS as FORMATS_WITH_TOKENS  # noqa: E402
from token_texts import in_groups, late, random_text, special_ids  # noqa: E402

FEATURES = sorted(map(str, (ROOT / "tests" / "features").glob("*.lark")))
FIELD_CASES = ROOT / "tests" / "field_cases"
KINDS = ("pages", "features", "field", "ids")

# What two languages may disagree on: pairs of units, blanks that only one of them knows, digits and letters of other
# scripts, characters whose other case is longer, halves of escapes.
ODD = [
    *("🌧", "🌧️", "𝕏", "𐐷", "日本語の文", "é", "e\u0301", "ß", "İ", "ı", "ſ", "²", "٣", "Ⅷ", "①", "ª", "\u200f", "_"),
    *("\x1c", "\x1f", "\x85", "\xa0", "\u2028", "\u2029", "\u3000", "\ufeff", "\u200b", "\v", "\f", "\0", "\x7f", "\r"),
    *("\\ud83d", "\\ude00", "\\ud83d\\ude00", "\\u00e9", "\\u0000", '"\\', "&#x1F327;", "&#55357;", "&amp", "&eacute;"),
    *("1e999", "-0", "-0.0", "1E+2", "0x1F", "1_000", "12345678901234567890123", "0.1e-7", "Infinity", "NaN", "00"),
    *("__proto__", '"__proto__": 1', "constructor", "toString", "True", "None", "''", '""', "\n\n", "\r\n"),
]
ODD_NAMES = ("日本", "🌧", "𝕏_f", "naïve", "e\u0301", "__proto__", "constructor", "f\u2028", "x²", "a🌧b")


def mutated_case(name: str, chance: random.Random) -> dict[str, Any]:
    """A text made of the cases of a page, or of one of them as it stands."""
    if chance.random() < 0.1:
        case = chance.choice(page(name))
        text, tools, inside, suffix = case.text, case.tools, case.inside, case.suffix
    else:
        text, tools, inside, suffix = mutated_page(name, chance)
    return request(name, text, tools, inside, suffix, chance)


@cache
def field_cases(path: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    return found


def field_case(name: str, chance: random.Random) -> dict[str, Any]:
    """A transcript from the field, mutated a little."""
    case = chance.choice(field_cases(FIELD_CASES / f"{name}.json"))
    text = case["raw"]
    for _ in range(chance.choice((0, 1, 1, 2, 3))):
        at = chance.randrange(len(text) + 1)
        end = min(len(text), at + chance.randrange(12))
        match chance.randrange(4):
            case 0:
                text = text[:at] + text[end:]
            case 1:
                text = text[:at] + chance.choice(delimiters(case["format"])) + text[at:]
            case 2:
                text = text[:end] + text[at:]
            case _:
                text = text[:end]
    inside = "reasoning" if case["start_in_reasoning"] else None
    return request(case["format"], text, case["tools"], inside, None, chance)


def request(
    name: str, text: str, tools: Any, inside: str | None, suffix: str | None, chance: random.Random
) -> dict[str, Any]:
    """What both halves read: a text, with odd characters and names in it, and ways to cut it."""
    if tools and chance.random() < 0.15:
        text, tools = renamed(text, tools, chance)
    for _ in range(chance.choice((0, 0, 1, 1, 2, 4))):
        at = chance.randrange(len(text) + 1)
        text = text[:at] + chance.choice(ODD) + text[at:]
    text = text[:LONGEST]
    return {
        "format": name,
        "text": text,
        "tools": chance.choice((tools, tools, tools, None)),
        "inside": inside,
        "suffix": suffix,
        "splits": [[], *splits(text, chance)],
        "cut": chance.random() < 0.1,
        "trace": chance.random() < 0.25,
        "held": False,
        "report": chance.choice((None, None, "all", "strict")),
    }


def renamed(text: str, tools: Any, chance: random.Random) -> tuple[str, Any]:
    """Give a tool, or one of its arguments, an odd name."""
    functions = [tool.get("function", tool) for tool in tools if isinstance(tool, dict)]
    names = [function.get("name") for function in functions]
    names += [key for function in functions for key in (function.get("parameters") or {}).get("properties") or ()]
    known = chance.choice([name for name in names if name and isinstance(name, str)] or ["f"])
    odd = chance.choice(ODD_NAMES)
    return text.replace(known, odd), json.loads(json.dumps(tools).replace(json.dumps(known), json.dumps(odd)))


def splits(text: str, chance: random.Random) -> Iterator[Any]:
    """Every character, every unit where that differs, pieces of random sizes, a few cuts."""
    places = range(1, len(text))
    yield list(places)
    if any(mark > "\uffff" for mark in text):
        yield "units"
    size = chance.choice((2, 5, 30))
    yield sorted({place for place in places if chance.randrange(size) == 0})
    yield sorted(chance.sample(places, min(2, len(places))))


def token_text(name: str, chance: random.Random) -> dict[str, Any]:
    """A text with the ids of its tokens."""
    sample = random_text(name, chance.randrange(10**9))
    most = chance.choice((1, 1, 3, 8))
    deltas = in_groups(sample, iter(lambda: chance.randint(1, most), 0))
    if chance.random() < 0.3:
        deltas = late(deltas, chance.randrange(1, 20))
    return {
        "format": name,
        "deltas": list(deltas),
        "tools": sample.tools,
        "inside": sample.inside,
        "suffix": None,
        "tokens": special_ids(name),
        "texts": {str(number): text for text, number in sample.tokens} if chance.random() < 0.6 else None,
        "cut": False,
        "trace": False,
        "held": chance.random() < 0.25,
        "report": chance.choice((None, None, "all")),
    }


def drawn(kind: str, names: list[str], seed: int) -> dict[str, Any]:
    """The text of a kind that a seed stands for; a case of a page where none of the formats has such texts."""
    chance = random.Random(f"{kind} {seed}")
    known = {"ids": FORMATS_WITH_TOKENS, "field": [path.stem for path in FIELD_CASES.glob("*.json")]}
    fitting = [name for name in names if name in known.get(kind, ())]
    if kind == "ids" and fitting:
        return token_text(chance.choice(fitting), chance)
    if kind == "field" and fitting:
        return field_case(chance.choice(fitting), chance)
    names = FEATURES if kind == "features" else names
    return with_held(mutated_case(chance.choice(names), chance), chance)


def with_held(asked: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    """A quarter of the texts is read at one split by both, and compared after each piece."""
    if chance.random() < 0.25:
        asked |= {"held": True, "splits": [asked["splits"][-1]]}
    return asked
