"""A server of the playground, and a Chromium that looks at it: the one that is installed."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
DESKTOP, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
READY = "body[data-ready]"


@contextmanager
def serving(*words: str) -> Iterator[str]:
    """Run `toolgram play`; the address that it tells."""
    command = [sys.executable, "-m", "toolgram", "play", "--no-open", "--port", "0", *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    with serving() as found:
        yield found


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright  # not everywhere where tests are collected

    with sync_playwright() as driver:
        found = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield found
        found.close()


@pytest.fixture
def open_page(browser: Any, address: str) -> Iterator[Any]:
    """Open the page; what goes wrong in it, or is fetched from elsewhere, fails the test."""
    contexts, problems = [], []

    def opened(fragment: str = "", *, size: dict[str, int] = DESKTOP, scheme: str = "light", at: str = address) -> Any:
        context = browser.new_context(viewport=size, color_scheme=scheme)
        contexts.append(context)
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        page = context.new_page()
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("console", lambda line: problems.append(line.text) if line.type in ("error", "warning") else None)
        page.on("request", lambda one: None if one.url.startswith((at, "data:")) else problems.append(one.url))
        page.goto(at + fragment)
        page.wait_for_selector(READY)
        return page

    opened.problems = problems  # type: ignore[attr-defined]
    yield opened
    for context in contexts:
        context.close()
    assert problems == []


@pytest.fixture
def page(open_page: Any) -> Any:
    return open_page()


def write_file(folder: Path, name: str, text: str) -> str:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return str(path)
