"""The first stage: text to Spec.

In comes a `.lark` file, out comes a `Spec` (`ast.py`) that is sound as far as one can see without its machine, and a
report.

The checks come in two groups: what names mean, then what their places mean. The second group runs only when the first
has found no error, so that no mistake is reported twice in different words.
"""

from __future__ import annotations

from pathlib import Path

from ..diagnostics import Diagnostic, Report
from . import (
    check_blanks,
    check_captures,
    check_elements,
    check_json,
    check_metadata,
    check_names,
    check_templates,
    check_terminals,
    check_unused,
)
from .ast import Spec
from .parse import parse_spec

__all__ = ["check_spec", "parse_spec", "read_spec", "read_text"]

STEPS = (
    (check_names, check_templates, check_terminals, check_metadata),
    (check_captures, check_elements, check_json, check_blanks, check_unused),
)


def read_spec(path: Path) -> tuple[Spec | None, Report]:
    """Read a spec file and check it; the Spec is None when the report has errors."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        message = f"line {line} is not UTF-8"
        return None, Report([Diagnostic("not-utf-8", message, None, hint="save the file as UTF-8")])
    return read_text(str(path), text)


def read_text(path: str, text: str) -> tuple[Spec | None, Report]:
    """Read the text of a spec and check it; `path` is only shown."""
    spec, report = parse_spec(path, text)
    if spec is not None:
        report.extend(check_spec(spec))
    return (spec if report.ok else None), report


def check_spec(spec: Spec) -> Report:
    """Run all checks of this stage."""
    report = Report()
    for step in STEPS:
        for check in step:
            report.extend(check.check(spec))
        if not report.ok:
            break
    return report
