"""The fast path of the next delta: one search that says whether it is plain text here, and what it is then.

In: the run between two deltas. Out: the search, which finds nothing in plain text, and a maker of the event.

How: nothing may be held or undecided; then the kind of the state says where plain text may go, and what reads there
says whether its text goes out as it comes: each writer has such a search (`plain`), or None.

Promise: the event is what the steps would have made of the text, and they would have changed nothing that counts.
"""

from __future__ import annotations

from functools import partial
from typing import Any, Callable, Dict, Optional, Tuple

from toolgram.runtime.core.output import CONTENT, REASONING
from toolgram.runtime.core.run import Run
from toolgram.runtime.events import ArgumentsDelta, ContentDelta, Event, ReasoningDelta
from toolgram.runtime.tables.states import MESSAGE_SINKS, State
from toolgram.runtime.values.strings import StringWriter

Delta = Callable[[str], Event]
FastPath = Tuple[Callable[[str], Any], Delta]


def find_something(text: str) -> bool:  # noqa: ARG001  stands where a search stands
    return True


def channel_of(delta: Delta) -> Optional[int]:
    """Where plain text goes of which nothing is made but one event; None: somebody counts or records it."""
    if delta is ContentDelta:
        return CONTENT
    if delta is ReasoningDelta:
        return REASONING
    return delta.args[0] if isinstance(delta, partial) else None


NO_FAST_PATH: FastPath = (find_something, ContentDelta)


def choose_fast_path(run: Run) -> FastPath:
    """Choose by the state that the next delta finds; nothing is held or undecided."""
    state = run.place.state
    if run.trace is not None and state.sink != "reasoning":
        return NO_FAST_PATH
    choose = PLAIN_PATHS.get(state.kind)
    return (choose(run, state) if choose is not None else None) or NO_FAST_PATH


def _in_text(run: Run, state: State) -> Optional[FastPath]:
    is_message = state.sink in MESSAGE_SINKS
    if is_message and (run.message.code.waits or (run.open.entities is not None and run.open.entities.held)):
        return None
    if state.sink == "content" and (run.message.fresh or not run.message.has_content):
        return None
    if is_message:
        return state.quick, _as_message(run, state.sink)
    call = run.open.call
    writer = call.arguments.writer if call is not None else None
    if not isinstance(writer, StringWriter) or writer.plain is None:
        return None
    return _in_arguments(run, state.quick_string)


def _in_element(run: Run, state: State) -> Optional[FastPath]:
    element = run.open.element
    return _in_arguments(run, state.quick_string) if element is not None and element.streams else None


def _in_value(run: Run, state: State) -> Optional[FastPath]:
    scanner, call, told = run.open.scanner, run.open.call, run.open.told
    plain = scanner.plain if scanner is not None else None
    if plain is not None and told is not None:
        message = run.message
        if told.held or (state.sink == "content" and (message.deferred or not message.has_content)):
            return None
        return plain, _as_message(run, state.sink)
    is_written = call is not None and call.arguments.is_plain
    return _in_arguments(run, plain) if plain is not None and is_written else None


def _as_message(run: Run, sink: str) -> Delta:
    """Text that is content or reasoning as it stands."""
    if sink == "content":
        return _counted(run, CONTENT, ContentDelta)
    return _traced(run, _counted(run, REASONING, ReasoningDelta))


PLAIN_PATHS: Dict[str, Callable[[Run, State], Optional[FastPath]]] = {
    "text": _in_text,
    "element": _in_element,
    "scan": _in_value,
}


def _in_arguments(run: Run, plain: Callable[[str], Any]) -> Optional[FastPath]:
    """Text that goes to the arguments of an announced call, unless an entity is held before it."""
    call, entities = run.open.call, run.open.entities
    if call is None or not call.is_announced or (entities is not None and entities.held):
        return None
    return plain, _recorded(run, partial(ArgumentsDelta, call.channel.index))


def _counted(run: Run, channel: int, delta: Delta) -> Delta:
    """Where there are citations every character counts: they say where they stand."""
    return run.citations.counted(channel, delta) if run.citations is not None else delta


def _traced(run: Run, delta: Delta) -> Delta:
    """Reasoning where a trace is kept."""
    trace = run.trace
    if trace is None:
        return delta

    def note(text: str) -> Event:
        trace.add("reasoning", text)
        return delta(text)

    return note


def _recorded(run: Run, delta: Delta) -> Delta:
    """Where the source is recorded, text that does not come through the buffer is recorded as well."""
    recordings = list(run.text.recordings)
    if not recordings:
        return delta

    def record(text: str) -> Event:
        for recording in recordings:
            recording.keep(text)
        return delta(text)

    return record
