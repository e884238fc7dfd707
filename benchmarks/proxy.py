"""How much later a chunk comes that goes through `toolgram proxy`, and how many streams it carries.

`python benchmarks/proxy.py [STREAMS...]`, in an environment with `toolgram[proxy]`. A mock server writes the time into
each piece of text; a client on the same machine reads it: once beside the proxy, once through it, as text that passes
and as the argument of a call. Then a crowd of streams at once, each checked to its last character.
"""

from __future__ import annotations

import asyncio
import re
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import aiohttp

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "with_proxy"))

from crowd import crowd, request_of  # noqa: E402
from servers import HERE, Process, free_port  # noqa: E402

PIECES, PAUSE = 400, 0.02
STAMP = re.compile(r"t(\d+);")
CALL = "<tool_call>\n<function=f>\n<parameter=a>\n"


async def late(url: str, *, in_call: bool) -> list[float]:
    """How late the pieces of one stream come, in microseconds."""
    told = {"pieces": [CALL] * in_call + ["stamp"] * PIECES, "slow": PAUSE, "stamps": True}
    found: list[float] = []
    async with aiohttp.ClientSession() as session:
        body = {**request_of(0, 0), "mock": told}
        async with session.post(url + "/v1/chat/completions", json=body) as response:
            async for line in response.content:
                now = time.monotonic_ns()
                found += [(now - int(stamp)) / 1000 for stamp in STAMP.findall(line.decode())]
    return found


async def lateness(url: str, streams: int, *, in_call: bool = False) -> str:
    """The median and the slowest hundredth over so many streams at once."""
    found = sorted(
        one for each in await asyncio.gather(*(late(url, in_call=in_call) for _ in range(streams))) for one in each
    )
    return f"{statistics.median(found):9.0f} {found[len(found) * 99 // 100]:9.0f}"


async def numbers(url: str) -> dict[str, float]:
    async with aiohttp.ClientSession() as session, session.get(url + "/metrics") as response:
        lines = (await response.text()).splitlines()
    return {key: float(value) for key, _, value in (one.rpartition(" ") for one in lines if not one.startswith("#"))}


def main() -> None:
    crowds = [int(word) for word in sys.argv[1:]] or [500]
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log"
        mock = Process([sys.executable, str(HERE / "mock.py"), str(free_port())], log, "/state")
        command = [
            sys.executable,
            "-m",
            "toolgram",
            "proxy",
            "--format",
            "qwen3_coder",
            "--upstream",
            mock.url,
            "--port",
        ]
        proxy = Process([*command, str(free_port())], log)
        try:
            measure(mock, proxy, crowds)
        finally:
            proxy.stop()
            mock.stop()


def measure(mock: Process, proxy: Process, crowds: list[int]) -> None:
    print("microseconds from the server's write to the client: median, slowest hundredth")
    rows: list[tuple[str, Any, bool]] = [
        ("without the proxy", mock.url, False),
        ("text that passes", proxy.url, False),
        ("an argument of a call", proxy.url, True),
    ]
    for streams in (1, 50):
        for name, url, in_call in rows:
            print(f"{streams:5} streams  {name:24}", asyncio.run(lateness(url, streams, in_call=in_call)), flush=True)
    found = asyncio.run(numbers(proxy.url))
    spent = found['toolgram_proxy_read_seconds_total{format="qwen3_coder"}']
    events = found['toolgram_proxy_events_total{format="qwen3_coder"}']
    print(f"of that, reading and writing an event takes {spent / events * 1e6:.0f}")
    for streams in crowds:
        wrong, seconds = asyncio.run(crowd(proxy.url, streams, 20))
        print(f"{streams} streams at once: {len(wrong)} wrong, {seconds:.1f} seconds", *wrong[:3], flush=True)
    print(f"the proxy's memory at its most: {proxy.megabytes:.0f} MB")


if __name__ == "__main__":
    main()
