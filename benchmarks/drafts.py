"""Drafts from the chat templates that are known, beside the formats that people wrote for the same models.

    python benchmarks/drafts.py FOLDER... [--write] [--more] [--only TEXT]

The folders and templates are those of `round_trips.toml`. Each template is drafted without any help. Its draft is right
if all random conversations come back through the template, and if the plain cases on the page of the shipped format are
read by the draft as that page has them. `--write` puts the table into `docs/new-format.md`.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing import Pool
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "benchmarks")]

from round_trips import Job, jobs  # noqa: E402
from tables import options_of, put_between  # noqa: E402

from toolgram.drafting import Draft, DraftError, draft_format  # noqa: E402
from toolgram.drafting.proof import compiled, tried  # noqa: E402
from toolgram.formats import load  # noqa: E402
from toolgram.registry import UnknownFormatError, find  # noqa: E402
from toolgram.testing import Case, PageError, read_cases, run_format  # noqa: E402
from toolgram.testing.templates import (  # noqa: E402
    ChatTemplate,
    NothingToCompareError,
    TemplateError,
    check_round_trips,
)
from toolgram.testing.templates.rendering import literals  # noqa: E402

PAGE = ROOT / "docs" / "new-format.md"
BEGIN, END = "<!-- drafts: benchmarks/drafts.py --write -->", "<!-- end -->"
BEGIN_MORE = "<!-- drafts: benchmarks/drafts.py --more --write -->"
PLAIN = (
    *("Content only", "One call", "Two calls", "Text around", "Text before a call", "Every argument type"),
    *("No arguments", "Reasoning", "Reasoning begun in the prompt", "A near-delimiter in text", "Unicode"),
)
WORD = re.compile(r"\w[\w|▁]*")
KNOWN = tomllib.loads((ROOT / "benchmarks" / "drafts.toml").read_text(encoding="utf-8"))
EDITS, MORE = KNOWN["edits"], KNOWN["more"]
SAID = ("reasoning", "text beside calls", "several calls at once")
RIGHT, EDITED, FAILED, NONE = "right unaided", "right after an edit", "failed", "writes no calls"


@dataclass(frozen=True)
class Row:
    """What came of one template."""

    job: Job
    verdict: str
    trips: str = ""
    cases: str = ""
    remark: str = ""


def run(job: Job) -> Row:
    """Draft one format, and compare."""
    try:
        draft = draft_format(ChatTemplate.read(job.path), "draft")
    except NothingToCompareError:
        return Row(job, NONE)
    except (TemplateError, DraftError) as problem:
        return Row(job, FAILED, remark=str(problem).partition("error[chat-template]: ")[2] or str(problem))
    if draft.format is None or draft.trips is None:
        return Row(job, FAILED, remark=draft.problem)
    row = compared(job, draft, shown_by(job, draft.trips.left_out))
    edit = EDITS.get(f"{job.source}/{job.path.name}")
    if row.verdict == RIGHT or edit is None:
        return row
    edit = EDITS[edit["same"]] if "same" in edit else edit
    text = draft.spec
    for old, new in edit["replace"]:
        if old not in text:
            return replace(row, remark=f"{row.remark}; the edit does not fit any more: {old}")
        text = text.replace(old, new, 1)
    fmt, report = compiled("draft", text)
    trips = None if fmt is None else tried(fmt, ChatTemplate.read(job.path), draft.trips.count)[0]
    if fmt is None or trips is None:
        return replace(row, remark=f"{row.remark}; the edit does not compile: {[one.message for one in report]}")
    edited = compared(job, replace(draft, format=fmt, trips=trips, report=report), carried(trips.left_out))
    if edited.verdict != RIGHT:
        return replace(row, remark=f"{row.remark}; after the edit: {edited.remark}")
    return replace(edited, verdict=EDITED, remark=edit["what"])


def compared(job: Job, draft: Draft, counts: Callable[[Case], bool]) -> Row:
    """Put a draft beside the shipped format: what comes back through the template, and the cases that count."""
    assert draft.format is not None
    assert draft.trips is not None
    cases = [case for case in plain_cases(job.format) if counts(case)]
    failures = run_format(draft.format, cases).failures
    names = list(dict.fromkeys(failure.case.name for failure in failures))
    problems = [] if draft.report.ok else ["the sample is not read"]
    if draft.trips.losses:
        shipped = check_round_trips(load(job.format), ChatTemplate.read(job.path), count=draft.trips.count)
        same = " (the shipped format loses as many)" if len(shipped.losses) >= len(draft.trips.losses) else ""
        problems.append(draft.trips.losses[0].problem + same)
    problems += [f"reads otherwise than the page: {', '.join(names)}"] if names else []
    if not any(case.expected.calls for case in cases):
        problems.append("the calls on the page have delimiters that the template does not write")
    passed = f"{draft.trips.passed} / {draft.trips.count}", f"{len(cases) - len(names)} / {len(cases)}"
    lost = ", ".join(line.partition(":")[0] for line in draft.trips.left_out if line.partition(":")[0] in SAID)
    remark = "; ".join(problems) or (f"the template does not write: {lost}" if lost else "")
    return Row(job, FAILED if problems else RIGHT, *passed, remark)


def carried(left_out: Sequence[str]) -> Callable[[Case], bool]:
    """Tell whether a template writes what a case has: several calls, text beside calls, reasoning."""
    lost = [line.partition(":")[0] for line in left_out]

    def is_carried(case: Case) -> bool:
        calls, expected = case.expected.calls, case.expected
        return (
            not (len(calls) > 1 and "several calls at once" in lost)
            and not (calls and expected.content and "text beside calls" in lost)
            and not (expected.reasoning and "reasoning" in lost)
        )

    return is_carried


def shown_by(job: Job, left_out: Sequence[str]) -> Callable[[Case], bool]:
    """Tell whether a case is written with what the template shows: its delimiters, several calls, text beside calls."""
    text = job.path.read_text(encoding="utf-8")
    fmt = load(job.format)
    own = [literal for literal in literals(fmt) if literal.strip("\"'>]})={[(: ,;")]
    is_carried = carried(left_out)

    def is_shown(case: Case) -> bool:
        used = [literal for literal in own if literal in case.text]
        return is_carried(case) and all(part in text for literal in used for part in WORD.findall(literal))

    return is_shown


def plain_cases(name: str) -> Iterator[Case]:
    """The plain cases of a shipped format's page."""
    try:
        yield from (case for case in read_cases(find(name).with_suffix(".md")) if case.name in PLAIN)
    except (UnknownFormatError, PageError, OSError):
        return


def more_jobs(folders: Sequence[Path], only: str) -> Iterator[tuple[str, list[Job]]]:
    """The templates that `round_trips.toml` leaves out."""
    sources = tomllib.loads((ROOT / "benchmarks" / "round_trips.toml").read_text(encoding="utf-8"))["sources"]
    for source, templates in MORE.items():
        places = (
            (folder / sources[source]["folder"] / file, fmt) for file, fmt in templates.items() for folder in folders
        )
        found = [
            Job(source, path, fmt, {}, "", 0) for path, fmt in places if path.is_file() and only in f"{path} {fmt}"
        ]
        yield f"More of {source}", found


def table(rows: Sequence[Row]) -> Iterator[str]:
    """The rows as Markdown."""
    yield "| template | shipped format | draft | conversations | cases of the page | remark |"
    yield "|---|---|---|---:|---:|---|"
    for row in rows:
        remark = row.remark.replace("|", "\\|").replace("<", "&lt;")
        yield f"| {row.job.path.stem} | {row.job.format} | {row.verdict} | {row.trips} | {row.cases} | {remark} |"


def main() -> None:
    options = options_of(__doc__, "put the table into docs/new-format.md")
    options.add_argument("--more", action="store_true", help="those that round_trips.toml leaves out, and no others")
    given = options.parse_args()
    parts, verdicts = [], Counter[str]()
    with Pool() as pool:
        for name, found in (more_jobs if given.more else partial(jobs, seed=0))(given.folders, given.only):
            rows = []
            for row in pool.imap(run, found):
                print(
                    f"{row.job.source:10} {row.job.path.stem:48} {row.verdict} {row.trips}; {row.cases}  {row.remark}",
                    flush=True,
                )
                rows.append(row)
            verdicts.update(row.verdict for row in rows)
            parts.append("\n".join([f"### {name}", "", *table(rows)]))
    print(dict(verdicts))
    if given.write:
        write(parts, verdicts, BEGIN_MORE if given.more else BEGIN)


def write(parts: Sequence[str], verdicts: Counter[str], begin: str) -> None:
    """Put tables and figure into the page."""
    total = sum(verdicts.values()) - verdicts[NONE]
    figure = (
        f"{verdicts[RIGHT]} of {total} drafts are right unaided ({verdicts[RIGHT] / total:.0%}),"
        f" {verdicts[EDITED]} after an edit, and {verdicts[FAILED]} failed."
    )
    if verdicts[NONE]:
        figure += f" {verdicts[NONE]} more templates write no calls."
    put_between(PAGE, begin, END, [figure, *parts])


if __name__ == "__main__":
    main()
