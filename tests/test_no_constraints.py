"""`toolgram build --no-constraints`: plugins without the writer of grammars."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from toolgram.cli.commands import app
from toolgram.registry import formats_dir

GENERATED = formats_dir().parent / "generated"
FOLDER = "vllm-no-constraints"


def build(*arguments: object) -> tuple[int, str]:
    """The exit code of `toolgram build`, and what it says."""
    done = CliRunner().invoke(app, ["build", *map(str, arguments)])
    return done.exit_code, done.output


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("built")
    code, said = build("qwen3_coder", "--target", "machine,vllm", "--no-constraints", "--out", out)
    assert (code, f"{FOLDER}/qwen3_coder.py" in said) == (0, True), said
    return out


def test_it_is_smaller_and_has_no_writer(folder: Path) -> None:
    full, small = (
        path.read_text("utf-8") for path in (GENERATED / "vllm/_runtime.py", folder / FOLDER / "_runtime.py")
    )
    assert len(small) < 0.85 * len(full)
    for module in ("toolgram/grammars/", "host/constraint.py", "host/answer_format.py", "host/constrained.py"):
        assert f"\n# {module}" in full or f"/{module}\n" in full, module
        assert module not in small, module
    assert not (folder / "vllm").exists()


def test_what_it_says_of_itself_makes_it_again(folder: Path, tmp_path: Path) -> None:
    own = folder / FOLDER / "qwen3_coder.py"
    text = own.read_text(encoding="utf-8")
    assert text.splitlines()[1] == "# Rebuild: toolgram build qwen3_coder --target vllm --no-constraints"
    assert "`python ../standalone.py qwen3_coder --target vllm-no-constraints`" in text
    code, said = build("qwen3_coder", "--standalone", "--no-constraints", "--out", tmp_path / "one.py")
    assert code == 0, said
    script = [sys.executable, folder / "standalone.py", "qwen3_coder", "--target", FOLDER, "--out", tmp_path / "two.py"]
    subprocess.run(script, check=True, capture_output=True)
    assert (tmp_path / "one.py").read_bytes() == (tmp_path / "two.py").read_bytes()
    compile((tmp_path / "one.py").read_text(encoding="utf-8"), "one.py", "exec", dont_inherit=True)


def test_the_two_kinds_do_not_mix(folder: Path) -> None:
    kinds = {path: (path / "qwen3_coder.py").read_text("utf-8") for path in (GENERATED / "vllm", folder / FOLDER)}
    wanted = {path: text.partition('"CONTRACT", None) != "')[2][:16] for path, text in kinds.items()}
    for path, contract in wanted.items():
        assert f'CONTRACT = "{contract}"' in (path / "_runtime.py").read_text(encoding="utf-8")
    assert len(set(wanted.values())) == 2


@pytest.mark.parametrize("arguments", [["--target", "python"], ["--standalone", "--target", "python"]])
def test_only_plugins_for_vllm_have_one(arguments: list[str], tmp_path: Path) -> None:
    code, said = build("hermes", *arguments, "--no-constraints", "--out", tmp_path)
    assert code == 2
    assert "--no-constraints: only --target vllm has a writer of grammars" in said
    assert not list(tmp_path.iterdir())


def test_the_machine_is_the_same(folder: Path) -> None:
    built, known = (json.loads((path / "machine/qwen3_coder.json").read_bytes()) for path in (folder, GENERATED))
    assert built == known
