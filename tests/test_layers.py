"""The pipeline reads from left to right: no stage imports from a later one, and none knows a single format."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import toolgram
from toolgram.registry import format_paths
from toolgram.runtime import MODULES as RUNTIME_MODULES
from toolgram.targets.inline import inline

ROOT = Path(toolgram.__file__).parent
STAGES = (
    ("runtime",),
    ("diagnostics",),
    ("spec",),
    ("machine",),
    ("registry",),
    ("stored",),
    ("formats",),
    ("grammars",),
    ("targets", "testing", "openai", "importers"),
    ("build",),
    ("cli",),
)
ORDER = {name: number for number, names in enumerate(STAGES) for name in names}
FILES = sorted(path for path in ROOT.rglob("*.py") if path.parent != ROOT or path.stem in ORDER)
RUNTIME = sorted((ROOT / "runtime").rglob("*.py"))
GRAMMARS = sorted((ROOT / "grammars").rglob("*.py"))
HOST = sorted((ROOT / "targets" / "vllm" / "host").rglob("*.py"))


def _imported(path: Path) -> Iterator[str]:
    """Full names of the modules that a file imports, wherever in it."""
    package = ("toolgram", *path.relative_to(ROOT).parent.parts)
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            start = ".".join([*base, *([node.module] if node.module else [])])
            yield from ([f"{start}.{alias.name}" for alias in node.names] if not node.module else [start])


def _stage(path: Path) -> str:
    return path.relative_to(ROOT).with_suffix("").parts[0]


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", FILES, ids=_name)
def test_nothing_imports_from_a_later_stage(path: Path) -> None:
    stages = {name.split(".")[1] for name in _imported(path) if name.startswith("toolgram.")}
    own = ORDER[_stage(path)]
    assert [stage for stage in stages if stage != _stage(path) and ORDER[stage] >= own] == []


@pytest.mark.parametrize("path", RUNTIME, ids=_name)
def test_the_runtime_imports_the_standard_library_and_itself(path: Path) -> None:
    for name in _imported(path):
        assert name.startswith("toolgram.runtime.") or name.split(".")[0] in sys.stdlib_module_names


@pytest.mark.parametrize("path", GRAMMARS, ids=_name)
def test_grammars_import_the_standard_library_the_runtime_and_themselves(path: Path) -> None:
    allowed = ("toolgram.runtime.", "toolgram.grammars.")
    for name in _imported(path):
        assert name.startswith(allowed) or name.split(".")[0] in sys.stdlib_module_names


@pytest.mark.parametrize("path", HOST, ids=_name)
def test_the_host_plugin_imports_the_standard_library_the_runtime_the_grammars_and_itself(path: Path) -> None:
    allowed = ("toolgram.runtime.", "toolgram.grammars.", "toolgram.targets.vllm.host.")
    for name in _imported(path):
        assert name.startswith(allowed) or name.split(".")[0] in sys.stdlib_module_names


def test_every_module_of_the_runtime_is_in_generated_files() -> None:
    """Targets paste what MODULES name and what those import; a module that nothing imports is dead."""
    text = inline(f"toolgram.runtime.{name}" for name in RUNTIME_MODULES).body
    pasted = set(re.findall(r"^# toolgram/(runtime/[\w/]+\.py)$", text, re.MULTILINE))
    assert pasted == {_name(path) for path in RUNTIME if path.stem != "__init__"}


def test_no_stage_is_forgotten() -> None:
    names = {path.stem for path in ROOT.iterdir() if path.suffix == ".py" or (path / "__init__.py").is_file()}
    assert names - {"__init__", "__main__"} == set(ORDER)


@pytest.mark.parametrize("path", sorted(ROOT.rglob("*.py")), ids=_name)
def test_no_code_names_a_format(path: Path) -> None:
    """Comments and docstrings may: a comment names the format that forced it."""
    ids = {spec.stem for spec in format_paths()}
    tree = ast.parse(path.read_text(encoding="utf-8"))
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            assert node.value not in ids, f"line {node.lineno}"
