"""The first stage: text to Spec.

In comes a `.lark` file, out comes a `Spec` (`ast.py`) that is sound as far as one can see without its machine, and a
report.

The checks come in groups: what is written, what names mean, what they stand for, what their places mean. A group runs
only when those before it have found no error, so that no mistake is reported twice in different words.
"""

from __future__ import annotations

from itertools import islice
from pathlib import Path

from ..diagnostics import Report
from . import (
    check_blanks,
    check_captures,
    check_elements,
    check_json,
    check_metadata,
    check_names,
    check_size,
    check_tags,
    check_templates,
    check_terminals,
    check_unused,
)
from .ast import Spec
from .files import check_id, read_file
from .limits import MISTAKES_MAX
from .parse import parse_spec

__all__ = ["check_spec", "parse_spec", "read_file", "read_spec", "read_text"]

STEPS = (
    (check_size.check_written,),
    (check_names.check, check_templates.check, check_terminals.check, check_metadata.check),
    (check_size.check,),
    (
        check_tags.check,
        check_captures.check,
        check_elements.check,
        check_json.check,
        check_blanks.check,
        check_unused.check,
    ),
)


def read_spec(path: Path) -> tuple[Spec | None, Report]:
    """Read a spec file and check it; the Spec is None when the report has errors. Raises OSError."""
    found = check_id(path.stem)
    text, problem = ("", None) if found else read_file(path)
    if found or problem is not None:
        return None, Report([*found, *([problem] if problem else [])])
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
            report.extend(islice(check(spec), MISTAKES_MAX))
        if not report.ok:
            break
    return report
