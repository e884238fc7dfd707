"""Many streams at once: each asks for something of its own, and must get exactly that.

The server answers nobody before all are there.

In: a URL, how many, and how many pieces each has. Out: what was wrong, and how long it took.
`python crowd.py URL STREAMS [PIECES] [CONNECTIONS A SECOND]`
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from typing import Any

import aiohttp

CALL = "<tool_call>\n<function=f>\n<parameter=a>\n{0}\n</parameter>\n</function>\n</tool_call>"
TOOL = {"name": "f", "parameters": {"type": "object", "properties": {"a": {"type": "string"}}}}
STARTS_AT_ONCE = 500  # so that the listening sockets are not run over


def request_of(number: int, pieces: int, **more: Any) -> dict[str, Any]:
    said = [f"{number}-{piece} " for piece in range(pieces)]
    call = CALL.format(f"value {number}")
    cut = [call[at : at + 6] for at in range(0, len(call), 6)]
    told = {"pieces": [*said, *cut], "slow": 0.02, **more}
    return {
        "model": "toy",
        "stream": True,
        "messages": [{"role": "user", "content": "x"}],
        "tools": [{"type": "function", "function": TOOL}],
        "mock": told,
    }


async def one(
    session: aiohttp.ClientSession, url: str, number: int, pieces: int, start: asyncio.Semaphore, size: int
) -> str:
    """Ask one thing; what was wrong with the answer."""
    request = request_of(number, pieces, crowd=[f"{id(start)} {size}", size])
    content, name, arguments, finishes, is_done = "", "", "", [], False
    async with start:
        response = await session.post(url + "/v1/chat/completions", json=request)
    async with response:
        async for line in response.content:
            if line == b"data: [DONE]\n":
                is_done = True
            elif line.startswith(b"data: "):
                for choice in json.loads(line[6:])["choices"]:
                    content += choice["delta"].get("content") or ""
                    finishes += [choice["finish_reason"]] if choice["finish_reason"] else []
                    for call in choice["delta"].get("tool_calls", ()):
                        name += call["function"].get("name", "")
                        arguments += call["function"]["arguments"]
    wanted = " ".join(f"{number}-{piece}" for piece in range(pieces))
    right = content.strip() == wanted and (name, arguments) == ("f", json.dumps({"a": f"value {number}"}))
    return (
        ""
        if right and finishes == ["tool_calls"] and is_done
        else f"{number}: {content[:50]!r} {arguments!r} {finishes}"
    )


async def crowd(url: str, streams: int, pieces: int) -> tuple[list[str], float]:
    """Ask so many at once."""
    start = asyncio.Semaphore(STARTS_AT_ONCE)
    timeout = aiohttp.ClientTimeout(total=None)
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0), timeout=timeout) as session:
        began = time.perf_counter()
        found = await asyncio.gather(
            *(one(session, url, number, pieces, start, streams) for number in range(streams)), return_exceptions=True
        )
    return [str(each) or repr(each) for each in found if each], time.perf_counter() - began


if __name__ == "__main__":
    wrong, seconds = asyncio.run(crowd(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else 20))
    print(f"{sys.argv[2]} streams in {seconds:.1f} s, {len(wrong)} wrong", *wrong[:5], sep="\n")
