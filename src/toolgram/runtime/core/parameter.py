"""What is known of the part of the arguments that is being read.

In: the key as it comes, the type that the text names. Out: what stands before the value, once its first text is there.
"""

from __future__ import annotations

from typing import NamedTuple, Optional

from toolgram.runtime.core.built_containers import BuiltContainers
from toolgram.runtime.near_json.escape import escape
from toolgram.runtime.schema.tools import ToolSet, ValueKind
from toolgram.runtime.schema.value_schema import NO_SCHEMA, ValueSchema


class Lead(NamedTuple):
    """What stands before a value: a bracket or a comma, and its key."""

    text: str
    ends_list: bool = False  # it closes the list that a parameter before it left open


def member_lead(key: str, listed: Optional[str], *, is_first: bool) -> Lead:
    """What stands before a member of the arguments; `listed`: the key of the one before, whose list is still open."""
    if key == listed:
        return Lead(", ")
    member = f'"{escape(key)}": '
    opening = "{" if is_first else ", "
    return Lead(opening + member) if listed is None else Lead("]" + opening + member, ends_list=True)


class Parameter:
    """What is known of the parameter being read, or of the member of an object inside it."""

    __slots__ = (
        "doubtful",
        "is_alone",
        "is_bare",
        "is_open",
        "is_quoting",
        "key",
        "quoted_to",
        "skipped",
        "tag",
        "wire_type",
    )

    def __init__(self, *, is_open: bool = False) -> None:
        self.is_open = is_open
        self.is_alone = False  # the opener of its key is missing
        self.is_bare = False  # its value ends by itself, not with a delimiter
        self.is_quoting = False  # a string has begun in its text that has no closer yet: see quoted.py
        self.quoted_to = 0  # of the whole text: up to here such strings have been looked for
        self.doubtful = False  # something stands in its value that looks like the next parameter
        self.key: Optional[str] = None  # None: it is not to be written
        self.skipped = False  # text has been skipped since it began
        self.tag = ""  # the key as it was read
        self.wire_type = ""  # what the text itself says of the next value's type

    def begin_value(self, sink: str) -> None:
        """Its value begins, and uses the key up."""
        self.key, self.is_quoting, self.is_bare = None, False, sink in ("scan", "literal")


def kind_of_value(parameter: Parameter, tools: ToolSet, tool: str, containers: BuiltContainers) -> ValueKind:
    """The types that a value may have, none where nothing says any: the schema's, or those that the text names."""
    key = parameter.key
    if containers:
        return ValueKind(containers.schema_inside(key).types)
    if parameter.wire_type:
        return tools.kind_on_wire(tool, key or "", parameter.wire_type)
    return tools.kind(tool, key or "")


def schema_of_value(parameter: Parameter, tools: ToolSet, tool: str, containers: BuiltContainers) -> ValueSchema:
    """What the schema says of the value that comes next."""
    if containers:
        return containers.schema_inside(parameter.key)
    return NO_SCHEMA if parameter.key is None else tools.schema(tool, parameter.key)
