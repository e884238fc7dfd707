"""`pytest --full`: everything at its full size; without it, each test of a format takes a fixed sample.

CI runs the full size; `budget.py` says how much that is. Random texts are the same in every run;
`--hypothesis-profile default` draws new ones.
"""

from __future__ import annotations

import budget
import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--full", action="store_true", help="every split, every hostile text, hundreds of random texts")


def pytest_configure(config: pytest.Config) -> None:
    budget.full = config.getoption("--full")
    if config.pluginmanager.hasplugin("hypothesispytest"):  # not beside the real vLLM
        from hypothesis import settings

        settings.register_profile("repeatable", derandomize=True)
        settings.load_profile(config.getoption("--hypothesis-profile") or "repeatable")
