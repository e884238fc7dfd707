"""Every format of toolgram in vLLM as `toolgram_<id>`, without a plugin file: an entry point of its general plugins.

In: the specs that are installed, and those in the folders of `$TOOLGRAM_FORMATS`. Out: names that vLLM knows, for
`--tool-call-parser` and `--reasoning-parser`.

How: vLLM runs `register` in each of its processes, most of which never parse anything. So only names are read here, out
of file names and one line of each spec, and given to vLLM with the place to ask for the parser. The place is
`toolgram_vllm.tool_parsers` or `.reasoning_parsers`, which make a format's parsers when it is asked for. One name more,
`toolgram_auto`, leads to parsers that find out the format: see `auto.py`.

Promises: no compiler, lark or pydantic is imported here; no name of vLLM's own is taken; nothing is raised.
"""

from __future__ import annotations

import importlib
import logging
import multiprocessing
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from toolgram.registry import formats_dir, names
from toolgram.targets.vllm.host.own_names import PREFIX
from toolgram.targets.vllm.host.span import too_old

from .auto import AUTO
from .when_imported import when_imported

FOLDERS = "TOOLGRAM_FORMATS"  # the environment variable with the folders of the operator's own specs, as PATH has them
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
        with _audible():
            _register()
    except Exception as error:  # a plugin that is only installed must not stop a server
        LOG.warning("toolgram could not register its formats: %s: %s", type(error).__name__, error)


@contextmanager
def _audible() -> Iterator[None]:
    """Let the log be heard with time and process: newer servers set up theirs only after they have loaded plugins."""
    if LOG.hasHandlers():
        yield
        return
    handler, level = logging.StreamHandler(), LOG.level
    handler.setFormatter(logging.Formatter("(%(processName)s pid=%(process)d) %(levelname)s %(asctime)s %(message)s"))
    LOG.addHandler(handler)
    LOG.setLevel(logging.INFO)
    try:
        yield
    finally:
        LOG.removeHandler(handler)
        LOG.setLevel(level)


def _register() -> None:
    version = str(getattr(sys.modules.get("vllm"), "__version__", ""))
    refusal = too_old(version)
    if refusal is not None:
        if _is_first_process():
            LOG.warning(refusal)
        return
    sources = {PREFIX + AUTO: AUTO, **installed(), **dict(_own_specs())}
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

    return type("LazyParser", (base,), {"__new__": make, "is_toolgram": True})


def installed() -> dict[str, str]:
    """The names of the formats that came with toolgram; an id comes before an alias of the same name."""
    folder = formats_dir()
    return {PREFIX + name: name for name in names(folder)}


def _own_specs() -> Iterator[tuple[str, str]]:
    """The operator's specs that compile. They are tried in the first process only: the others are started by it."""
    found: dict[str, Path] = {}
    for folder in filter(None, os.environ.get(FOLDERS, "").split(os.pathsep)):
        paths = sorted(Path(folder).resolve().glob("*.lark"))
        if not paths and _is_first_process():
            LOG.warning("%s=%s: there is no .lark file in this folder", FOLDERS, _shown(folder))
        for path in paths:
            if path.stem not in found:  # as in PATH, the first one counts
                found[path.stem] = path
            elif _is_first_process():
                LOG.warning("%s is not used: %s comes first in %s", _shown(path), _shown(found[path.stem]), FOLDERS)
    shipped = set(names(formats_dir())) if found else set()
    for stem, path in found.items():
        if not _is_first_process():
            yield PREFIX + stem, str(path)
        elif _compiles(path):
            if stem in shipped:
                LOG.info("%s is %s, and not the format that came with toolgram", PREFIX + stem, _shown(path))
            yield PREFIX + stem, str(path)


def _compiles(path: Path) -> bool:
    """Whether a spec has no errors; if it has, the log shows them as `toolgram check` does."""
    from toolgram import SpecError, load  # the compiler is loaded by those who bring their own specs

    try:
        load(path)
    except (SpecError, OSError) as error:
        LOG.error("%s is not registered, its spec has errors:\n%s", _shown(PREFIX + path.stem), error)
        return False
    except Exception as error:  # one spec takes no other format away
        LOG.error("%s is not registered: %s", _shown(PREFIX + path.stem), type(error).__name__, exc_info=error)
        return False
    return True


def _shown(text: object) -> str:
    """A name as the log may show it: on one line, and with nothing in it that hides or moves anything."""
    return str(text) if str(text).isprintable() else ascii(str(text))


def _is_first_process() -> bool:
    return multiprocessing.parent_process() is None
