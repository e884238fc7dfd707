"""Slips in the specs of the registry: what is said of them ends with something to paste, and that changes what is said.

A word, a sign or a line is left out, doubled, swapped or misspelt, as people do who write a spec.
"""

from __future__ import annotations

import random
import re
from pathlib import Path

import budget
from diagnose import report_of

from toolgram.diagnostics import Diagnostic, Report, Source
from toolgram.fixes import Edit, Fix
from toolgram.registry import format_paths

WORD = re.compile(r'"(?:\\.|[^"\\\n])*"|\w+|[^\s\w]')
GOOD = 0.97  # of what is pasted; the rest is for an author to think about
SOURCE = Source("x.lark", "one: a\ntwo: b\nthree: c\n")


def slip(text: str, rng: random.Random) -> str:
    """Return a spec with one slip in it."""
    word = rng.choice([*WORD.finditer(text)])
    start, end = word.span()
    other = rng.choice([*WORD.finditer(text)])[0]
    lines = text.split("\n")
    at, swapped = rng.randrange(len(lines)), rng.randrange(len(lines))
    quote = rng.choice("'`\u201d")
    return rng.choice(
        [
            text[:start] + text[end:],
            text[:start] + other + text[end:],
            f"{text[:end]} {text[start:]}",
            text[: start + 1] + text[start + 2 :],
            text[:start] + word[0].replace('"', quote) + text[end:],
            f"{text[:end]}x{text[end:]}",
            text[:start] + rng.choice("()[]{}|;=?*+~-:\u00a0") + text[start:],
            "\n".join(lines[:at] + lines[at + 1 :]),
            "\n".join([*lines[:at], lines[swapped], *lines[at:]]),
        ]
    )


def _said(report: Report) -> list[tuple[str, str]]:
    return [(one.name, one.message) for one in report]


def _changes(fix: Fix, problem: Diagnostic, text: str, before: Report, path: Path) -> bool:
    """Whether a fix takes a message away: it is said less often than before."""
    after = _said(report_of(path, fix.applied(text)))
    this = (problem.name, problem.message)
    return after.count(this) < _said(before).count(this)


def test_what_is_said_of_slips_ends_with_something_that_helps() -> None:
    rng = random.Random(4)
    good = tried = 0
    for _ in range(1000 if budget.full else 60):
        path = rng.choice(format_paths())
        text = slip(path.read_text(encoding="utf-8"), rng)
        report = report_of(path, text)
        for problem in report:
            if problem.at is not None and problem.at.path == path.name:
                assert problem.fixes, problem
                tried += 1
                good += _changes(problem.fixes[0], problem, text, report, path)
    assert good >= GOOD * tried


# --- what is shown of an edit ---------------------------------------------------------------------------------------


def _shown(*edits: tuple[int, int, str]) -> list[str]:
    fix = Fix("", tuple(Edit(SOURCE.range(start, end), text) for start, end, text in edits))
    return fix.paste({SOURCE.path: SOURCE})


def test_the_lines_that_edits_make_are_shown_and_no_others() -> None:
    assert _shown((5, 6, "x")) == ["one: x"]
    assert _shown((6, 6, "\nnew: y")) == ["new: y"]
    assert _shown((7, 7, "new: y\nother: z\n")) == ["new: y", "other: z"]
    assert _shown((0, 7, "")) == []
    assert _shown((5, 6, "x"), (12, 13, "y")) == ["one: x", "two: y"]
    assert _shown((6, 7, " ")) == ["one: a two: b"]
    assert _shown((0, 7, ""), (12, 13, "y")) == ["two: y"]
