"""What every way to read an answer has, what must come of it, and how it is kept from disturbance and from hanging.

In: parts of a message, as libraries tell them. Out: the message, and whether it is the right one.
"""

from __future__ import annotations

import gc
import json
import signal
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

Heard = tuple[str, list[tuple[str, Any]]]  # content, and calls with their arguments as objects
Part = tuple[str, int, str, Any]  # content, number of a call, its name or a part, its arguments or a part


def as_they_are(deltas: list[str]) -> list[Any]:
    return deltas


class Reader(NamedTuple):
    """A way to read one format."""

    make: Callable[[], Any]  # a new parser, with `feed` and `finish`
    whole: Callable[[str], Any]  # a text in one piece, with a new parser
    heard: Callable[[list[Any]], Heard | None]  # of all that `feed` and `finish` returned
    heard_whole: Callable[[Any], Heard | None]  # None: reads nothing
    pieces: Callable[[list[str]], list[Any]] = as_they_are  # deltas as `feed` takes them


def joined(parts: Iterable[Part]) -> Heard:
    """A message from its parts."""
    content = ""
    calls: dict[int, list[str]] = {}
    for text, number, name, arguments in parts:
        content += text
        if name or arguments:
            call = calls.setdefault(number, ["", ""])
            call[0] += name
            call[1] += arguments
    return content, [(name, json.loads(arguments)) for name, arguments in calls.values()]


def is_right(heard: Heard | None, content: str, calls: Iterable[Any]) -> bool:
    """Whether it is the message; blanks at the ends of the content do not count."""
    return heard is None or (heard[0].strip(), heard[1]) == (content.strip(), list(calls))


SECONDS_MAX = 10  # of one reading; what takes longer is not sampled at all


class TooSlow(BaseException):
    """A reading takes too long. No parser catches this by catching every Exception."""


@contextmanager
def limit(seconds: float) -> Iterator[None]:
    def stop(*_: Any) -> None:
        raise TooSlow

    signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


class Empty:
    """Reads nothing: the cost of the loop."""

    def feed(self, piece: Any) -> None: ...

    def finish(self) -> None: ...


EMPTY = Reader(Empty, lambda _: None, lambda _: None, lambda _: None)


@contextmanager
def quiet() -> Iterator[None]:
    """Without the garbage collector."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
