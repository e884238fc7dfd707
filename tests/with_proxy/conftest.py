"""What the tests of the proxy share: a mock server and proxies before it, each a process of its own."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from servers import HERE, Process, free_port

os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"  # nothing is fetched


@pytest.fixture(scope="session")
def logs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("logs")


@pytest.fixture(scope="session")
def mock(logs: Path) -> Iterator[Process]:
    """The server behind the proxies."""
    running = Process([sys.executable, str(HERE / "mock.py"), str(free_port())], logs / "mock.log", "/state")
    yield running
    running.stop()


@pytest.fixture(scope="session")
def proxy_of(logs: Path) -> Iterator[Callable[..., Process]]:
    """A function that starts a proxy before a URL, with more options; one for each set of options."""
    running: dict[tuple[str, ...], Process] = {}

    def start(upstream: str, *options: str) -> Process:
        key = (upstream, *options)
        if key not in running:
            command = [sys.executable, "-m", "toolgram", "proxy", "--upstream", upstream, *options, "--port"]
            running[key] = Process([*command, str(free_port())], logs / f"proxy{len(running)}.log")
        return running[key]

    yield start
    for one in running.values():
        one.stop()


@pytest.fixture(scope="session")
def proxy(mock: Process, proxy_of: Callable[..., Process]) -> Process:
    return proxy_of(mock.url, "--format", "qwen3_coder")
