"""The third stage: Machine to files, one target per kind of file.

In: a `Subject`, one compiled format. Out: the text of one file of it.

A further target is a folder with its template and a function, and a line in `TARGETS`. Where a kind of file cannot
hold all of a format, `check` says what it cannot hold, and an error among that writes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..diagnostics import Diagnostic
from .hf_template import check_hf_template, render_hf_template
from .machine import render_machine
from .python import render_python
from .subject import Subject
from .vllm.assemble import render_vllm


@dataclass(frozen=True, slots=True)
class Target:
    """One kind of file: `generated/<name>/<format><suffix>`."""

    name: str
    suffix: str
    render: Callable[[Subject], str]
    check: Callable[[Subject], list[Diagnostic]] = lambda _: []
    usual: bool = True  # built when no target is named


TARGETS = {
    target.name: target
    for target in (
        Target("machine", ".json", render_machine),
        Target("python", ".py", render_python),
        Target("vllm", ".py", render_vllm),
        Target("hf-template", ".json", render_hf_template, check_hf_template, usual=False),
    )
}
