"""The scenes of `test_server.py` from a vLLM that has no parser at all, with `toolgram proxy` before it.

One server serves all formats, since nothing of it knows one; each format has a proxy of its own. Among them are formats
whose special tokens the server hides unless it is asked not to. Run by `.ci/vllm`; without `--full`, only those.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import budget
import pytest
import test_server
from proxied import Proxy
from server import Server
from test_server import Talk
from transcripts import CASES

pytestmark = pytest.mark.vllm

SAMPLE = ("kimi_k2", "llama3_json")  # whose special tokens are hidden; without `--full`


@pytest.fixture(scope="module")
def server(model_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    running = Server(model_folder, None, None, tmp_path_factory.mktemp("logs") / "server.log", reasoning=False)
    running.wait()
    yield running
    running.stop()


@pytest.mark.parametrize("format_id", CASES)
def test_every_scene_is_the_same_streamed_and_whole(format_id: str, server: Server, tmp_path: Path) -> None:
    if not budget.full and format_id not in SAMPLE:
        pytest.skip("with --full")
    proxy = Proxy(server.base_url, format_id, tmp_path / "log")
    try:
        test_server.test_every_scene_is_the_same_streamed_and_whole(Talk(proxy, format_id, 1))
    finally:
        proxy.stop()
