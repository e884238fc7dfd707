"""Formats for SGLang, made when they are asked for.

In: an id or an alias of the registry, or the path of a spec. Out: its tool-call detector and its reasoning detector.

Promise: a format of the registry takes milliseconds, and no compiler: its machine came with the package.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from toolgram import __version__, load
from toolgram.registry import find, is_registered
from toolgram.stored import spec_digest
from toolgram.targets.sglang.host.plugin import make_detectors, served_format


def compiled_detectors(source: str, *, thinks: bool = True) -> tuple[Any, Any]:
    """Return the detectors of a format; of a model that `thinks`, unless it is known not to.

    The prompt of a model that does not think opens no reasoning, whatever others of its format do.
    """
    return _detectors(find(source).absolute(), thinks)


@cache
def _detectors(path: Path, thinks: bool) -> tuple[Any, Any]:
    fmt = load(path)
    table = fmt.table if thinks else {**fmt.table, "begins_inside": None}
    spec = None if is_registered(path) else str(path)
    build = f"spec {spec_digest(path)[:8]}"
    return make_detectors(served_format(table, fmt.prepared, version=__version__, build=build, spec=spec))
