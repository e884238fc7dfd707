"""A parser that also says what was tried.

In: text in pieces, as `Parser.feed` takes it. Out: the events, and an `Attempt` for everything that was or looked like
a call, behind the events of the piece that decides it.

How: the parser keeps a trace, and hands out what is certain of it. A call of a tool that is not declared is text for
the parser; so a second one that knows this tool reads the same text from the opener on, for the parts of the attempt.
What failed for another reason goes on to the closer of a call, if one comes before the next opener and `BEHIND_MAX`
characters.

Promise: no more of the source is kept than the attempt that is open, what the parser holds, and `BEHIND_MAX`
characters.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from ..runtime.core import reasons
from ..runtime.core.trace import CALL_VANISHED, CALL_WHOLE
from ..runtime.events import ArgumentsDelta, CallStart, Event
from ..runtime.parser import Parser
from ..runtime.schema.tools import ToolSet
from ..runtime.tables.machine import PreparedMachine
from .attempt import MALFORMED, QUOTED, Attempt, Span
from .members import spans_of
from .statuses import is_shown, repairs_of, status_of_call, status_of_failed
from .trace import Found, TraceReader

PIECE = 512  # characters that the second parser reads at a time, so that it reads little behind the call
BEHIND_MAX = 4096  # characters behind a stretch that failed, in which its closer may stand
NAME_MAX = 64  # characters in which the name of a tool that is not declared should have ended
SETTLED = frozenset((reasons.END_OF_TEXT, reasons.NOTHING_CAME))  # what stands behind says no more
NAME = re.compile(r"""[\s"']{0,16}([^\W\d][\w.\-/]*)(.?)""", re.DOTALL)


class Delimiters(NamedTuple):
    """What is known of the calls of a format."""

    find: re.Pattern[str]  # openers (group 1) and closers (group 2)
    longest: int  # so many characters they have at most
    are_objects: bool  # a call is a JSON object


class Reporter:
    """Reads one message, as `Parser` does, and reports the attempts. Made by `Format.reporter`."""

    def __init__(
        self, machine: PreparedMachine, parser: Parser, is_declared: Callable[[str], bool], delimiters: Delimiters
    ) -> None:
        self.parser = parser
        self._machine, self._is_declared = machine, is_declared
        self._delimiters = delimiters
        self._trace = TraceReader()
        self._source, self._base = "", 0  # of the text, what may still be asked for, and where it begins
        self._calls: dict[int, tuple[str, list[str]]] = {}  # name and arguments of calls not reported yet, by index
        self._index = 0  # of the next call
        self._failed: list[Found] = []  # whose end is not known yet
        self._ended = 0  # up to here attempts that failed have reached
        self._shadow: _Shadow | None = None

    def feed(self, text: str, token_ids: Sequence[int] | None = None) -> list[Event | Attempt]:
        """Read more text. Raises ValueError after `finish`."""
        events = self.parser.feed(text, token_ids)
        self._source += text
        return [*self._note(events), *self._read(is_last=False)]

    def finish(self, *, cut: bool = False) -> list[Event | Attempt]:
        """Say that the text has ended, as `Parser.finish`; return the last events and attempts."""
        events = self.parser.finish(cut=cut)
        return [*self._note(events), *self._read(is_last=True)]

    @property
    def content_spans(self) -> tuple[Span, ...]:
        """Which characters are content, of those that are decided."""
        return tuple(self._trace.texts["content"])

    @property
    def reasoning_spans(self) -> tuple[Span, ...]:
        """Which characters are reasoning, of those that are decided."""
        return tuple(self._trace.texts["reasoning"])

    def _note(self, events: list[Event]) -> list[Event]:
        for event in events:
            if isinstance(event, CallStart):
                self._calls[event.index] = event.name, []
            elif isinstance(event, ArgumentsDelta):
                self._calls[event.index][1].append(event.text)
        return events

    def _read(self, *, is_last: bool) -> Iterator[Attempt]:
        """Report what is decided now."""
        found = list(self._trace.read(*self.parser.take_marked_trace()))
        if is_last:
            found += self._trace.finish()
        for one in found:
            one.is_at_end = is_last
            if one.failed:
                self._failed.append(one)
                continue
            yield from self._settle(one.begin, is_last=is_last)
            yield from self._call(one)
        yield from self._settle(None, is_last=is_last)
        self._forget()

    def _call(self, found: Found) -> Iterator[Attempt]:
        """A call that the parser has taken for one, and that has ended."""
        if found.how == CALL_VANISHED:
            if found.has_body:
                yield self._found(found, MALFORMED)
            return
        index, self._index = self._index, self._index + 1
        found.name, arguments = self._calls.pop(index)
        raw = self._source_of(found)
        repairs = repairs_of(found, raw)
        status = status_of_call(found, repairs, is_declared=self._is_declared(found.name))
        if found.how == CALL_WHOLE:
            found.arguments = spans_of("".join(arguments), found.arguments, raw, found.begin)
        yield self._attempt(found, status, repairs, "".join(arguments), index)

    def _settle(self, before: int | None, *, is_last: bool) -> Iterator[Attempt]:
        """Report what has failed, in order, as far as its end is known; `before`: a call begins there."""
        while self._failed:
            found = self._failed[0]
            attempt = None
            if found.begin >= self._ended:  # else it is a part of the attempt before it
                attempt = self._end_of(found, before, is_last=is_last)
                if attempt is None:
                    return
            self._failed.pop(0)
            if isinstance(attempt, Attempt):
                self._ended = attempt.end
                yield attempt

    def _end_of(self, found: Found, before: int | None, *, is_last: bool) -> Attempt | bool | None:
        """The attempt; None: more text tells its end; False: it is none."""
        if is_shown(found) or found.how in SETTLED:
            if found.how == reasons.END_OF_TEXT and found.is_at_end:
                found.end = self._trace.end_of_text(found.end)
            return self._failure(found, is_closed=False)
        if found.how == reasons.NOT_DECLARED:
            shadow = self._shadow_of(found, is_last=is_last)
            return None if shadow is None else self._unknown(found, shadow)
        decided = self._trace.needed if before is None else before
        stop = min(decided, found.end + BEHIND_MAX)
        match = self._delimiters.find.search(self._source, found.end - self._base, stop - self._base)
        is_certain = match is not None and self._base + match.start() + self._delimiters.longest <= decided
        if before is None and not is_last and stop == decided and not is_certain:
            return None
        is_closed = match is not None and match.group(2) is not None
        if match is not None and is_closed:
            found.end = self._base + match.end()
        return self._failure(found, is_closed=is_closed)

    def _failure(self, found: Found, *, is_closed: bool) -> Attempt | bool:
        raw = self._source_of(found)
        status = status_of_failed(found, raw, is_closed=is_closed, is_object=self._delimiters.are_objects)
        return status is not None and self._found(found, status)

    def _shadow_of(self, found: Found, *, is_last: bool) -> _Shadow | None:
        """What a parser that knows the tool makes of it; None: more text tells."""
        shadow = self._shadow
        if shadow is None:
            begin = found.end - self._base
            name = NAME.match(self._source, begin)
            if not is_last and len(self._source) - begin < NAME_MAX and (name is None or not name.group(2)):
                return None
            names = [] if name is None else [name.group(1), name.group(1).rpartition(".")[2]]
            shadow = self._shadow = _Shadow(self._machine, names, found.begin)
        shadow.read(self._source, self._base, is_last=is_last)
        return None if shadow.goes_on else shadow

    def _unknown(self, found: Found, shadow: _Shadow) -> Attempt | bool:
        """A tool that is not declared is called, or mentioned."""
        self._shadow = None
        one = shadow.found
        if one is None or one.begin != found.begin:
            return self._found(found, QUOTED)
        if one.failed or one.how == CALL_VANISHED:
            return self._failure(one, is_closed=False)
        repairs = repairs_of(one, self._source_of(one))
        status = status_of_call(one, repairs, is_declared=False)
        return self._attempt(one, status, repairs, "".join(shadow.arguments))

    def _found(self, found: Found, status: str) -> Attempt:
        """What is no call."""
        return self._attempt(found, status, repairs_of(found, self._source_of(found)))

    def _attempt(
        self,
        found: Found,
        status: str,
        repairs: tuple[str, ...],
        arguments: str | None = None,
        index: int | None = None,
    ) -> Attempt:
        parts = found.name, found.name_span, arguments, found.arguments
        return Attempt(status, found.begin, found.end, self._source_of(found), *parts, repairs, index)

    def _source_of(self, found: Found) -> str:
        return self._source[found.begin - self._base : found.end - self._base]

    def _forget(self) -> None:
        """Forget the source that nothing will ask for."""
        needed = self._trace.needed
        if self._failed:
            needed = min(needed, self._failed[0].begin)
        if needed - self._base > BEHIND_MAX:
            self._source = self._source[needed - self._base :]
            self._base = needed


class _Shadow:
    """Another parser, which knows a tool that is not declared; it reads one call."""

    def __init__(self, machine: PreparedMachine, names: Iterable[str], begin: int) -> None:
        tools = [{"type": "function", "function": {"name": name}} for name in dict.fromkeys(names)]
        self._parser = Parser(machine, ToolSet(tools), trace=True)
        self._trace = TraceReader(begin)
        self._at = begin  # up to here it has read
        self.found: Found | None = None
        self.goes_on = True
        self.arguments: list[str] = []

    def read(self, source: str, base: int, *, is_last: bool) -> None:
        """Read more of the source, which begins at `base`, up to the end of the call."""
        while self.goes_on and self._at < base + len(source):
            piece = source[self._at - base : self._at - base + PIECE]
            self._at += len(piece)
            self._note(self._parser.feed(piece), is_end=False)
        if self.goes_on and is_last:
            self._note(self._parser.finish(), is_end=True)

    def _note(self, events: list[Event], *, is_end: bool) -> None:
        self.arguments += [one.text for one in events if isinstance(one, ArgumentsDelta) and one.index == 0]
        found = list(self._trace.read(*self._parser.take_marked_trace()))
        if is_end:
            found += self._trace.finish()
        if found:
            self.found = found[0]
            self.found.is_at_end = is_end
        self.goes_on = not (found or is_end)
