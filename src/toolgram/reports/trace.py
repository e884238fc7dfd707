"""A trace read from the left: calls and stretches that failed, each with the places of its parts.

In: batches of entries and the marks between them, as a parser hands them out. Out: `Found`, one for each call that
ended and each stretch that failed, as soon as it is known.

Promise: the batches may be cut anywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from ..runtime.core.reasons import END_OF_TEXT, REASONS
from ..runtime.core.repairs import MISSING_OPENER, OPEN_THOUGHTS
from ..runtime.core.trace import (
    ARGUMENT_BEGINS,
    CALL_BEGINS,
    CALL_ENDS,
    CALL_NAMED,
    CALL_VANISHED,
    STRETCH_FAILED,
    VALUE_BEGINS,
    VALUE_ENDS,
    VALUE_TEXT,
    Entry,
    Mark,
)
from ..runtime.tables.limits import BLANKS
from .attempt import Span
from .members import members_of

MARKUP = ("markup", "blanks")
ENVELOPE = ("key", "id", "type", "skipped", "skip", *MARKUP)  # parts of a call that are no argument
QUOTES = "\"'"
OF_OPENER = (MISSING_OPENER, OPEN_THOUGHTS)  # noted before the call that they are about


@dataclass
class Found:
    """A call, or a stretch that failed, while it is read and behind that."""

    begin: int
    end: int = 0
    how: str = ""  # it ended: "whole" and so on, or the reason why it failed
    failed: bool = False
    in_code: bool = False
    is_at_end: bool = False  # the end of the text has shown what it is
    has_body: bool = False  # something stands behind its opener
    has_arguments: bool = False  # an argument does, or the bracket of an object
    opener: str = ""  # the markup that it begins with
    name: str | None = None
    name_span: Span | None = None
    is_member: bool = False  # the name stands in quotes: the call is an object
    arguments: dict[str, Span] = field(default_factory=dict)
    reasons: list[str] = field(default_factory=list)
    json: list[str] = field(default_factory=list)  # the texts of it that must be JSON
    _key: str | None = None
    _from: int | None = None  # where the value of the key begins
    _empty: int | None = None  # ... if it has no text
    _is_fixed: bool = False  # the value has marks of its own
    _json: list[str] = field(default_factory=list)
    _json_at: int = 0
    _value: list[str] = field(default_factory=list)  # the text of a value that must be JSON

    def entry(self, kind: str, text: str, at: int) -> None:
        """Take the next part."""
        if not text:
            if kind in REASONS:
                self.reasons.append(kind)
            return
        if self._json and kind != "arguments":
            self._end_json()
        if kind == "markup":
            self.has_body = self.has_body or self.opener != ""
            self.opener = self.opener or text
            self.has_arguments = self.has_arguments or (self.has_body and "{" in text)
        elif kind != "blanks":
            self.has_body = True
            self.has_arguments = self.has_arguments or kind not in ENVELOPE or kind == "key"
        if kind == "name":
            self.has_arguments = False
            self._take_name(text, at)
        elif kind == "arguments":
            self._json_at = self._json_at if self._json else at
            self._json.append(text)
        elif self._key is not None and not self._is_fixed and kind not in ENVELOPE:
            self._take_value(kind, text, at)

    def mark(self, mark: Mark, at: int, before: tuple[str, int]) -> None:
        """Take what stands between two parts; `before` is the text that stands before it, and where it begins."""
        text, begin = before
        if mark.kind == CALL_NAMED and mark.detail in text:
            self._take_name(mark.detail, begin + text.find(mark.detail))
        elif mark.kind == ARGUMENT_BEGINS:
            self._end_value()
            self._key = mark.detail
        elif mark.kind == VALUE_TEXT:
            self._empty = at
        elif mark.kind == VALUE_BEGINS and self._key is not None and not self._is_fixed:
            self._from, self._is_fixed = at, True
        elif mark.kind == VALUE_ENDS and self._key is not None and self._from is not None:
            self.arguments.setdefault(self._key, (self._from, at))
            self._key, self._from, self._is_fixed = None, None, False

    def finish(self, at: int, how: str) -> Found:
        """End it here."""
        self._end_json()
        self._end_value()
        self.end, self.how = at, how
        return self

    def clip(self, end: int) -> None:
        """Forget the parts that stand behind an end."""
        if self.name_span is not None and self.name_span[1] > end:
            self.name = self.name_span = None
        self.arguments = {key: span for key, span in self.arguments.items() if span[1] <= end}

    def _take_name(self, text: str, at: int) -> None:
        if self.name_span is None or self.name is None:
            bare = text.strip(BLANKS)
            bare = bare.strip(QUOTES)
            begin = at + text.find(bare)
            self.name, self.name_span = bare, (begin, begin + len(bare))
            self.is_member = text != bare and text.strip(BLANKS) != bare
        elif self.name_span[1] == at:
            self.name, self.name_span = self.name + text, (self.name_span[0], at + len(text))

    def _take_value(self, kind: str, text: str, at: int) -> None:
        """A part of the value: it stands from the first of them to the last."""
        assert self._key is not None
        self._from = at if self._from is None else self._from
        self.arguments[self._key] = (self._from, at + len(text))
        if kind == "json":
            self._value.append(text)

    def _end_value(self) -> None:
        begin = self._empty if self._from is None else self._from
        if self._key is not None and begin is not None:
            self.arguments.setdefault(self._key, (begin, begin))
        if self._value:
            self.json.append("".join(self._value))
        self._key, self._from, self._empty, self._is_fixed, self._value = None, None, None, False, []

    def _end_json(self) -> None:
        """All arguments have come as one text."""
        if not self._json:
            return
        text, self._json = "".join(self._json), []
        self.json.append(text)
        for key, (begin, end) in members_of(text).items():
            self.arguments.setdefault(key, (self._json_at + begin, self._json_at + end))


class TraceReader:
    """Reads the trace of one parser."""

    def __init__(self, at: int = 0) -> None:
        self._at = at
        self._call: Found | None = None
        self._cut: Found | None = None  # a call that ended just here
        self._reasons: list[str] = []  # that came since the last text
        self._before = "", 0  # the last text that is no blanks, and where it begins
        self.texts: dict[str, list[Span]] = {"content": [], "reasoning": []}

    @property
    def needed(self) -> int:
        """From here on the source may be asked for."""
        return self._at if self._call is None else self._call.begin

    def end_of_text(self, at: int) -> int:
        """Where the content or reasoning ends that a place stands in, or behind."""
        spans = [spans[-1] for spans in self.texts.values() if spans]
        return max((end for begin, end in spans if begin <= at <= end), default=at)

    def read(self, entries: Sequence[Entry], marks: Iterable[Mark]) -> Iterator[Found]:
        """Read more of the trace."""
        waiting = list(marks)
        waiting.reverse()
        for number, (kind, text) in enumerate(entries):
            while waiting and waiting[-1].before <= number:
                yield from self._mark(waiting.pop())
            self._entry(kind, text)
        while waiting:
            yield from self._mark(waiting.pop())

    def finish(self) -> Iterator[Found]:
        """The trace is over."""
        call, self._call = self._call, None
        if call is not None:
            yield call.finish(self._at, CALL_VANISHED)

    def _entry(self, kind: str, text: str) -> None:
        if self._call is not None:
            self._call.entry(kind, text, self._at)
        elif not text and kind in REASONS:
            self._reasons.append(kind)
        elif kind not in ("blanks", "skipped"):
            self._reasons = []
        if text and self._cut is not None:
            if kind == "skipped" and self._reasons == [END_OF_TEXT]:  # half a part of the call
                self._cut.end = self._at + len(text)
            self._cut = None
        if text and kind != "blanks":
            self._before = text, self._at
        if text and kind in self.texts:
            spans = self.texts[kind]
            begin = spans.pop()[0] if spans and spans[-1][1] == self._at else self._at
            spans.append((begin, self._at + len(text)))
        self._at += len(text)

    def _mark(self, mark: Mark) -> Iterator[Found]:
        if mark.kind == STRETCH_FAILED:
            yield from self._failed(mark)
        elif mark.kind == CALL_BEGINS:
            yield from self.finish()
            self._call = Found(self._at, reasons=[why for why in self._reasons if why in OF_OPENER])
            self._reasons = []
        elif mark.kind == CALL_ENDS:
            call, self._call = self._call, None
            if call is not None:
                self._cut = call
                yield call.finish(self._at, mark.detail)
        elif self._call is not None:
            self._call.mark(mark, self._at, self._before)

    def _failed(self, mark: Mark) -> Iterator[Found]:
        """What was tried there: the calls that had ended in it, and the one that had not.

        What stands behind its characters is read again, and will be found then.
        """
        inner, end = TraceReader(self._at), self._at + mark.chars
        tried = [found for found in inner.read(mark.tried, mark.marks) if found.begin < end]
        for found in tried:
            found.how = found.how if found.failed else mark.detail
        last = next(inner.finish(), None)
        if last is None or last.begin >= end:
            last = None if tried else self._opened(mark.tried, end)
        if last is not None:
            tried.append(last.finish(end, mark.detail))
        for found in tried:
            found.failed, found.in_code = True, mark.in_code
            found.clip(end)
            yield found

    def _opened(self, entries: Sequence[Entry], end: int) -> Found:
        """What begins with the opener of a section, up to an end."""
        found, at = Found(self._at), self._at
        for kind, text in entries:
            if at < end:
                found.entry(kind, text, at)
            at += len(text)
        return found
