"""`toolgram proxy` before a server, started and stopped."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from server import STOP_SECONDS, free_port

SOURCES = Path(__file__).parents[2] / "src"
START_SECONDS = 60


class Proxy:
    """`toolgram proxy` before a server."""

    def __init__(self, upstream: str, format_id: str, log: Path) -> None:
        port = free_port()
        self.base_url = f"http://127.0.0.1:{port}/v1"
        command = [sys.executable, "-m", "toolgram", "proxy", "--upstream", upstream, "--server", "vllm"]
        with log.open("w") as output:
            self._process = subprocess.Popen(
                [*command, "--format", format_id, "--port", str(port)],
                stdout=output,
                stderr=subprocess.STDOUT,
                env={**os.environ, "PYTHONPATH": str(SOURCES)},
            )
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self._process.poll() is None:
            with contextlib.suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=2):
                return
            time.sleep(0.2)
        self.stop()
        raise RuntimeError(f"the proxy did not come up:\n{log.read_text()}")

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(STOP_SECONDS)
