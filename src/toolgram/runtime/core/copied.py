"""A delta in the middle of arguments: what the value's reader makes of it is all that becomes of it.

In: a delta, while nothing is held or undecided. Out: its event, without a way through the buffer and the sinks; or
None, and the steps go on from there.

Promise: the events are those that the steps would have made, and what they would have changed is changed.
"""

from __future__ import annotations

from typing import List, Optional, Union

from toolgram.runtime.core.arguments import Arguments
from toolgram.runtime.core.call import Call
from toolgram.runtime.core.run import Run
from toolgram.runtime.core.verdicts import BLANK_SET
from toolgram.runtime.events import ArgumentsDelta, Event
from toolgram.runtime.near_json.scan import ValueScanner
from toolgram.runtime.tables.states import SHORT_SINKS, State
from toolgram.runtime.values.strings import StringWriter
from toolgram.runtime.values.writers import Writer


class JsonCopier:
    """Copies arguments that come as JSON, as long as what their scanner makes goes out as it is made."""

    __slots__ = ("_index", "_plain", "_run", "_scanner")

    def __init__(self, run: Run, scanner: ValueScanner, index: int) -> None:
        self._run = run
        self._scanner = scanner
        self._index = index
        self._plain = scanner.plain

    @property
    def has_moved(self) -> bool:
        """Whether another kind of text is read now: the body of a string, or what is none."""
        return self._scanner.plain is not self._plain

    def copy(self, source: str) -> Optional[List[Event]]:
        """The events of a delta; None where the value ends in it, or waits: `scanned` says what has been made of it."""
        run, scanner = self._run, self._scanner
        text, position = scanner.feed(source)
        if position < len(source) or scanner.done or scanner.stuck:
            run.open.scanned = text, position
            return None
        _pass_by(run, source)
        return [ArgumentsDelta(self._index, text)] if text else []


class TextCopier:
    """Copies the text of a value: what is no delimiter, and no blanks before one, is for its writer."""

    __slots__ = ("_arguments", "_index", "_is_direct", "_may_end", "_run", "_search", "_writer")
    has_moved = False

    def __init__(self, run: Run, state: State, call: Call, writer: Writer) -> None:
        self._run = run
        self._search = state.search
        self._may_end = frozenset() if state.hold_blanks == "none" else BLANK_SET
        self._writer = writer
        self._index, self._arguments = call.channel.index, call.arguments
        self._is_direct = _goes_out(call.arguments, writer)

    def copy(self, source: str) -> Optional[List[Event]]:
        """The event of a delta; None where a delimiter may begin in it, or blanks before one, and nothing is read."""
        if source[-1:] in self._may_end or self._search(source) is not None:
            return None
        _pass_by(self._run, source)
        text = self._writer.write(source)
        if self._is_direct or not text:
            return [ArgumentsDelta(self._index, text)] if text else []
        self._arguments.write(text)
        return self._run.output.take_all()


def _goes_out(arguments: Arguments, writer: Writer) -> bool:
    """Whether what the writer gives goes out as it is: the text of a string of which something has come."""
    is_changed = arguments.loose.is_holding or arguments.containers.is_quoted or arguments.is_unwrapped
    return isinstance(writer, StringWriter) and writer.plain is not None and not is_changed


Copier = Union[JsonCopier, TextCopier]


def _pass_by(run: Run, source: str) -> None:
    """Count a text that is read beside the buffer."""
    run.work += len(source) + 1
    if run.special is not None:  # the places of tokens are counted in all text
        run.text.pass_by(source)


def choose_copier(run: Run) -> Optional[Copier]:
    """Who copies the next delta; None where its text is held, or somebody listens to the source."""
    call, opened, state = run.open.call, run.open, run.place.state
    if call is None or not call.is_announced or run.trace is not None or run.text.recordings:
        return None
    if run.text.room:  # a key that is read: what waits unread of it stands in the buffer
        return None
    arguments, writer = call.arguments, call.arguments.writer
    if opened.scanner is not None:
        is_copied = arguments.is_active and not arguments.is_wrong and not opened.scanner.is_wrapped
        has_key = opened.half is not None and opened.half.is_over
        return JsonCopier(run, opened.scanner, call.channel.index) if is_copied and has_key else None
    if state.kind != "text" or state.sink in SHORT_SINKS or state.entities or opened.nest is not None:
        return None
    return None if writer is None else TextCopier(run, state, call, writer)
