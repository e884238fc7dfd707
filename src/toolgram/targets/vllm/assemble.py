"""The `vllm` target: a plugin file for vLLM's `--tool-parser-plugin` and `--reasoning-parser-plugin`.

In: a Subject. Out: the source of `generated/vllm/X.py`, put together as the docstring of this package says. Unlike the
other modules here it is no part of that file, and needs no vLLM.
"""

from __future__ import annotations

from ...runtime import MODULES as RUNTIME_MODULES
from ...runtime import VERSION
from ..inline import inline
from ..render import docstring, render
from ..subject import Subject
from . import MODULES

TOOL_OPTIONS = "--enable-auto-tool-choice --tool-parser-plugin $PWD/{id}.py --tool-call-parser {id}"
REASONING_OPTIONS = "--reasoning-parser-plugin $PWD/{id}.py --reasoning-parser {id}"


def render_vllm(subject: Subject) -> str:
    """Write the plugin file of a format."""
    runtime = [f"toolgram.runtime.{name}" for name in RUNTIME_MODULES]
    words = docstring(f"{subject.title}: a plugin for vLLM.", subject, _usage(subject))
    return render(
        "vllm/module.py.jinja",
        subject,
        docstring=words,
        runtime=inline([*runtime, *MODULES]),
        machine={**subject.machine.model_dump(), "aliases": subject.spec.meta.aliases},
        machine_literal=subject.machine_literal(),
        version=VERSION,
        outline_literal=subject.outline_literal(),
    )


def _usage(subject: Subject) -> str:
    options = [TOOL_OPTIONS, *([REASONING_OPTIONS] if subject.machine.reasoning_closers else [])]
    lines = ["    vllm serve MODEL", *(f"        {line.format(id=subject.id)}" for line in options)]
    return "Nothing but vLLM and the standard library is needed.\n\n" + " \\\n".join(lines)
