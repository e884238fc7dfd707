"""The compiler as the server asks it: in a process of its own, with a limit for each job.

In: a job, as `worker.py` reads it. Out: its answer. One job runs at a time; others wait, and no more
than a few.

Promises: a job has so many seconds, and a process that needs more is ended, with what it started; whoever goes away
before the answer is there ends it, too. The next job gets a new one.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
from typing import Any

SECONDS_OF_SPEC = 10.0
SECONDS_OF_TEMPLATE = 60.0
SECONDS_TO_START = 60.0
LINE_BYTES_MAX = 64 << 20  # of an answer
WAITING_MAX = 8


class BusyError(Exception):
    """Too many jobs wait already."""


class LimitError(Exception):
    """A job needed more time or memory than it may."""


class Compiler:
    """One process that compiles, started when it is needed."""

    def __init__(self) -> None:
        self._lock = asyncio.Lock()
        self._process: asyncio.subprocess.Process | None = None
        self._waiting = 0

    async def start(self) -> None:
        """Start the process before somebody waits for it."""
        async with self._lock:
            await self._ready()

    async def answer(self, job: dict[str, Any]) -> bytes:
        """Return the answer to a job, as JSON. Raises BusyError and LimitError."""
        if self._waiting >= WAITING_MAX:
            raise BusyError
        self._waiting += 1
        try:
            async with self._lock:
                is_whole = False
                try:
                    found = await self._done(job)
                    is_whole = True
                    return found
                finally:
                    if not is_whole:
                        self.end()
        finally:
            self._waiting -= 1

    async def _done(self, job: dict[str, Any]) -> bytes:
        process = await self._ready()
        assert process.stdin is not None
        seconds = SECONDS_OF_TEMPLATE if "template" in job else SECONDS_OF_SPEC
        until = asyncio.get_running_loop().time() + seconds
        process.stdin.write(json.dumps(job).encode("utf-8") + b"\n")
        return await self._line(process, until)

    async def _ready(self) -> asyncio.subprocess.Process:
        if self._process is not None and self._process.returncode is None:
            return self._process
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "toolgram.play.worker",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=LINE_BYTES_MAX,
            start_new_session=True,
        )
        until = asyncio.get_running_loop().time() + SECONDS_TO_START
        await self._line(self._process, until)
        return self._process

    async def _line(self, process: asyncio.subprocess.Process, until: float) -> bytes:
        assert process.stdout is not None
        try:
            async with asyncio.timeout_at(until):
                line = await process.stdout.readline()
        except TimeoutError:
            raise LimitError("it takes too long to compile") from None
        if not line:
            raise LimitError("the compiler needed more memory than it may, or failed")
        return line

    async def close(self) -> None:
        """End the process, and wait until it has ended."""
        process = self._process
        self.end()
        if process is not None:
            await process.wait()

    def end(self) -> None:
        """End the process, and what it has started."""
        process, self._process = self._process, None
        if process is None or process.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if hasattr(os, "killpg"):
                os.killpg(process.pid, signal.SIGKILL)
            else:
                process.kill()
