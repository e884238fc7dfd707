"""What the tests with the real vLLM share."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
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


@pytest.fixture(scope="session")
def own() -> dict[str, Any]:
    """Parsers of vLLM's own, taken before a plugin replaces their names."""
    from vllm.reasoning import ReasoningParserManager
    from vllm.tool_parsers import ToolParserManager

    tools = {name: ToolParserManager.get_tool_parser(name) for name in ("hermes", "qwen3_coder")}
    reasoning = {name: ReasoningParserManager.get_reasoning_parser(name) for name in ("qwen3", "deepseek_r1")}
    return {**tools, **reasoning}


@pytest.fixture(scope="session")
def plugin(own: dict[str, Any]) -> Any:  # noqa: ARG001  first
    from vllm.tool_parsers import ToolParserManager

    def load(format_id: str) -> Any:
        if format_id not in sys.modules:
            ToolParserManager.import_tool_parser(str(PLUGINS / f"{format_id}.py"))
        return sys.modules[format_id]

    return load
