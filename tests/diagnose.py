"""What toolgram says about one spec: the one place that the error corpus asks, and the CLI's `check` in small.

Paths are shown as the file name alone, so that the expected texts hold on every machine.
"""

from __future__ import annotations

from contextlib import chdir
from pathlib import Path

from toolgram.diagnostics import Report, Source
from toolgram.machine.compile import compile_spec
from toolgram.spec import read_text


def report_of(path: Path, text: str) -> Report:
    """Return what is found in a text that stands in the place of a spec."""
    with chdir(path.parent):  # where the specs are that it imports
        spec, report = read_text(path.name, text)
    if spec is not None:
        _, found = compile_spec(path.stem, spec)
        report.extend(found)
    return report


def diagnose(path: Path) -> str:
    """Return all diagnostics of a spec as they are shown, with a line break at the end."""
    text = path.read_text(encoding="utf-8")
    return report_of(path, text).render(Source(path.name, text)) + "\n"
