"""The `vllm` target: a plugin file for vLLM's `--tool-parser-plugin` and `--reasoning-parser-plugin`.

In: a Subject. Out: the source of `generated/vllm/X.py`, which loads its tables and the file that the docstring of this
package describes. Unlike the other modules here it is no part of that file, and needs no vLLM.
"""

from __future__ import annotations

from ...runtime import MODULES as RUNTIME_MODULES
from ..render import docstring, render
from ..runtime_file import Engine, contract
from ..subject import Subject
from . import BASE, MODULES
from .check_cases import cases_text

RUNTIME = tuple(f"toolgram.runtime.{name}" for name in RUNTIME_MODULES)
TEMPLATES = "vllm/format.py.jinja", "vllm/script.py.jinja"
VLLM = Engine((*RUNTIME, *MODULES), *TEMPLATES)
VLLM_UNCONSTRAINED = Engine((*RUNTIME, *BASE), *TEMPLATES, options=" --target vllm --no-constraints")
TOOL_OPTIONS = "--enable-auto-tool-choice --tool-parser-plugin $PWD/{id}.py --tool-call-parser toolgram_{id}"
REASONING_OPTIONS = "--reasoning-parser-plugin $PWD/{id}.py --reasoning-parser toolgram_{id}"


def render_vllm(subject: Subject) -> str:
    """Write the plugin file of a format."""
    return _render(subject, VLLM, "CONSTRAINED_WRITERS")


def render_unconstrained(subject: Subject) -> str:
    """Write the plugin file of a format without the writer of grammars."""
    return _render(subject, VLLM_UNCONSTRAINED, "UNCONSTRAINED_WRITERS", " --target vllm-no-constraints")


def _render(subject: Subject, engine: Engine, writers: str, options: str = "") -> str:
    cases = cases_text(subject.read_cases(), subject.machine)
    words = docstring(f"{subject.title}: a plugin for vLLM.", subject, _usage(subject), options)
    values = {"contract": contract(engine), "cases": cases, "writers": writers}
    return render("thin.py.jinja", subject, docstring=words, engine=engine, **values)


def _usage(subject: Subject) -> str:
    options = [TOOL_OPTIONS, *([REASONING_OPTIONS] if subject.machine.reasoning_closers else [])]
    return " \\\n".join(["    vllm serve MODEL", *(f"        {line.format(id=subject.id)}" for line in options)])
