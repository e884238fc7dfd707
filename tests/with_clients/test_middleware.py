"""Vercel's `ai` at a vLLM that has no parser at all, with the middleware of our npm package around its model.

The scenes are those of `test_clients.py`, and what must come of them is the same. Run by `.ci/vllm`; the server is that
of `test_proxied.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import test_clients
from programs import ask
from server import Server
from test_clients import format_id, tokens_of  # noqa: F401  fixtures

pytestmark = pytest.mark.vllm

CLIENT = "vercel_ai"


@pytest.fixture(scope="session")
def base_url_of(bare_server: Server) -> Callable[[str], str]:
    """The server itself, whatever the format."""
    return lambda _: bare_server.base_url


@pytest.fixture(autouse=True)
def _with_middleware(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(test_clients, "ask", lambda client, *rest: ask(f"{client}_middleware", *rest))


def test_what_the_model_writes_is_what_runs(
    format_id: str,  # noqa: F811
    place: Path,
    base_url_of: Callable[[str], str],
    tokens_of: Callable[[str], int],  # noqa: F811
) -> None:
    test_clients.test_what_the_model_writes_is_what_runs(CLIENT, format_id, place, base_url_of(format_id), tokens_of)


def test_a_call_that_is_cut_before_its_first_parameter_does_not_run(
    place: Path,
    base_url_of: Callable[[str], str],
    tokens_of: Callable[[str], int],  # noqa: F811
) -> None:
    test_clients.test_a_call_that_is_cut_before_its_first_parameter_does_not_run(CLIENT, place, base_url_of, tokens_of)
