"""Formats for SGLang, made when they are asked for.

In: an id or an alias of the registry, or the path of a spec. Out: its tool-call detector and its reasoning detector.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from toolgram.plugins.served_facts import served_facts
from toolgram.registry import find
from toolgram.targets.sglang.host.plugin import make_detectors, served_format


def compiled_detectors(source: str, *, thinks: bool = True) -> tuple[Any, Any]:
    """Return the detectors of a format, of a model that `thinks`."""
    return _detectors(find(source).absolute(), thinks)


@cache
def _detectors(path: Path, thinks: bool) -> tuple[Any, Any]:
    table, prepared, origin = served_facts(path, thinks=thinks)
    return make_detectors(served_format(table, prepared, **origin))
