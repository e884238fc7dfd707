"""`pytest --full`: everything at its full size; without it, each test of a format takes a fixed sample.

CI runs the full size; `budget.py` says how much that is. Random texts are the same in every run;
`--hypothesis-profile default` draws new ones. Where a program is not installed, what needs it is not collected, and
the summary says so once.
"""

from __future__ import annotations

import importlib.util
import shutil
from pathlib import Path

import budget
import pytest


def _has(*names: str) -> bool:
    return all(importlib.util.find_spec(name) for name in names)


ROOT = Path(__file__).parents[1]
CHROMIUMS = ("chromium", "chromium-browser", "google-chrome")

# The folders of tests that need the real program, and whether it is installed. `.ci/run` runs them all.
HOSTS = {
    "with_vllm": _has("vllm"),
    "with_clients": _has("vllm"),
    "with_sglang": _has("sglang"),
    "with_templates": _has("vllm"),
    "with_grammars": _has("xgrammar", "llguidance") or _has("llama_cpp"),
    "with_proxy": _has("aiohttp", "litellm", "uvicorn"),
    "with_rollouts": _has("ray"),
    "with_browser": _has("playwright", "starlette", "uvicorn") and any(map(shutil.which, CHROMIUMS)),
    "with_node": shutil.which("node") is not None and (ROOT / "typescript" / "node_modules").is_dir(),
}
# The reproduction of the founding fault runs in unpacked versions too.
collect_ignore = [
    str(path)
    for path in Path(__file__).parent.glob("with_*/test_*.py")
    if not HOSTS[path.parent.name] and path.stem != "test_reproduce"
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
    left_out = ", ".join(f"tests/{name}" for name, is_there in HOSTS.items() if not is_there)
    if left_out:
        terminalreporter.write_line(f"not collected, for want of the programs (.ci/run has them): {left_out}")


@pytest.fixture
def few_samples(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a template can carry is found out with few values of a kind, without `--full`."""
    if not budget.full:
        monkeypatch.setattr("toolgram.testing.templates.abilities.SAMPLES", 8)
        monkeypatch.setattr("toolgram.which.reading.SAMPLES", 8)
