"""One element that is open, and what its schema says of its content.

In: the key and the schema of an element. Out: the place where what is known of it is kept.
"""

from __future__ import annotations

from typing import Final, Optional, Set, Tuple

from toolgram.runtime.schema.value_schema import NO_SCHEMA, ValueSchema
from toolgram.runtime.values.held_text import HeldText

ElementNames = Tuple[Optional[str], str]  # that a format gives: to the items of an array, to text between elements

# What an element has turned out to be. An element that is nested too deep is the text of its source, and so are the
# elements in it: their tags are read only to find where it ends.
UNDECIDED: Final = ""
OBJECT_FORM: Final = "{"
ARRAY_FORM: Final = "["
TEXT_FORM: Final = "text"
EMPTY_FORM: Final = "empty"
TOO_DEEP: Final = "too deep"
IN_SOURCE: Final = "in source"


class Element:
    """One open element."""

    __slots__ = (
        "count",
        "deepest",
        "form",
        "has_own_array",
        "in_list",
        "is_marked",
        "is_member",
        "key",
        "keys",
        "last_key",
        "last_schema",
        "mixed",
        "place_around",
        "schema",
    )

    def __init__(self, key: str, schema: ValueSchema, is_member: bool) -> None:
        self.key = key
        self.schema = schema
        self.is_member = is_member  # of an object, so that an array may be left open for a further one of its name
        self.form = UNDECIDED
        self.place_around = -1  # of the next element around it with the same key
        self.mixed: Optional[HeldText] = None  # text between the members
        self.has_own_array = False  # it is an item of an array that has no tags: `[` was written for it
        self.count = 0  # of its members or items
        self.keys: Set[str] = set()
        self.last_key = ""  # of its last member
        self.last_schema = NO_SCHEMA
        self.in_list = False  # the last member is an array that is still open
        self.is_marked = False  # a bracket may come before the value of the last member, if its name comes again
        self.deepest = 0  # how deep the brackets written for it and inside it go


def is_array_only(types: frozenset[str]) -> bool:
    """Whether nothing but an array is wanted."""
    return "array" in types and types <= {"array", "null"}


def is_leaf(types: frozenset[str], first_mark: str) -> bool:
    """Whether text that begins with this character is the value, so that tags in it are text."""
    if types and not types.intersection(("array", "object")):
        return True
    return bool(types) and "string" not in types and first_mark in '{["'


def schema_of_further(schema: ValueSchema) -> ValueSchema:
    """What a further value of a name is: an item, where the schema knows of items."""
    item = schema.item()
    return item if item.types else schema if not is_array_only(schema.types) else NO_SCHEMA
