"""What is found out of a template: plain data, from which the grammar is written.

A text of the assistant is, in this order: `Message` markup and content, then calls. Calls stand in a section or not; a
call is what stands before its core, the core, and what stands behind. The core is what differs from call to call.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

ID, NAME_AGAIN = "\x01", "\x02"  # in markup: where the id of the call stands, and its name once more


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a call that is a JSON object. `role`: name, arguments, id, keyed (the key is the name), other."""

    key: str
    role: str
    inner: tuple[Member, ...] = ()  # of a member that is an object with the call in it


@dataclass(frozen=True, slots=True)
class JsonCore:
    """One JSON object with name and arguments."""

    members: tuple[Member, ...]


@dataclass(frozen=True, slots=True)
class NamedCore:
    """A name, then its arguments as one JSON object."""

    between: str
    is_id: bool = False  # the name stands in the id: `functions.NAME:0`


@dataclass(frozen=True, slots=True)
class Form:
    """How a parameter with a value of one type is written."""

    opener: str  # before the key
    before: str  # between key and value
    behind: str
    encoding: str  # raw, xml, json, python


@dataclass(frozen=True, slots=True)
class ParameterCore:
    """A name, then parameters one by one."""

    behind_name: str
    string: Form
    other: Form
    separator: str
    end: str  # behind the last parameter, before the tail of the call
    quote: str = ""  # what strings stand in, where objects have literals of their own
    wrap: tuple[str, str] = ("", "")  # around strings that hold markup themselves, as CDATA


@dataclass(frozen=True, slots=True)
class ElementCore:
    """A name, then parameters as elements in elements: the key stands in the opener and in the closer."""

    behind_name: str
    opener: str
    before: str
    closer: str
    item: str | None  # what items of an array are called
    end: str


Core = JsonCore | NamedCore | ParameterCore | ElementCore


@dataclass(slots=True)
class Layout:
    """All of it. `unknown` says in words what could not be found out, and where to look."""

    core: Core
    section: tuple[str, str] = ("", "")
    separator: str = ""
    repeats: bool = True  # the template writes several calls
    head: str = ""
    tail: str = ""
    wrap: tuple[str, str] = ("", "")  # around content
    reasoning: tuple[str, str] | None = None
    begins_inside: dict[str, Any] | None = None
    end_tokens: list[str] = field(default_factory=list)
    turn_openers: list[str] = field(default_factory=list)
    call_id_length: int | None = None
    unknown: list[str] = field(default_factory=list)
    found: list[str] = field(default_factory=list)
