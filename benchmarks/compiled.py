"""The compiled wheel beside the pure one: microseconds of CPU for each workload, and how many times faster it is.

    python benchmarks/compiled.py PURE COMPILED

Each is the Python of an environment in which that wheel is installed: `.ci/compiled` makes both. The two take turns, a
fresh process each time, and the median of the turns counts.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

TURNS = 5
PROPERTIES = {
    "city": {"type": "string"},
    "days": {"type": "integer"},
    "text": {"type": "string"},
    "items": {"type": "array"},
}
TOOLS = [{"type": "function", "function": {"name": "f", "parameters": {"type": "object", "properties": PROPERTIES}}}]
ITEM = {"id": 17, "name": "Ada Lovelace", "tags": ["a", "b"], "ratio": 0.25, "ok": True, "note": None}
WORD = " parameter"


def hermes(**arguments: object) -> str:
    """A call as the format `hermes` writes it."""
    return f'<tool_call>\n{{"name": "f", "arguments": {json.dumps(arguments)}}}\n</tool_call>'


def qwen3_coder(**arguments: object) -> str:
    """A call as the format `qwen3_coder` writes it."""
    parts = "".join(f"<parameter={key}>\n{value}\n</parameter>\n" for key, value in arguments.items())
    return f"<tool_call>\n<function=f>\n{parts}</function>\n</tool_call>"


def tokens(text: str) -> list[str]:
    """The text in deltas of about a token."""
    return [text[at : at + 4] for at in range(0, len(text), 4)]


def workloads() -> Iterator[tuple[str, Callable[[], object], int]]:
    """Yield what is measured, what does it, and in how many parts."""
    import toolgram

    for write in (hermes, qwen3_coder):
        name, fmt = write.__name__, toolgram.load(write.__name__)
        short = "Let me look.\n" + write(city="Rome", days=3)
        calls = tokens("\n".join([write(city="Rome", days=3)] * 32))
        long = tokens(write(text=WORD * 4000))

        def stream(deltas: list[str], fmt: toolgram.Format = fmt) -> None:
            parser = fmt.parser(TOOLS)
            for delta in deltas:
                parser.feed(delta)
            parser.finish()

        yield f"{name}: a short whole message", lambda fmt=fmt, text=short: fmt.parse(text, TOOLS), 1
        yield f"{name}: 32 short calls, a delta", lambda deltas=calls: stream(deltas), len(calls)
        yield f"{name}: content, a delta", lambda deltas=[WORD] * 4000: stream(deltas), 4000
        yield f"{name}: a long argument, a delta", lambda deltas=long: stream(deltas), len(long)
        items = write(items=json.dumps([ITEM] * 9000) if write is qwen3_coder else [ITEM] * 9000)
        yield (
            f"{name}: {len(items) / 1e6:.1f} MB of JSON at once",
            lambda fmt=fmt, text=items: fmt.parse(text, TOOLS),
            1,
        )


def measure() -> dict[str, float]:
    """Measure each workload in this process: microseconds of its thread, of one part, the median of several."""
    found = {}
    for name, work, parts in workloads():
        work()
        times = []
        while sum(times) < 0.15e6 or len(times) < 5:
            begin = time.thread_time_ns()
            work()
            times.append((time.thread_time_ns() - begin) / 1000)
        found[name] = statistics.median(times) / parts
    return found


def compare(pure: str, compiled: str) -> None:
    """Let two Pythons take turns, and print what each needs."""
    turns: dict[str, list[dict[str, float]]] = {pure: [], compiled: []}
    for _ in range(TURNS):
        for python, found in turns.items():
            said = subprocess.run([python, "-I", __file__, "--measure"], capture_output=True, text=True, check=True)
            found.append(json.loads(said.stdout))
    print("| workload | pure, us | compiled, us | times faster |\n|---|---|---|---|")
    for name in turns[pure][0]:
        one, other = (statistics.median(turn[name] for turn in found) for found in turns.values())
        print(f"| {name} | {one:.2f} | {other:.2f} | {one / other:.1f} |")


if __name__ == "__main__":
    if sys.argv[1:] == ["--measure"]:
        print(json.dumps(measure()))
    else:
        compare(*sys.argv[1:])
