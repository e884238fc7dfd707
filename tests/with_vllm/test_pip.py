"""`pip install toolgram` is enough: the installed wheel beside the real vLLM, without a plugin file.

Each test is a process of its own, because vLLM loads its plugins once. The server is in `test_server`.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from composed import PLUGINS

pytestmark = pytest.mark.vllm

HEAD = """
import json, logging, sys
import vllm
from vllm.plugins import load_general_plugins
from vllm.tool_parsers import ToolParserManager
from vllm.reasoning import ReasoningParserManager
own = set(ToolParserManager.list_registered()), set(ReasoningParserManager.list_registered())
"""


def run(site: Path, script: str, **environment: str) -> tuple[Any, str]:
    done = subprocess.run(
        [sys.executable, "-c", HEAD + script],
        env={**os.environ, "PYTHONPATH": str(site), "VLLM_LOGGING_COLOR": "0", **environment},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1]), done.stderr + done.stdout


def test_every_format_is_registered_and_its_parsers_are_made_when_asked_for(installed: Path) -> None:
    script = """
load_general_plugins()
compiled = [name for name in ("toolgram.machine", "toolgram.runtime.parser", "lark", "typer") if name in sys.modules]
names = set(ToolParserManager.list_registered()) - own[0], set(ReasoningParserManager.list_registered()) - own[1]
wrong, without = [], []
for name in sorted(names[0]):
    if not issubclass(ToolParserManager.get_tool_parser(name), vllm.tool_parsers.ToolParser): wrong.append(name)
    try:
        ReasoningParserManager.get_reasoning_parser(name)
    except LookupError as error:
        without.append(str(error))
same = ToolParserManager.get_tool_parser("toolgram_qwen3_coder").fmt is ReasoningParserManager.get_reasoning_parser(
    "toolgram_qwen3_coder").fmt
compiled += [name for name in ("toolgram.machine", "lark") if name in sys.modules]
print(json.dumps([compiled, sorted(names[0]), names[0] == names[1], wrong, without, same]))
"""
    (compiled, names, alike, wrong, without, same), _ = run(installed, script)
    assert compiled == []
    assert len(names) > 60
    assert all(name.startswith("toolgram_") for name in names)
    assert alike
    assert wrong == []
    assert same
    assert "the format pythonic has no reasoning: start the server without --reasoning-parser" in without


def test_an_own_spec_is_used_and_a_wrong_one_is_explained(installed: Path, tmp_path: Path) -> None:
    good = (installed / "toolgram" / "_formats" / "hermes.lark").read_text(encoding="utf-8")
    (tmp_path / "mine.lark").write_text(good, encoding="utf-8")
    (tmp_path / "wrong.lark").write_text(good.replace("tool_call:", "tool_cal:"), encoding="utf-8")
    script = """
load_general_plugins()
names = [name for name in ToolParserManager.list_registered() if name in ("toolgram_mine", "toolgram_wrong")]
print(json.dumps([names, ToolParserManager.get_tool_parser("toolgram_mine").__name__]))
"""
    got, log = run(installed, script, TOOLGRAM_FORMATS=str(tmp_path))
    assert got == [["toolgram_mine"], "MineToolParser"]
    assert "toolgram_wrong is not registered, its spec has errors" in log
    assert "error[undefined-rule]" in log
    assert re.search(r"\(MainProcess pid=\d+\) ERROR \S+ \d\d:\d\d:\d\d,\d+ toolgram_wrong is not", log)


def test_of_several_folders_the_first_counts_and_a_format_may_be_replaced_on_purpose(
    installed: Path, tmp_path: Path
) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    text = (installed / "toolgram" / "_formats" / "hermes.lark").read_text(encoding="utf-8")
    for folder, names in ((one, ("mine", "qwen3_coder")), (two, ("mine", "other"))):
        folder.mkdir()
        for name in names:
            (folder / f"{name}.lark").write_text(text, encoding="utf-8")
    script = """
load_general_plugins()
names = ("mine", "other", "qwen3_coder")
print(json.dumps([ToolParserManager.get_tool_parser("toolgram_" + name).fmt.spec for name in names]))
"""
    got, log = run(installed, script, TOOLGRAM_FORMATS=f"{one}:{two}")
    assert got == [str(one / "mine.lark"), str(two / "other.lark"), str(one / "qwen3_coder.lark")]
    assert f"{two / 'mine.lark'} is not used: {one / 'mine.lark'} comes first in TOOLGRAM_FORMATS" in log
    assert f"toolgram_qwen3_coder is {one / 'qwen3_coder.lark'}, and not the format that came with toolgram" in log


def test_the_log_says_once_which_halves_are_at_work(installed: Path) -> None:
    script = """
class Tokenizer:
    eos_token_id = 0
    all_special_ids = []
    def get_vocab(self):
        return {}
logging.basicConfig(format="%(levelname)s %(message)s")
logging.getLogger("vllm").setLevel("INFO")  # a server has done so by now
load_general_plugins()
tokenizer = Tokenizer()
for manager in (ToolParserManager.get_tool_parser, ReasoningParserManager.get_reasoning_parser):
    for _ in range(3):
        manager("toolgram_hermes")(tokenizer)
print("null")
"""
    _, log = run(installed, script)
    lines = [line for line in log.splitlines() if " reads hermes (" in line]
    assert len(lines) == 2
    assert all(line.startswith("INFO ") and "toolgram 0." in line and "vLLM 0." in line for line in lines)
    assert "(tool half" in lines[0]
    assert "(reasoning half" in lines[1]


@pytest.mark.parametrize(("version", "said"), [("0.33.1", 0), ("0.34.0", 1)])
def test_above_the_span_it_says_so_once_and_works(installed: Path, version: str, said: int) -> None:
    script = f"""
vllm.__version__ = {version!r}
load_general_plugins()
ToolParserManager.get_tool_parser("toolgram_hermes"), ReasoningParserManager.get_reasoning_parser("toolgram_hermes")
print(json.dumps(ToolParserManager.get_tool_parser("toolgram_glm45").__name__))
"""
    got, log = run(installed, script)
    assert got == "Glm45ToolParser"
    assert log.count(f"toolgram was tested with vLLM 0.10.2 to 0.33 and not with {version}") == said


def test_a_plugin_file_refuses_below_the_span(installed: Path) -> None:
    plugins = Path(os.environ.get("TOOLGRAM_GENERATED", Path(__file__).parents[2] / "generated")) / "vllm"
    script = f"""
vllm.__version__ = "0.9.2"
ToolParserManager.import_tool_parser({str(plugins / "pythonic.py")!r})
print(json.dumps(ToolParserManager.get_tool_parser("pythonic").__module__))
"""
    got, log = run(installed, script)
    assert got.startswith("vllm.")  # its own
    assert "toolgram was tested with vLLM 0.10.2 to 0.33 and does not work on 0.9.2: update vLLM" in log


def test_a_plugin_file_has_names_of_its_own_and_says_what_it_replaces_and_which_build_it_is(installed: Path) -> None:
    script = f"""
logging.basicConfig(format="%(levelname)s %(message)s")
logging.getLogger("vllm").setLevel("INFO")
class Tokenizer:
    eos_token_id = 0
    all_special_ids = []
    def get_vocab(self):
        return {{}}
ToolParserManager.import_tool_parser({str(PLUGINS / "hermes.py")!r})
for manager in (ToolParserManager.get_tool_parser, ReasoningParserManager.get_reasoning_parser):
    manager("toolgram_hermes")(Tokenizer())
same = ToolParserManager.get_tool_parser("toolgram_hermes") is ToolParserManager.get_tool_parser("hermes")
print(json.dumps([same, "toolgram_qwen3_coder" in ToolParserManager.list_registered()]))
"""
    got, log = run(installed / "nowhere", script)
    assert got == [True, False]
    assert log.count("toolgram stands in for vLLM's own tool parser 'hermes'") == 1
    digest = re.findall(r"Spec sha256: (\w{8})", (PLUGINS / "hermes.py").read_text(encoding="utf-8"))[0]
    assert re.search(rf"reads hermes \(tool half, vLLM 0[\d.]+; spec {digest}, runtime [0-9a-f]{{8}}\)", log)
