"""The real vLLM server, started and stopped.

In: a model's folder, a plugin file (or an installed toolgram) and the name of the parsers. Out: a base URL for clients.

Promise: a server that was started is stopped, with all its processes, whatever happens between; at most `SERVERS_MAX`
run at a time.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path

START_SECONDS = 420  # a minute on an idle machine, a lot more on a busy one
STOP_SECONDS = 20
SERVERS_MAX = 2


class Server:
    """One server for one format: of a plugin file or, without one, of the `toolgram` that is installed in `site`."""

    def __init__(
        self,
        model: Path,
        plugin: Path | None,
        name: str | None,
        log: Path,
        *,
        reasoning: bool,
        interval: int = 1,
        site: Path | None = None,
        command: Sequence[str] = ("vllm.entrypoints.openai.api_server",),
        more: Sequence[str] = (),
        variables: Mapping[str, str] | None = None,
    ) -> None:
        self.port = free_port()
        self.base_url = f"http://127.0.0.1:{self.port}/v1"
        self.log = log
        self._health = f"http://127.0.0.1:{self.port}/health"
        options = [
            *("--model", str(model), "--served-model-name", "toy"),
            *("--host", "127.0.0.1", "--port", str(self.port)),
            *("--max-model-len", "1024", "--max-num-seqs", "8", "--enforce-eager", "--dtype", "float32"),
            *("--stream-interval", str(interval)),
        ]
        if name is not None:  # else it has no parser
            options += ["--enable-auto-tool-choice", "--tool-call-parser", name]
        if plugin is not None:
            options += ["--tool-parser-plugin", str(plugin)]
        if reasoning and name is not None:
            options += ["--reasoning-parser", name]
            options += ["--reasoning-parser-plugin", str(plugin)] if plugin is not None else []
        environment = {**os.environ, "HF_HUB_OFFLINE": "1", "VLLM_CPU_KVCACHE_SPACE": "1", "VLLM_NO_USAGE_STATS": "1"}
        # A plugin file must stand alone: the server is not to find toolgram anywhere.
        environment.pop("PYTHONPATH", None)
        environment |= variables or {}
        if site is not None:
            environment["PYTHONPATH"] = str(site)
        with log.open("w") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", *command, *options, *more],
                stdout=output,
                stderr=subprocess.STDOUT,
                env=environment,
                start_new_session=True,  # so that the engine's processes can be stopped with it
            )

    def wait(self) -> None:
        """Wait until it answers. Raises RuntimeError, with the end of its log, when it does not."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                break
            with contextlib.suppress(OSError), urllib.request.urlopen(self._health, timeout=2):
                return
            time.sleep(0.5)
        tail = "\n".join(self.log.read_text(errors="replace").splitlines()[-40:])
        self.stop()
        raise RuntimeError(f"the server did not come up:\n{tail}")

    def stop(self) -> None:
        """Stop it and every process that it has started."""
        for sign in (signal.SIGTERM, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, sign)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(STOP_SECONDS)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)


class Fleet:
    """The servers of a test session, in the order they will be wanted: while one is tested the next one starts."""

    def __init__(self, make: dict[str, object]) -> None:
        self._make = dict(make)
        self._running: dict[str, Server] = {}

    def take(self, key: str) -> Server:
        """The server of `key`, ready; servers wanted before it are stopped."""
        for other in [other for other in self._running if list(self._make).index(other) < list(self._make).index(key)]:
            self._running.pop(other).stop()
        self._start_from(key)
        server = self._running[key]
        server.wait()
        return server

    def stop(self) -> None:
        for server in self._running.values():
            server.stop()
        self._running.clear()

    def _start_from(self, key: str) -> None:
        keys = list(self._make)
        for wanted in keys[keys.index(key) :][:SERVERS_MAX]:
            if wanted not in self._running:
                self._running[wanted] = self._make[wanted]()  # type: ignore[operator]  # a callable for each


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
