"""The same clients at a vLLM that has no parser at all, with `toolgram proxy` before it.

The scenes are those of `test_clients.py`, and what must come of them is the same. Anthropic's API is not repaired by
the proxy, so its client is left out. Run by `.ci/vllm`: a sample, and with `--full` all of it, in a second format, too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import budget
import pytest
import test_clients
from proxied import Proxy
from server import Server
from test_clients import QWEN_SCENES, WAYS, base_url, format_id, tokens_of  # noqa: F401  fixtures

pytestmark = pytest.mark.vllm

CLIENTS = [client for client in WAYS if client != "anthropic_messages"]
SAMPLE = ("openai_chat", "openai_responses", "bytes", "opened")  # without `--full`


@pytest.fixture(scope="session")
def base_url_of(bare_server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[object]:
    """A function from a format's id to the URL of a proxy; the server behind all of them is one."""
    logs = tmp_path_factory.mktemp("logs")
    running: dict[str, Proxy] = {}

    def url(name: str) -> str:
        if name not in running:
            running[name] = Proxy(bare_server.base_url, name, logs / f"{name}.log")
        return running[name].base_url

    yield url
    for proxy in running.values():
        proxy.stop()


@pytest.fixture(autouse=True)
def _sampled(request: pytest.FixtureRequest) -> None:
    asked = request.node.callspec.params
    if not budget.full and asked.get("client", asked.get("name", SAMPLE[0])) not in SAMPLE:
        pytest.skip("with --full")


@pytest.mark.parametrize("client", CLIENTS)
def test_what_the_model_writes_is_what_runs(
    client: str,
    format_id: str,  # noqa: F811
    place: Path,
    base_url: str,  # noqa: F811
    tokens_of: Callable[[str], int],  # noqa: F811
) -> None:
    test_clients.test_what_the_model_writes_is_what_runs(client, format_id, place, base_url, tokens_of)


@pytest.mark.parametrize("client", CLIENTS)
def test_a_call_that_is_cut_before_its_first_parameter_does_not_run(
    client: str,
    place: Path,
    base_url_of: Callable[[str], str],
    tokens_of: Callable[[str], int],  # noqa: F811
) -> None:
    test_clients.test_a_call_that_is_cut_before_its_first_parameter_does_not_run(client, place, base_url_of, tokens_of)


@pytest.mark.parametrize("name", QWEN_SCENES)
def test_qwen_code_does_what_the_model_writes(
    name: str,
    format_id: str,  # noqa: F811
    place: Path,
    base_url: str,  # noqa: F811
    tokens_of: Callable[[str], int],  # noqa: F811
) -> None:
    test_clients.test_qwen_code_does_what_the_model_writes(name, format_id, place, base_url, tokens_of)


@pytest.mark.parametrize("by", ["max_tokens", "stop"])
def test_qwen_code_rejects_a_call_that_is_cut_before_its_first_parameter(
    by: str,
    place: Path,
    base_url_of: Callable[[str], str],
    tokens_of: Callable[[str], int],  # noqa: F811
) -> None:
    test_clients.test_qwen_code_rejects_a_call_that_is_cut_before_its_first_parameter(by, place, base_url_of, tokens_of)
