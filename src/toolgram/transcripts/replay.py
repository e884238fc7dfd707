"""A recording, read again by a parser in the cuts that it came in.

In: a recording and a format. Out: the events of each delta, with the time that it came.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Any, NamedTuple, Protocol

from ..formats import Format
from ..runtime.events import Event
from ..runtime.parser import Parser
from .model import Delta, Recording


class Reader(Protocol):
    """What reads a message: a `Parser`, or what stands around one."""

    def feed(self, text: str, token_ids: Sequence[int] | None = None) -> list[Event]: ...
    def finish(self, *, cut: bool = False) -> list[Event]: ...


class Replayed(NamedTuple):
    """What came of one delta; the last one, without text, is the end."""

    delta: Delta
    events: list[Event]


def parser_for(
    fmt: Format, recording: Recording, tools: Any = None, inside: str | None = None, *, trace: bool = False
) -> Parser:
    """The parser that read the answer, as far as the recording says it. Raises what `Format.parser` raises."""
    tools = recording.tools if tools is None else tools
    begins, ids = inside or recording.inside, recording.special_tokens
    return Parser(fmt.prepared, tools, begins, token_ids=ids, trace=trace, served=recording.served)


def replayed(recording: Recording, reader: Reader, wait: Callable[[int], object] | None = None) -> Iterator[Replayed]:
    """Feed the deltas one after the other; before each `wait` is told how many milliseconds it took to come."""
    knows_ids = recording.special_tokens is not None
    before: int | None = None
    for delta in recording.deltas:
        if delta.at is not None:
            if wait is not None:
                wait(max(0, delta.at - (before or 0)))
            before = delta.at
        ids = delta.ids if knows_ids else None
        yield Replayed(delta, reader.feed(delta.text) if ids is None else reader.feed(delta.text, ids))
    yield Replayed(Delta("", None, before), reader.finish(cut=recording.cut))


def recut(deltas: Iterable[Delta], size: int) -> list[Delta]:
    """The same text in pieces of so many characters; times and ids are not known of these.

    >>> [delta.text for delta in recut([Delta("ab"), Delta("c")], 2)]
    ['ab', 'c']
    """
    text = "".join(delta.text for delta in deltas)
    return [Delta(text[at:end]) for at, end in pairwise([*range(0, len(text), size), len(text)])]
