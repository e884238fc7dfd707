"""Qwen Code itself, at a server that has no parser: its calls are repaired on the client's side, in TypeScript.

`typescript/examples/repair_for.mjs` stands between the two and knows nothing but the npm package. What must come of the
scenes is what comes of them through the plugin (`tests/with_clients`): files byte for byte, clean texts and thoughts.
Qwen Code is the one that `.ci/environments` has installed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import budget
import pytest
from raw_server import RawServer  # it says where the others are

# isort: split
from client_lesson import SENTENCE, last_answer, question, scenes_in
from programs import QWEN, Repairing, qwen_code

SCENES = {
    "qwen3_coder": ("lines", "page", "bytes", "two", "thoughts", "opened", "mention"),
    "hermes": ("bytes", "two", "thoughts"),
}
SAMPLE = [("qwen3_coder", "bytes"), ("qwen3_coder", "opened")]
ALL = [(format_id, name) for format_id, names in SCENES.items() for name in names]

pytestmark = pytest.mark.skipif(not QWEN.exists(), reason="Qwen Code is not installed: .ci/environments does it")


@pytest.fixture
def work(tmp_path: Path) -> Path:
    """The folder in which Qwen Code works."""
    (tmp_path / "work").mkdir()
    return tmp_path / "work"


@pytest.fixture
def repaired(tmp_path: Path) -> Iterator[Callable[[RawServer, str], str]]:
    """A function from a server and its format to the URL of what repairs its answers."""
    running: list[Repairing] = []

    def url(server: RawServer, format_id: str) -> str:
        running.append(Repairing(tmp_path / "client", server.base_url, format_id))
        return running[-1].base_url

    yield url
    for one in running:
        one.stop()


@pytest.mark.parametrize(("format_id", "name"), ALL)
def test_qwen_code_does_what_the_model_writes(
    format_id: str, name: str, work: Path, repaired: Callable[[RawServer, str], str]
) -> None:
    if not budget.full and (format_id, name) not in SAMPLE:
        pytest.skip("with --full")
    server = RawServer(work, format_id)
    scene = scenes_in(work)[name]
    seen = qwen_code(repaired(server, format_id), work, question(format_id, scene))
    server.stop()
    assert all(asked["skip_special_tokens"] is False for asked in server.asked)
    assert not seen.errors
    assert seen.calls == [[call.name, dict(call.arguments)] for call in scene.calls]
    assert seen.files == dict(scene.files)
    assert seen.texts == [text for text in (scene.content, last_answer(scene) if scene.calls else "") if text]
    assert seen.thoughts == ([scene.thoughts] if scene.thoughts else [])


def test_without_it_the_text_of_the_call_is_the_answer(work: Path) -> None:
    if not budget.full:
        pytest.skip("with --full")
    server = RawServer(work, "qwen3_coder")
    seen = qwen_code(server.base_url, work, question("qwen3_coder", scenes_in(work)["bytes"]))
    server.stop()
    assert (seen.calls, seen.files) == ([], {})
    assert "<function=write_file>" in seen.texts[0]


def test_qwen_code_rejects_a_call_that_is_cut(work: Path, repaired: Callable[[RawServer, str], str]) -> None:
    server = RawServer(work, "qwen3_coder")
    server.cut = "<parameter"
    seen = qwen_code(repaired(server, "qwen3_coder"), work, question("qwen3_coder", scenes_in(work)["lines"]))
    server.stop()
    assert seen.files == {}
    assert seen.texts[0] == SENTENCE
    assert len(seen.errors) == len(seen.calls) == 1
    assert "truncated" in seen.errors[0]  # it has seen that the JSON is not finished
