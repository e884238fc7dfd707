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
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from toolgram.plugins.own_specs import installed, is_first_process, own_specs
from toolgram.targets.serving.own_names import PREFIX
from toolgram.targets.serving.when_imported import when_imported
from toolgram.targets.vllm.host.span import too_old

from .auto import AUTO

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
        if is_first_process():
            LOG.warning(refusal)
        return
    sources = {PREFIX + AUTO: AUTO, **installed(), **dict(own_specs(LOG))}
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
