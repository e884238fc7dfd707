"""The `python` target: a parser module that needs nothing but the standard library.

In: a Subject. Out: the source of `generated/python/X.py`, for CPython 3.9 and later: `parser` and `parse` for this
format, the load of its tables, and the load of the runtime that lies beside it.
"""

from __future__ import annotations

from ...runtime import MODULES
from ..render import docstring, render
from ..runtime_file import Engine, contract
from ..subject import Subject

PYTHON = Engine(tuple(f"toolgram.runtime.{name}" for name in MODULES), "python/format.py.jinja")


def render_python(subject: Subject) -> str:
    """Write the parser module of a format."""
    words = docstring(f"{subject.title}: a parser of text that arrives in pieces.", subject, USAGE)
    return render("thin.py.jinja", subject, docstring=words, engine=PYTHON, contract=contract(PYTHON))


USAGE = """\
    p = parser(tools=tools)              # the tools of the request; parse(text, tools) reads a whole text
    for chunk in stream:
        for event in p.feed(chunk): ...  # ContentDelta, ReasoningDelta, CallStart, ArgumentsDelta, CallEnd
    for event in p.finish(): ..."""
