"""Nobody waits for modules that they do not use. What is imported is counted in modules, not in seconds.

A server imports a parser in each of its processes, and a shell runs `toolgram` for each completion.
"""

from __future__ import annotations

import dataclasses
import json
import os
import pickle
import subprocess
import sys
from pathlib import Path

import pytest

import toolgram
from toolgram.build import chosen, compile_one, default_out, single_file
from toolgram.cli.commands import COMMANDS
from toolgram.registry import find

# Of the standard library, what is worth a millisecond; and what belongs to the compiler and to the command line.
HEAVY = {"asyncio", "dataclasses", "decimal", "email", "inspect", "logging", "numbers", "random", "secrets"}
HEAVY |= {"subprocess", "tokenize", "tomllib", "unicodedata", "urllib"}
COMPILER = {"jinja2", "lark", "pydantic", "rich", "typer"}
STAGES = {f"toolgram.{name}" for name in ("build", "drafting", "machine", "spec", "targets", "which")}
TELL = "\nimport json, sys\nprint('\\n' + json.dumps(sorted(sys.modules)))"
NOT_LIGHT = COMPILER | STAGES | HEAVY
NOT_OURS = {"typer", "pydantic"}  # typer has come to import pydantic for the parameters of commands


def _imported(script: str, *, words: str = "", **environment: str) -> set[str]:
    """The modules there are when a script has run."""
    command = [sys.executable, "-c", f"import sys\nsys.argv[1:] = {words.split()}\n{script}{TELL}"]
    environment = {**os.environ, **environment}
    run = subprocess.run(command, capture_output=True, text=True, check=True, input="hi", env=environment)
    return set(json.loads(run.stdout.splitlines()[-1]))


def test_the_package_alone_imports_nothing() -> None:
    modules = _imported("import toolgram")
    assert {name for name in modules if name.startswith("toolgram")} == {"toolgram", "toolgram.runtime"}
    assert not modules & NOT_LIGHT


def test_every_name_of_the_package_is_there_and_most_need_no_compiler() -> None:
    modules = _imported("import toolgram\nfor name in toolgram.__all__: getattr(toolgram, name)")
    assert not modules & (COMPILER | STAGES)
    assert set(toolgram.__all__) <= set(dir(toolgram))
    with pytest.raises(AttributeError, match="'toolgram' has no attribute 'lod'"):
        toolgram.lod  # noqa: B018
    with pytest.raises(ImportError, match="cannot import name 'lod' from 'toolgram'"):
        exec("from toolgram import lod")


def test_a_parser_imports_the_runtime_and_little_else() -> None:
    modules = _imported("import toolgram.runtime.parser")
    assert not modules & NOT_LIGHT
    assert {name.split(".")[1] for name in modules if name.startswith("toolgram.")} == {"runtime"}


def test_loading_a_format_needs_no_compiler() -> None:
    modules = _imported("import toolgram\ntoolgram.load('hermes').parse('hi')")
    assert not modules & (COMPILER | STAGES)


def test_generated_parsers_import_little(tmp_path: Path) -> None:
    subject = compile_one(find("hermes")).subject
    assert subject is not None
    (target,) = chosen(["python"])
    (tmp_path / "hermes.py").write_text(single_file(subject, target), encoding="utf-8")
    for folder in (tmp_path, default_out() / "python"):
        modules = _imported(f"sys.path.insert(0, {str(folder)!r})\nimport hermes\nhermes.parse('hi')")
        assert not modules & NOT_LIGHT - {"urllib"}  # of pathlib, in a thin file
        assert not any(name.startswith("toolgram.") for name in modules)


MAIN = "from toolgram.cli import main\ntry: main()\nexcept SystemExit: pass"


def test_the_version_waits_for_nothing() -> None:
    assert not _imported(MAIN, words="--version") & NOT_LIGHT


@pytest.mark.parametrize("words", ["parse hermes", "list", "--help"])
def test_commands_that_compile_nothing_import_no_compiler(words: str) -> None:
    assert not _imported(MAIN, words=words) & (COMPILER | STAGES) - NOT_OURS


@pytest.mark.parametrize("typed", ["toolgram ch", "toolgram parse her"])
def test_completion_imports_no_compiler_and_no_other_command(typed: str) -> None:
    words = typed.split()
    shell = {"_TOOLGRAM_COMPLETE": "complete_bash", "COMP_WORDS": typed, "COMP_CWORD": str(len(words) - 1)}
    modules = _imported(f"sys.argv[0] = 'toolgram'\n{MAIN}", **shell)
    assert not modules & (COMPILER | STAGES) - NOT_OURS
    found = {place.module for place in COMMANDS.values() if f"toolgram.cli.{place.module}" in modules}
    assert found == set(words[1:-1])


def test_events_are_values_that_do_not_change() -> None:
    event = toolgram.CallStart(0, "f", None)
    assert event == toolgram.CallStart(0, "f", None) != toolgram.CallStart(1, "f", None)
    assert toolgram.ContentDelta("a") != toolgram.ReasoningDelta("a")
    assert hash(event) == hash(toolgram.CallStart(0, "f", None))
    assert repr(event) == "CallStart(index=0, name='f', id=None)"
    for name in ("name", "other"):
        with pytest.raises(AttributeError):
            setattr(event, name, "g")
    with pytest.raises(AttributeError):
        del event.name
    assert pickle.loads(pickle.dumps(event)) == event
    match event:
        case toolgram.CallStart(index, name):
            assert (index, name) == (0, "f")


def test_events_are_read_by_dataclasses() -> None:
    message = toolgram.Message("a", None, (toolgram.ToolCall("1", "f", "{}", True),), ())
    call = {"id": "1", "name": "f", "arguments": "{}", "complete": True}
    assert dataclasses.asdict(message) == {"content": "a", "reasoning": None, "tool_calls": (call,), "citations": ()}
    assert [field.name for field in dataclasses.fields(toolgram.CallEnd)] == ["index", "complete"]
    assert dataclasses.replace(toolgram.CallEnd(0, True), complete=False) == toolgram.CallEnd(0, False)
