"""Servers on loopback, each a process of its own."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

HERE = Path(__file__).parent
START_SECONDS = 60


class Process:
    """A server on loopback, started and stopped."""

    def __init__(self, command: list[str], log: Path, probe: str = "/health") -> None:
        self.port = int(command[-1])
        self.url = f"http://127.0.0.1:{self.port}"
        environment = {**os.environ, "PYTHONPATH": str(HERE.parents[1] / "src"), "LITELLM_LOCAL_MODEL_COST_MAP": "True"}
        with log.open("w") as output:
            self.process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, env=environment)
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                urllib.request.urlopen(self.url + probe, timeout=2).close()
                return
            except urllib.error.HTTPError:  # it answers
                return
            except OSError:
                time.sleep(0.1)
        self.stop()
        raise RuntimeError(f"it did not come up: {command}\n{log.read_text()[-3000:]}")

    def stop(self) -> None:
        self.process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(10)
        self.process.kill()

    @property
    def megabytes(self) -> float:
        """The most memory that it has had."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
