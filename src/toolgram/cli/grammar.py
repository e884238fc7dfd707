"""`toolgram grammar`: the decoding grammar of a format for some tools, as the reader of a decoding loop wants it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from ..diagnostics import did_you_mean
from ..grammars.asked import AUTO, WRITERS, write_grammar
from ..grammars.expressions import GrammarError
from ..writing import write_file
from .inputs import ERRORS, Spec, complain, files, load_format, read_json, read_tools, refuse

NOTATIONS = ", ".join(WRITERS)


def grammar(
    spec: Spec,
    tools: Annotated[Path, typer.Option("--tools", metavar="FILE", help="The request's OpenAI tools, a JSON list.")],
    to: Annotated[
        str,
        typer.Option("--to", metavar="NOTATION", help=f"One of {NOTATIONS}.", autocompletion=lambda: list(WRITERS)),
    ] = "ebnf",
    choice: Annotated[
        str,
        typer.Option(
            "--choice",
            metavar="CHOICE",
            help="auto: text, and calls in it; required: calls and no text; or the name of the tool to call.",
        ),
    ] = AUTO,
    strict: Annotated[
        bool, typer.Option("--strict", help="Hold the arguments to the schemas with --choice auto, too.")
    ] = False,
    single: Annotated[bool, typer.Option("--single", help="Let through one call at most.")] = False,
    no_reasoning: Annotated[bool, typer.Option("--no-reasoning", help="Let through no reasoning.")] = False,
    tokenizer: Annotated[
        Path | None,
        typer.Option(
            "--tokenizer",
            metavar="FILE",
            help="A tokenizer.json or tokenizer_config.json: special tokens are asked for by their ids, else as text.",
        ),
    ] = None,
    suffix: Annotated[
        str, typer.Option("--suffix", metavar="TEXT", help="What the checkpoint's delimiters end with.")
    ] = "",
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Write to a file.")] = None,
) -> None:
    """Print a decoding grammar of a format for some tools.

    What it lets a model write, the parser reads as calls of these tools.
    """
    if to not in WRITERS:
        near = did_you_mean(to, WRITERS)
        refuse(f"--to {to}: " + (f"did you mean `{near}`?" if near else f"one of {NOTATIONS} is wanted"))
    declared = read_tools(tools) or []
    tokens = {} if tokenizer is None else special_tokens(read_json(tokenizer, "a tokenizer", "tokenizer.json"))
    if tokenizer is not None and not tokens:
        refuse(f"{tokenizer}: no token is added in it")
    try:
        found = write_grammar(
            load_format(spec),
            declared,
            to,
            choice=choice,
            strict=strict,
            is_single=single,
            may_reason=not no_reasoning,
            tokens=tokens,
            suffix=suffix,
        )
    except GrammarError as error:
        refuse(f"no grammar: {error}", ERRORS)
    for remark in found.remarks:
        complain(f"toolgram: the grammar is not all that was asked for: {remark}")
    if out is None:
        typer.echo(found.text, nl=False)
        return
    with files():
        write_file(out, found.text.encode("utf-8"))


def special_tokens(config: Any) -> dict[str, int]:
    """The added tokens of a tokenizer's file, by their texts.

    >>> special_tokens({"added_tokens": [{"id": 7, "content": "<a>"}]})
    {'<a>': 7}
    >>> special_tokens({"added_tokens_decoder": {"8": {"content": "<b>"}}})
    {'<b>': 8}
    """
    found: dict[str, int] = {}
    if not isinstance(config, Mapping):
        return found
    listed = config.get("added_tokens")
    for token in listed if isinstance(listed, list) else ():
        if isinstance(token, Mapping) and isinstance(token.get("id"), int) and isinstance(token.get("content"), str):
            found[token["content"]] = token["id"]
    decoder = config.get("added_tokens_decoder")
    for number, token in decoder.items() if isinstance(decoder, Mapping) else ():
        if number.isdecimal() and isinstance(token, Mapping) and isinstance(token.get("content"), str):
            found[token["content"]] = int(number)
    return found
