"""Strings that the same delimiter opens and closes: whether one inside shows that a string's own closer is missing.

In: the places of such delimiters that do not end the string. Out: a doubt, if the last of them opens another string.

    `{o:{k:<q>x},a:<q>y<q>}`            `a:<q>` opens a string, and `<q>}` closes that one: no closer stands behind x
    `{k:<q>write a:<q>b<q> there<q>}`   `<q>b<q>` is a string in the text

What stands before a delimiter may have gone out long ago, so the end of what was read is recorded.

Promise: at most `BLANKS_MAX` characters before a delimiter are looked at.
"""

from __future__ import annotations

from toolgram.runtime.core.run import Run
from toolgram.runtime.core.text import Recording
from toolgram.runtime.tables.limits import BLANKS, BLANKS_MAX

BEFORE_VALUE = tuple(":=,[{")  # what stands before a value, blanks aside


class LastChars(Recording):
    """Keeps the end of the source, up to `BLANKS_MAX` characters."""

    __slots__ = ()

    def keep(self, source: str) -> None:
        self._kept = [(self.kept + source[-BLANKS_MAX:])[-BLANKS_MAX:]]
        self.begin = 0


def watch_quotes(run: Run) -> None:
    """A value begins: what comes of it is recorded."""
    stop_watching(run)
    if run.place.machine.has_quotes:
        run.text.recordings.append(LastChars(run.text.position))


def stop_watching(run: Run) -> None:
    """It has ended."""
    if run.place.machine.has_quotes:
        run.text.recordings = [one for one in run.text.recordings if not isinstance(one, LastChars)]


def note_quote(run: Run, at: int) -> None:
    """A delimiter at `at` is text: it opens a string that is quoted in this one, or closes it."""
    call, place = run.open.call, run.text.base + at
    watched = next((one for one in run.text.recordings if isinstance(one, LastChars)), None)
    if call is None or watched is None:
        return
    parameter = call.arguments.parameter
    before = (watched.kept + run.text.buffer[max(watched.begin, at - BLANKS_MAX) : at]).rstrip(BLANKS)
    run.work += 2 * BLANKS_MAX
    if place >= parameter.quoted_to:
        parameter.quoted_to = place + 1
        parameter.is_quoting = not parameter.is_quoting and before.endswith(BEFORE_VALUE)
