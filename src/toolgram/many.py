"""Much to read, read by several processes.

In: items in any number (texts, parts of a file), and what makes of one of them what is wanted. Out: that, in the order
of the items.

How: each process makes its reader once. A few items are on their way at any time, so there may be any number of them,
and they are asked for as the results are. Texts travel in batches.

Promises: what comes out is what one reader would give. No process outlives the one that began it, however that ends.
"""

from __future__ import annotations

import os
import signal
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import islice
from multiprocessing import parent_process
from multiprocessing.context import BaseContext
from threading import Thread
from typing import Any, TypeVar

from .runtime.message import Message

BATCH = 256  # texts that travel together
WAITING = 3  # items for each process that are on their way
LOOKS_EVERY = 1.0  # seconds; how often a process looks whether it is still wanted

Item = TypeVar("Item")
Result = TypeVar("Result")
Reader = Callable[[str], Message]

_readers: list[Callable[[Any], Any]] = []  # of a process of the pool: one


def read_many(texts: Iterable[str], make: Callable[[], Reader], processes: int | None) -> Iterator[Message]:
    """Yield the message of each text, read by so many processes; None: one for each core that this one may use.

    `make` makes a reader; it is pickled.
    """
    source = iter(texts)
    batches = iter(lambda: list(islice(source, BATCH)), [])
    for messages in in_order(batches, _Batches(make), processes):
        yield from messages


class _Batches:
    """Makes what reads the texts of a batch, out of what makes a reader."""

    def __init__(self, make: Callable[[], Reader]) -> None:
        self._make = make

    def __call__(self) -> Callable[[list[str]], list[Message]]:
        reader = self._make()
        return lambda texts: [reader(text) for text in texts]


def in_order(
    items: Iterable[Item],
    make: Callable[[], Callable[[Item], Result]],
    processes: int | None = None,
    context: BaseContext | None = None,
) -> Iterator[Result]:
    """Yield what is made of each item, in order, by so many processes; None: one for each core that this one may use.

    `make` is pickled, and so are the items and the results. `context` says how processes begin.
    Raises what is raised in a process, and BrokenProcessPool when one has died.
    """
    count = processes or cores()
    waiting: deque[Future[Any]] = deque()
    pool = ProcessPoolExecutor(count, mp_context=context, initializer=_begin, initargs=(make,))
    try:
        for item in items:
            waiting.append(pool.submit(_read, item))
            if len(waiting) > WAITING * count:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _begin(make: Callable[[], Callable[[Any], Any]]) -> None:
    """Make the reader of a process that has just begun."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the one that asks, and it ends the others
    Thread(target=_end_with_parent, daemon=True).start()
    _readers.append(make())


def _end_with_parent() -> None:
    """End this process when the one that began it is gone: the pool does not, where that one was killed.

    A process that was forked holds what tells its brothers so; but it gets another parent.
    """
    parent, first = parent_process(), os.getppid()
    while parent is not None and parent.is_alive() and os.getppid() == first:
        time.sleep(LOOKS_EVERY)
    os._exit(1)


def _read(item: Any) -> Any:
    return _readers[0](item)
