"""The Python half of the differential test: both runtimes read the same texts, and must say the same.

    python tests/with_node/compare.py --texts 100000
    python tests/with_node/compare.py --formats hermes,qwen3_coder --kinds pages,ids --seed 7 --keep /tmp/differences
    python tests/with_node/compare.py --again /tmp/differences

In: how many texts. Out: the first differences, each with the shortest text that shows it, and the lines to read again.
`typescript/scripts/compare.mjs` is the other half; it needs `npm install` in `typescript/`.

The texts are the cases of the pages and of the features, mutated; those of `field_cases/`; and texts with ids of
tokens. Characters stand in them that the two languages are known to treat differently. Python reads each text as a
whole, for that the cut changes nothing is tested elsewhere. The other half reads it at several splits.
"""

from __future__ import annotations

import argparse
import itertools
import json
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from mutated_pages import LONGEST, mutated_page  # noqa: E402  it stands beside this folder
from strategies import delimiters, page  # noqa: E402
from token_texts import FORMATS as FORMATS_WITH_TOKENS  # noqa: E402
from token_texts import in_groups, late, random_text, special_ids  # noqa: E402

import toolgram  # noqa: E402
from toolgram.registry import format_paths  # noqa: E402
from toolgram.testing import merge  # noqa: E402

SCRIPT = ROOT / "typescript" / "scripts" / "compare.mjs"
FEATURES = sorted(map(str, (ROOT / "tests" / "features").glob("*.lark")))
FIELD_CASES = sorted((ROOT / "tests" / "field_cases").glob("*.json"))
KINDS = ("pages", "features", "field", "ids")
SHOWN = 800  # characters of a value

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


# --- what is read -----------------------------------------------------------------------------------------------------


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
    case = chance.choice(field_cases(ROOT / "tests" / "field_cases" / f"{name}.json"))
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
    }


def drawn(kind: str, names: list[str], seed: int) -> dict[str, Any]:
    """The text of a kind that a seed stands for; a case of a page where none of the formats has such texts."""
    chance = random.Random(f"{kind} {seed}")
    known = {"ids": FORMATS_WITH_TOKENS, "field": [path.stem for path in FIELD_CASES]}
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


# --- the two readers --------------------------------------------------------------------------------------------------


class Node:
    """The other half, in a process of its own. It is told of a machine when it first needs it."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            ["node", str(SCRIPT)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8", cwd=SCRIPT.parent
        )
        self._known: set[str] = set()

    def ask(self, asked: dict[str, Any]) -> None:
        """Let it read a text."""
        name = asked["format"]
        if name not in self._known:
            self._known.add(name)
            self._send({"format": name, "machine": json.loads(toolgram.load(name).machine.to_json())})
        self._send(asked)

    def answer(self) -> list[Any]:
        """What came of the text at each split; what came twice is said once."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise SystemExit(f"{SCRIPT} ended with {self._process.wait()}")
        found = json.loads(line)
        return [found[0] if one is None else one for one in found]

    def _send(self, value: Any) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(value) + "\n")
        self._process.stdin.flush()


def read(asked: dict[str, Any], deltas: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """What Python makes of a text."""
    known: dict[str, Any] = {"suffix": asked["suffix"], "trace": asked["trace"]}
    if "tokens" in asked:
        texts = asked["texts"]
        decode = None if texts is None else (lambda numbers: "".join(texts[str(number)] for number in numbers))
        known |= {"token_ids": asked["tokens"], "decode": decode}
    held: list[str] = []
    try:
        parser = toolgram.load(asked["format"]).parser(asked["tools"], asked["inside"], **known)
        events = []
        for text, numbers in deltas:
            events += parser.feed(text, numbers)
            held.append(parser.held_source)
        events += parser.finish(cut=asked["cut"])
    except Exception as error:  # any at all: the other half must fail as well, in its own words
        return {"error": f"{type(error).__name__}: {error}"}
    found = {"events": [plain(event) for event in merge(events)], "repairs": sorted(parser.repairs)}
    if asked["trace"]:
        found["trace"] = [list(entry) for entry in parser.trace or ()]
    return found | ({"held": held} if asked["held"] else {})


def plain(event: Any) -> dict[str, Any]:
    """An event as the other half writes it."""
    return {"type": type(event).__name__, **{name: getattr(event, name) for name in event.__match_args__}}


def pieces(asked: dict[str, Any], split: Any) -> list[tuple[str, None]]:
    """The pieces of a split."""
    text = asked["text"]
    ends = [*(range(1, len(text)) if split == "units" else split), len(text)]
    return [(text[begin:end], None) for begin, end in zip([0, *ends], ends, strict=False)]


def compare(node: Node, asked: dict[str, Any]) -> tuple[str, Any, Any] | None:
    """The first difference: at which split, what Python says, what the other half says; None where they agree."""
    node.ask(asked)
    ways = [None] if "deltas" in asked else asked["splits"]
    ours = read(asked, asked["deltas"] if "deltas" in asked else pieces(asked, ways[0]))
    for way, theirs in zip(ways, node.answer(), strict=True):
        if not same(ours, theirs):
            if way is not None and not same(read(asked, pieces(asked, way)), ours):
                return f"{way}, where Python itself says something else than of the whole text", ours, theirs
            return str(way), ours, theirs
    return None


def same(ours: Any, theirs: Any) -> bool:
    """Whether two results are the same; of two errors the words are not compared."""
    return ours == theirs or ("error" in ours and "error" in theirs)


# --- what is shown ----------------------------------------------------------------------------------------------------


def shortened(asked: dict[str, Any], differs: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """The same difference in a text from which nothing more can be left out, piece by piece."""
    part, size = "deltas" if "deltas" in asked else "text", len(asked.get("deltas", asked.get("text", ()))) // 2
    while size:
        at = 0
        while at < len(asked[part]):
            less = asked | {part: asked[part][:at] + asked[part][at + size :]}
            if part == "text":
                less["splits"] = [[], list(range(1, len(less["text"]))), "units"]
                less["splits"] = less["splits"][1:2] if asked["held"] else less["splits"]
            if differs(less):
                asked = less
            else:
                at += size
        size //= 2
    return asked


def show(kind: str, seed: int, asked: dict[str, Any], found: tuple[str, Any, Any]) -> None:
    split, ours, theirs = found
    print(f"--- {kind} {seed}, format {asked['format']}, split {split[:SHOWN]}")
    for name in ("text", "deltas", "tools", "inside", "suffix", "cut"):
        if asked.get(name):
            print(f"  {name}: {repr(asked[name])[:SHOWN]}")
    for part in sorted({*ours, *theirs}):
        one, two = ours.get(part), theirs.get(part)
        if one == two:
            continue
        if isinstance(one, list) and isinstance(two, list):
            pairs = enumerate(zip(one, two, strict=False))
            first = next((at for at, pair in pairs if pair[0] != pair[1]), min(len(one), len(two)))
            part, one, two = f"{part}[{first}]", one[first : first + 1], two[first : first + 1]
        print(f"  Python     {part}: {shown(one)}\n  TypeScript {part}: {shown(two)}")


def shown(value: Any) -> str:
    text = value if isinstance(value, str) else ascii(value)
    return text[:SHOWN]


def lines_again(path: Path) -> Iterator[tuple[str, int, dict[str, Any]]]:
    """The texts that an earlier run has kept."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        yield "again", number, json.loads(line)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--texts", type=int, default=1000, help="how many, over all formats")
    parser.add_argument("--seed", type=int, default=0, help="of the first text")
    parser.add_argument("--formats", default="", help="ids of formats, with commas between them")
    parser.add_argument("--kinds", default=",".join(KINDS), help="of texts, with commas between them")
    parser.add_argument("--most", type=int, default=5, help="how many differences are shown of a format")
    parser.add_argument("--keep", type=Path, help="a file for the texts that differ")
    parser.add_argument("--again", type=Path, help="read the texts of such a file")
    options = parser.parse_args()
    names = options.formats.split(",") if options.formats else [path.stem for path in format_paths()]
    kinds = itertools.cycle(options.kinds.split(","))
    seeds = range(options.seed, options.seed + options.texts)
    asked = ((kind, seed, drawn(kind, names, seed)) for seed, kind in zip(seeds, kinds, strict=False))
    node, differences, read_texts = Node(), Counter[str](), 0
    kept: list[dict[str, Any]] = []
    for kind, seed, one in lines_again(options.again) if options.again else asked:
        read_texts += 1
        found = compare(node, one)
        if found is None:
            continue
        differences[one["format"]] += 1
        kept.append(one)
        if differences[one["format"]] <= options.most:
            short = shortened(one, lambda less: compare(node, less) is not None)
            show(kind, seed, short, compare(node, short) or found)
    if options.keep:
        options.keep.write_text("".join(json.dumps(one) + "\n" for one in kept), encoding="utf-8")
    print(f"{read_texts} texts, {sum(differences.values())} differences: {dict(differences.most_common())}")
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
