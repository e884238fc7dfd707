"""Formats of the registry are loaded as they were built, unless anything that made them has changed since."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import budget
import pytest

import toolgram
from toolgram import registry, stored
from toolgram.build import build, build_shared, compile_one
from toolgram.registry import find, format_paths
from toolgram.stored import DIGESTS, stored_machine
from toolgram.targets.table import TARGETS

SPECS = budget.sample(format_paths(), 12)
TEXT = """\
# /// format
# title  = "Acme calls"
# models = ["acme/acme-7b"]
# aliases = ["acme2"]
# ///
%import toolgram (TEXT, JSON_OBJECT)
start: (content | tool_call)*
content: TEXT
tool_call: "<call>" name "|" arguments "</call>"
name: TEXT
arguments: JSON_OBJECT
"""
VARIANT = """\
# /// format
# title  = "Acme calls, again"
# models = ["acme/acme-8b"]
# ///
%import .acme (start)
"""


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A registry of two formats, built."""
    formats, machines = tmp_path / "formats", tmp_path / "machine"
    formats.mkdir()
    (formats / "acme.lark").write_text(TEXT)
    (formats / "variant.lark").write_text(VARIANT)
    monkeypatch.setattr(registry, "formats_dir", lambda: formats)
    monkeypatch.setattr(stored, "machines_dir", lambda: machines)
    _build(tmp_path)
    return tmp_path


def _build(house: Path) -> None:
    targets = [TARGETS["machine"]]
    outcomes = [build(path, targets, house) for path in registry.format_paths()]
    assert all(outcome.report.ok for outcome in outcomes)
    build_shared(outcomes, targets)


def _is_stored(house: Path, name: str = "acme") -> bool:
    return stored_machine(house / "formats" / f"{name}.lark") is not None


def _reads_call(name: str, opener: str) -> bool:
    tools = [{"type": "function", "function": {"name": "f"}}]
    return bool(toolgram.load(name).parse(f"{opener}f|{{}}</call>", tools).tool_calls)


@pytest.mark.parametrize("spec", SPECS, ids=lambda path: path.stem)
def test_every_format_is_stored_as_it_is_compiled(spec: Path) -> None:
    subject = compile_one(spec).subject
    assert subject is not None
    assert stored_machine(spec) is not None, "run: toolgram build"
    assert toolgram.load(spec.stem).machine == subject.machine


def test_an_edited_spec_takes_effect_at_once(house: Path) -> None:
    assert _is_stored(house)
    path = house / "formats" / "acme.lark"
    path.write_text(TEXT.replace("<call>", "<tool>"))
    assert not _is_stored(house)
    assert _reads_call("acme", "<tool>")
    _build(house)
    assert _is_stored(house)


def test_an_edited_import_takes_effect_at_once(house: Path) -> None:
    assert _is_stored(house, "variant")
    (house / "formats" / "acme.lark").write_text(TEXT.replace("<call>", "<tool>"))
    assert not _is_stored(house, "variant")
    assert _reads_call("variant", "<tool>")


@pytest.mark.parametrize("is_built", [True, False])
def test_a_format_is_read_again_only_when_a_file_of_it_changes(house: Path, is_built: bool) -> None:
    if not is_built:
        (house / "machine" / DIGESTS).unlink()
    acme, variant = toolgram.load("acme"), toolgram.load("variant")
    path = house / "formats" / "acme.lark"
    path.with_name("other.lark").write_text(TEXT)
    assert (toolgram.load("acme"), toolgram.load("variant")) == (acme, variant)
    path.with_name("variant.lark").write_text(VARIANT + "\n")
    assert toolgram.load("acme") is acme
    assert toolgram.load("variant") is not variant
    path.write_text(TEXT.replace("<call>", "<tool>"))
    assert _reads_call("acme", "<tool>")
    assert _reads_call("variant", "<tool>")
    path.unlink()
    with pytest.raises(toolgram.SpecError):
        toolgram.load("variant")
    with pytest.raises(OSError, match=r"acme\.lark"):
        toolgram.load(path)


def test_a_machine_that_was_not_built_with_its_digest_is_not_used(house: Path) -> None:
    path = house / "machine" / "acme.json"
    path.write_text(path.read_text().replace("<call>", "<tool>"))
    assert not _is_stored(house)
    assert _reads_call("acme", "<call>")


@pytest.mark.parametrize("text", ["", "[]", "{", '{"acme": []}', '{"acme": ["x", "gone.lark"]}'])
def test_digests_that_cannot_be_read_are_none(house: Path, text: str) -> None:
    (house / "machine" / DIGESTS).write_text(text)
    assert not _is_stored(house)


def test_another_compiler_compiles_anew(house: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stored, "_compiler_digest", lambda: b"another")
    assert not _is_stored(house)


def test_the_digest_covers_what_the_compiler_takes_from_the_runtime() -> None:
    names = {path.relative_to(stored.ROOT).as_posix() for path in stored.compiler_files()}
    assert {"spec/dialect.lark", "machine/compile.py", "runtime/tables/limits.py", "runtime/tables/suffix.py"} <= names


def test_a_format_is_loaded_without_the_compiler() -> None:
    script = """
import json, sys, toolgram
message = toolgram.load("hermes").parse('<tool_call>{"name": "f", "arguments": {}}</tool_call>')
heavy = ("lark", "pydantic", "jinja2", "typer", "toolgram.spec", "toolgram.machine", "toolgram.diagnostics")
print(json.dumps([message.tool_calls[0].name, [name for name in heavy if name in sys.modules]]))
"""
    environment = {**os.environ, "PYTHONPATH": str(Path(toolgram.__file__).parents[1])}
    run = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True)
    assert json.loads(run.stdout) == ["f", []]


def test_a_spec_by_its_path_is_found_in_the_registry_too() -> None:
    path = find("hermes")
    assert toolgram.load(path).table == toolgram.load("hermes").table == stored_machine(path)


def test_names_of_the_package_come_when_they_are_asked_for() -> None:
    assert set(toolgram.__all__) <= set(dir(toolgram))
    assert all(
        getattr(toolgram, name).__module__.startswith("toolgram.")
        for name in {*toolgram.__all__} - {"Event", "compiled"}
    )
    with pytest.raises(AttributeError, match="has no attribute 'nonesuch'"):
        toolgram.nonesuch  # noqa: B018
