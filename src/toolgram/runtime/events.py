"""The events of a stream: what a parser returns from `feed` and `finish`.

In: nothing. Out: six immutable classes, one for each thing that can happen.

Promises: events are values (equal when their fields are equal, hashable), their order is the order
of the model's text, and the joined `text` of a call's `ArgumentsDelta` is its arguments as JSON.
"""

from __future__ import annotations

from typing import Optional, Union

from toolgram.runtime.immutable import Immutable, kept_in


class ContentDelta(Immutable):
    """More of the text that the user sees; never empty."""

    __slots__ = ("_text",)
    __match_args__ = ("text",)

    def __init__(self, text: str) -> None:
        self._text = text

    text: str = kept_in("_text")


class ReasoningDelta(Immutable):
    """More of the model's reasoning; never empty."""

    __slots__ = ("_text",)
    __match_args__ = ("text",)

    def __init__(self, text: str) -> None:
        self._text = text

    text: str = kept_in("_text")


class CallStart(Immutable):
    """A call whose name is known. `index` counts from 0; `id` is the model's own, or None."""

    __slots__ = ("_id", "_index", "_name")
    __match_args__ = ("index", "name", "id")

    def __init__(self, index: int, name: str, id: Optional[str]) -> None:
        self._index = index
        self._name = name
        self._id = id

    index: int = kept_in("_index")
    name: str = kept_in("_name")
    id: Optional[str] = kept_in("_id")


class ArgumentsDelta(Immutable):
    """More of the arguments' JSON text of call `index`; never empty."""

    __slots__ = ("_index", "_text")
    __match_args__ = ("index", "text")

    def __init__(self, index: int, text: str) -> None:
        self._index = index
        self._text = text

    index: int = kept_in("_index")
    text: str = kept_in("_text")


class CallEnd(Immutable):
    """No more of call `index`. `complete`: its arguments are one whole JSON object."""

    __slots__ = ("_complete", "_index")
    __match_args__ = ("index", "complete")

    def __init__(self, index: int, complete: bool) -> None:
        self._index = index
        self._complete = complete

    index: int = kept_in("_index")
    complete: bool = kept_in("_complete")


class Citation(Immutable):
    """A part of a text whose source the model names; comes right behind the delta that ends it.

    `text` is the characters from `start` to `end`, `end` not included, of all of the `capture`'s text (content or
    reasoning); `source` is as the model wrote it.
    """

    __slots__ = ("_capture", "_end", "_source", "_start", "_text")
    __match_args__ = ("start", "end", "text", "source", "capture")

    def __init__(self, start: int, end: int, text: str, source: str, capture: str) -> None:
        self._start = start
        self._end = end
        self._text = text
        self._source = source
        self._capture = capture

    start: int = kept_in("_start")
    end: int = kept_in("_end")
    text: str = kept_in("_text")
    source: str = kept_in("_source")
    capture: str = kept_in("_capture")


Event = Union[ContentDelta, ReasoningDelta, CallStart, ArgumentsDelta, CallEnd, Citation]
