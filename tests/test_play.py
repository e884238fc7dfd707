"""The playground, as far as it needs neither a browser nor its server: files, links, what the compiler tells it."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pytest
from typer.testing import CliRunner

from toolgram.cli.commands import app
from toolgram.play.compiling import compiled
from toolgram.play.link import fragment_of, session_in
from toolgram.play.page import files, page_dir, write_files
from toolgram.registry import find, format_paths

HERMES = find("hermes").read_text(encoding="utf-8")


def test_a_folder_has_the_page_and_all_formats(tmp_path: Path) -> None:
    count = write_files(tmp_path)
    written = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()}
    assert len(written) == count
    assert {path.name for path in page_dir().iterdir()} <= written
    for path in format_paths():
        assert {f"formats/{path.stem}{suffix}" for suffix in (".lark", ".json", ".cases.json")} <= written
    listed = json.loads((tmp_path / "formats" / "index.json").read_text("utf-8"))
    assert listed["compiles"] == ""
    examples = json.loads((tmp_path / "formats" / "hermes.cases.json").read_text("utf-8"))
    assert examples[0]["text"]


def test_python_in_the_browser_gets_the_compiler_and_the_specs(tmp_path: Path) -> None:
    python = tmp_path / "python"
    python.mkdir()
    (python / "some.whl").write_bytes(b"")
    write_files(tmp_path / "page", python)
    place = tmp_path / "page" / "python"
    assert json.loads((place / "index.json").read_text("utf-8")) == ["some.whl", "toolgram.zip"]
    names = set(zipfile.ZipFile(io.BytesIO((place / "toolgram.zip").read_bytes())).namelist())
    assert {"toolgram/play/compiling.py", "toolgram/spec/dialect.lark", "toolgram/_formats/hermes.lark"} <= names


def test_the_page_comes_without_inline_scripts_and_styles() -> None:
    page = dict(files(compiles=""))["index.html"].decode("utf-8")
    assert "Content-Security-Policy" in page
    assert " style=" not in page
    assert "<style" not in page
    assert page.count("<script") == page.count('<script type="module" src="app.js"></script>') == 1
    script = dict(files(compiles=""))["app.js"].decode("utf-8")
    assert "innerHTML" not in script
    assert "insertAdjacentHTML" not in script


def test_a_check_finds_what_a_compilation_finds() -> None:
    for spec in (HERMES, HERMES.replace("json_object{_member}", "json_object{_membre}"), "", "start: \x00"):
        check, machine = (compiled({"name": "acme", "spec": spec, "stage": stage}) for stage in ("check", "machine"))
        assert check["diagnostics"] == machine["diagnostics"]
        assert check["machine"] is None
    assert compiled({"name": "hermes", "spec": HERMES, "stage": "machine"})["machine"]["format"] == "hermes"
    assert compiled({"name": "../x", "spec": HERMES, "stage": "machine"})["machine"]["format"] == "spec"


def test_a_link_carries_any_text() -> None:
    session = {"format": "hermes", "text": "\ud83d \u202e <b> ✓ \U0001f600", "step": 3}
    assert session_in(fragment_of(session)) == session


def test_the_command_says_the_address_of_what_it_is_given(tmp_path: Path) -> None:
    raw, tools = tmp_path / "raw.txt", tmp_path / "tools.json"
    raw.write_text("hi", encoding="utf-8")
    tools.write_text('[{"type": "function", "function": {"name": "f"}}]', encoding="utf-8")
    words = ["play", "qwen3_json", "--text", str(raw), "--tools", str(tools), "--inside", "reasoning", "--dry-run"]
    done = CliRunner().invoke(app, words)
    told = session_in("#" + done.stdout.strip().partition("#")[2])
    assert told["format"] == "hermes"
    assert (told["text"], told["inside"]) == ("hi", "reasoning")
    assert json.loads(told["tools"]) == json.loads(tools.read_text("utf-8"))


@pytest.mark.parametrize("words", [["play", "nothing"], ["play", "--python", "x"], ["play", "--text", "missing.txt"]])
def test_what_cannot_be_shown_is_refused(words: list[str]) -> None:
    assert CliRunner().invoke(app, words).exit_code == 2
