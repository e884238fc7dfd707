"""The corpus for all runtimes is fresh: a line is what the parser says today. (`.ci/node` asks that of all lines.)"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import budget
import pytest
from typer.testing import CliRunner

import toolgram
from toolgram.cli.commands import app
from toolgram.registry import find, format_paths
from toolgram.testing import read_cases
from toolgram.testing.vectors import texts_of_cases, vector_of

FOLDER = Path(__file__).with_name("vectors")
SPEC = FOLDER.parent / "features" / "citations.lark"
MOST = 3 << 20  # bytes that the corpus may have: else cases are sampled


def lines(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (FOLDER / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("name", budget.sample([path.stem for path in format_paths()], 5))
def test_the_cases_of_a_page_are_in_the_corpus_as_they_are_read(name: str) -> None:
    found = lines("pages")
    tool_sets = {line["tools"]: line["is"] for line in found if "tools" in line}
    stored = {line["case"]: line for line in found if line.get("format") == name}
    fmt = toolgram.load(name)
    for text in texts_of_cases(read_cases(find(name).with_suffix(".md"))):
        line = stored.pop(text.name)
        assert tool_sets[line["tool_set"]] == list(text.tools), text.name
        made = vector_of(fmt, text, line["tool_set"])
        assert json.loads(json.dumps(made)) == line, f"{text.name}: run `toolgram export-cases`"
    assert not stored, "run `toolgram export-cases`"


def test_the_corpus_is_small() -> None:
    assert sum(path.stat().st_size for path in FOLDER.glob("*.jsonl")) <= MOST


def test_the_chunks_of_a_case_are_its_text_and_what_is_held_is_counted_behind_each() -> None:
    for name in ("pages", "features", "field"):
        for line in lines(name):
            if "case" in line:
                assert sum(line["chunks"]) == len(line["text"])
                assert len(line["held"]) == len(line["chunks"])


def test_cases_of_a_spec_are_written_with_its_machine(tmp_path: Path) -> None:
    options = ["export-cases", str(SPEC), "--out", str(tmp_path)]
    runner = CliRunner()
    assert runner.invoke(app, [*options, "--check"]).exit_code == 1
    assert runner.invoke(app, options).output.endswith("cases.jsonl\n")
    assert runner.invoke(app, [*options, "--check"]).exit_code == 0
    header, machine, *others = map(json.loads, (tmp_path / "cases.jsonl").read_text(encoding="utf-8").splitlines())
    assert header["vectors"] == 1
    assert machine["format"] == machine["machine"]["format"] == "citations"
    assert {line["format"] for line in others if "case" in line} == {"citations"}


def test_a_spec_without_a_page_has_no_cases(tmp_path: Path) -> None:
    spec = tmp_path / "alone.lark"
    spec.write_text(SPEC.read_text(encoding="utf-8"), encoding="utf-8")
    result = CliRunner().invoke(app, ["export-cases", str(spec), "--out", str(tmp_path)])
    assert result.exit_code == 1
    assert "no cases" in result.output
