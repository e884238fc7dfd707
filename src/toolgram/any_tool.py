"""Tools for a text whose tools are not known: one for every word of it.

In: a text. Out: a request's OpenAI tools.

Promise: standard library only; the command line asks before it knows whether it needs more.
"""

from __future__ import annotations

import re
from typing import Any

WORD = re.compile(r"[^\W\d][\w.\-]*")
TOOLS_MAX = 500


def tools_of(text: str) -> list[dict[str, Any]]:
    """A tool for every word of a text, so that whatever is called in it is declared."""
    words = list(dict.fromkeys(WORD.findall(text)))[:TOOLS_MAX]
    return [{"type": "function", "function": {"name": word}} for word in words]
