"""The process that compiles: `python -m toolgram.play.worker`, started by `compiler.py`.

In: on standard input, one job a line, as JSON: a spec, or a file of a model. Out: on standard output a line of JSON for
each. For somebody who types, the machine need not be made: what is found before that is nearly all that can be found.

Promises: the system bounds its memory; whatever a job holds, an answer comes, or the parent ends this process.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from ..diagnostics import Report, printable
from ..machine.compile import compile_spec
from ..machine.model import Machine
from ..registry import formats_dir
from ..spec import read_text
from ..spec.files import check_id
from ..which import GivenError, identify, read_given
from .stages import MACHINE
from .told import told, told_which

MEMORY_BYTES_MAX = 1 << 30
WARMING = "start: content\ncontent: TEXT\n%import toolgram (TEXT)\n"
SECONDS_OF_TEMPLATE = 20


class _EnoughError(Exception):
    """The machine is not wanted."""


def main() -> None:
    """Answer job by job, until there is no more."""
    _limit()
    compiled({"name": "warming", "spec": WARMING, "stage": MACHINE})  # the first one loads what all need
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        job = json.loads(line)
        print(json.dumps(recognised(job) if "template" in job else compiled(job), separators=(",", ":")), flush=True)


def compiled(job: dict[str, Any]) -> dict[str, Any]:
    """Compile a spec; what it imports is looked for among the formats that are shipped, and nowhere else."""
    name, text = str(job["name"]), str(job["spec"])
    name = "spec" if check_id(name) else name
    path = str(formats_dir() / f"{name}.lark")
    spec, report = read_text(path, text)
    machine: Machine | None = None
    if spec is not None:
        try:
            machine, later = compile_spec(name, spec, on_checked=None if job["stage"] == MACHINE else _stop)
        except _EnoughError as enough:
            later = enough.args[0]
        report.extend(later)
    dumped = None if machine is None else machine.model_dump(mode="json", exclude_defaults=True)
    return {"diagnostics": told(report, path, text), "machine": dumped}


def _stop(report: Report) -> None:
    raise _EnoughError(report)


def recognised(job: dict[str, Any]) -> dict[str, Any]:
    """Find out which format a template or a tokenizer's configuration writes."""
    is_json = str(job["file"]).endswith(".json")
    name = "tokenizer_config.json" if is_json else "chat_template.jinja"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_text(str(job["template"]), encoding="utf-8", errors="replace")
        try:
            return told_which(identify(read_given(path), seconds=SECONDS_OF_TEMPLATE))
        except GivenError as problem:
            reason = printable(str(problem).replace(str(path), name))
            return {"format": None, "verdict": "unsure", "reasons": [reason], "reasoning": None}


def _limit() -> None:
    """Let the system bound the memory, where it can."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES_MAX, MEMORY_BYTES_MAX))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    main()
