"""The Python half of the differential test: both runtimes read the same texts, and must say the same.

    python tests/with_node/compare.py --texts 100000
    python tests/with_node/compare.py --formats hermes,qwen3_coder --kinds pages,ids --seed 7 --keep /tmp/differences
    python tests/with_node/compare.py --again /tmp/differences

In: how many texts. Out: the first differences, each with the shortest text that shows it, and the lines to read again.
`typescript/scripts/compare.mjs` is the other half; it needs `npm install` in `typescript/`.

`drawn_texts.py` draws the texts. Python reads each as a whole, for that the cut changes nothing is tested elsewhere.
The other half reads it at several splits.
"""

from __future__ import annotations

import argparse
import itertools
import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from drawn_texts import KINDS, drawn

import toolgram
from toolgram.registry import format_paths
from toolgram.reports import Attempt
from toolgram.reports.attempt import attempt_to_dict
from toolgram.testing import merge
from toolgram.testing.vectors import event_to_dict

SCRIPT = Path(__file__).parents[2] / "typescript" / "scripts" / "compare.mjs"
HALVES = re.compile(r"\\(\\ud[89ab][0-9a-f]{2})\\(\\ud[c-f][0-9a-f]{2})")  # JSON within JSON
SHOWN = 800  # characters of a value

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


def joined(entries: Iterable[tuple[str, str]]) -> list[list[str]]:
    """A trace whose entries do not depend on how the text was cut: those of one kind behind each other are one."""
    made: list[list[str]] = []
    for kind, text in entries:
        if made and made[-1][0] == kind:
            made[-1][1] += text
        else:
            made.append([kind, text])
    return made


def read(asked: dict[str, Any], deltas: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """What Python makes of a text."""
    known: dict[str, Any] = {"suffix": asked["suffix"]}
    if "tokens" in asked:
        texts = asked["texts"]
        decode = None if texts is None else (lambda numbers: "".join(texts[str(number)] for number in numbers))
        known |= {"token_ids": asked["tokens"], "decode": decode}
    held: list[str] = []
    fmt, deltas = toolgram.load(asked["format"]), list(deltas)
    try:
        parser = fmt.parser(asked["tools"], asked["inside"], trace=asked["trace"], **known)
        events = []
        for text, numbers in deltas:
            events += parser.feed(text, numbers)
            held.append(parser.held_source)
        events += parser.finish(cut=asked["cut"])
        report = report_of(fmt, asked, deltas, known) if asked.get("report") else None
    except Exception as error:  # any at all: the other half must fail as well, in its own words
        return {"error": f"{type(error).__name__}: {error}"}
    found = {"events": [event_to_dict(event) for event in merge(events)], "repairs": sorted(parser.repairs)}
    if asked["trace"]:
        found["trace"] = joined(parser.trace or ())
    found |= {"held": held} if asked["held"] else {}
    return found if report is None else found | {"report": report}


def report_of(fmt: Any, asked: dict[str, Any], deltas: list[tuple[str, Any]], known: dict[str, Any]) -> dict[str, Any]:
    """What is reported of a text, and what a reporter says of its pieces, with places as the other half counts them."""
    reporter = fmt.reporter(asked["tools"], asked["inside"], **known)
    parts = [part for text, numbers in deltas for part in reporter.feed(text, numbers)]
    parts += reporter.finish(cut=asked["cut"])
    attempts = sorted((part for part in parts if isinstance(part, Attempt)), key=lambda one: one.span)
    in_units = unit_places("".join(text for text, _ in deltas))
    found = {
        "events": [event_to_dict(event) for event in merge([part for part in parts if not isinstance(part, Attempt)])],
        "attempts": [attempt_in_units(attempt_to_dict(attempt), in_units) for attempt in attempts],
        "spans": [spans_in_units(spans, in_units) for spans in (reporter.content_spans, reporter.reasoning_spans)],
    }
    if "text" in asked:
        request = asked["text"], asked["tools"], asked["inside"], asked["suffix"]
        report = fmt.report(*request, cut=asked["cut"], strict=asked["report"] == "strict").to_dict()
        report["attempts"] = [attempt_in_units(attempt, in_units) for attempt in report["attempts"]]
        for name in ("content_spans", "reasoning_spans"):
            report[name] = spans_in_units(report[name], in_units)
        found["whole"] = json.loads(json.dumps(report))
    return found


def unit_places(text: str) -> list[int]:
    """Where each character stands, counted in UTF-16 units."""
    return list(itertools.accumulate((1 + (mark > "\uffff") for mark in text), initial=0))


def spans_in_units(spans: Iterable[Sequence[int]], in_units: list[int]) -> list[list[int]]:
    return [[in_units[begin], in_units[end]] for begin, end in spans]


def attempt_in_units(attempt: dict[str, Any], in_units: list[int]) -> dict[str, Any]:
    """An attempt with its places counted in UTF-16 units."""
    name = attempt["name_span"]
    return attempt | {
        "begin": in_units[attempt["begin"]],
        "end": in_units[attempt["end"]],
        "name_span": None if name is None else [in_units[place] for place in name],
        "argument_spans": {key: [in_units[place] for place in span] for key, span in attempt["argument_spans"].items()},
    }


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
            split = ours if way is None else read(asked, pieces(asked, way))
            if same(split, theirs) and all(split.get(part) == ours.get(part) for part in ("events", "report")):
                continue  # of a trace: blanks in what is skipped are told apart where the cut tells them apart
            if not same(split, ours):
                return f"{way}, where Python itself says something else than of the whole text", split, theirs
            return str(way), ours, theirs
    return None


def counts_units(node: Node, asked: dict[str, Any], ours: dict[str, Any], theirs: dict[str, Any]) -> bool:
    """Whether no event differs but in its time, because a limit counts units there and characters here.

    Then both agree on the text in which each character of two units is two characters.
    """
    if any(ours.get(part) != theirs.get(part) for part in ("events", "report", "error")):
        return False
    text = json.dumps(asked, ensure_ascii=False)
    doubled = "".join(mark if mark < "\U00010000" else "éé" if mark.isalnum() else "\ue000\ue001" for mark in text)
    if doubled == text:
        return False
    again = json.loads(doubled)
    if "text" in again:
        again["splits"] = [list(range(1, len(again["text"])))]
    return compare(node, again) is None


def same(ours: Any, theirs: Any) -> bool:
    """Whether two results are the same; of two errors the words are not compared.

    Two halves of a character that were written in two ways are two escapes here, and one character there.
    """
    if ours == theirs or ("error" in ours and "error" in theirs):
        return True
    one, two = (json.loads(HALVES.sub(r"\1\2", json.dumps(result))) for result in (ours, theirs))
    return bool(one == two)


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


# --- a run ------------------------------------------------------------------------------------------------------------


def drawn_texts(
    texts: int, seed: int, names: Sequence[str] = (), kinds: Sequence[str] = KINDS
) -> Iterator[tuple[str, int, dict[str, Any]]]:
    """So many texts over all formats, or over those of some names, each with its kind and its seed."""
    known = list(names) or [path.stem for path in format_paths()]
    for one, kind in zip(range(seed, seed + texts), itertools.cycle(kinds), strict=False):
        yield kind, one, drawn(kind, known, one)


class Outcome:
    """What came of a run."""

    def __init__(self) -> None:
        self.texts = 0
        self.differences: Counter[str] = Counter()  # by format
        self.timed = 0  # texts of which only the time of an event differs, by a limit that counts units
        self.kept: list[dict[str, Any]] = []  # the texts that differ

    def __str__(self) -> str:
        found = dict(self.differences.most_common())
        return f"{self.texts} texts, {len(self.kept)} differences: {found}; of {self.timed} events come at another time"


def compare_all(texts: Iterable[tuple[str, int, dict[str, Any]]], most: int = 5) -> Outcome:
    """Let both runtimes read texts; print the first differences of each format, as short as they can be."""
    node, outcome = Node(), Outcome()
    for kind, seed, one in texts:
        outcome.texts += 1
        found = compare(node, one)
        if found is None:
            continue
        if counts_units(node, one, *found[1:]):
            outcome.timed += 1
            continue
        outcome.kept.append(one)
        outcome.differences[one["format"]] += 1
        if outcome.differences[one["format"]] <= most:
            short = shortened(one, lambda less: compare(node, less) is not None)
            show(kind, seed, short, compare(node, short) or found)
    return outcome


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
    names = options.formats.split(",") if options.formats else []
    new = drawn_texts(options.texts, options.seed, names, options.kinds.split(","))
    outcome = compare_all(lines_again(options.again) if options.again else new, options.most)
    if options.keep:
        options.keep.write_text("".join(json.dumps(one) + "\n" for one in outcome.kept), encoding="utf-8")
    print(outcome)
    return 1 if outcome.kept else 0


if __name__ == "__main__":
    sys.exit(main())
