"""What a server's plugin is made of, of a format that is asked for by name or by the path of its spec.

In: a path. Out: the tables of the machine, the machine as the parser runs it, and what log lines say of both.

Promise: a format of the registry takes milliseconds, and no compiler: its machine came with the package.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypedDict

from toolgram import __version__, load
from toolgram.registry import is_registered
from toolgram.runtime.tables.machine import PreparedMachine
from toolgram.stored import spec_digest


class Origin(TypedDict):
    """Where a format comes from, as its log lines say it."""

    version: str
    build: str
    spec: str | None


def served_facts(path: Path, *, thinks: bool) -> tuple[Mapping[str, Any], PreparedMachine, Origin]:
    """Read a format for a server, of a model that `thinks`, unless it is known not to.

    The prompt of a model that does not think opens no reasoning, whatever others of its format do.
    """
    fmt = load(path)
    table = fmt.table if thinks else {**fmt.table, "begins_inside": None}
    spec = None if is_registered(path) else str(path)
    return table, fmt.prepared, Origin(version=__version__, build=f"spec {spec_digest(path)[:8]}", spec=spec)
