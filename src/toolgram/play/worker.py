"""The process that compiles: `python -m toolgram.play.worker`, started by `compiler.py`.

In: on standard input, one job a line, as JSON: a spec, or a file of a model. Out: on standard output a line of JSON for
each.

Promises: the system bounds its memory; whatever a job holds, an answer comes, or the parent ends this process.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from ..diagnostics import printable
from ..which import GivenError, identify, read_given
from .compiling import compiled
from .stages import MACHINE
from .told_which import told_which

MEMORY_BYTES_MAX = 1 << 30
WARMING = "start: content\ncontent: TEXT\n%import toolgram (TEXT)\n"
SECONDS_OF_TEMPLATE = 20


def main() -> None:
    """Answer job by job, until there is no more."""
    _limit()
    compiled({"name": "warming", "spec": WARMING, "stage": MACHINE})  # the first one loads what all need
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        job = json.loads(line)
        print(json.dumps(recognised(job) if "template" in job else compiled(job), separators=(",", ":")), flush=True)


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
