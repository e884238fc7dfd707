"""The command line. A command reads its options, calls one function, prints, and exits.

Exit status: 0 clean, 1 errors, 2 usage. Results go to stdout, problems to stderr, each as one message.
"""

from __future__ import annotations

import sys

import typer

from .build import build
from .check import check
from .import_ import imports
from .parse import parse
from .registry import list_formats, show
from .test import run_cases

app = typer.Typer(
    name="toolgram",
    help="Compile formats of model output into streaming parsers.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
for _name, _command in (
    ("build", build),
    ("check", check),
    ("parse", parse),
    ("test", run_cases),
    ("list", list_formats),
    ("show", show),
):
    app.command(_name)(_command)
app.add_typer(imports)


def main() -> None:
    """Run the command line: the entry point of the console script."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:  # text of models holds what a terminal's encoding may not have
            reconfigure(encoding="utf-8", errors="backslashreplace")
    app()
