"""The file that all formats of a target run on: `generated/<target>/_runtime.py`.

In: an `Engine`, the modules that a target needs. Out: their text, and the contract that its files have with it.

Promise: formats' files change with the contract only, never with the text of the modules.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from ..machine.model import Machine
from ..runtime import VERSION
from .inline import Import, inline
from .render import fill, source_of

RUNTIME_FILE = "_runtime.py"

# What the templates of formats' files need besides what the modules import.
USES = (Import("json"), *(Import("typing", name) for name in ("Any", "Dict", "Optional", "Sequence")))


@dataclass(frozen=True, slots=True)
class Engine:
    """What formats' files of one target have in common: the modules below them, their template, and `script`, the
    template of what comes first where they are run."""

    modules: Sequence[str]
    template: str
    script: str = ""
    options: str = ""  # of the command that builds it, where it is not the usual engine of its target


@cache
def runtime_text(engine: Engine) -> str:
    """Write the shared file of a target."""
    inlined = inline(engine.modules, USES)
    digest = hashlib.sha256(inlined.body.encode()).hexdigest()[:16]
    return fill("runtime.py.jinja", runtime=inlined, version=VERSION, digest=digest, contract=contract(engine))


@cache
def contract(engine: Engine) -> str:
    """A digest of what formats' files and the shared one have to agree on: the tables' fields, and the template."""
    schema = json.dumps(Machine.model_json_schema(), sort_keys=True)
    parts = [schema, engine.options, *map(source_of, filter(None, ("thin.py.jinja", engine.template, engine.script)))]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]
