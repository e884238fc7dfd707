"""What the compiler found, as plain data for the page.

In: a report and its source. Out: values for JSON. Places count UTF-16 units, as JavaScript does.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..diagnostics import Diagnostic, Edit, Fix, Report, SourceRange, printable

SHOWN_MAX = 100  # diagnostics


def told(report: Report, path: str, text: str) -> list[dict[str, Any]]:
    """The diagnostics of a spec; `path` is what its places call it."""
    units = counter(text)
    return [_one(found, path, units) for found in list(report)[:SHOWN_MAX]]


def counter(text: str) -> Callable[[int], int]:
    """Count UTF-16 units up to a character.

    >>> counter("a\\U0001f600b")(2)
    3
    """
    wide = [at for at, char in enumerate(text) if char > "\uffff"]
    return lambda place: place + sum(at < place for at in wide)


def _one(found: Diagnostic, path: str, units: Callable[[int], int]) -> dict[str, Any]:
    is_here = found.at is not None and found.at.path == path
    return {
        "name": found.name,
        "severity": found.severity.value,
        "message": printable(found.message),
        "at": _place(found.at, units) if found.at is not None and is_here else None,
        "file": found.at.path.rpartition("/")[2] if found.at is not None and not is_here else None,
        "label": printable(found.label),
        "note": found.note,
        "example": found.example,
        "hints": [hint if isinstance(hint, str) else _words(hint) for hint in found.hints],
        "fixes": [_fix(fix, units) for fix in found.fixes if fix.edits and fix.path == path],
    }


def _words(fix: Fix) -> str:
    return f"{fix.words}: {fix.command}" if fix.command else fix.words


def _fix(fix: Fix, units: Callable[[int], int]) -> dict[str, Any]:
    return {"words": fix.words, "edits": [_edit(edit, units) for edit in fix.edits]}


def _edit(edit: Edit, units: Callable[[int], int]) -> dict[str, Any]:
    return {**_place(edit.at, units), "text": edit.text}


def _place(at: SourceRange, units: Callable[[int], int]) -> dict[str, int]:
    return {"start": units(at.start), "end": units(at.end)}
