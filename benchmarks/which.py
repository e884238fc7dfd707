"""How well `toolgram which` knows the format of a chat template, over every template that is known.

    python benchmarks/which.py FOLDER... [--write] [--only TEXT]

The folders hold the unpacked packages that `round_trips.toml` names. The right answers stand there and in `which.toml`.
Each template is asked about twice: with all formats, and without those that read it, where nothing may be sure.
`--write` puts the tables into `docs/which.md`.
"""

from __future__ import annotations

import sys
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from multiprocessing import Pool
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "benchmarks")]

from tables import options_of, put_between  # noqa: E402

from toolgram.registry import find, format_paths  # noqa: E402
from toolgram.which import identify, read_given  # noqa: E402

PAGE = ROOT / "docs" / "which.md"
BEGIN, END = "<!-- table: benchmarks/which.py --write -->", "<!-- end -->"
WORKERS = 2
TRAINING = "_training"
OUTCOMES = (
    "sure, right",
    "sure, one that reads the same",
    "likely, right",
    "likely, one that reads the same",
    "unsure",
    "likely, wrong",
    "surely wrong",
)


@dataclass(frozen=True)
class Job:
    """One template, and the format that it writes: "" for none."""

    source: str
    path: Path
    format: str


@dataclass(frozen=True)
class Row:
    """What came of one template: with all formats, and without those that read it."""

    job: Job
    outcome: str
    said: str
    without: str


def run(job: Job) -> Row:
    """Ask about one template."""
    given = read_given(job.path)
    found = identify(given)
    equals = [one.format for one in found.equals]
    said = f"{found.format or '-'} ({found.verdict}){', as ' + ', '.join(equals) if equals else ''}"
    rest = {path.stem for path in format_paths()} - {job.format, str(found.format), *equals}
    other = identify(given, among=rest)
    return Row(
        job, _outcome(job, found.verdict, found.format, equals), said, f"{other.format or '-'} ({other.verdict})"
    )


def _outcome(job: Job, verdict: str, answer: str | None, equals: Sequence[str]) -> str:
    if verdict == "unsure":
        return verdict
    if answer == job.format:
        return f"{verdict}, right"
    if job.format in equals:
        return f"{verdict}, one that reads the same"
    return "surely wrong" if verdict == "sure" else "likely, wrong"


def jobs(folders: Sequence[Path], only: str) -> Iterator[tuple[str, list[Job]]]:
    """All templates that are in the folders, by source."""
    known = tomllib.loads((ROOT / "benchmarks" / "round_trips.toml").read_text(encoding="utf-8"))["sources"]
    more = tomllib.loads((ROOT / "benchmarks" / "which.toml").read_text(encoding="utf-8"))
    places = {source: about["folder"] for source, about in known.items()} | more["folders"]
    for source, place in places.items():
        named = {file: entry["format"] if isinstance(entry, dict) else entry for file, entry in _named(known, source)}
        answers = {**named, **more.get(source, {})}
        found = []
        for path in sorted(path for folder in folders for path in (folder / place).glob("*.jinja")):
            answer = answers.get(path.name, answers.get(path.name.replace(TRAINING, "")))
            if answer is None:
                print(f"{source}: nobody has said what {path.name} writes", file=sys.stderr)
            elif only in f"{source} {path.name} {answer}":
                found.append(Job(source, path, find(answer).stem if answer else ""))
        if found:
            yield source, found


def _named(known: dict[str, dict[str, dict[str, object]]], source: str) -> Iterator[tuple[str, object]]:
    yield from known.get(source, {}).get("templates", {}).items()


def table(rows: Sequence[Row]) -> Iterator[str]:
    """The figures as Markdown: templates that write calls by outcome, the others, and all without their formats."""
    calls, others = [row for row in rows if row.job.format], [row for row in rows if not row.job.format]
    counts, none = Counter(row.outcome for row in calls), Counter(row.outcome for row in others)
    without = Counter(row.without.rpartition("(")[2].rstrip(")") for row in calls)
    yield f"| | {len(calls)} templates with calls | {len(others)} without, or in no format of ours |"
    yield "|---|---:|---:|"
    for outcome in OUTCOMES:
        yield f"| {outcome} | {counts[outcome]} | {none[outcome]} |"
    yield ""
    figures = ", ".join(f"{without[verdict]} {verdict}" for verdict in ("unsure", "likely", "sure"))
    yield f"Without the formats that read them: {figures}."
    yield ""
    yield "| template | writes | said | without those formats |"
    yield "|---|---|---|---|"
    for row in rows:
        yield f"| {row.job.source}: {row.job.path.stem} | {row.job.format or '-'} | {row.said} | {row.without} |"


def main() -> None:
    options = options_of(__doc__, "put the tables into docs/which.md")
    given = options.parse_args()
    rows: list[Row] = []
    with Pool(WORKERS) as pool:
        for _, found in jobs(given.folders, given.only):
            for row in pool.imap(run, found):
                print(
                    f"{row.outcome:30} {row.job.path.stem:50} {row.job.format:16} {row.said} | {row.without}",
                    flush=True,
                )
                rows.append(row)
    lines = "\n".join(table(rows))
    print("\n".join(lines.splitlines()[: len(OUTCOMES) + 4]))
    if given.write:
        put_between(PAGE, BEGIN, END, [lines], "\n")


if __name__ == "__main__":
    main()
