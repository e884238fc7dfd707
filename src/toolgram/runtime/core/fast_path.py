"""The fast path of the next delta: one search that says whether it is plain text here, and what it is then.

In: the parser between two deltas. Out: the search, which finds nothing in plain text, and a maker of the event.

Promise: the event is what the steps would have made of the text, and they would have changed nothing that counts.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Callable, Tuple

from toolgram.runtime.core.output import CONTENT, REASONING
from toolgram.runtime.events import ArgumentsDelta, ContentDelta, Event, ReasoningDelta
from toolgram.runtime.values.strings import StringWriter

if TYPE_CHECKING:
    from toolgram.runtime.parser import Parser

FastPath = Tuple[Callable[[str], Any], Callable[[str], Event]]


def find_something(text: str) -> bool:  # noqa: ARG001  stands where a search stands
    return True


NO_FAST_PATH: FastPath = (find_something, ContentDelta)


def choose_fast_path(parser: Parser) -> FastPath:
    """Choose by the state that the next delta finds."""
    if parser.buffer or parser.trace is not None or parser.tentative is not None or parser.entities.held:
        return NO_FAST_PATH
    if parser.echo is not None and parser.echo.text:
        return NO_FAST_PATH
    state = parser.state
    call = parser.call if parser.call is not None and parser.call.announced else None
    if state.kind == "text":
        if state.sink == "content":
            is_plain = parser.output.has_content and not parser.output.fresh
            return (state.quick, _text_delta(parser, CONTENT, ContentDelta)) if is_plain else NO_FAST_PATH
        if state.sink == "reasoning":
            return state.quick, _text_delta(parser, REASONING, ReasoningDelta)
        if call is not None and isinstance(call.writer, StringWriter) and call.writer.plain is not None:
            return state.quick_string, _arguments_delta(parser, call.index)
    elif state.kind == "element":
        if call is not None and parser.element is not None and parser.element.streams:
            return state.quick_string, _arguments_delta(parser, call.index)
    elif state.kind == "scan" and parser.scanner is not None and call is not None:
        plain = parser.scanner.plain
        if plain is not None and (call.args_active or call.raw):
            return plain, _arguments_delta(parser, call.index)
    return NO_FAST_PATH


def _text_delta(parser: Parser, channel: int, delta: Callable[[str], Event]) -> Callable[[str], Event]:
    """Where there are citations every character counts: they say where they stand."""
    return parser.output.counted(channel, delta) if parser.output.counts else delta


def _arguments_delta(parser: Parser, index: int) -> Callable[[str], Event]:
    delta: Callable[[str], Event] = partial(ArgumentsDelta, index)
    return delta if parser.echo is None else partial(parser.echo.noted, delta)
