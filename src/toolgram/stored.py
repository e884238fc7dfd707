"""Machines that `toolgram build` has compiled, for those who load a format of the registry.

In: the path of a spec. Out: its machine as the JSON of `generated/machine/` has it, or None where that JSON is not what
the compiler would make of the spec now.

How: beside the machines lies one file of digests. Each digest covers the spec, the specs that it imports, the JSON, and
the source of the compiler. So an edited spec or compiler takes effect at once, and the next build makes them agree.

Promise: standard library only, so that a server which loads a format never meets the compiler.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from .registry import is_registered, machines_dir

ROOT = Path(__file__).resolve().parent
DIGESTS = "_digests.json"  # id -> its digest, and the specs that it covers, seen from the first of them
COMPILER = ("spec", "machine")


def stored_machine(spec: Path) -> dict[str, Any] | None:
    """The machine of a spec as it was built, if it is still what the spec says."""
    if not is_registered(spec):
        return None
    folder = machines_dir()
    try:
        wanted, *specs = read_digests(folder)[spec.stem]
        text = (folder / f"{spec.stem}.json").read_bytes()
        if digest_of([spec.parent / name for name in specs], text) != wanted:
            return None
    except (OSError, LookupError, ValueError):
        return None
    machine: dict[str, Any] = json.loads(text)
    return machine


def stored_specs(spec: Path) -> list[Path]:
    """The files that the digest of a machine covers: the spec and those that it imports; the spec alone without one."""
    names = read_digests(machines_dir()).get(spec.stem, [])[1:] if is_registered(spec) else []
    return [spec.parent / name for name in names] or [spec]


def spec_digest(spec: Path) -> str:
    """The digest of a spec's text and of those that it imports, as generated files say it. Raises OSError."""
    return hashlib.sha256(b"".join(path.read_bytes() for path in stored_specs(spec))).hexdigest()


def read_digests(folder: Path) -> dict[str, list[str]]:
    """The digests that lie in a folder of machines; none where there are none that can be read."""
    try:
        digests: dict[str, list[str]] = json.loads((folder / DIGESTS).read_bytes())
    except (OSError, ValueError):
        return {}
    return digests if isinstance(digests, dict) else {}


def digests_text(digests: dict[str, list[str]]) -> str:
    """The file of digests: a line for each format."""
    lines = (f"{json.dumps(name)}: {json.dumps(digests[name])}" for name in sorted(digests))
    return "{\n" + ",\n".join(lines) + "\n}\n"


def entry_of(spec: Path, imported: Iterable[Path], machine: bytes) -> list[str]:
    """What the file of digests says of one format."""
    specs = [spec, *sorted(imported)]
    names = [Path(os.path.relpath(path.resolve(), spec.resolve().parent)).as_posix() for path in specs]
    return [digest_of(specs, machine), *names]


def digest_of(specs: Iterable[Path], machine: bytes) -> str:
    """The digest of all that makes a machine what it is, and of the machine. Raises OSError."""
    digest = hashlib.sha256(_compiler_digest())
    for part in (*(path.read_bytes() for path in specs), machine):
        digest.update(hashlib.sha256(part).digest())
    return digest.hexdigest()


@cache
def _compiler_digest() -> bytes:
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in compiler_files())).digest()


def compiler_files() -> list[Path]:
    """The source of the compiler, and those modules of the runtime that it takes limits from."""
    paths = sorted(path for name in COMPILER for path in (ROOT / name).rglob("*") if path.suffix in (".py", ".lark"))
    text = b"\n".join(path.read_bytes() for path in paths)
    needs = set(re.findall(rb"^from \.\.+(runtime[\w.]*) import", text, re.MULTILINE))
    return paths + sorted(_module(need.decode()) for need in needs)


def _module(name: str) -> Path:
    path = ROOT.joinpath(*name.split("."))
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
