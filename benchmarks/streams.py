"""Many answers at once in one server process: what reading them costs, and how long one delta stops everyone.

    .venv-vllm/bin/python benchmarks/streams.py [FORMAT ...] [--streams N] [--length N]

A server's event loop reads the deltas of all its streams in turns. That is done here: each parser is composed as the
server composes it, N times, and is given one token of each stream after the other, each stream a call with one long
string argument. Ours and vLLM's own run in one process, in turns, on the same tokens. `per delta` is the mean, which is
what throughput depends on; `longest` is the longest single one, collections of garbage left out.

A parser whose cost grows with the text is stopped after `--seconds`; what is printed (marked `>`) is what it cost until
then: too low, in its favour.
"""

from __future__ import annotations

import argparse
import gc
import platform
import time
from typing import Any, NamedTuple

from in_vllm import BUILT_IN, GENERATED, Deltas, compose, load_plugin, request, tokenizer_for
from in_vllm import deltas_of as tokens_of
from tables import machine_name
from workloads import prose, transcripts

ROUNDS = 3


class Cost(NamedTuple):
    """Of some streams: microseconds of one delta, on average and at most; and whether they were read to their end."""

    mean: float
    longest: float
    is_whole: bool


def read_streams(parser_class: Any, tokenizer: Any, streams: list[Deltas], seconds: float) -> Cost:
    """Read all streams, a delta of each in turns."""
    asked = request()
    parsers = [parser_class(tokenizer, asked.tools, chat_template_kwargs={}) for _ in streams]
    prompt = [tokenizer.eos_token_id]
    clock = time.perf_counter
    total = longest = 0.0
    count = 0
    end = clock() + seconds
    gc.collect()
    gc.disable()
    try:
        for place in range(max(map(len, streams))):
            for parser, deltas in zip(parsers, streams, strict=True):
                if place >= len(deltas):
                    continue
                text, ids = deltas[place]
                begin = clock()
                parser.parse_delta(text, ids, asked, prompt, finished=place == len(deltas) - 1)
                took = clock() - begin
                total += took
                longest = max(longest, took)
                count += 1
            if clock() > end:
                return Cost(total / count * 1e6, longest * 1e6, is_whole=False)
            if place % 100 == 0:
                gc.collect(0)
    finally:
        gc.enable()
    return Cost(total / count * 1e6, longest * 1e6, is_whole=True)


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("formats", nargs="*", default=list(BUILT_IN))
    options.add_argument("--streams", type=int, default=64)
    options.add_argument("--length", type=int, default=8_000, help="characters of an argument")
    options.add_argument("--seconds", type=float, default=40.0, help="most seconds for one reading by vLLM's parsers")
    asked = options.parse_args()
    import vllm

    print(f"vLLM {vllm.__version__}, Python {platform.python_version()}, {machine_name()}")
    print(f"{asked.streams} streams, arguments of {asked.length:,} characters; microseconds, median of {ROUNDS} rounds")
    print(f"{'format':14}{'parser':22}{'per delta':>11}{'':>7}{'longest':>11}{'':>7}", flush=True)
    tokenizer = tokenizer_for(prose(200_000))
    for format_id in asked.formats:
        kinds = {f"vLLM's {name}": compose(name, tokenizer) for name in BUILT_IN[format_id][:1]}
        load_plugin(GENERATED / "vllm" / f"{format_id}.py")
        kinds["ours"] = compose(format_id, tokenizer)
        streams = [_stream(tokenizer, format_id, asked.length + number) for number in range(asked.streams)]
        found: dict[str, list[Cost]] = {name: [] for name in kinds}
        for _ in range(ROUNDS):
            for name, kind in kinds.items():
                if all(cost.is_whole for cost in found[name]):
                    found[name].append(read_streams(kind, tokenizer, streams, asked.seconds))
        base = _median(found["ours"])
        for name, costs in found.items():
            print(_row(format_id, name, _median(costs), base), flush=True)


def _stream(tokenizer: Any, format_id: str, length: int) -> Deltas:
    write = getattr(transcripts, format_id)
    return tokens_of(tokenizer, write(("write_file", {"path": "a.txt", "text": prose(length)})))


def _median(costs: list[Cost]) -> Cost:
    middle = sorted(costs, key=lambda cost: cost.mean)[len(costs) // 2]
    return Cost(middle.mean, sorted(cost.longest for cost in costs)[len(costs) // 2], middle.is_whole)


def _row(format_id: str, name: str, cost: Cost, base: Cost) -> str:
    mark = "" if cost.is_whole else ">"
    cells = [f"{mark}{cost.mean:.1f}".rjust(11), f"{cost.mean / base.mean:.1f}x".rjust(7)]
    cells += [f"{mark}{cost.longest:.0f}".rjust(11), f"{cost.longest / base.longest:.1f}x".rjust(7)]
    return f"{format_id:14}{name:22}{''.join(cells)}"


if __name__ == "__main__":
    main()
