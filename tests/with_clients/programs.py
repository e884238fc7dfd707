"""The clients' programs, run in the environment that `.ci/environments` has made for them.

In: a server's URL, the folder to work in, and what to ask. Out: what the clients say that they have seen.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from types import SimpleNamespace
from typing import Any

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
ENVIRONMENT = ROOT / ".venv-clients"
PYTHON = ENVIRONMENT / "bin" / "python"
NODE = ENVIRONMENT / "bin" / "node"
PACKAGES = ENVIRONMENT / "node"
QWEN = PACKAGES / "node_modules" / "@qwen-code" / "qwen-code" / "cli-entry.js"
REPAIR = ROOT / "typescript" / "examples" / "repair_for.mjs"
SECONDS_MAX = 240


def ask(client: str, base_url: str, folder: Path, asks: list[dict[str, Any]]) -> list[SimpleNamespace]:
    """Let a client's program ask one thing after the other. Raises RuntimeError when it does not answer them all."""
    job = {"base_url": base_url, "folder": str(folder), "packages": str(PACKAGES), "asks": asks}
    script = HERE / "clients" / f"{client}.mjs"
    command = [NODE, script] if script.exists() else [PYTHON, HERE / "clients" / f"{client}.py"]
    done = _run([*command, json.dumps(job)], folder.parent, folder.parent)
    seen = [SimpleNamespace(**json.loads(line)) for line in done.stdout.splitlines()]
    if len(seen) != len(asks):
        raise RuntimeError(f"{client} answered {len(seen)} of {len(asks)}:\n{done.stderr[-3000:]}")
    return seen


def qwen_code(base_url: str, folder: Path, question: str, **sampling: Any) -> SimpleNamespace:
    """Ask Qwen Code, without a terminal, allowed everything: what it said, thought, called, and got from its tools."""
    for path in folder.iterdir():
        path.unlink()
    home = folder.parent / "home"
    settings = home / ".qwen" / "settings.json"
    settings.parent.mkdir(parents=True, exist_ok=True)
    sampling = {"max_tokens": 1000, **sampling}
    settings.write_text(json.dumps({"model": {"generationConfig": {"samplingParams": sampling}}}))
    done = _run(
        [NODE, QWEN, "--auth-type", "openai", "--yolo", "--output-format", "stream-json", "-p", question],
        folder,
        home,
        OPENAI_BASE_URL=base_url,
        OPENAI_API_KEY="none",
        OPENAI_MODEL="toy",
    )
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    parts = [part for line in lines if line["type"] in ("assistant", "user") for part in line["message"]["content"]]
    if not lines or lines[-1]["type"] != "result":
        raise RuntimeError(f"Qwen Code did not come to its end:\n{done.stderr[-3000:]}")
    return SimpleNamespace(
        texts=[part["text"] for part in parts if part["type"] == "text"],
        thoughts=[part["thinking"] for part in parts if part["type"] == "thinking"],
        calls=[[part["name"], part["input"]] for part in parts if part["type"] == "tool_use"],
        errors=[part["content"] for part in parts if part["type"] == "tool_result" and part["is_error"]],
        tokens=lines[-1]["usage"]["output_tokens"],
        files={path.name: path.read_bytes().decode() for path in sorted(folder.iterdir())},
    )


class Repairing:
    """`repair_for.mjs` before a server without parsers, in a folder with the npm package, as a user has it."""

    def __init__(self, folder: Path, upstream: str, format_id: str) -> None:
        packages = folder / "node_modules"
        packages.mkdir(parents=True, exist_ok=True)
        if not (packages / "toolgram").exists():
            (packages / "toolgram").symlink_to(ROOT / "generated" / "typescript")
        script = shutil.copy(REPAIR, folder)
        command = [NODE, script, "--upstream", upstream, "--format", format_id, "--server", "vllm"]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, encoding="utf-8")
        assert self._process.stdout is not None
        self.base_url = self._process.stdout.readline().strip()

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(10)


def _run(command: list[Any], cwd: Path, home: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("OPENAI_", "ANTHROPIC_"))}
    environment |= {"HOME": str(home), "PATH": f"{NODE.parent}:{os.environ['PATH']}", "NO_COLOR": "1", **variables}
    environment.pop("PYTHONPATH", None)
    return subprocess.run(
        command, cwd=cwd, env=environment, capture_output=True, encoding="utf-8", timeout=SECONDS_MAX, check=False
    )
