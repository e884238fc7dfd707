"""What an argument costs by its length: microseconds a delta, and the bytes that a parser keeps; and our fast path.

In: readers, by library and format. Out: rows of figures.
"""

from __future__ import annotations

import gc
import time
import tracemalloc
from collections.abc import Callable
from typing import Any

from curves import LENGTHS
from reading import SECONDS_MAX, Empty, Reader, TooSlow, limit, quiet
from workloads import Workload, answer, prose, tokens

CURVE_SECONDS = 4
Readers = dict[tuple[str, str], Reader]


def long_argument(format_id: str, length: int) -> str:
    return answer(format_id, "", ("write_file", {"path": "a.txt", "text": prose(length)}))


def each_delta(make: Callable[[], Any], pieces: list[Any]) -> tuple[float, float, bool]:
    """Of one reading: nanoseconds of a delta on average and at most; whether it was stopped before the end."""
    clock = time.thread_time_ns
    longest = count = 0
    parser = make()
    begin = before = clock()
    for piece in pieces:
        parser.feed(piece)
        now = clock()
        longest = max(longest, now - before)
        before = now
        count += 1
        if now - begin > CURVE_SECONDS * 1e9:
            break
    return (before - begin) / count, longest, count < len(pieces)


def curve(readers: Readers) -> list[list[Any]]:
    """Rows of engine, format, length, microseconds a delta on average and at most, and whether it was stopped."""
    found = []
    stopped = set()
    for length in LENGTHS:
        for (engine, format_id), reader in readers.items():
            if (engine, format_id) in stopped:
                continue
            pieces = reader.pieces(tokens(long_argument(format_id, length)))
            times = 5 if length < LENGTHS[-2] else 1  # long ones even out by themselves
            with quiet():
                mean, longest, is_cut = sorted(each_delta(reader.make, pieces) for _ in range(times))[times // 2]
                base, _, _ = sorted(each_delta(Empty, pieces) for _ in range(times))[times // 2]
            found.append([engine, format_id, length, (mean - base) / 1000, (longest - base) / 1000, is_cut])
            if is_cut:
                stopped.add((engine, format_id))
    return found


def memory(readers: Readers) -> list[list[Any]]:
    """Rows of engine, format and the bytes that a parser keeps of an argument of 16,000 characters before it ends."""
    found = []
    for (engine, format_id), reader in readers.items():
        pieces = reader.pieces(tokens(long_argument(format_id, 16_000)))[:-1]
        gc.collect()
        tracemalloc.start()
        before = tracemalloc.get_traced_memory()[0]
        parser = reader.make()
        try:
            with limit(SECONDS_MAX):
                for piece in pieces:
                    parser.feed(piece)
            gc.collect()
            found.append([engine, format_id, tracemalloc.get_traced_memory()[0] - before])
        except TooSlow:
            pass
        tracemalloc.stop()
    return found


def fast_path(readers: Readers, chosen: list[Workload]) -> dict[str, float]:
    """The share of deltas that our parser takes without work: it counts the characters that it looks at."""
    found = {}
    for workload in chosen:
        if ("toolgram", workload.format_id) in readers and not workload.is_whole and workload.text:
            parser = readers["toolgram", workload.format_id].make()
            deltas = workload.deltas()
            count = 0
            for delta in deltas:
                before = parser.work
                parser.feed(delta)
                count += parser.work == before
            found[workload.key] = count / len(deltas)
    return found
