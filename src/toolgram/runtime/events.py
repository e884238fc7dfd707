"""The events of a stream: what a parser returns from `feed` and `finish`.

In: nothing. Out: six immutable classes, one for each thing that can happen.

Promises: events are values (equal when their fields are equal, hashable), their order is the order
of the model's text, and the joined `text` of a call's `ArgumentsDelta` is its arguments as JSON.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional, Union


@dataclass(frozen=True)
class ContentDelta:
    """More of the text that the user sees; never empty."""

    __slots__ = ("text",)
    text: str


@dataclass(frozen=True)
class ReasoningDelta:
    """More of the model's reasoning; never empty."""

    __slots__ = ("text",)
    text: str


@dataclass(frozen=True)
class CallStart:
    """A call whose name is known. `index` counts from 0; `id` is the model's own, or None."""

    __slots__ = ("id", "index", "name")
    index: int
    name: str
    id: Optional[str]


@dataclass(frozen=True)
class ArgumentsDelta:
    """More of the arguments' JSON text of call `index`; never empty."""

    __slots__ = ("index", "text")
    index: int
    text: str


@dataclass(frozen=True)
class CallEnd:
    """No more of call `index`. `complete`: its arguments are one whole JSON object."""

    __slots__ = ("complete", "index")
    index: int
    complete: bool


@dataclass(frozen=True)
class Citation:
    """A part of a text whose source the model names; comes right behind the delta that ends it.

    `text` is the characters from `start` to `end`, `end` not included, of all of the `capture`'s text (content or
    reasoning); `source` is as the model wrote it.
    """

    __slots__ = ("capture", "end", "source", "start", "text")
    start: int
    end: int
    text: str
    source: str
    capture: str


Event = Union[ContentDelta, ReasoningDelta, CallStart, ArgumentsDelta, CallEnd, Citation]
