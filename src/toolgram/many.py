"""Many texts, read by several processes.

In: texts in any number, and how one of them is read. Out: what was read, in the order of the texts.

How: texts travel in batches; each process makes its reader once. A few batches are on their way at any time, so the
texts may be endless, and are asked for as the messages are.

Promise: what comes out is what one reader would give.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import islice

from .runtime.message import Message

BATCH = 256  # texts that travel together
WAITING = 3  # batches for each process that are on their way

Reader = Callable[[str], Message]

_readers: list[Reader] = []  # of a process of the pool: one


def read_many(texts: Iterable[str], make: Callable[[], Reader], processes: int | None) -> Iterator[Message]:
    """Yield the message of each text, read by so many processes; None: one for each core that this one may use.

    `make` makes a reader; it is pickled.
    """
    count = processes or _cores()
    source, waiting = iter(texts), deque[Future[list[Message]]]()
    with ProcessPoolExecutor(count, initializer=_begin, initargs=(make,)) as pool:
        for batch in iter(lambda: list(islice(source, BATCH)), []):
            waiting.append(pool.submit(_read, batch))
            if len(waiting) > WAITING * count:
                yield from waiting.popleft().result()
        while waiting:
            yield from waiting.popleft().result()


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _begin(make: Callable[[], Reader]) -> None:
    """Make the reader of a process that has just begun."""
    _readers.append(make())


def _read(texts: list[str]) -> list[Message]:
    return [_readers[0](text) for text in texts]
