"""The vLLM versions that the plugin was tested with, and what it says on others.

In: a version as vLLM writes it. Out: a sentence, or nothing.

Promise: standard library only and no other module of this package, so that it can be asked before anything is loaded.
"""

from __future__ import annotations

import re

OLDEST, NEWEST = (0, 10, 2), (0, 33)
TESTED = "0.10.2 to 0.33"


def too_old(version: str) -> str | None:
    """What to say when the plugin must not be used on `version`.

    >>> too_old("0.9.2")
    'toolgram was tested with vLLM 0.10.2 to 0.33 and does not work on 0.9.2: update vLLM'
    >>> too_old("0.10.2"), too_old("0.1.dev1+g0e1b2c3")
    (None, None)
    """
    numbers = _numbers(version)
    if numbers is None or numbers >= OLDEST:
        return None
    return f"toolgram was tested with vLLM {TESTED} and does not work on {version}: update vLLM"


def too_new(version: str) -> str | None:
    """What to say when nobody has tried the plugin on `version`.

    >>> too_new("0.34.0rc1")
    'toolgram was tested with vLLM 0.10.2 to 0.33 and not with 0.34.0rc1: if answers look wrong, update toolgram'
    >>> too_new("0.33.1+cpu")
    """
    numbers = _numbers(version)
    if numbers is None or numbers[: len(NEWEST)] <= NEWEST:
        return None
    return f"toolgram was tested with vLLM {TESTED} and not with {version}: if answers look wrong, update toolgram"


def _numbers(version: str) -> tuple[int, ...] | None:
    """The numbers that a version begins with; None for a build that does not know its own (`0.1.dev...`, `dev`)."""
    found = re.match(r"\d+(?:\.\d+)*", version)
    if found is None or version.startswith(("0.0.0", "0.1.dev")):
        return None
    return tuple(int(part) for part in found.group().split("."))
