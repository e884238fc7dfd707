"""`pip install toolgram` is enough: what the entry point of vLLM's general plugins does, with stand-ins for vLLM.

Each test is a process of its own, as vLLM's are; what the real vLLM makes of it is in `with_vllm/test_pip.py`.
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

from toolgram.diagnostics import Source
from toolgram.plugins.own_specs import installed
from toolgram.registry import aliases_of, format_paths, formats_dir
from toolgram.spec.metadata import read_metadata

ROOT = Path(__file__).parents[1]

STAND_INS = """
import logging, sys, types
logging.basicConfig(format="%(levelname)s %(message)s")

def module(name, **values):
    made = sys.modules[name] = types.ModuleType(name)
    made.__dict__.update(values)
    return made

class Registry(dict):
    def register_lazy_module(self, name, place, attribute):
        self[name] = (place, attribute)

tools, reasoning = Registry(hermes="vLLM's own"), Registry()
module("vllm", __version__=VERSION)
module("vllm.tool_parsers.abstract_tool_parser", ToolParserManager=tools, ToolParser=object)
module("vllm.reasoning.abs_reasoning_parsers", ReasoningParserManager=reasoning, ReasoningParser=object)
"""


def run(script: str, version: str = "0.33.0", **environment: str) -> tuple[Any, str]:
    """What a process prints as JSON, and what it logs."""
    done = subprocess.run(
        [sys.executable, "-c", f"VERSION = {version!r}\n{STAND_INS}\n{script}"],
        env={**os.environ, "PYTHONPATH": str(ROOT / "src"), **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return json.loads(done.stdout), done.stderr


REGISTER = "import json, toolgram_vllm; toolgram_vllm.register(); print(json.dumps([tools, reasoning]))"


def test_every_format_and_alias_is_registered_and_no_name_of_vllm_is_taken() -> None:
    (tools, reasoning), log = run(REGISTER)
    assert tools.pop("hermes") == "vLLM's own"
    sources = {"toolgram_auto": "auto", **installed()}
    assert tools == {name: ["toolgram_vllm.tool_parsers", source] for name, source in sources.items()}
    assert reasoning == {name: ["toolgram_vllm.reasoning_parsers", source] for name, source in sources.items()}
    assert {f"toolgram_{path.stem}" for path in format_paths()} <= set(tools)
    assert log == ""


def test_aliases_are_read_as_the_compiler_reads_them() -> None:
    for path in format_paths():
        text = path.read_text(encoding="utf-8")
        meta, _, _ = read_metadata(Source(str(path), text))
        assert meta is not None
        assert aliases_of(text) == meta.aliases, path.name


MODULES_MAX = 40  # 20 today, of the standard library for the most part: 5 ms


def test_registering_imports_next_to_nothing() -> None:
    heavy = ["toolgram.runtime.parser", "toolgram.machine", "lark", "pydantic", "jinja2", "typer"]
    script = f"""
import importlib.abc, importlib.util, json, multiprocessing, re
before = set(sys.modules)
import toolgram_vllm
toolgram_vllm.register()
print(json.dumps([sorted(set(sys.modules) - before), [name for name in {heavy} if name in sys.modules]]))
"""
    imported, compiled = run(script)[0]
    assert compiled == []
    assert len(imported) < MODULES_MAX, imported


def test_registries_that_are_imported_later_are_met_then(tmp_path: Path) -> None:
    package = tmp_path / "vllm" / "tool_parsers"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    (package.parent / "__init__.py").write_text("__version__ = '0.33.0'\n")
    (package / "abstract_tool_parser.py").write_text(
        "class ToolParserManager:\n    names = {}\n    register_lazy_module = names.__setitem__\n"
        "    @classmethod\n    def register_lazy_module(cls, name, place, attribute): cls.names[name] = attribute\n"
    )
    script = f"""
for name in [name for name in sys.modules if name.startswith("vllm")]: del sys.modules[name]
sys.path.insert(0, {str(tmp_path)!r})
import json, toolgram_vllm
toolgram_vllm.register()
before = "vllm.tool_parsers" in sys.modules
from vllm.tool_parsers import abstract_tool_parser as late
print(json.dumps([before, late.ToolParserManager.names["toolgram_hermes"], type(late.__loader__).__name__]))
"""
    assert run(script)[0] == [False, "hermes", "SourceFileLoader"]


def test_own_specs_are_compiled_and_a_wrong_one_is_explained_and_left_out(tmp_path: Path) -> None:
    good = (formats_dir() / "hermes.lark").read_text(encoding="utf-8")
    (tmp_path / "mine.lark").write_text(good, encoding="utf-8")
    (tmp_path / "wrong.lark").write_text(good.replace("start:", "begin:"), encoding="utf-8")
    (tools, reasoning), log = run(REGISTER, TOOLGRAM_FORMATS=str(tmp_path))
    assert tools["toolgram_mine"] == ["toolgram_vllm.tool_parsers", str(tmp_path / "mine.lark")]
    assert reasoning["toolgram_mine"] == ["toolgram_vllm.reasoning_parsers", str(tmp_path / "mine.lark")]
    assert "toolgram_wrong" not in tools
    assert "toolgram_hermes" in tools
    assert "ERROR toolgram_wrong is not registered, its spec has errors:" in log
    assert f"{tmp_path / 'wrong.lark'}:" in log
    assert "mine" not in log


def test_an_own_spec_comes_before_a_format_of_the_same_name(tmp_path: Path) -> None:
    text = (formats_dir() / "hermes.lark").read_text(encoding="utf-8")
    (tmp_path / "hermes.lark").write_text(text, encoding="utf-8")
    (tools, _), _ = run(REGISTER, TOOLGRAM_FORMATS=str(tmp_path))
    assert tools["toolgram_hermes"][1] == str(tmp_path / "hermes.lark")
    assert tools["hermes"] == "vLLM's own"


@pytest.mark.parametrize("folder", ["empty", "missing"])
def test_a_folder_without_specs_is_one_warning(tmp_path: Path, folder: str) -> None:
    (tmp_path / "empty").mkdir()
    (tools, _), log = run(REGISTER, TOOLGRAM_FORMATS=str(tmp_path / folder))
    assert "toolgram_hermes" in tools
    assert log.splitlines() == [f"WARNING TOOLGRAM_FORMATS={tmp_path / folder}: there is no .lark file in this folder"]


def test_one_spec_takes_no_other_format_away_and_moves_nothing_in_the_log(tmp_path: Path) -> None:
    good = formats_dir() / "hermes.lark"
    for name in ("mine", "x\u202ey", "a\nERROR b", "breaks"):
        (tmp_path / f"{name}.lark").write_bytes(good.read_bytes())
    fails = "import toolgram; real = toolgram.load; toolgram.load = lambda p: 'breaks' in str(p) and 1 / 0 or real(p)"
    (tools, _), logged = run(f"{fails}\n{REGISTER}", TOOLGRAM_FORMATS=str(tmp_path))
    assert "toolgram_mine" in tools
    assert "toolgram_qwen3_coder" in tools
    assert "toolgram_breaks is not registered: ZeroDivisionError" in logged
    assert "'toolgram_x\\u202ey' is not registered" in logged
    assert "\u202e" not in logged
    assert "\nERROR b" not in logged


def test_below_the_span_nothing_is_registered_and_one_sentence_says_why() -> None:
    (tools, reasoning), log = run(REGISTER, version="0.9.2")
    assert tools == {"hermes": "vLLM's own"}
    assert reasoning == {}
    assert log == ("WARNING toolgram was tested with vLLM 0.10.2 to 0.33 and does not work on 0.9.2: update vLLM\n")


def test_whatever_goes_wrong_is_one_sentence() -> None:
    script = "import toolgram_vllm; toolgram_vllm.installed = lambda: 1 / 0\n" + REGISTER
    (tools, _), log = run(script)
    assert tools == {"hermes": "vLLM's own"}
    assert log == "WARNING toolgram could not register its formats: ZeroDivisionError: division by zero\n"


def test_the_entry_point_is_declared() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["entry-points"]["vllm.general_plugins"] == {"toolgram": "toolgram_vllm:register"}
