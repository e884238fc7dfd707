"""What toolgram says about one spec: the one place that the error corpus asks, and the CLI's `check` in small.

Paths are shown as the file name alone, so that the expected texts hold on every machine.
"""

from __future__ import annotations

from contextlib import chdir
from pathlib import Path

from toolgram.diagnostics import Source
from toolgram.machine.compile import compile_spec
from toolgram.spec import read_text


def diagnose(path: Path) -> str:
    """Return all diagnostics of a spec as they are shown, with a line break at the end."""
    text = path.read_text(encoding="utf-8")
    with chdir(path.parent):  # where the specs are that it imports
        spec, report = read_text(path.name, text)
    if spec is not None:
        _, found = compile_spec(path.stem, spec)
        report.extend(found)
    return report.render(Source(path.name, text)) + "\n"
