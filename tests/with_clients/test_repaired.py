"""Qwen Code at a vLLM that has no parser at all, repaired on the client's side: `typescript/examples/repair_for.mjs`.

The scenes are those of `test_clients.py`, and what must come of them is the same. Run by `.ci/vllm`: a sample, and with
`--full` all of it, in a second format, too. `tests/with_node` runs the same at a server that is none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import budget
import pytest
import test_clients
from programs import Repairing
from server import Server
from test_clients import QWEN_SCENES, base_url, format_id, tokens_of  # noqa: F401  fixtures

pytestmark = pytest.mark.vllm

SAMPLE = ("bytes", "opened")  # without `--full`


@pytest.fixture(scope="session")
def base_url_of(bare_server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[object]:
    """A function from a format's id to the URL of what repairs; the server behind all of them is one."""
    folder = tmp_path_factory.mktemp("client")
    running: dict[str, Repairing] = {}

    def url(name: str) -> str:
        if name not in running:
            running[name] = Repairing(folder, bare_server.base_url, name)
        return running[name].base_url

    yield url
    for one in running.values():
        one.stop()


@pytest.mark.parametrize("name", QWEN_SCENES)
def test_qwen_code_does_what_the_model_writes(
    name: str,
    format_id: str,  # noqa: F811
    place: Path,
    base_url: str,  # noqa: F811
    tokens_of: Callable[[str], int],  # noqa: F811
) -> None:
    if not budget.full and name not in SAMPLE:
        pytest.skip("with --full")
    test_clients.test_qwen_code_does_what_the_model_writes(name, format_id, place, base_url, tokens_of)


@pytest.mark.parametrize("by", ["max_tokens", "stop"])
def test_qwen_code_rejects_a_call_that_is_cut_before_its_first_parameter(
    by: str,
    place: Path,
    base_url_of: Callable[[str], str],
    tokens_of: Callable[[str], int],  # noqa: F811
) -> None:
    if not budget.full and by == "stop":
        pytest.skip("with --full")
    test_clients.test_qwen_code_rejects_a_call_that_is_cut_before_its_first_parameter(by, place, base_url_of, tokens_of)
