"""The `sglang` target: a file with a format's detectors, which starts SGLang's server when it is run.

In: a Subject. Out: the source of `generated/sglang/X.py`, which loads its tables and the file that the docstring of
this package describes. Unlike the modules of `host` it is no part of that file, and needs no SGLang.
"""

from __future__ import annotations

from ...runtime import MODULES as RUNTIME_MODULES
from ..render import docstring, render
from ..runtime_file import Engine, contract
from ..subject import Subject
from . import MODULES

RUNTIME = tuple(f"toolgram.runtime.{name}" for name in RUNTIME_MODULES)
SGLANG = Engine((*RUNTIME, *MODULES), "sglang/format.py.jinja", "sglang/script.py.jinja")


def render_sglang(subject: Subject) -> str:
    """Write the file of a format."""
    words = docstring(f"{subject.title}: detectors for SGLang.", subject, _usage(subject), " --target sglang")
    return render("thin.py.jinja", subject, docstring=words, engine=SGLANG, contract=contract(SGLANG))


def _usage(subject: Subject) -> str:
    name = f"toolgram_{subject.id}"
    reasoning = f" --reasoning-parser {name}" if subject.machine.reasoning_closers else ""
    return f"    python {subject.id}.py --model-path MODEL \\\n        --tool-call-parser {name}{reasoning}"
