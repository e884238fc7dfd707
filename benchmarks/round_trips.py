"""Calls through the models' own chat templates and back, for every template that is known.

    python benchmarks/round_trips.py FOLDER... [--write] [--only TEXT] [--seed N]

The folders hold the unpacked packages that `round_trips.toml` names, each under its usual name; nothing of them is
part of this project. A template that is not there is skipped and named. `--write` puts the table into
`docs/round-trips.md`.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from multiprocessing import Pool
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "benchmarks")]

from tables import options_of, put_between  # noqa: E402

import toolgram  # noqa: E402
from toolgram.registry import UnknownFormatError  # noqa: E402
from toolgram.testing.templates import (  # noqa: E402
    ChatTemplate,
    NothingToCompareError,
    TemplateError,
    check_round_trips,
)

PAGE = ROOT / "docs" / "round-trips.md"
BEGIN, END = "<!-- table: benchmarks/round_trips.py --write -->", "<!-- end -->"
COUNT = 200


@dataclass(frozen=True)
class Job:
    """One template and the format that it writes."""

    source: str
    path: Path
    format: str
    options: dict[str, Any]
    note: str
    seed: int


@dataclass(frozen=True)
class Row:
    """What came of one template."""

    job: Job
    result: str
    remarks: tuple[str, ...]
    loss: str = ""


def run(job: Job) -> Row:
    """Check one template."""
    try:
        template = ChatTemplate.read(job.path)
        found = check_round_trips(toolgram.load(job.format), template, count=COUNT, seed=job.seed, options=job.options)
    except UnknownFormatError:
        return Row(job, "-", ("there is no such format yet",))
    except NothingToCompareError:
        return Row(job, "-", ("the template writes no calls",))
    except TemplateError as problem:
        return Row(job, "-", (f"the template fails: {problem.problem}",))
    losses = found.losses
    loss = f"{losses[0].problem}\n    {losses[0].written.text!r}" if losses else ""
    return Row(job, f"{found.passed} / {found.count}", tuple(found.gathered), loss)


def jobs(folders: Sequence[Path], only: str, seed: int) -> Iterator[tuple[str, list[Job]]]:
    """All templates of the table that are in the folders, by source."""
    table = tomllib.loads((ROOT / "benchmarks" / "round_trips.toml").read_text(encoding="utf-8"))
    for source, about in table["sources"].items():
        found = []
        for file, entry in about["templates"].items():
            entry = entry if isinstance(entry, dict) else {"format": entry}
            paths = [folder / about["folder"] / file for folder in folders]
            path = next((path for path in paths if path.is_file()), None)
            if path is None:
                print(f"{source}: there is no {file}", file=sys.stderr)
            elif only in f"{source} {file} {entry['format']}":
                found.append(Job(source, path, entry["format"], entry.get("options", {}), entry.get("note", ""), seed))
        yield f"[{about['name']}]({about['url']})", found


def table(rows: Sequence[Row]) -> Iterator[str]:
    """The rows as Markdown."""
    yield "| template | format | come back | what the template does not carry |"
    yield "|---|---|---:|---|"
    for row in rows:
        remarks = (
            "; ".join([*row.remarks, *([row.job.note] if row.job.note else [])])
            .replace("|", "\\|")
            .replace("<", "&lt;")
        )
        yield f"| {row.job.path.stem} | {row.job.format} | {row.result} | {remarks} |"


def main() -> None:
    options = options_of(__doc__, "put the table into docs/round-trips.md")
    options.add_argument("--seed", type=int, default=0)
    given = options.parse_args()
    parts = []
    with Pool() as pool:
        for name, found in jobs(given.folders, given.only, given.seed):
            rows = pool.map(run, found, chunksize=1)
            parts.append("\n".join([f"## {name}", "", *table(rows)]))
            for row in rows:
                print(f"{row.job.source:10} {row.job.path.stem:48} {row.job.format:16} {row.result}")
                if row.loss:
                    print(f"    {row.loss}")
    if given.write:
        put_between(PAGE, BEGIN, END, parts)


if __name__ == "__main__":
    main()
