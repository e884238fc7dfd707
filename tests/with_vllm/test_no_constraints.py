"""Plugins without the writer of grammars: they read as all others do, and say once what they do not do."""

from __future__ import annotations

import logging
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from composed import TOOLS, asked, compose, expected, scene, stream, whole
from test_watching import new, registered

pytestmark = pytest.mark.vllm
HERE = Path(__file__).parent
SOURCES = HERE.parents[1] / ".venv-old" / "sources"
STRICT = [{**tool, "function": {**tool["function"], "strict": True}} for tool in TOOLS]


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("plain") / "hermes.py"
    command = [sys.executable, "-m", "toolgram", "build", "hermes", "--standalone", "--no-constraints", "--out", path]
    subprocess.run(list(map(str, command)), check=True, timeout=120)
    return path


@pytest.fixture
def kind(plain: Path, own: Any, plugin: Any) -> Any:  # noqa: ARG001  those of vLLM's own are taken first
    """Both halves of the plain plugin; the names lead back to the usual one."""
    from vllm.reasoning import ReasoningParserManager
    from vllm.tool_parsers import ToolParserManager

    usual = plugin("hermes").PARSERS
    ToolParserManager.import_tool_parser(str(plain))
    halves = ToolParserManager.get_tool_parser("hermes"), ReasoningParserManager.get_reasoning_parser("hermes")
    for name in ("hermes", "toolgram_hermes"):
        ToolParserManager.register_module(name=name, force=True, module=usual[0])
        ReasoningParserManager.register_module(name=name, force=True, module=usual[1])
    return compose(*halves)


def test_it_reads_as_all_others_do(kind: Any, tokenizer: Any) -> None:
    for name in ("plain text", "parallel calls", "reasoning and call", "content and call"):
        case = scene("hermes", name)
        assert stream(kind, tokenizer, case.output) == whole(kind, tokenizer, case.output) == expected(case), name


def test_it_says_once_that_calls_are_not_constrained(
    kind: Any, tokenizer: Any, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging.getLogger("vllm"), "propagate", True)

    def ask(**options: Any) -> list[str]:
        caplog.clear()
        request = asked(**options)
        request = kind(tokenizer, request.tools, chat_template_kwargs={}).adjust_request(request)
        assert request.structured_outputs is None or request.structured_outputs.grammar is None
        return [record.getMessage() for record in caplog.records if "--no-constraints" in record.getMessage()]

    before = registered()
    assert ask() == []
    assert new(before) == {}
    [line] = ask(tool_choice="required")
    assert line.startswith("the calls of a request are not constrained")
    for options in ({"tool_choice": "required"}, {"tools": STRICT}, {"parallel_tool_calls": False}):
        assert ask(**options) == []
    assert new(before) == {("grammars_total", "hermes", "left_out"): 4}
    schema = {"type": "json_schema", "json_schema": {"name": "x", "schema": {"type": "object"}}}
    [line] = ask(response_format=schema)
    assert line.startswith("the format of an answer has no room for thoughts")
    assert ask(response_format=schema) == []


@pytest.mark.parametrize("version", ["0.10.2", "0.19.0", "0.33.0"])
def test_it_works_in_other_versions(plain: Path, version: str) -> None:
    if not (SOURCES / version).is_dir():
        pytest.skip("the sources of this version are not there")
    command = [sys.executable, str(HERE / "self_check.py"), str(SOURCES / version), str(plain)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
