"""Formats for vLLM, made when they are asked for.

In: an id or an alias of the registry, or the path of a spec. Out: its tool parser and its reasoning parser.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from toolgram.plugins.served_facts import served_facts
from toolgram.registry import find
from toolgram.targets.vllm.host.constrained import CONSTRAINED_WRITERS
from toolgram.targets.vllm.host.plugin import make_parsers, plugin_format


def parsers_of(source: str, *, thinks: bool = True) -> tuple[Any, Any]:
    """Return the tool parser and the reasoning parser of a format, of a model that `thinks`."""
    return _parsers(find(source).absolute(), thinks)


@cache
def _parsers(path: Path, thinks: bool) -> tuple[Any, Any]:
    table, prepared, origin = served_facts(path, thinks=thinks)
    return make_parsers(plugin_format(table, prepared, **origin, writers=CONSTRAINED_WRITERS))
