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
VLLM = "vllm"  # the engine whose names are those of the formats


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
    raise UnknownFormatError(f"no format `{name}`: {_hint(name, known)}")


def _hint(name: str, known: dict[str, Path]) -> str:
    """What somebody may have meant who wrote a name that no format has."""
    from .diagnostics import did_you_mean  # a name that is known does not wait for it

    foreign = foreign_names(name)
    if foreign:
        return f"{foreign_words(foreign)}: write `{foreign[0][1]}`"
    alike = {plain_name(one): one for one in known}
    near = alike.get(plain_name(name)) or did_you_mean(name, known)
    listed = ", ".join(sorted({path.stem for path in known.values()}))
    return f"did you mean `{near}`?" if near else f"the formats are {listed}; a path must end in .lark"


def foreign_words(found: list[tuple[str, str]]) -> str:
    """Say which engines call which formats so.

    >>> foreign_words([("SGLang", "openai"), ("verl", "openai")]), foreign_words([("SGLang", "hermes")])
    ('that is `openai` for SGLang and verl', 'that is `hermes` for SGLang')
    """
    engines: dict[str, list[str]] = {}
    for engine, fmt in found:
        engines.setdefault(fmt, []).append(engine)
    return "; ".join(f"that is `{fmt}` for {' and '.join(whose)}" for fmt, whose in engines.items())


def plain_name(name: str) -> str:
    """A name as it is looked up among those of other engines, which write them in different ways.

    >>> plain_name("GPT-OSS"), plain_name("Llama 3.x")
    ('gpt_oss', 'llama_3_x')
    """
    return re.sub(r"[-. ]", "_", name.strip().lower())


def foreign_names(name: str) -> list[tuple[str, str]]:
    """Which engines give a name to a format, and what the format is called here; `sglang:qwen25` names the engine.

    Names that engine and format have in common are found, too, if the engine is named.
    """
    import tomllib  # only names that are not known here are looked up

    before, colon, behind = name.partition(":")
    engine, wanted = (plain_name(before), plain_name(behind)) if colon else ("", plain_name(name))
    tables = tomllib.loads((HERE / "foreign_names.toml").read_text(encoding="utf-8"))
    found = [(str(table["title"]), key, table) for key, table in tables.items() if not engine or key == engine]
    named = [(title, str(table[wanted])) for title, _, table in found if wanted in table and wanted != "title"]
    if named or not engine:
        return named
    own = {plain_name(known): path.stem for known, path in names(formats_dir()).items()}
    is_engine = bool(found) or engine == VLLM
    return [(found[0][0] if found else "vLLM", own[wanted])] if is_engine and wanted in own else []


def shown_path(path: Path) -> str:
    """How messages name a path: from here where it is below, so that a terminal can open it. A link is not followed."""
    resolved = path.parent.resolve() / path.name if path.name not in ("", "..") else path.resolve()
    here = Path.cwd()
    return str(resolved.relative_to(here)) if resolved.is_relative_to(here) else str(path)
