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
    ("spelling", "sources", "any_tool"),
    ("fixes",),
    ("diagnostics", "writing"),
    ("chat_templates",),
    ("registry",),
    ("spec",),
    ("machine",),
    ("stored",),
    ("reports", "many"),
    ("formats",),
    ("grammars", "prompts"),
    ("targets", "testing", "openai", "importers"),
    ("which",),
    ("drafting", "plugins"),
    ("build", "explain", "graph", "proxy", "litellm", "rollouts", "play"),
    ("transcripts",),
    ("cli",),
)
ORDER = {name: number for number, names in enumerate(STAGES) for name in names}
FILES = sorted(path for path in ROOT.rglob("*.py") if path.parent != ROOT or path.stem in ORDER)
RUNTIME = sorted((ROOT / "runtime").rglob("*.py"))
GRAMMARS = sorted((ROOT / "grammars").rglob("*.py"))
SERVING = sorted((ROOT / "targets" / "serving").rglob("*.py"))
HOSTS = {name: sorted((ROOT / "targets" / name / "host").rglob("*.py")) for name in ("sglang", "vllm")}
HOST = [path for paths in HOSTS.values() for path in paths]
ALL = sorted(ROOT.rglob("*.py"))
# The rooms of the runtime, from the ground up; modules that stand beside the rooms are rooms of their own.
ROOMS = (
    "immutable",
    "events",
    "message",
    "tables",
    "schema",
    "near_json",
    "values",
    "core",
    "steps",
    "run_reader",
    "memory",
    "parser",
    "whole_text",
)
LINES_MAX = 300  # of a module
FUNCTION_MAX = 40  # lines
LONGER = {
    "testing/cases.py": "one format of pages, read from top to bottom",
    "cli/build.py: build": "one line for each option, and its help",
    "cli/grammar.py: grammar": "one line for each option, and its help",
    "cli/parse.py: parse": "one line for each option, and its help",
    "cli/play.py: play": "one line for each option, and its help",
    "cli/proxy.py: proxy": "one line for each option, and its help",
    "cli/record.py: record_stream": "one line for each option, and its help",
    "cli/replay.py: replay": "one line for each option, and its help",
}


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


def _module(path: Path) -> str:
    return ".".join(("toolgram", *path.relative_to(ROOT).with_suffix("").parts)).removesuffix(".__init__")


def test_the_rooms_are_looked_into() -> None:
    """A test over files that finds none says nothing."""
    assert {path.parent.name for path in RUNTIME} == {
        "runtime",
        "tables",
        "schema",
        "near_json",
        "values",
        "core",
        "steps",
        "memory",
    }
    assert len(RUNTIME) > 40
    assert len(GRAMMARS) > 8
    assert len(SERVING) > 5
    assert all(len(paths) > 5 for paths in HOSTS.values())


def test_no_module_imports_itself_over_others() -> None:
    """No circle, imports for type checkers and inside functions included."""
    imports = {_module(path): set(_imported(path)) for path in ALL}
    graph = {name: found & set(imports) - {name} for name, found in imports.items() if name != "toolgram"}
    while leaves := {name for name, found in graph.items() if not found & set(graph)}:
        graph = {name: found for name, found in graph.items() if name not in leaves}
    while roots := set(graph) - {name for found in graph.values() for name in found}:
        graph = {name: found for name, found in graph.items() if name not in roots}
    assert {name: sorted(found & set(graph)) for name, found in graph.items()} == {}


@pytest.mark.parametrize(
    "path", [path for path in RUNTIME if path.parent.stem + path.stem != "runtime__init__"], ids=_name
)
def test_rooms_of_the_runtime_import_downwards_only(path: Path) -> None:
    own = path.relative_to(ROOT / "runtime").with_suffix("").parts[0]
    rooms = {name.split(".")[2] for name in _imported(path) if name.startswith("toolgram.runtime.")}
    assert [room for room in rooms if ROOMS.index(room) > ROOMS.index(own)] == []


@pytest.mark.parametrize("path", ALL, ids=_name)
def test_modules_and_functions_are_short(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    functions = [
        node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    sizes = {f"{_name(path)}: {node.name}": (node.end_lineno or node.lineno) - node.lineno + 1 for node in functions}
    too_long = {name for name, lines in sizes.items() if lines > FUNCTION_MAX}
    too_long |= {_name(path)} if source.count("\n") > LINES_MAX else set()
    assert too_long == {name for name in LONGER if name.partition(":")[0] == _name(path)}


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


@pytest.mark.parametrize("path", [*SERVING, *HOST], ids=_name)
def test_plugins_import_the_standard_library_the_runtime_the_grammars_and_themselves(path: Path) -> None:
    own = "" if path in SERVING else f"toolgram.targets.{path.parts[-3]}.host."
    allowed = ("toolgram.runtime.", "toolgram.grammars.", "toolgram.targets.serving.", own or "toolgram.runtime.")
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


@pytest.mark.parametrize("path", ALL, ids=_name)
def test_no_code_names_a_format(path: Path) -> None:
    """Comments and docstrings may: a comment names the format that forced it."""
    ids = {spec.stem for spec in format_paths()}
    tree = ast.parse(path.read_text(encoding="utf-8"))
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            assert node.value not in ids, f"line {node.lineno}"
