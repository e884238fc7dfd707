"""`pip install toolgram` is enough: what the entry point of SGLang's plugins does, with stand-ins for SGLang.

Each test is a process of its own, as SGLang's are; what the real SGLang makes of it is in `with_sglang`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from toolgram.plugins.own_specs import installed

ROOT = Path(__file__).parents[1]
MODULES_MAX = 60  # as for vLLM, and `inspect`: 5 ms

FILES = {
    "srt/function_call/function_call_parser.py": """
class BaseFormatDetector: pass
class FunctionCallParser:
    ToolCallParserEnum = {"hermes": BaseFormatDetector}
    def parse_stream_end(self): pass
""",
    "srt/parser/reasoning_parser.py": """
class BaseReasoningFormatDetector: pass
class ReasoningParser:
    DetectorMap = {}
    def parse_stream_end(self): pass
""",
    "srt/function_call/parser_names.py": "TOOL_CALL_PARSER_NAMES = ['hermes']\n",
    "srt/parser/reasoning_parser_names.py": "REASONING_PARSER_NAMES = []\n",
}
LOOK = """
from sglang.srt.function_call.function_call_parser import FunctionCallParser, BaseFormatDetector
from sglang.srt.parser.reasoning_parser import ReasoningParser
import sglang.srt.function_call.parser_names as tools, sglang.srt.parser.reasoning_parser_names as thoughts
"""


@pytest.fixture
def sglang(tmp_path: Path) -> Path:
    """A folder with a package that has SGLang's registries and nothing else."""
    for name, text in FILES.items():
        path = tmp_path / "sglang" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


def run(script: str, folder: Path, **environment: str) -> tuple[Any, str]:
    """What a process prints as JSON, and what it logs."""
    done = subprocess.run(
        [sys.executable, "-c", f"import json, sys, toolgram_sglang\n{script}"],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(folder)]), **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return json.loads(done.stdout), done.stderr


def test_every_format_is_registered_where_sglang_looks_and_no_name_is_taken(sglang: Path) -> None:
    script = f"""toolgram_sglang.register(){LOOK}
known, minds = FunctionCallParser.ToolCallParserEnum, ReasoningParser.DetectorMap
is_own = known.pop("hermes") is BaseFormatDetector
sources = [{{name: kind.source for name, kind in one.items()}} for one in (known, minds)]
print(json.dumps([is_own, *sources, tools.TOOL_CALL_PARSER_NAMES, thoughts.REASONING_PARSER_NAMES]))"""
    (is_own, tools, thoughts, names, other_names), log = run(script, sglang)
    sources = {"toolgram_auto": "auto", **installed()}
    assert is_own
    assert tools == sources
    assert thoughts == {name.lower(): source for name, source in sources.items()}
    assert names == ["hermes", *sources]
    assert other_names == list(thoughts)
    assert log == ""


def test_registering_imports_next_to_nothing_and_nothing_of_sglang(sglang: Path) -> None:
    script = """before = set(sys.modules)
toolgram_sglang.register()
print(json.dumps(sorted(set(sys.modules) - before | {name for name in sys.modules if "toolgram" in name})))"""
    imported, _ = run(script, sglang)
    heavy = ("toolgram.runtime.parser", "toolgram.machine", "lark", "pydantic", "jinja2", "sglang")
    assert [name for name in imported if name.split(".")[0] in heavy or name in heavy] == []
    assert len(imported) < MODULES_MAX, imported


def test_a_class_of_a_registry_is_asked_what_it_takes(sglang: Path) -> None:
    """SGLang hands over what is in the signature."""
    script = f"""toolgram_sglang.register(){LOOK}
import inspect
kinds = FunctionCallParser.ToolCallParserEnum["toolgram_hermes"], ReasoningParser.DetectorMap["toolgram_hermes"]
print(json.dumps([list(inspect.signature(kind).parameters) for kind in kinds]))"""
    assert run(script, sglang)[0] == [["tokenizer"], ["tokenizer", "tool_call_parser_active"]]


def test_own_specs_are_registered(sglang: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.lark").write_bytes((ROOT / "formats" / "hermes.lark").read_bytes())
    script = (
        f"toolgram_sglang.register(){LOOK}\nprint(json.dumps('toolgram_mine' in FunctionCallParser.ToolCallParserEnum))"
    )
    assert run(script, sglang, TOOLGRAM_FORMATS=str(tmp_path))[0] is True


def test_an_sglang_that_ends_no_stream_is_named_in_the_log(sglang: Path) -> None:
    place = sglang / "sglang" / "srt" / "function_call" / "function_call_parser.py"
    place.write_text(FILES["srt/function_call/function_call_parser.py"].replace("parse_stream_end", "other"))
    _, log = run(f"toolgram_sglang.register(){LOOK}\nprint(0)", sglang)
    assert "0.5.18 is needed" in log


def test_the_entry_point_leads_there() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["entry-points"]["sglang.srt.plugins"] == {"toolgram": "toolgram_sglang:register"}
