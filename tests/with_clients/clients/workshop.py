"""The tools that the clients call, and what a client's program does with its job. Runs in .venv-clients.

In, as the program's argument: a job, JSON with the server's `base_url`, the `folder` to work in, and the `asks`. Out:
for each of them a line of JSON that says what the client ran, what it left in the folder, and what it said.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

FOLDER = Path()
TURNS_MAX = 4


@dataclass
class Seen:
    """What came of one ask, as the client shows it; what it does not show stays empty."""

    ran: list[Any] = field(default_factory=list)  # names and arguments of the tools that ran
    files: dict[str, str] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)  # of each message of the model
    thoughts: list[str] = field(default_factory=list)
    finishes: list[str] = field(default_factory=list)  # of each message
    tokens: list[int] = field(default_factory=list)  # of each message, or of all of them together
    raw: list[str] = field(default_factory=list)  # arguments of each call as they came
    error: str = ""


now = Seen()


def write_file(file_path: str, content: str) -> str:
    """Write a text to a file."""
    now.ran.append(["write_file", {"file_path": file_path, "content": content}])
    Path(file_path).write_bytes(content.encode())
    return "written"


def run_shell_command(command: str) -> str:
    """Run a command in the folder."""
    now.ran.append(["run_shell_command", {"command": command}])
    done = subprocess.run(["bash", "-c", command], cwd=FOLDER, capture_output=True, text=True, timeout=20, check=False)
    return done.stdout


def list_files(path: str = "") -> str:
    """List the files of a folder, by default of this one."""
    now.ran.append(["list_files", {"path": path} if path else {}])
    return "no files"


TOOLS: dict[str, Callable[..., str]] = {tool.__name__: tool for tool in (write_file, run_shell_command, list_files)}
PARAMETERS = {
    "write_file": (["file_path", "content"], ["file_path", "content"]),
    "run_shell_command": (["command"], ["command"]),
    "list_files": (["path"], []),
}


def schema(name: str) -> dict[str, Any]:
    """The JSON schema of a tool's arguments."""
    keys, required = PARAMETERS[name]
    return {"type": "object", "properties": {key: {"type": "string"} for key in keys}, "required": required}


def run(name: str, arguments: str) -> str:
    """Run a tool as a careful client does: arguments that are no JSON object run nothing."""
    now.raw.append(arguments)
    try:
        return TOOLS[name](**json.loads(arguments))
    except ValueError as error:
        return f"not run: {error}"


def work(ask_client: Callable[[dict[str, Any], dict[str, Any]], None]) -> None:
    """Do the job: each ask in an empty folder."""
    global FOLDER, now
    job = json.loads(sys.argv[1])
    FOLDER = Path(job["folder"])
    for ask in job["asks"]:
        for path in FOLDER.iterdir():
            path.unlink()
        now = Seen()
        try:
            ask_client(job, ask)
        except Exception as error:  # a client's own error is a result, too
            now.error = f"{type(error).__name__}: {error}"[:500]
        now.files = {path.name: path.read_bytes().decode() for path in sorted(FOLDER.iterdir())}
        print(json.dumps(asdict(now)), flush=True)
