"""Formats compiled for vLLM, when they are asked for.

In: an id or an alias of the registry, or the path of a spec. Out: its tool parser and its reasoning parser.

It takes about a third of a second, most of it to import the compiler; a generated file for each format would save that
and put sixteen megabytes more into the package.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from toolgram import __version__, load
from toolgram.registry import find, formats_dir
from toolgram.targets.vllm.host.format import PluginFormat
from toolgram.targets.vllm.host.plugin import make_parsers


def parsers_of(source: str) -> tuple[Any, Any]:
    """Return the tool parser and the reasoning parser of a format."""
    return _parsers(find(source).resolve())


@cache
def _parsers(path: Path) -> tuple[Any, Any]:
    fmt = load(path)
    machine = fmt.machine
    return make_parsers(
        PluginFormat(
            fmt.prepared,
            machine.format,
            special_tokens=machine.special_tokens,
            begins_inside=machine.begins_inside,
            reasoning_openers=machine.reasoning_openers,
            reasoning_closers=machine.reasoning_closers,
            call_openers=machine.call_openers,
            version=__version__,
            outline=machine.outline,
            spec=None if path.parent == formats_dir().resolve() else str(path),
        )
    )
