"""`toolgram explain`: what a message means, or how a format reads a text."""

from __future__ import annotations

from typing import Annotated

import typer

from ..diagnostics import did_you_mean, printable
from ..explain import MEANINGS, explain_format, explain_message, is_code
from ..registry import formats_dir, names
from .inputs import complete_spec, load_format, refuse
from .terminal import wrapped

WIDTH = 100  # of prose


def complete_name(incomplete: str) -> list[str]:
    """The messages and formats that a word may become."""
    return [*(code for code in MEANINGS if code.startswith(incomplete)), *complete_spec(incomplete)]


def explain(
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME",
            help="The name of a message, as in error[text-runs-on]; or a format.",
            autocompletion=complete_name,
        ),
    ],
) -> None:
    """Explain a message, or how a format reads a text."""
    code = name.removeprefix("error").removeprefix("warning").strip("[]")
    if is_code(code):
        typer.echo(printable(explain_message(code), "\n\t"))
        return
    if not name.endswith(".lark") and name not in names(formats_dir()):
        near = did_you_mean(name, [*MEANINGS, *names(formats_dir())])
        hint = f"did you mean `{near}`?" if near else "toolgram list has the formats; messages have theirs in brackets"
        refuse(f"no message and no format is named `{name}`: {hint}")
    fmt = load_format(name)
    typer.echo(f"{fmt.id}: {printable(fmt.machine.title)}")
    for heading, sentences in explain_format(fmt.machine):
        if sentences:
            typer.echo(f"\n{heading}")
        for sentence in sentences:
            typer.echo(wrapped(printable(sentence), WIDTH, "    ").replace("    ", "  - ", 1))
