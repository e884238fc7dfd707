"""Copies of what the tables hold, to be changed in a part.

In: an edge, a state, a whole machine. Out: another one with the same parts.
"""

from __future__ import annotations

from typing import TypeVar

Copied = TypeVar("Copied")


def copy_of(value: Copied) -> Copied:
    """A copy whose parts are those of the value."""
    from copy import copy  # which takes its time to import, and most formats copy nothing

    return copy(value)
