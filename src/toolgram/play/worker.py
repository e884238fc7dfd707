"""The process that compiles: `python -m toolgram.play.worker`, started by `compiler.py`.

In: on standard input, one job a line, as JSON: a spec, or a file of a model. Out: on standard output lines of JSON, an
empty line behind the last of a job. The diagnostics of a spec come as soon as they are known, the machine afterwards.

Promises: the system bounds its memory; whatever a job holds, an answer comes, or the parent ends this process.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

from ..diagnostics import Report, printable
from ..machine.compile import compile_spec
from ..machine.model import Machine
from ..registry import formats_dir
from ..spec import read_text
from ..spec.files import check_id
from ..which import GivenError, identify, read_given
from .told import told, told_which

Tell: TypeAlias = Callable[[dict[str, Any]], None]

MEMORY_BYTES_MAX = 1 << 30
WARMING = "start: content\ncontent: TEXT\n%import toolgram (TEXT)\n"
SECONDS_OF_TEMPLATE = 20


def main() -> None:
    """Answer job by job, until there is no more."""
    _limit()
    compiled({"name": "warming", "spec": WARMING}, lambda _: None)  # the first one loads what all need
    _tell({"ready": True})
    for line in sys.stdin:
        job = json.loads(line)
        do = recognised if "template" in job else compiled
        do(job, _tell)
        _end()


def compiled(job: dict[str, Any], tell: Tell) -> None:
    """Compile a spec; what it imports is looked for among the formats that are shipped, and nowhere else."""
    name, text = str(job["name"]), str(job["spec"])
    name = "spec" if check_id(name) else name
    path = str(formats_dir() / f"{name}.lark")
    spec, report = read_text(path, text)
    machine: Machine | None = None
    if spec is not None:

        def tell_early(checked: Report) -> None:
            tell({"diagnostics": told(Report([*report, *checked]), path, text)})

        machine, later = compile_spec(name, spec, on_checked=tell_early)
        report.extend(later)
    dumped = None if machine is None else machine.model_dump(mode="json", exclude_defaults=True)
    tell({"diagnostics": told(report, path, text), "machine": dumped})


def recognised(job: dict[str, Any], tell: Tell) -> None:
    """Find out which format a template or a tokenizer's configuration writes."""
    suffix = ".json" if str(job["file"]).endswith(".json") else ".jinja"
    name = f"tokenizer_config{suffix}" if suffix == ".json" else f"chat_template{suffix}"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_text(str(job["template"]), encoding="utf-8", errors="replace")
        try:
            tell(told_which(identify(read_given(path), seconds=SECONDS_OF_TEMPLATE)))
        except GivenError as problem:
            reason = printable(str(problem).replace(str(path), name))
            tell({"format": None, "verdict": "unsure", "reasons": [reason], "reasoning": None})


def _tell(answer: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(answer, separators=(",", ":")) + "\n")
    sys.stdout.flush()


def _end() -> None:
    sys.stdout.write("\n")
    sys.stdout.flush()


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
