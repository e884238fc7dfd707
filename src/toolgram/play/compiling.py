"""A spec as the page gives it, compiled: what the server's process does, and Python in the browser.

In: a job, with the text of a spec, its name, and a stage. Out: its diagnostics, and its machine. For who types,
the machine need not be made: what is found before that is nearly all that can be found.

Promise: nothing is imported but what compiles.
"""

from __future__ import annotations

from typing import Any

from ..machine.compile import compile_spec
from ..machine.model import Machine
from ..registry import formats_dir
from ..spec import read_text
from ..spec.files import check_id
from .stages import MACHINE
from .told import told


def compiled(job: dict[str, Any]) -> dict[str, Any]:
    """Compile a spec; what it imports is looked for among the formats that are shipped, and nowhere else."""
    name, text = str(job["name"]), str(job["spec"])
    name = "spec" if check_id(name) else name
    path = str(formats_dir() / f"{name}.lark")
    spec, report = read_text(path, text)
    machine: Machine | None = None
    if spec is not None:
        machine, later = compile_spec(name, spec, only_check=job["stage"] != MACHINE)
        report.extend(later)
    dumped = None if machine is None else machine.model_dump(mode="json", exclude_defaults=True)
    return {"diagnostics": told(report, path, text), "machine": dumped}
