"""Two real servers, one with our plugin and one with vLLM's own parser, under the same load.

    PYTHONPATH=src .venv-vllm/bin/python benchmarks/server.py [FORMAT ...] [--streams N] [--rounds N]

A toy model that has learnt one long call by heart writes it into N streams at once, over real HTTP. In each server
`parse_delta` is timed where the server calls it, in seconds of its own thread: what all calls took together, for each
delta, and the longest single one, during which nothing else in that process is served. Rounds go to the servers in
turns; the first warms them up and does not count.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from in_vllm import BUILT_IN, GENERATED  # puts the server tests on the path
from model import END, Lesson, train
from server import Server
from tables import machine_name
from workloads import prose, transcripts

LENGTH = 1500  # characters of the argument
TOKENS_MAX = 1900
# A plugin file that times what the server does with every delta, writes it down, and begins anew when asked by a file.
CLOCK = """
import json, pathlib, time
from vllm.parser.parser_manager import ParserManager

compose = ParserManager.get_parser
seen = {"calls": 0, "seconds": 0.0, "longest": 0.0}
asked, told = pathlib.Path(ASKED), pathlib.Path(TOLD)

def timed(parse_delta):
    def timing(self, *given, **named):
        begin = time.thread_time()
        try:
            return parse_delta(self, *given, **named)
        finally:
            took = time.thread_time() - begin
            seen["calls"] += 1
            seen["seconds"] += took
            seen["longest"] = max(seen["longest"], took)
            if named.get("finished"):
                told.write_text(json.dumps(seen))
                if asked.exists():
                    asked.unlink()
                    seen.update(calls=0, seconds=0.0, longest=0.0)
    return timing

def get_parser(*given, **named):
    kind = compose(*given, **named)
    return kind and type(kind.__name__, (kind,), {"parse_delta": timed(kind.parse_delta)})

ParserManager.get_parser = get_parser
"""


def arguments_of(format_id: str) -> dict[str, str]:
    """What the model writes a call of: another text for each format."""
    return {"path": f"{format_id}.txt", "text": prose(LENGTH)}


def lesson(formats: list[str]) -> Lesson:
    """One prompt and one long call for each format."""
    pairs = []
    for name in formats:
        prompt = f"<|im_start|>user\n{name}{END}\n<|im_start|>assistant\n"
        pairs.append((prompt, getattr(transcripts, name)(("write_file", arguments_of(name))) + END))
    return Lesson(pairs, transcripts.HIDDEN_TOKENS, transcripts.VISIBLE_TOKENS)


async def load(server: Server, format_id: str, streams: int) -> tuple[float, int]:
    """Ask for all streams at once. Returns the seconds that it took, and the tokens that came."""
    from openai import AsyncOpenAI

    async def one(client: AsyncOpenAI) -> int:
        tokens, arguments = 0, ""
        asked = await client.chat.completions.create(
            model="toy",
            messages=[{"role": "user", "content": format_id}],
            tools=transcripts.TOOLS,  # type: ignore[arg-type]  # plain mappings
            temperature=0.0,
            max_tokens=TOKENS_MAX,
            stream=True,
            stream_options={"include_usage": True},
        )
        async for chunk in asked:
            tokens = chunk.usage.completion_tokens if chunk.usage else tokens
            for choice in chunk.choices:
                for call in choice.delta.tool_calls or []:
                    arguments += call.function.arguments or "" if call.function else ""
        if json.loads(arguments) != arguments_of(format_id):
            raise RuntimeError(f"{format_id}: {arguments}")
        return tokens

    async with AsyncOpenAI(base_url=server.base_url, api_key="none", timeout=600, max_retries=0) as client:
        begin = time.perf_counter()
        tokens = await asyncio.gather(*(one(client) for _ in range(streams)))
        return time.perf_counter() - begin, sum(tokens)


def start(folder: Path, model: Path, format_id: str, name: str, plugin: Path | None) -> Server:
    """A server whose parser is timed."""
    file = folder / f"clock_{name}.py"
    text = CLOCK.replace("ASKED", repr(str(folder / f"{name}.ask"))).replace("TOLD", repr(str(folder / f"{name}.json")))
    before = f"from vllm.tool_parsers import ToolParserManager\nToolParserManager.import_tool_parser({str(plugin)!r})\n"
    file.write_text((before if plugin else "") + text)
    parser = format_id if plugin else BUILT_IN[format_id][0]
    return Server(
        model,
        file,
        parser,
        folder / f"{name}.log",
        reasoning=False,
        more=["--max-num-seqs", "64", "--max-model-len", "2048"],
    )


def compare(format_id: str, model: Path, folder: Path, streams: int, rounds: int) -> list[str]:
    """Rows of the table, ours first."""
    plugins = {"ours": GENERATED / "vllm" / f"{format_id}.py", "vLLM's": None}
    servers: dict[str, Server] = {}
    speeds: dict[str, list[float]] = {name: [] for name in plugins}
    try:
        for name, plugin in plugins.items():
            servers[name] = start(folder, model, format_id, f"{format_id}-{name[:4]}", plugin)
            servers[name].wait()
        for number in range(rounds + 1):
            for name, server in list(servers.items())[:: 1 if number % 2 else -1]:
                seconds, tokens = asyncio.run(load(server, format_id, streams))
                if number:
                    speeds[name].append(tokens / seconds)
                else:  # what was timed so far does not count
                    (folder / f"{format_id}-{name[:4]}.ask").touch()
                    asyncio.run(load(server, format_id, 1))
    finally:
        for server in servers.values():
            server.stop()
    rows = []
    for name in plugins:
        seen: dict[str, Any] = json.loads((folder / f"{format_id}-{name[:4]}.json").read_text())
        each = seen["seconds"] / seen["calls"] * 1e6
        cells = f"{statistics.median(speeds[name]):>12.0f}{each:>16.1f}{seen['longest'] * 1e3:>14.2f}"
        rows.append(f"{format_id:14}{name:8}{cells}")
    return rows


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("formats", nargs="*", default=["qwen3_coder", "hermes", "kimi_k2"])
    options.add_argument("--streams", type=int, default=64)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--model", type=Path, help="a folder that keeps the toy model")
    asked = options.parse_args()
    import vllm

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        toy = asked.model or folder / "toy"
        if not (toy / "config.json").exists():
            train(toy, lesson(asked.formats))
        print(f"vLLM {vllm.__version__}, {machine_name()}, {asked.streams} streams at once")
        print(f"{'format':14}{'parser':8}{'tokens/s':>12}{'us per delta':>16}{'longest, ms':>14}", flush=True)
        for format_id in asked.formats:
            for row in compare(format_id, toy, folder, asked.streams, asked.rounds):
                print(row, flush=True)


if __name__ == "__main__":
    main()
