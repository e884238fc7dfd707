"""What is known of the part of the arguments that is being read.

In: the key as it comes, the type that the text names. Out: what stands before the value, once its first text is there.
"""

from __future__ import annotations

from typing import NamedTuple, Optional


class Lead(NamedTuple):
    """What stands before a value: a bracket or a comma, and its key."""

    text: str
    ends_list: bool = False  # it closes the list that a parameter before it left open


class Parameter:
    """What is known of the parameter being read, or of the member of an object inside it."""

    __slots__ = ("is_open", "key", "tag", "wire_type")

    def __init__(self, *, is_open: bool = False) -> None:
        self.is_open = is_open
        self.key: Optional[str] = None  # None: it is not to be written
        self.tag = ""  # the key as it was read
        self.wire_type = ""  # what the text itself says of the next value's type
