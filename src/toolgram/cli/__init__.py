"""The command line. A command reads its options, calls one function, prints, and exits.

Exit status: 0 clean, 1 errors, 2 usage. Results go to stdout, problems to stderr, each as one message.

Promise: the module of a command is imported when that command is run, so that `list` does not wait for the compiler.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any, NamedTuple

import typer
from typer.core import TyperGroup
from typer.main import get_command


class Place(NamedTuple):
    """Where a command is, and what the list of commands says of it: the first line of its own help."""

    module: str
    name: str
    help: str


COMMANDS = {
    "build": Place("build", "build", "Compile formats and write generated/."),
    "check": Place("check", "check", "Print every diagnostic; write nothing."),
    "parse": Place("parse", "parse", "Parse raw model output from stdin; print the message as JSON."),
    "test": Place("test", "run_cases", "Run the cases of formats at every split."),
    "list": Place("registry", "list_formats", "List the formats: id, title, aliases."),
    "show": Place("registry", "show", "Show one format: models, tokens, bounds, and a sample."),
    "which": Place("which", "which", "Say which format a model writes, how sure that is, and why."),
    "import": Place("import_", "imports", "Make a spec from another description of a format."),
}


class Commands(TyperGroup):
    """The commands by name, each made when it is asked for."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        known: dict[str, Any] = dict.fromkeys(COMMANDS)
        self.commands = known  # what a misspelled one may have meant

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002  as click calls it
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002
        return make_command(cmd_name) if cmd_name in COMMANDS else None

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl([(name, place.help) for name, place in COMMANDS.items()])


def make_command(name: str) -> Any:
    """Import a command's module and make the command."""
    place = COMMANDS[name]
    found = getattr(import_module(f"{__name__}.{place.module}"), place.name)
    if isinstance(found, typer.Typer):
        return get_command(found)
    single = typer.Typer(rich_markup_mode=None, add_completion=False, pretty_exceptions_enable=False)
    single.command(name)(found)
    return get_command(single)


app = typer.Typer(
    name="toolgram",
    cls=Commands,
    help="Compile formats of model output into streaming parsers.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


@app.callback()
def _commands() -> None:
    """Compile formats of model output into streaming parsers."""


def main() -> None:
    """Run the command line: the entry point of the console script."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:  # text of models holds what a terminal's encoding may not have
            reconfigure(encoding="utf-8", errors="backslashreplace")
    app()
