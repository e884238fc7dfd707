"""The script `generated/standalone.py`: the modules `single` and `standalone` as one text."""

from __future__ import annotations

from functools import cache

from .inline import inline
from .render import fill

STANDALONE_FILE = "standalone.py"


@cache
def standalone_text() -> str:
    """Write the script."""
    inlined = inline(["toolgram.targets.standalone"])
    return fill("standalone.py.jinja", inlined=inlined)
