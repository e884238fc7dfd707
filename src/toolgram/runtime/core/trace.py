"""What every character became, why, and where calls begin and end: kept only for those who ask for it.

In: what the run consumes, in order, and what its actions say of calls. Out: `entries`, (what, text) of all the text,
with reasons, which have no text (reasons.py); `marks`, which say what stands between two entries.

    entries   ("markup", "<tool_call>"), ("markup", "{"), ("key", '"name":'), ("name", '"ping"'), ...
    marks     begins before entry 0, ...

Promises: what is read again as text is taken out again, and its entries and marks are kept in one mark, `failed`, which
stands where that text begins; so nothing that was tried is lost. Marks are in the order of their places.
"""

from __future__ import annotations

from typing import Final, List, NamedTuple, Tuple

Entry = Tuple[str, str]

# The kinds of marks, and what their `detail` is:
CALL_BEGINS: Final = "begins"  # a call begins
CALL_NAMED: Final = "named"  # the entry before it has the name of the call in it, which is the detail
ARGUMENT_BEGINS: Final = "argument"  # an argument of this key: its value comes behind it
VALUE_TEXT: Final = "value_text"  # the text of a value begins, if it has any
VALUE_BEGINS: Final = "value_begins"  # a value that has markup of its own
VALUE_ENDS: Final = "value_ends"
CALL_ENDS: Final = "ends"  # a call ends: one of the four below
STRETCH_FAILED: Final = "failed"  # so many characters behind it are text or skipped, for this reason
CALL_WHOLE: Final = "whole"  # its arguments are one whole JSON object
CALL_CUT: Final = "cut_off"  # the text or something else has ended it
CALL_BROKEN: Final = "broken"  # what stood where its arguments belong are none
CALL_VANISHED: Final = "vanished"  # nothing of it was shown


class Mark(NamedTuple):
    """Something between two entries of a trace."""

    before: int  # the number of the entry that it stands before
    kind: str
    detail: str
    chars: int = 0  # of a failed stretch: its length
    tried: Tuple[Entry, ...] = ()  # ... the entries that it had
    marks: Tuple["Mark", ...] = ()  # ... and the marks between these
    in_code: bool = False  # ... whether it stands in a span or in a block of code


class Trace:
    """The entries and the marks of one message."""

    __slots__ = ("_taken", "entries", "marks")

    def __init__(self) -> None:
        self._taken: Entry = ("", "")  # the last that was taken
        self.entries: List[Entry] = []
        self.marks: List[Mark] = []

    @property
    def place(self) -> Tuple[int, int]:
        """How many entries and marks there are."""
        return len(self.entries), len(self.marks)

    def add(self, kind: str, text: str) -> None:
        """Add what a text became."""
        self.entries.append((kind, text))

    def because(self, why: str) -> None:
        """Note why what follows becomes what it becomes; each reason once in a row."""
        if self._last != (why, ""):
            self.entries.append((why, ""))

    @property
    def skips(self) -> bool:
        """Whether what came last was skipped, so that more of it needs no other reason."""
        return self._last[0] == "skipped"

    @property
    def _last(self) -> Entry:
        """What came last, though it may have been taken."""
        return self.entries[-1] if self.entries else self._taken

    def mark(self, kind: str, detail: str, back: int = 0) -> None:
        """Mark this place, or the one before so many entries."""
        self.marks.append(Mark(len(self.entries) - back, kind, detail))

    def fail(self, place: Tuple[int, int], chars: int, why: str, *, in_code: bool) -> None:
        """What came since a place has failed, for a reason: so many characters will be read again, or are skipped."""
        entries, marks = place
        tried = tuple(self.entries[entries:])
        inner = tuple(mark._replace(before=mark.before - entries) for mark in self.marks[marks:])
        del self.entries[entries:]
        del self.marks[marks:]
        self.marks.append(Mark(entries, STRETCH_FAILED, why, chars, tried, inner, in_code))

    def take(self, place: Tuple[int, int]) -> Tuple[List[Entry], List[Mark]]:
        """Take what came first, up to a place; what stands behind it is counted anew."""
        entries, marks = place
        taken = self.entries[:entries], self.marks[:marks]
        if taken == ([], []):
            return taken
        if entries:
            self._taken = self.entries[entries - 1]
        del self.entries[:entries]
        self.marks = [mark._replace(before=mark.before - entries) for mark in self.marks[marks:]]
        return taken
