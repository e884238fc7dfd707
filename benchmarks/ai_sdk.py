"""Our middleware for the AI SDK beside `@ai-sdk-tool/parser`, on transcripts from the field.

    python benchmarks/ai_sdk.py [--write] [--show]

The cases are those of `tests/field_cases` in formats that both read. Each is read whole and streamed: at once, by
words, by single characters, by three and seven of them, and as the case says. Needs Node.js and npm, and a network
once: `ai_sdk/package.json` has the versions. `--show` prints what came of the cases that went wrong, `--write` puts
the table into `docs/typescript.md`.
"""

from __future__ import annotations

import argparse
import datetime
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tests")]

from tables import put_between  # noqa: E402
from test_field_cases import accepted, outcome  # noqa: E402

from toolgram.testing.cases import canonical  # noqa: E402

HERE = Path(__file__).with_suffix("")
PAGE = ROOT / "docs" / "typescript.md"
BEGIN, END = "<!-- table: benchmarks/ai_sdk.py --write -->", "<!-- end -->"
FORMATS = {"hermes": "`hermesToolMiddleware`", "qwen3_coder": "`qwen3CoderToolMiddleware`"}
READERS = ("toolgram", "@ai-sdk-tool/parser")
MARKUP = re.compile(r"</?tool_call>|<function=|</function>|<parameter=|</parameter>|</?think>")
SIZES = (1, 3, 7)
TITLES = ("format", "middleware", "cases", "right when whole", "right when streamed", "shows markup", "loses a call")
TITLES += ("runs another call", "depends on how it came")


@dataclass
class Row:
    """What one reader made of the cases of one format: in how many of them, in some way of reading or in all."""

    cases: int = 0
    right_whole: int = 0
    right_streamed: int = 0  # at every split
    leaks: int = 0  # markup is shown that is no text
    lost: int = 0  # a call does not come
    others: int = 0  # a call comes that the model did not make
    depends: int = 0  # on the split, or on whether it is streamed


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--write", action="store_true", help=f"put the table into {PAGE.relative_to(ROOT)}")
    options.add_argument("--show", action="store_true", help="print what came of the cases that went wrong")
    asked = options.parse_args()
    if not (HERE / "node_modules").exists():
        subprocess.run(["npm", "ci", "--silent"], cwd=HERE, check=True)
    rows = {(name, reader): Row() for name in FORMATS for reader in READERS}
    for case, outcomes in read(list(field_cases())):
        for reader in READERS:
            problems = judge(rows[case["format"], reader], case, outcomes[reader])
            if asked.show and problems:
                print(case["id"], reader, *problems, sep="\n    ")
    table = list(lines(rows))
    print("\n".join(table))
    if asked.write:
        put_between(PAGE, BEGIN, END, ["\n".join(table)])


def field_cases() -> Iterator[dict[str, Any]]:
    for name in FORMATS:
        yield from json.loads((ROOT / "tests" / "field_cases" / f"{name}.json").read_text(encoding="utf-8"))


def read(cases: list[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], dict[str, list[dict[str, Any]]]]]:
    """What both readers make of each case: of the whole answer, then of each split."""
    asked = [
        {
            "format": case["format"],
            "tools": case["tools"],
            "inside": "reasoning" if case["start_in_reasoning"] else None,
            "reason": case["input"]["engine_finish_reason"],
            "tool_choice": case["input"].get("tool_choice"),
            "splits": list(splits(case)),
        }
        for case in cases
    ]
    given = "".join(f"{json.dumps(one)}\n" for one in asked)
    done = subprocess.run(["node", HERE / "read.mjs"], input=given, stdout=subprocess.PIPE, text=True, check=True)
    yield from zip(cases, map(json.loads, done.stdout.splitlines()), strict=True)


def splits(case: dict[str, Any]) -> Iterator[list[str]]:
    text = case["raw"]
    yield [text]
    yield re.findall(r"\s*\S+|\s+\Z", text)
    for size in SIZES:
        yield [text[at : at + size] for at in range(0, len(text), size)]
    yield from case.get("chunkings", [])


def judge(row: Row, case: dict[str, Any], outcomes: list[dict[str, Any]]) -> list[str]:
    """Count what came of a case; return what is wrong with it."""
    wanted = [without_reason(one) for one in accepted(case)]
    came = [came_of(case, one) for one in outcomes]
    texts = set(MARKUP.findall("".join(one["content"] + one["reasoning"] for one in wanted)))
    known = [call for one in wanted for call in one["calls"]]
    row.cases += 1
    row.right_whole += came[0] in wanted
    row.right_streamed += all(one in wanted for one in came[1:])
    row.leaks += any(set(MARKUP.findall(one["content"] + one["reasoning"])) - texts for one in came)
    row.lost += any(all(missing(other["calls"], one["calls"]) for other in wanted) for one in came)
    row.others += any(call not in known for one in came for call in one["calls"])
    row.depends += any(one != came[0] for one in came)
    return [] if all(one in wanted for one in came) else [f"{one in wanted} {json.dumps(one)}" for one in came]


def missing(wanted: list[Any], found: list[Any]) -> list[Any]:
    return [call for call in wanted if wanted.count(call) > found.count(call)]


def without_reason(found: dict[str, Any]) -> dict[str, Any]:
    """An outcome but for the reason to finish, which the other middleware does not look after in whole answers."""
    return {key: value for key, value in found.items() if key != "finish_reason"}


def came_of(case: dict[str, Any], found: dict[str, Any]) -> Any:
    """An outcome as the cases have theirs. A call whose arguments are no JSON does not run: it is none."""
    if "error" in found:
        return {"content": found["error"], "reasoning": "", "calls": []}
    calls = []
    for name, text in found["calls"]:
        try:
            calls.append((name, canonical(json.loads(text))))
        except ValueError:
            continue
    return without_reason(outcome(case, found["text"], found["reasoning"], calls, ""))


def lines(rows: dict[tuple[str, str], Row]) -> Iterator[str]:
    pins = json.loads((HERE / "package.json").read_text())["dependencies"]
    day = datetime.date.today().isoformat()
    yield f"`@ai-sdk-tool/parser` {pins['@ai-sdk-tool/parser']}, `ai` {pins['ai']}, {day}."
    yield ""
    yield f"| {' | '.join(TITLES)} |"
    yield "|---|---|---:|---:|---:|---:|---:|---:|---:|"
    for (name, reader), row in rows.items():
        who = "ours" if reader == "toolgram" else FORMATS[name]
        counts = astuple(row)
        yield f"| `{name}` | {who} | {' | '.join(map(str, counts))} |"


if __name__ == "__main__":
    main()
