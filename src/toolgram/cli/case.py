"""`toolgram case add`: a recorded text becomes a case on the page of its format."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Annotated

import typer

from ..diagnostics import printable
from ..registry import shown_path
from ..runtime.schema.given import ToolsError
from ..testing import PageError
from ..testing.recording import Added, add_case
from ..writing import write_file
from .inputs import ERRORS, Spec, complain, files, find_spec, load_format, read_tools, read_utf8, refuse

cases = typer.Typer(
    name="case", help="Add a recorded text to the cases of a format.", no_args_is_help=True, rich_markup_mode=None
)
TITLE = "Recorded"


@cases.callback()
def _cases() -> None:
    """Add a recorded text to the cases of a format."""


@cases.command("add")
def add(
    spec: Spec,
    text_file: Annotated[
        Path, typer.Argument(metavar="FILE", help="What the model wrote, special tokens not skipped.")
    ],
    tools: Annotated[
        Path | None, typer.Option("--tools", metavar="FILE", help="The request's OpenAI tools; else those of the page.")
    ] = None,
    title: Annotated[
        str, typer.Option("--title", metavar="TEXT", help="The heading; it gets a number where it is taken.")
    ] = TITLE,
    inside: Annotated[
        str | None, typer.Option("--inside", metavar="CAPTURE", help="What the prompt had opened: reasoning.")
    ] = None,
    keep_end: Annotated[
        bool, typer.Option("--keep-end", help="Keep the line break at the end of the file: the model wrote it.")
    ] = False,
) -> None:
    """Add FILE to the page of SPEC as a case. What is read today is what the case expects: look at it.

    toolgram case add acme.lark raw.txt --tools tools.json --title "Two calls"
    """
    page = Path(shown_path(find_spec(spec).with_suffix(".md")))
    heading, fmt, text = _heading(title), load_format(spec), _text(text_file, keep_end=keep_end)
    try:
        added = add_case(
            fmt, str(page), _page(page, fmt.id), text, title=heading, tools=read_tools(tools), inside=inside
        )
    except ToolsError as error:
        refuse(f"{tools}: {error}")
    except PageError as error:
        refuse(str(error), ERRORS)
    except ValueError:
        can = ", ".join(fmt.machine.inside)
        refuse(f"--inside {inside}: {fmt.id} can begin inside {can or 'nothing: leave --inside out'}")
    with files():
        write_file(page, added.page.encode("utf-8"))
    _tell(added, page, spec)


def _heading(title: str) -> str:
    heading = " ".join(title.split())
    return heading if re.search(r"\w", heading) else refuse(f'--title {title!r}: a heading, as in --title "Two calls"')


def _text(path: Path, *, keep_end: bool) -> str:
    text = read_utf8(path, "a text of a model")
    text = text if keep_end else text.removesuffix("\n")
    return text or refuse(
        f"{path} is empty: record an answer with `skip_special_tokens: false`, and put its text there"
    )


def _tell(added: Added, page: Path, spec: str) -> None:
    typer.echo(printable(added.case, "\n"))
    again = shlex.join(["toolgram", "test", spec, "-k", added.heading])
    where = f"{shown_path(page)}: added `{printable(added.heading)}`"
    typer.echo(f"{where}. If the model meant something else, correct the message:")
    typer.echo(f"  {again}")
    if not added.has_tools and not added.message.tool_calls:
        complain(
            "note: no tools were declared, so only what a special token opens is a call: --tools FILE declares them"
        )


def _page(page: Path, name: str) -> str:
    """The text of the page, or a new one."""
    return read_utf8(page, "a page") if page.exists() else f"# {name}\n\n# Cases\n"
