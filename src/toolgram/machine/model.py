"""The Machine: the intermediate form between specs and targets, plain data.

In: what `lower` finds. Out: JSON, the same bytes on every run, from which every target is rendered; `runtime.machine`
gives the fields their meaning at run time.

Promises: a state's number is its index; all that a parser needs is here, nothing refers back to the spec but `at`.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

Region = Literal["message", "section", "call", "citation"]
Kind = Literal["text", "word", "gap", "scan", "string", "members", "element", "return"]
Blanks = Literal["none", "newline", "any"]


class Model(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Move(Model):
    """A move that reads nothing. `first`: only before one of these characters."""

    to: int
    actions: list[str] = []
    push: int | None = None
    first: str | None = None


class Tags(Model):
    """How an element is written: what stands around its key in its opener and in its closer."""

    open: str
    open_end: str
    close: str
    close_end: str | None = None  # None: the closer is the same for every key
    follow: list[str] | None = (
        None  # what must stand behind the closer of the outermost one (or the end); None: anything
    )
    beside: list[str] = []  # ... behind that of one inside


class Edge(Model):
    """A delimiter that may stand in a state."""

    literal: str
    to: int
    actions: list[str] = []
    push: int | None = None
    blanks: Blanks = "none"  # blanks before it that are markup
    rank: int = 0  # delimiters that are missing before it
    peek: bool = False  # it is not consumed
    opens: bool = False  # text may turn out to be no call from here on
    # Of a closer of nothing: where it may vanish. "quote": an opener of reasoning in a sentence, which is never taken.
    guard: Literal["call", "reasoning", "quote"] | None = None
    follow: list[str] | None = None  # what must stand behind it (or the end); None: anything
    tags: Tags | None = None  # it opens an element: a key must follow
    key_until: list[str] | None = None  # it opens a parameter: what ends the key that must follow


class State(Model):
    """A place between two characters. `at` is where the spec says so."""

    name: str
    kind: Kind
    region: Region
    at: str
    sink: str = ""
    charset: str | None = None
    entities: bool = False  # XML entities in its text are decoded
    blanks: Blanks = "none"
    keep_blanks: bool = False  # what follows without a delimiter gets the blanks
    scan: str = ""
    scan_instead: int | None = None
    quoted_junk: bool = False
    edges: list[Edge] = []
    thens: list[Move] = []
    leave: Move | None = None
    done: Move | None = None
    keys: dict[str, Move] = {}
    any_key: Move | None = None
    tags: Tags | None = None  # of kind `element`


class Nest(Model):
    """What a call looks like from its opener to its name: an example inside a value is known by it."""

    path: list[str]
    until: list[str]
    closer: str


class Machine(Model):
    """One format, ready to run."""

    format: str
    title: str
    aliases: list[str] = []
    runtime: int
    special_tokens: list[str]
    suffix: str | None = None  # what stands in the place `{suffix}` of literals begins with it
    commit: Literal["name", "call", "section"]
    echo: Literal["keep", "drop"] = "keep"
    unwrap: list[str] = []  # parameters whose object may be all of the arguments
    unknown_tools: Literal["call", "content"] = "call"  # what a call is whose special token opened it
    item_name: str | None = None  # of the elements that are items of an array
    text_name: str | None = None  # of the member that text between elements becomes
    # The capture, the template arguments that decide, the default without them, and the texts by which they say no.
    begins_inside: tuple[str, list[str], bool, list[str]] | None
    start: int
    inside: dict[str, int]
    reasoning_openers: list[str]
    reasoning_closers: list[str]
    call_openers: list[str]
    call_closers: list[str]
    nests: list[Nest]
    bounds: dict[str, int]
    outline: dict[str, Any]  # the well-formed language, for what makes a model write it: see outline.py
    states: list[State]

    def to_json(self) -> str:
        """The dump: stable, readable, defaults left out."""
        return self.model_dump_json(indent=1, exclude_defaults=True) + "\n"
