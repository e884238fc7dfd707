"""The commands: where they are, what is said of them, and the application that typer makes of them.

Promise: the module of a command is imported when that command is run, so that `list` does not wait for the compiler.
"""

from __future__ import annotations

from importlib import import_module
from typing import Annotated, Any, NamedTuple

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from . import VERSION_LINE
from .terminal import has_colours


class Place(NamedTuple):
    """Where a command is, what the list of commands says of it (the first line of its own help), and how it is used."""

    module: str
    name: str
    help: str
    examples: tuple[str, ...] = ()


COMMANDS = {
    "build": Place(
        "build",
        "build",
        "Compile formats and write generated/.",
        (
            "toolgram build  # all formats",
            "toolgram build acme.lark --out parsers  # one spec of yours, elsewhere",
            "toolgram build --standalone hermes --out hermes.py  # one file, for vLLM",
        ),
    ),
    "check": Place(
        "check",
        "check",
        "Print every diagnostic; write nothing.",
        (
            "toolgram check acme.lark",
            "toolgram check acme.lark --watch  # again whenever it is saved",
            "toolgram check acme.lark --output github  # annotations, in a workflow",
            "toolgram check hermes --chat-template chat_template.jinja",
        ),
    ),
    "parse": Place(
        "parse",
        "parse",
        "Parse raw model output: a text, or the rows of a file.",
        (
            "toolgram parse hermes --tools tools.json < raw.txt",
            "toolgram parse hermes raw.txt --any-tool --trace  # what each character became",
            "toolgram parse hermes --tools tools.json --line-up --watch < raw.txt  # again whenever the format changes",
            "toolgram parse hermes --tools tools.json --report < raw.txt  # what was tried, and what was wrong with it",
            "toolgram parse hermes --input rollouts.jsonl --tools tools.json --output read.jsonl  # all cores",
        ),
    ),
    "grammar": Place(
        "grammar",
        "grammar",
        "Print a decoding grammar of a format for some tools.",
        (
            "toolgram grammar hermes --tools tools.json --choice required --to gbnf",
            "toolgram grammar qwen3_coder --tools tools.json --choice get_weather --to llguidance",
        ),
    ),
    "test": Place(
        "test",
        "run_cases",
        "Run the cases of formats at every split.",
        (
            "toolgram test hermes",
            'toolgram test hermes -k "one call"',
            "toolgram test acme.lark --watch",
            "toolgram test acme.lark --accept  # what is read now is right: write it into the page",
        ),
    ),
    "record": Place(
        "record",
        "record_stream",
        "Record what a server sends, and when.",
        (
            "toolgram record http://127.0.0.1:8000 --prompt 'Weather in Rome?' --tools tools.json --server vllm "
            "--format hermes --output answer.sse",
            "toolgram record https://api.example.com/v1 --body request.json --key-from API_KEY > answer.sse",
        ),
    ),
    "replay": Place(
        "replay",
        "replay",
        "Read a recorded stream again, in the cuts that it came in.",
        (
            "toolgram replay answer.sse --format qwen3_coder",
            "toolgram replay answer.sse --format qwen3_coder --trace  # what each character became",
            "toolgram replay answer.sse --format qwen3_coder --steps  # each delta, and what is held behind it",
            "toolgram replay answer.sse --format qwen3_coder --speed 50  # waits as the server did, 50 times as fast",
        ),
    ),
    "list": Place(
        "registry",
        "list_formats",
        "List the formats: id, title, aliases, models.",
        ("toolgram list", "toolgram list qwen3", "toolgram list Qwen/Qwen3-Coder-30B-A3B-Instruct"),
    ),
    "show": Place(
        "registry",
        "show",
        "Show one format: models, tokens, bounds, and a sample.",
        ("toolgram show qwen3_coder",),
    ),
    "explain": Place(
        "explain",
        "explain",
        "Explain a message, or how a format reads a text.",
        ("toolgram explain text-runs-on", "toolgram explain hermes"),
    ),
    "graph": Place(
        "graph",
        "graph",
        "Draw the machine of a format, as Mermaid, SVG or DOT.",
        (
            "toolgram graph qwen3_coder --output qwen3_coder.svg",
            "toolgram graph qwen3_coder > qwen3_coder.mmd  # Mermaid, for a page",
            "toolgram graph acme.lark --recovery --to dot  # with what is mended, for Graphviz",
        ),
    ),
    "which": Place(
        "which",
        "which",
        "Say which format a model writes, how sure that is, and why.",
        ("toolgram which chat_template.jinja", "toolgram which Qwen/Qwen3-Coder-30B-A3B-Instruct"),
    ),
    "new": Place(
        "new",
        "new",
        "Begin a format: draft it from a chat template, or a scaffold.",
        ("toolgram new my_model --from-template chat_template.jinja", "toolgram new my_format --family tags"),
    ),
    "case": Place(
        "case",
        "cases",
        "Add a recorded text to the cases of a format.",
        ("toolgram case add acme.lark raw.txt --tools tools.json",),
    ),
    "export-cases": Place(
        "export_cases",
        "export_cases",
        "Write the cases of formats for parsers in any language.",
        (
            "toolgram export-cases --out vectors  # all formats",
            "toolgram export-cases hermes --out vectors  # one, with its machine",
        ),
    ),
    "play": Place(
        "play",
        "play",
        "See what each character of a text became, in the browser.",
        (
            "toolgram play",
            "toolgram play qwen3_coder --text raw.txt --tools tools.json",
            "toolgram play acme.lark  # a spec of yours, compiled as you type",
            "toolgram play --out page  # files for any web server",
        ),
    ),
    "proxy": Place(
        "proxy",
        "proxy",
        "Stand before an OpenAI server, and repair its answers.",
        (
            "toolgram proxy --upstream http://127.0.0.1:8000 --format qwen3_coder --server vllm",
            "toolgram proxy --upstream http://gpu:30000 --map 'glm*=glm45' --format auto",
            "toolgram proxy --upstream http://gpu:30000 --format hermes --dry-run  # what it would do",
        ),
    ),
    "import": Place(
        "import_",
        "imports",
        "Make a spec from another description of a format.",
        ("toolgram import hf-template tokenizer_config.json --name mine",),
    ),
}


class Commands(TyperGroup):
    """The commands by name, each made when it is asked for."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        known: dict[str, Any] = dict.fromkeys(COMMANDS)
        self.commands = known  # what a misspelled one may have meant
        self._named_only = False

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002  as click calls it
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        return TyperCommand(cmd_name, help=COMMANDS[cmd_name].help) if self._named_only else make_command(cmd_name)

    def shell_complete(self, ctx: Any, incomplete: str) -> Any:
        self._named_only = True  # a shell is shown names and what they are for
        return super().shell_complete(ctx, incomplete)

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl([(name, place.help) for name, place in COMMANDS.items()])


def make_command(name: str) -> Any:
    """Import a command's module and make the command."""
    place = COMMANDS[name]
    mode: Any = "rich" if has_colours() else None
    found = getattr(import_module(f"{__package__}.{place.module}"), place.name)
    if not isinstance(found, typer.Typer):
        single = typer.Typer(rich_markup_mode=mode, add_completion=False, pretty_exceptions_enable=False)
        single.command(name)(found)
        found = single
    command = get_command(found)
    command.epilog = examples(place.examples, as_paragraphs=mode is not None)
    return command


def examples(lines: tuple[str, ...], *, as_paragraphs: bool) -> str:
    """What stands below a command's help; typer's look for terminals joins the lines of a paragraph."""
    if as_paragraphs:
        return "\n\n".join(["Examples:", *(f"  {line}".replace("[", "\\[") for line in lines)])
    return "\n".join(["\b", "Examples:", *(f"  {line}" for line in lines)])


app = typer.Typer(
    name="toolgram",
    cls=Commands,
    help="Compile formats of model output into streaming parsers.",
    no_args_is_help=True,
    epilog="toolgram COMMAND --help has the options of a command, and examples.",
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def _tell_version(wanted: bool) -> None:
    if wanted:
        typer.echo(VERSION_LINE)
        raise typer.Exit


@app.callback()
def _commands(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", is_eager=True, callback=_tell_version)
    ] = False,
) -> None:
    """Compile formats of model output into streaming parsers."""
