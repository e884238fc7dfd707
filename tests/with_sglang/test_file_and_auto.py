"""The ways into SGLang: its own loader of plugins, a file that starts it, and `toolgram_auto`."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from serving import Words, asked, server, whole

import toolgram
from toolgram.build import chosen, compile_one, single_file
from toolgram.plugins.auto import UnsureError
from toolgram.registry import find
from toolgram.targets.serving.facts import FormatFacts
from toolgram.targets.serving.vocabulary import Vocabulary

sys.path.append(str(Path(__file__).parents[1]))
from small_templates import TEMPLATES

pytestmark = pytest.mark.sglang

ROOT = Path(__file__).parents[2]
TOOLS = [
    {
        "type": "function",
        "function": {"name": "get_weather", "parameters": {"properties": {"city": {"type": "string"}}}},
    }
]
TELL = """
import sys, multiprocessing

def tell(_=None):
    from sglang.srt.function_call.function_call_parser import FunctionCallParser
    print([name for name in FunctionCallParser.ToolCallParserEnum if name.startswith("toolgram_")], flush=True)
"""


def run(*words: str, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, *words],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=120,
    )
    return done.stdout + done.stderr


def test_sglang_loads_the_entry_point(tmp_path: Path) -> None:
    """The metadata of an installed package is all that it needs to find it."""
    info = tmp_path / "toolgram-9.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: toolgram\nVersion: 9\n")
    (info / "entry_points.txt").write_text("[sglang.srt.plugins]\ntoolgram = toolgram_sglang:register\n")
    script = f"{TELL}\nfrom sglang.srt.plugins import load_plugins; load_plugins(); tell()"
    path = os.pathsep.join(filter(None, [str(tmp_path), os.environ.get("PYTHONPATH", ""), str(ROOT / "src")]))
    assert "'toolgram_qwen3_coder'" in run("-c", script, PYTHONPATH=path)
    assert "'toolgram_" not in run("-c", script, PYTHONPATH=path, SGLANG_PLUGINS="another")


@pytest.mark.parametrize("form", ["single", "thin"])
def test_a_file_is_in_every_process_of_the_server_that_it_starts(form: str, tmp_path: Path) -> None:
    """The launcher is a stand-in: it starts a process as SGLang does, and both say what they know."""
    place = ROOT / "generated" / "sglang" / "hermes.py"
    if form == "single":
        subject = compile_one(find("hermes")).subject
        assert subject is not None
        place = tmp_path / "file" / "hermes.py"
        place.parent.mkdir()
        place.write_text(single_file(subject, next(chosen(["sglang"]))), encoding="utf-8")
    (tmp_path / "told.py").write_text(TELL)
    (tmp_path / "sitecustomize.py").write_text(f"""
import runpy
def run_module(name, run_name):
    import multiprocessing, sys
    assert (name, run_name, sys.argv[1:]) == ("sglang.launch_server", "__main__", ["--model-path", "M"])
    sys.path.insert(0, {str(tmp_path)!r})
    import told
    told.tell()
    process = multiprocessing.get_context("spawn").Process(target=told.tell)
    process.start(); process.join()
runpy.run_module = run_module
""")
    path = os.pathsep.join(filter(None, [str(tmp_path), os.environ.get("PYTHONPATH", "")]))
    said = run(str(place), "--model-path", "M", PYTHONPATH=path)
    assert said.count("['toolgram_hermes', 'toolgram_qwen3_json']") == 2, said


def test_auto_is_the_format_of_the_template() -> None:
    for name, template in TEMPLATES.items():
        if name in ("hermes", "qwen3_coder", "glm45", "llama3_json"):
            words = Words(toolgram.load(name).table["special_tokens"])
            words.chat_template = template
            host = server("toolgram_auto", None, words)
            kind = type(host)  # it has been made with the server
            assert kind.__name__ == "OpenAIServingChat"
            assert name in known_formats(words)


def known_formats(words: Any) -> set[str]:
    """The formats that have looked at a tokenizer."""
    whole(server("toolgram_auto", None, words), asked(TOOLS), "text")
    formats = [one for one in gc.get_objects() if isinstance(one, FormatFacts)]
    known = [(fmt.names[0], fmt.vocabularies.get(id(words), (None, None))[1]) for fmt in formats]
    return {name for name, made in known if isinstance(made, Vocabulary)}


def test_a_server_does_not_start_where_nobody_can_say_the_format() -> None:
    words = Words()
    words.chat_template = "{% for m in messages %}{{ m.content }}{% endfor %}"
    for tool, reasoning in (("toolgram_auto", None), (None, "toolgram_auto")):
        with pytest.raises(UnsureError, match="Start the server with one by its name"):
            server(tool, reasoning, words)


def test_a_server_does_not_start_with_a_reasoning_parser_of_a_format_without() -> None:
    with pytest.raises(LookupError, match="start the server without --reasoning-parser"):
        server(None, "toolgram_pythonic")
