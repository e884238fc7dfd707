"""The formats that toolgram knows: the `.lark` files of `formats/`, by id and by alias.

In: a name or a path. Out: the path of its spec. The registry is the folder: a new format is a new file in it.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from .diagnostics import Report, Source, did_you_mean
from .machine.compile import compile_spec
from .machine.model import Machine
from .spec import read_spec
from .spec.metadata import read_metadata

HERE = Path(__file__).resolve().parent


class UnknownFormatError(LookupError):
    """No format of that name. The message names the nearest one."""


def formats_dir() -> Path:
    """The folder of the registry: in the wheel beside this module, in a checkout at its root."""
    packaged = HERE / "_formats"
    return packaged if packaged.is_dir() else HERE.parent.parent / "formats"


def format_paths() -> list[Path]:
    """All specs of the registry, sorted by id."""
    return sorted(formats_dir().glob("*.lark"))


@cache
def _names(folder: Path) -> dict[str, Path]:
    """Id or alias -> spec; an id comes before an alias of the same name."""
    paths = sorted(folder.glob("*.lark"))
    names: dict[str, Path] = {}
    for path in paths:
        meta, _, _ = read_metadata(Source(str(path), path.read_text(encoding="utf-8", errors="replace")))
        for alias in meta.aliases if meta else ():
            names[alias] = path
    return names | {path.stem: path for path in paths}


def find(name: str) -> Path:
    """The spec of a format id, an alias, or a path. Raises UnknownFormatError."""
    if name.endswith(".lark"):
        return Path(name)
    names = _names(formats_dir())
    if name in names:
        return names[name]
    near = did_you_mean(name, names)
    known = ", ".join(sorted(path.stem for path in format_paths()))
    hint = f"did you mean `{near}`?" if near else f"the formats are {known}; a path must end in .lark"
    raise UnknownFormatError(f"no format `{name}`: {hint}")


def compile_file(path: Path) -> tuple[Machine | None, Report]:
    """Read and compile one spec; the report holds the findings of both stages. Raises OSError."""
    spec, report = read_spec(path)
    if spec is None:
        return None, report
    machine, found = compile_spec(path.stem, spec)
    report.extend(found)
    return machine, report
