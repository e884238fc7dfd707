"""What commands are given: specs, tools, text. Whatever is wrong with it is told in one message.

In: words of the command line. Out: what they mean, or the end of the command (`refuse`).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from ..registry import UnknownFormatError, find, format_paths, formats_dir, names, shown_path
from .terminal import complain as complain  # which commands take from here

if TYPE_CHECKING:
    from ..formats import Format

ERRORS, USAGE = 1, 2
BYTES_MAX = 1 << 26  # of a file: the longest transcripts have some megabytes


def complete_spec(incomplete: str) -> list[str]:
    """The formats that a word may become, and the specs in the folder that it names."""
    folder = Path(incomplete).parent
    files = [str(path) for path in folder.glob("*.lark")] if folder.is_dir() else []
    return sorted(word for word in {*names(formats_dir()), *files} if word.startswith(incomplete))


Spec = Annotated[
    str,
    typer.Argument(metavar="SPEC", help="An id, an alias, or the path of a .lark file.", autocompletion=complete_spec),
]
Specs = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[SPEC]...",
        help="Ids, aliases, or paths of .lark files; all formats by default.",
        autocompletion=complete_spec,
    ),
]


def refuse(message: str, status: int = USAGE) -> NoReturn:
    """End the command with one message."""
    complain(f"toolgram: {message}")
    raise typer.Exit(status)


@contextmanager
def files() -> Iterator[None]:
    """Turn what the system says about a file into one message."""
    try:
        yield
    except OSError as error:
        where = f"{shown_path(Path(str(error.filename)))}: " if error.filename else ""
        words = error.strerror or str(error)
        refuse(f"{where}{words[:1].lower()}{words[1:]}", ERRORS)


def find_spec(name: str) -> Path:
    """The path of a spec that can be read."""
    try:
        path = find(name)
    except UnknownFormatError as error:
        refuse(str(error.args[0]))
    if path.is_dir():
        refuse(f"{name} is a folder, not a spec")
    if not path.exists() or path.is_dir():
        refuse(f"there is no file {name}")
    return path


def find_specs(names: Sequence[str] | None) -> list[Path]:
    """The paths of specs, each once; those of the registry when none are named."""
    if not names:
        return format_paths()
    return list({path.resolve(): path for path in map(find_spec, names)}.values())


def load_format(name: str) -> Format:
    """A compiled format. A spec with errors ends the command with its diagnostics."""
    from ..formats import SpecError, load  # not every command loads one

    path = find_spec(name)
    with files():
        try:
            return load(Path(shown_path(path)))
        except SpecError as error:
            complain(str(error))
            raise typer.Exit(ERRORS) from None


def read_tools(path: Path | None) -> list[dict[str, Any]] | None:
    """The tools of a request: a JSON list of OpenAI tools."""
    if path is None:
        return None
    tools = read_json(path, "tools", "a list of tools")
    if not isinstance(tools, list):
        refuse(f'{path}: a list of tools is wanted, as in [{{"type": "function", "function": {{"name": "f"}}}}]')
    for number, tool in enumerate(tools, 1):
        if not isinstance(tool, dict):
            refuse(f"{path}: item {number} of the list is not an object")
    return tools


def read_json(path: Path, what: str, whole: str) -> Any:
    """The JSON in a file."""
    text = read_utf8(path, whole)
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        refuse(f"{path}:{error.lineno}:{error.colno}: not JSON: {error.msg[:1].lower()}{error.msg[1:]}")
    except RecursionError:
        refuse(f"{path}: not the JSON of {what}: too deep")
    except ValueError:  # Python's own bound on the digits of an integer
        refuse(f"{path}: not the JSON of {what}: a number has thousands of digits")


def read_utf8(path: Path, whole: str) -> str:
    """The text of a file that is not larger than any that is meant."""
    if path.is_dir() or not path.exists():
        refuse(f"{path} is a folder, not {whole}" if path.is_dir() else f"there is no file {path}")
    with files(), path.open("rb") as file:  # perhaps a device that never ends, or a pipe
        found = file.read(BYTES_MAX + 1)
    if len(found) > BYTES_MAX:
        refuse(f"{path} is longer than {BYTES_MAX:,} bytes")
    try:
        return found.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        refuse(f"{path} is not UTF-8 (byte {error.start})")


def count(number: int, noun: str) -> str:
    """A number with its noun.

    >>> count(1, "state"), count(2, "state")
    ('1 state', '2 states')
    """
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
