"""What the tests with real clients share: a model that has learnt the scenes, and servers of it.

The folder in which the agents work stands in the lesson, since the model writes absolute paths. Both are kept in
`$TOOLGRAM_TOY_MODEL-clients`, if that is set.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests" / "with_vllm"))  # where model and server are
GREEDY = '{"temperature": 0}'  # most clients do not say how to sample


@pytest.fixture(scope="session")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `model` and `work` in it."""
    import client_lesson
    import model

    kept = os.environ.get("TOOLGRAM_TOY_MODEL")
    folder = Path(f"{kept}-clients") if kept else tmp_path_factory.mktemp("clients")
    (folder / "work").mkdir(parents=True, exist_ok=True)
    if not (folder / "model" / "config.json").exists():
        model.train(folder / "model", client_lesson.lesson(folder / "work"))
    return folder


@pytest.fixture(scope="session")
def bare_server(place: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[object]:
    """A server that has no parser."""
    from server import Server

    more = ("--max-model-len", "2048", "--override-generation-config", GREEDY)
    log = tmp_path_factory.mktemp("bare") / "server.log"
    server = Server(place / "model", None, None, log, reasoning=False, more=more)
    server.wait()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def base_url_of(place: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[object]:
    """A function from a format's id to the URL of its server; the last one runs on, the others are stopped."""
    from server import Fleet, Server

    logs = tmp_path_factory.mktemp("logs")
    more = ("--max-model-len", "2048", "--override-generation-config", GREEDY)
    plugins = {format_id: ROOT / "generated" / "vllm" / f"{format_id}.py" for format_id in ("qwen3_coder", "hermes")}
    running: dict[str, Fleet] = {}

    def url(format_id: str) -> str:
        if format_id not in running:
            for other in running.values():
                other.stop()
            make = partial(
                Server,
                place / "model",
                plugins[format_id],
                f"toolgram_{format_id}",
                logs / f"{format_id}.log",
                reasoning=True,
                more=more,
            )
            running[format_id] = Fleet({format_id: make})
        return running[format_id].take(format_id).base_url

    yield url
    for fleet in running.values():
        fleet.stop()
