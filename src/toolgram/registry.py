"""The formats that toolgram knows: the `.lark` files of `formats/`, by id and by alias.

In: a name or a path. Out: the path of its spec. The registry is the folder: a new format is a new file in it.

Promise: standard library only, and nothing is read to find a format by its id. vLLM asks for the names in every one of
its processes.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent


class UnknownFormatError(LookupError):
    """No format of that name. The message names the nearest one."""


def formats_dir() -> Path:
    """The folder of the registry: in the wheel beside this module, in a checkout at its root."""
    packaged = HERE / "_formats"
    return packaged if packaged.is_dir() else HERE.parent.parent / "formats"


def machines_dir() -> Path:
    """The folder of the machines that were built from the registry: in the wheel beside this module as well."""
    packaged = HERE / "_machines"
    return packaged if packaged.is_dir() else HERE.parent.parent / "generated" / "machine"


def format_paths() -> list[Path]:
    """All specs of the registry, sorted by id."""
    return sorted(formats_dir().glob("*.lark"))


def is_registered(path: Path) -> bool:
    """Whether a spec is one of the registry."""
    return path.parent.resolve() == formats_dir().resolve()


@cache
def names(folder: Path) -> dict[str, Path]:
    """Id or alias -> spec, of all specs in a folder; an id comes before an alias of the same name."""
    paths = sorted(folder.glob("*.lark"))
    aliases = {alias: path for path in paths for alias in aliases_of(path.read_text("utf-8", errors="replace"))}
    return aliases | {path.stem: path for path in paths}


def aliases_of(spec: str) -> list[str]:
    r"""The aliases in a spec's metadata, read without a TOML parser.

    >>> aliases_of('# /// format\n# aliases = ["a",\n#   "b-c"]\n# ///\nstart: "x"')
    ['a', 'b-c']
    """
    head = spec.partition("\n# ///\n")[0]
    found = re.search(r"^# *aliases *= *\[(.*?)\]", head, re.MULTILINE | re.DOTALL)
    return re.findall(r"""["']([^"']+)["']""", found.group(1)) if found else []


def metadata_of(spec: str) -> dict[str, Any]:
    r"""A spec's metadata, unchecked; empty where it cannot be read.

    >>> metadata_of('# /// format\n# title = "A"\n# ///\nstart: "x"')
    {'title': 'A'}
    """
    import tomllib  # only lists of formats ask

    head = spec.partition("# /// format\n")[2].partition("\n# ///\n")[0]
    try:
        return tomllib.loads("\n".join(line.removeprefix("#").removeprefix(" ") for line in head.splitlines()))
    except (ValueError, RecursionError):  # no TOML, or numbers and brackets beyond all measure
        return {}


def find(name: str) -> Path:
    """The spec of a format id, an alias, or a path. Raises UnknownFormatError."""
    if name.endswith(".lark"):
        return Path(name)
    folder = formats_dir()
    path = folder / f"{name}.lark"
    if path.parent == folder and path.is_file():
        return path
    known = names(folder)
    if name in known:
        return known[name]
    from .diagnostics import did_you_mean  # a name that is known does not wait for it

    if Path(name).is_file():
        hint = f"to see which format a chat template writes: toolgram which {name}"
        raise UnknownFormatError(f"{name} is no spec, for its name does not end in .lark; {hint}")
    near = did_you_mean(name, known)
    listed = ", ".join(sorted({path.stem for path in known.values()}))
    hint = f"did you mean `{near}`?" if near else f"the formats are {listed}; a path must end in .lark"
    raise UnknownFormatError(f"no format `{name}`: {hint}")


def shown_path(path: Path) -> str:
    """How messages name a path: from here where it is below, so that a terminal can open it. A link is not followed."""
    resolved = path.parent.resolve() / path.name if path.name not in ("", "..") else path.resolve()
    here = Path.cwd()
    return str(resolved.relative_to(here)) if resolved.is_relative_to(here) else str(path)
