"""An element that is open, and what its schema says of its content.

In: the key and the shape of an element. Out: the place where `elements.py` keeps what it knows of it.
"""

from __future__ import annotations

from typing import Optional, Set, Tuple

from toolgram.runtime.schema.shapes import NO_SHAPE, Shape

ElementNames = Tuple[Optional[str], str]  # that a format gives: to the items of an array, to text between elements


class Element:
    """One open element. `form`: "" while it is undecided, "text", "{" or "["."""

    __slots__ = (
        "count",
        "form",
        "implicit",
        "key",
        "keys",
        "last",
        "last_shape",
        "listed",
        "mark",
        "member",
        "mixed",
        "shape",
        "text",
    )

    def __init__(self, key: str, shape: Shape, member: bool) -> None:
        self.key = key
        self.shape = shape
        self.member = member  # of an object, so that its array may be left open
        self.form = ""
        self.text = ""  # held while it is undecided
        self.mixed = ""  # text between the members
        self.implicit = False  # it is an item of an array that has no element of its own
        self.count = 0
        self.keys: Set[str] = set()
        self.last = ""  # the key of the last member
        self.last_shape = NO_SHAPE
        self.listed = False  # the last member is an array that is still open
        self.mark: Tuple[int, int] = (-1, 0)  # where the bracket would stand if the last member became an array


def is_array_only(types: frozenset[str]) -> bool:
    """Whether nothing but an array is wanted."""
    return "array" in types and types <= {"array", "null"}


def is_leaf(types: frozenset[str], body: str) -> bool:
    """Whether text that begins like `body` is the value, so that tags in it are text."""
    if types and not types.intersection(("array", "object")):
        return True
    return bool(types) and "string" not in types and body[0] in '{["'


def item_shape(shape: Shape) -> Shape:
    """What a further value of a name is: an item, where the schema knows of items."""
    item = shape.item()
    return item if item.types else shape if not is_array_only(shape.types) else NO_SHAPE
