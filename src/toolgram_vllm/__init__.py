"""Every format of toolgram in vLLM as `toolgram_<id>`, without a plugin file: an entry point of its general plugins.

In: the specs that are installed, and those in the folder `$TOOLGRAM_FORMATS`. Out: names that vLLM knows, for
`--tool-call-parser` and `--reasoning-parser`.

How: vLLM runs `register` in each of its processes, most of which never parse anything. So only names are read here, out
of file names and one line of each spec, and given to vLLM with the place to ask for the parser. The place is
`toolgram_vllm.tool_parsers` or `.reasoning_parsers`, which compile a format when it is asked for.

Promises: nothing of toolgram, lark or pydantic is imported here; no name of vLLM's own is taken; nothing is raised.
"""

from __future__ import annotations

import importlib.util
import logging
import multiprocessing
import os
import re
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from .when_imported import when_imported

PREFIX = "toolgram_"
FOLDER = "TOOLGRAM_FORMATS"  # the environment variable with the folder of the operator's own specs
LOG = logging.getLogger("vllm.toolgram")

# Where vLLM keeps the parsers' registries, newest first, with what each is called there, and who makes our parsers.
KINDS = (
    (
        ("vllm.tool_parsers.abstract_tool_parser", "vllm.entrypoints.openai.tool_parsers.abstract_tool_parser"),
        "ToolParser",
        "toolgram_vllm.tool_parsers",
    ),
    (("vllm.reasoning.abs_reasoning_parsers",), "ReasoningParser", "toolgram_vllm.reasoning_parsers"),
)


def register() -> None:
    """Tell vLLM of every format, at once or when it imports its registries. Whatever goes wrong is logged."""
    try:
        _register()
    except Exception as error:  # a plugin that is only installed must not stop a server
        LOG.warning("toolgram could not register its formats: %s: %s", type(error).__name__, error)


def _register() -> None:
    version = str(getattr(sys.modules.get("vllm"), "__version__", ""))
    refusal = _span().too_old(version)
    if refusal is not None:
        if _is_first_process():
            LOG.warning(refusal)
        return
    sources = {**installed(), **dict(_own_specs())}
    for places, base, parsers in KINDS:
        for place in places:
            when_imported(place, partial(_add, base, parsers, sources))


def _add(base: str, parsers: str, sources: dict[str, str], module: Any) -> None:
    """Give one of vLLM's registries all names; a name leads to its source: an id, an alias or the path of a spec."""
    manager = getattr(module, base + "Manager", None)
    if manager is None:
        return
    add_lazily = getattr(manager, "register_lazy_module", None)
    for name, source in sources.items():
        if add_lazily is not None:
            add_lazily(name, parsers, source)
        else:  # up to 0.11.0
            manager.register_module(name=name, force=True, module=_light(getattr(module, base), parsers, source))


def _light(base: type, parsers: str, source: str) -> type:
    """A parser class that becomes the real one when the first is made."""

    def make(_: type, *arguments: Any, **named: Any) -> Any:
        real = getattr(importlib.import_module(parsers), source)
        return real(*arguments, **named)

    return type("LazyParser", (base,), {"__new__": make})


def installed() -> dict[str, str]:
    """The names of the formats that came with toolgram; an id comes before an alias of the same name."""
    paths = sorted(_formats_dir().glob("*.lark"))
    aliases = {PREFIX + alias: alias for path in paths for alias in aliases_of(path.read_text(encoding="utf-8"))}
    return aliases | {PREFIX + path.stem: path.stem for path in paths}


def aliases_of(spec: str) -> list[str]:
    r"""The aliases in a spec's metadata, read without a TOML parser.

    >>> aliases_of('# /// format\n# aliases = ["a",\n#   "b-c"]\n# ///\nstart: "x"')
    ['a', 'b-c']
    """
    head = spec.partition("\n# ///\n")[0]
    found = re.search(r"^# *aliases *= *\[(.*?)\]", head, re.MULTILINE | re.DOTALL)
    return re.findall(r"""["']([^"']+)["']""", found.group(1)) if found else []


def _own_specs() -> Iterator[tuple[str, str]]:
    """The operator's specs that compile. They are tried in the first process only: the others are started by it."""
    folder = os.environ.get(FOLDER)
    if not folder:
        return
    paths = sorted(Path(folder).resolve().glob("*.lark"))
    if not paths and _is_first_process():
        LOG.warning("%s=%s: there is no .lark file in this folder", FOLDER, folder)
    for path in paths:
        if not _is_first_process() or _compiles(path):
            yield PREFIX + path.stem, str(path)


def _compiles(path: Path) -> bool:
    """Whether a spec has no errors; if it has, the log shows them as `toolgram check` does."""
    from toolgram import SpecError, load  # the compiler is loaded by those who bring their own specs

    try:
        load(path)
    except (SpecError, OSError) as error:
        LOG.error("%s is not registered, its spec has errors:\n%s", PREFIX + path.stem, error)
        return False
    return True


def _is_first_process() -> bool:
    return multiprocessing.parent_process() is None


def _formats_dir() -> Path:
    """As `toolgram.registry.formats_dir`, without importing it."""
    package = _package_dir()
    packaged = package / "_formats"
    return packaged if packaged.is_dir() else package.parent.parent / "formats"


def _span() -> Any:
    """The module that knows the span of versions, without the package around it."""
    path = _package_dir() / "targets" / "vllm" / "host" / "span.py"
    spec = importlib.util.spec_from_file_location("toolgram_vllm._span", path)
    if spec is None or spec.loader is None:
        raise ImportError(f"there is no {path}")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _package_dir() -> Path:
    spec = importlib.util.find_spec("toolgram")  # finds it, and does not import it
    if spec is None or spec.origin is None:
        raise ImportError("toolgram is not installed")
    return Path(spec.origin).parent
