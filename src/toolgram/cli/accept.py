"""`toolgram test --accept`: messages of failing cases are written anew, and what that changes is shown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from difflib import unified_diff
from pathlib import Path

import typer

from ..diagnostics import printable
from ..formats import Format
from ..testing import Result, accept
from ..writing import write_file
from .inputs import count, files, read_utf8
from .terminal import complain, has_colours

COLOURS = {"+": typer.colors.GREEN, "-": typer.colors.RED, "@": typer.colors.CYAN}
LEFT = "not accepted: what is read depends on how the text is cut, or raises, so no message is right for it"


def accept_failures(fmt: Format, path: Path, result: Result) -> Result:
    """Write what is read now into the page, for the cases that fail; return the result without those."""
    raw = read_utf8(path, "a page")
    ends = "\r\n" if "\r\n" in raw else "\n"
    before = after = raw.replace("\r\n", "\n")
    left = []
    for failure in result.failures:
        found = accept(fmt, after, failure.case)
        after = found.page
        if found.failure is not None:
            left.append(replace(found.failure, problem=f"{found.failure.problem} ({LEFT})"))
    if after != before:
        for line in _difference(before, after, str(path)):
            typer.echo(line)
        with files():
            write_file(path, after.replace("\n", ends).encode("utf-8"))
        accepted = count(len(result.failures) - len(left), "case")
        complain(f"{path}: accepted {accepted}: see that each message is what the text means")
    return replace(result, failures=tuple(left))


def _difference(before: str, after: str, path: str) -> Iterator[str]:
    coloured = has_colours()
    for line in unified_diff(before.splitlines(), after.splitlines(), path, path, "before", "now", lineterm=""):
        shown = printable(line, "\t")
        yield typer.style(shown, fg=COLOURS.get(line[0])) if coloured else shown
