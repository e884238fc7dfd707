"""What the tests with the real vLLM share."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from composed import PLUGINS

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout, installed where only those find it who look there."""
    site = tmp_path_factory.mktemp("site")
    pip = [sys.executable, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--no-deps"]
    subprocess.run([*pip, "--target", str(site), str(ROOT)], check=True, timeout=300)
    return site


@pytest.fixture(scope="session")
def tokenizer() -> Any:
    import model

    return model.make_tokenizer()


OWN_TOOLS = ("hermes", "qwen3_coder", "deepseek_v31", "gemma4", "minimax_m2")
OWN_REASONING = ("qwen3", "deepseek_r1", "gemma4", "minimax_m2")


@pytest.fixture(scope="session")
def own() -> SimpleNamespace:
    """Parsers of vLLM's own, taken before a plugin replaces their names."""
    from vllm.reasoning import ReasoningParserManager
    from vllm.tool_parsers import ToolParserManager

    return SimpleNamespace(
        tool={name: ToolParserManager.get_tool_parser(name) for name in OWN_TOOLS},
        reasoning={name: ReasoningParserManager.get_reasoning_parser(name) for name in OWN_REASONING},
    )


@pytest.fixture(scope="session")
def plugin(own: Any) -> Any:  # noqa: ARG001  first
    from vllm.reasoning import ReasoningParserManager
    from vllm.tool_parsers import ToolParserManager

    made: dict[str, Any] = {}

    def load(format_id: str) -> Any:
        if format_id not in made:
            before = sys.modules.get(format_id)
            ToolParserManager.import_tool_parser(str(PLUGINS / f"{format_id}.py"))
            made[format_id] = sys.modules.get(format_id)
            if made[format_id] in (None, before):  # a package has this name, and keeps it
                reasoning = ReasoningParserManager.get_reasoning_parser(format_id)
                halves = [ToolParserManager.get_tool_parser(format_id), reasoning]
                made[format_id] = SimpleNamespace(PARSERS=halves)
        return made[format_id]

    return load


@pytest.fixture(scope="session")
def model_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model that writes the transcripts; kept in `$TOOLGRAM_TOY_MODEL`, if that is set."""
    kept = os.environ.get("TOOLGRAM_TOY_MODEL")
    folder = Path(kept) if kept else tmp_path_factory.mktemp("toy")
    if not (folder / "config.json").exists():
        import model

        model.train(folder)
    return folder


@pytest.fixture(scope="session")
def page_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model that writes cases of the formats' pages."""
    kept = os.environ.get("TOOLGRAM_TOY_MODEL")
    folder = Path(f"{kept}-pages") if kept else tmp_path_factory.mktemp("pages")
    if not (folder / "config.json").exists():
        import model
        import pages

        model.train(folder, pages.lesson())
    return folder
