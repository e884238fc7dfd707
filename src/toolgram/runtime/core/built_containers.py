"""Objects and arrays that a format's own rules build, one inside the other.

In: brackets and closers, in order. Out: what stands before the next value in the innermost one: a comma, a key.

    {a:[1,{b:2}]}    frames behind `b`: `{`, `[`, `{`

What is nested deeper than `DEPTH_MAX` is carried as one string of its source: readers of JSON have a limit, too.

Promise: everything inside a container that is left out, or carried as its source, is left out as well.
"""

from __future__ import annotations

from typing import Callable, List, Optional, Set

from toolgram.runtime.core.text import Recording, Text
from toolgram.runtime.near_json.escape import escape
from toolgram.runtime.schema.value_schema import ValueSchema
from toolgram.runtime.tables.limits import DEPTH_MAX

CLOSING = {"{": "}", "[": "]"}
CONTAINER_TYPES = {"{": "object", "[": "array"}


class Frame:
    """One container. `bracket` is empty where it is left out."""

    __slots__ = ("bracket", "is_empty", "keys", "schema", "source")

    def __init__(self, bracket: str, schema: ValueSchema) -> None:
        self.bracket = bracket
        self.schema = schema
        self.is_empty = True
        self.keys: Set[str] = set()  # of the members that have come
        self.source: Optional[SourceString] = None  # it is carried as its source


class SourceString(Recording):
    """Writes source as it is read, as the text of a JSON string."""

    __slots__ = ("_text", "_write")

    def __init__(self, text: Text, write: Callable[[str], None]) -> None:
        super().__init__(text.position)
        self._text, self._write = text, write
        text.recordings.append(self)

    def keep(self, source: str) -> None:
        self._write(escape(source))
        self.begin = 0  # nothing is kept: it has gone out

    def end(self) -> None:
        """Write what has come up to the delimiter that ends it."""
        self._text.recordings.remove(self)
        self._write(escape(self._text.buffer[self.begin : max(self.begin, self._text.delimiter)]))


class BuiltContainers:
    """The containers that are open inside one parameter."""

    __slots__ = ("_frames", "_is_mixed", "_quoted_in", "is_doubtful")

    def __init__(self) -> None:
        self._frames: List[Frame] = []
        # How many are open around one that is written as the text of a string: the schema allows only that.
        self._quoted_in: Optional[int] = None
        self._is_mixed = False  # one was closed by a bracket of another kind, or the closer of that one is missing
        self.is_doubtful = False  # more came behind it: which of the two it was says where that belongs

    def __bool__(self) -> bool:
        return bool(self._frames)

    @property
    def depth(self) -> int:
        """How many are open around the next value."""
        return len(self._frames)

    @property
    def is_quoted(self) -> bool:
        """What is written is the text of a string."""
        return self._quoted_in is not None

    def lead(self, key: Optional[str]) -> Optional[str]:
        """What stands before the next value in the innermost one; None when it is not to be written."""
        frame = self._frames[-1]
        if not frame.bracket or frame.source is not None or (frame.bracket == "{" and key is None):
            return None
        comma = "" if frame.is_empty else ", "
        return comma + (f'"{escape(key)}": ' if frame.bracket == "{" and key is not None else "")

    def take_key(self, key: str) -> Optional[str]:
        """The key of the next member of the innermost one; None if it has come: the first counts."""
        keys = self._frames[-1].keys
        is_second = key in keys
        keys.add(key)
        return None if is_second else key

    def has_item(self) -> None:
        """A value has begun in the innermost one, if one is open: the next has a comma before it."""
        self.is_doubtful = self._is_mixed
        if self._frames:
            self._frames[-1].is_empty = False

    def schema_inside(self, key: Optional[str]) -> ValueSchema:
        """What the schema says of the next value in the innermost one; without a key it is an item."""
        schema = self._frames[-1].schema
        return schema.item() if key is None else schema.member(key)

    def open(
        self, bracket: str, lead: Optional[str], schema: ValueSchema, text: Text, write: Callable[[str], None]
    ) -> None:
        """A container begins behind its `lead`."""
        if lead is not None and self._quoted_in is None and not schema.allows(CONTAINER_TYPES[bracket]):
            write(lead + '"')
            lead, self._quoted_in = "", self.depth
        frame = Frame("" if lead is None else bracket, schema)
        self.has_item()
        if lead is not None and len(self._frames) >= DEPTH_MAX:
            write(f'{lead}"{bracket}')
            frame.source = SourceString(text, write)
        elif lead is not None:
            write(lead + bracket)
        self._frames.append(frame)

    def close(self, write: Callable[[str], None], *, wrong: bool = False) -> None:
        """The innermost one ends. There is one. `wrong`: its closer is of another kind."""
        frame = self._frames.pop()
        self._is_mixed = self._is_mixed or wrong
        if frame.source is not None:
            frame.source.end()
        if frame.bracket:
            write(CLOSING[frame.bracket] + ('"' if frame.source is not None else ""))
        if self._quoted_in == self.depth:
            self._quoted_in = None
            write('"')

    def close_all(self, write: Callable[[str], None]) -> None:
        """All end."""
        while self._frames:
            self.close(write)
