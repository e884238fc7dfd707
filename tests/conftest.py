"""`pytest --full`: everything at its full size; without it, each test of a format takes a fixed sample.

CI runs the full size; `budget.py` says how much that is. Random texts are the same in every run;
`--hypothesis-profile default` draws new ones. Where vLLM or SGLang is not installed, what needs it is not collected,
and the summary says so once.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path

import budget
import pytest

HAS_VLLM = importlib.util.find_spec("vllm") is not None
HAS_SGLANG = importlib.util.find_spec("sglang") is not None
HAS_RAY = importlib.util.find_spec("ray") is not None
NEEDED = {"with_sglang": HAS_SGLANG, "with_rollouts": HAS_RAY}
# The reproduction of the founding fault runs in unpacked versions too.
collect_ignore = [
    str(path)
    for path in Path(__file__).parent.glob("with_*/test_*.py")
    if not NEEDED.get(path.parent.name, HAS_VLLM) and path.stem != "test_reproduce"
]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--full", action="store_true", help="every split, every hostile text, hundreds of random texts")
    parser.addoption("--token-texts", type=int, metavar="N", help="so many random texts with ids (test_token_ids.py)")


def pytest_configure(config: pytest.Config) -> None:
    budget.full = config.getoption("--full")
    budget.asked_token_texts = config.getoption("--token-texts")
    if config.pluginmanager.hasplugin("hypothesispytest"):  # not beside the real vLLM
        from hypothesis import settings

        settings.register_profile("repeatable", derandomize=True)
        settings.load_profile(config.getoption("--hypothesis-profile") or "repeatable")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if not HAS_VLLM:
        left_out = "tests/with_vllm, tests/with_clients"
        terminalreporter.write_line(f"{left_out}: not collected, vLLM is not installed (.ci/vllm runs them)")
    if not HAS_SGLANG:
        terminalreporter.write_line("tests/with_sglang: not collected, SGLang is not installed (.ci/sglang runs them)")
    if not HAS_RAY:
        terminalreporter.write_line("tests/with_rollouts: not collected, Ray is not installed (.ci/rollouts runs them)")


@pytest.fixture
def few_samples(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a template can carry is found out with few values of a kind, without `--full`."""
    if not budget.full:
        monkeypatch.setattr("toolgram.testing.templates.abilities.SAMPLES", 8)
        monkeypatch.setattr("toolgram.which.reading.SAMPLES", 8)
