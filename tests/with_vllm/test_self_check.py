"""`python FILE --check`: a plugin file says what works in the vLLM of its Python, the real one or an unpacked one."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from composed import PLUGINS

pytestmark = pytest.mark.vllm
HERE = Path(__file__).parent
SOURCES = HERE.parents[1] / ".venv-old" / "sources"
DOORS = [f"{half}, {how}" for half in ("tool half", "reasoning half", "both halves") for how in ("whole", "streamed")]


def check(path: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a file as an operator does, with the Python of the server and without toolgram."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    command = [sys.executable, str(path), *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=300, check=False, env=environment)


def single(name: str, folder: Path) -> Path:
    path = folder / f"{name}.py"
    script = PLUGINS.parent / "standalone.py"
    subprocess.run([sys.executable, str(script), name, "--out", str(path)], check=True, timeout=60)
    return path


def test_a_file_of_the_folder_where_it_lies() -> None:
    done = check(PLUGINS / "qwen3_coder.py", "--check")
    assert done.returncode == 0, done.stdout + done.stderr
    title, *lines = done.stdout.splitlines()
    assert title.startswith("toolgram ")
    assert "in vLLM 0.32.0: qwen3_coder" in title
    assert [line.split("  ")[1] for line in lines] == DOORS
    for line in lines:
        right, total = line.split()[-4], line.split()[-2]
        assert right == total != "0"
    page = HERE.parents[1] / "docs" / "vllm-plugin.md"
    assert "\n".join(lines) in page.read_text(encoding="utf-8")


def test_a_single_file_that_is_called_as_a_package(tmp_path: Path) -> None:
    """vLLM imports `openai`, and Python looks for it in the folder of the script first."""
    done = check(single("openai", tmp_path), "--check")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "both halves, streamed" in done.stdout


def test_what_does_not_work_is_shown(tmp_path: Path) -> None:
    path = single("pythonic", tmp_path)
    text = path.read_text(encoding="utf-8")
    place = text.rindex('"calls": [["')
    path.write_text(text[:place] + '"calls": [["other_' + text[place + len('"calls": [["') :], encoding="utf-8")
    done = check(path, "--check")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "wanted (" in done.stdout
    assert "other_" in done.stdout
    assert check(path).returncode == 2  # without `--check` it says what it is


@pytest.mark.parametrize("version", ["0.10.2", "0.13.0", "0.19.0", "0.22.1", "0.33.0"])
def test_all_files_in_other_versions(version: str) -> None:
    if not (SOURCES / version).is_dir():
        pytest.skip("the sources of this version are not there")
    command = [sys.executable, str(HERE / "self_check.py"), str(SOURCES / version)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=500, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
