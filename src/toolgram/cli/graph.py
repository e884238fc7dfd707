"""`toolgram graph`: the machine of a format as a drawing."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from ..graph import WRITERS, draw
from .inputs import Spec, count, files, load_format, refuse
from .terminal import complain


class To(StrEnum):
    """The forms of a drawing."""

    MERMAID = "mermaid"
    SVG = "svg"
    DOT = "dot"


SUFFIXES = {".mmd": To.MERMAID, ".mermaid": To.MERMAID, ".svg": To.SVG, ".dot": To.DOT, ".gv": To.DOT}


def graph(
    spec: Spec,
    to: Annotated[
        To | None, typer.Option("--to", help="How it is drawn; else as the name of --output says, else mermaid.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", metavar="FILE", help="Where it goes; stdout by default.")
    ] = None,
    recovery: Annotated[
        bool, typer.Option("--recovery", help="Also draw the ways that mend: what is missing, or too much.")
    ] = False,
    states: Annotated[
        bool, typer.Option("--states", help="Draw each state by itself, not those of one place together.")
    ] = False,
) -> None:
    """Draw the machine of a format, as Mermaid, SVG or DOT.

    Boxes are places of the spec: each has the rules that it is in, and where it stands. One with round corners reads
    text or a value; at one with square corners a delimiter must come. What a line has written on it is read on the way.
    """
    named = SUFFIXES.get(output.suffix.lower()) if output is not None else None
    if output is not None and to is None and named is None:
        refuse(f"--output {output}: how is it to be drawn? --to mermaid, svg or dot, or a name that ends in .svg")
    drawing = draw(load_format(spec).machine, recovery=recovery, folds=not states)
    text = WRITERS[to or named or To.MERMAID](drawing)
    if output is None:
        typer.echo(text, nl=False)
        return
    with files():
        output.write_text(text, encoding="utf-8")
    complain(f"{output}: {count(len(drawing.nodes), 'place')}, {count(len(drawing.arrows), 'way')}")
