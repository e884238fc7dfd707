"""Marks in the trace, where one is kept: where calls, names, arguments and values begin and end.

In: the run, where one of them does. Out: a mark (trace.py).
"""

from __future__ import annotations

from toolgram.runtime.core.run import Run


def mark(run: Run, kind: str, detail: str) -> None:
    """Mark this place."""
    if run.trace is not None:
        run.trace.mark(kind, detail)


def mark_delimiter(run: Run, kind: str, detail: str) -> None:
    """Mark the place before the delimiter that was taken; this place, if it was not consumed."""
    if run.trace is not None:
        run.trace.mark(kind, detail, back=1 if run.text.position > run.text.delimiter else 0)
