"""Hold a value whose text says its own type to the types that the schema allows.

In: the source of one value and the JSON that was made of it, in pieces, side by side. Out: one JSON value.

    source        types allowed      JSON made of it    what goes out
    `3`           string             `3`                `"3"`: the text satisfies the schema, the number does not
    `"3"`         integer            `"3"`              `3`
    `{"a": 1}`    string             `{"a": 1}`         `"{\\"a\\": 1}"`
    `null`        string             `null`             `null`: no text stands for "no value"
    `true`        integer            `true`             `true`: no reading satisfies the schema

Promises: all `write`s and `end` joined are one JSON value, the same for every split; what no reading of the text
satisfies goes out as it was written; at most `SCALAR_MAX` characters of JSON are held.
"""

from __future__ import annotations

from typing import Final, FrozenSet

from toolgram.runtime.near_json.escape import escape
from toolgram.runtime.near_json.strings import StringReader
from toolgram.runtime.schema.tools import ValueKind
from toolgram.runtime.tables.limits import BLANKS, SCALAR_MAX
from toolgram.runtime.values.held_text import HeldText
from toolgram.runtime.values.typed import JsonWriter, TypedWriter

TYPE_BY_MARK: Final = {'"': "string", "{": "object", "[": "array", "t": "boolean", "f": "boolean", "n": "null"}
# Nothing of the value has come; a string where none is allowed; the JSON goes out; the source goes out, as a string.
NOT_BEGUN: Final = 0
QUOTED_SCALAR: Final = 1
AS_WRITTEN: Final = 2
AS_TEXT: Final = 3


class WiredValue:
    """One value, held to `types`; where the schema says none, it goes out as it was written."""

    __slots__ = ("_json", "_source", "_types", "_way")

    def __init__(self, types: FrozenSet[str]) -> None:
        self._types = types
        self._source = ""  # what has come of a word, until it is known which way it goes
        self._json = HeldText()  # of a string where none is allowed
        self._way = NOT_BEGUN if types else AS_WRITTEN

    @property
    def held(self) -> int:
        """Characters of JSON that wait; what waits of the source is counted by who made JSON of it."""
        return self._json.size

    @property
    def is_plain(self) -> bool:
        """Text that is its own JSON goes out as it comes."""
        return self._way in (AS_WRITTEN, AS_TEXT)

    @property
    def is_missing_text(self) -> bool:
        """What is not in the JSON is nowhere."""
        return self._way != AS_TEXT

    def write(self, source: str, json: str) -> str:
        """Take more of the source, and the JSON that was made of it; return what goes out."""
        if self._way == NOT_BEGUN:
            return self._decide(source if self._source else source.lstrip(BLANKS), json)
        if self._way == QUOTED_SCALAR:
            return self._hold(json)
        return json if self._way == AS_WRITTEN else escape(source)

    def skip(self, source: str) -> str:
        """What stands in the way of the JSON is text where the source goes out."""
        return escape(source) if self._way == AS_TEXT else ""

    def end(self) -> str:
        """The value is over: return what is left of it."""
        way, self._way = self._way, AS_WRITTEN
        if way != QUOTED_SCALAR:
            return '"' if way == AS_TEXT else ""
        content, _ = StringReader().feed(self._json.take())
        writer = TypedWriter(ValueKind(self._types))
        return writer.write(content) + writer.end()

    def _decide(self, source: str, json: str) -> str:
        """A container shows with its first character what it is, everything else with its first JSON.

        Of a word only what stands before its first blank is kept: no scalar has blanks. A long one with no JSON begins
        as a number, with zeros.
        """
        known = self._source + source
        word = known[: min((place for place in map(known.find, BLANKS) if place >= 0), default=len(known))]
        mark = known[:1] if known[:1] in ("{", "[") else json[:1] or ("0" if len(word) > SCALAR_MAX else "")
        if not mark:
            self._source = word
            return ""
        if self._fits(mark, word):
            self._way = AS_WRITTEN
        elif "string" in self._types:
            self._way = AS_TEXT
            is_long = mark in "{[" or len(word) > SCALAR_MAX
            return '"' + escape(known if is_long else word)
        elif mark == '"':
            self._way = QUOTED_SCALAR
            return self._hold(json)
        else:
            self._way = AS_WRITTEN
        return json

    def _fits(self, mark: str, word: str) -> bool:
        """Whether the schema allows a value of which the JSON begins with `mark`."""
        name = TYPE_BY_MARK.get(mark, "number")
        if name == "null":
            return "null" in self._types or word.lower() in ("null", "none")
        if name == "number" and "number" not in self._types and "integer" in self._types:
            return not (len(word) <= SCALAR_MAX and set(".eE") & set(word) and "string" in self._types)
        return name in self._types

    def _hold(self, json: str) -> str:
        """Hold a string where none is allowed; one that is too long for a scalar is the string that it is."""
        self._json.add(json)
        if self._json.size <= SCALAR_MAX:
            return ""
        self._way = AS_WRITTEN
        return self._json.take()


class WiredWriter:
    """Write text that a writer makes JSON of, held to the types that the schema allows."""

    __slots__ = ("_value", "_writer")
    plain = None

    def __init__(self, writer: JsonWriter, types: FrozenSet[str]) -> None:
        self._writer = writer
        self._value = WiredValue(types)

    @property
    def held(self) -> int:
        return self._writer.held + self._value.held

    @property
    def work(self) -> int:
        return self._writer.work

    @property
    def is_lossy(self) -> bool:
        """Something of the text is neither in the value nor in its text."""
        return self._writer.is_lossy and self._value.is_missing_text

    @property
    def is_mended(self) -> bool:
        return self._writer.is_mended

    def write(self, text: str) -> str:
        return self._value.write(text, self._writer.write(text))

    def end(self) -> str:
        return self._value.write("", self._writer.end()) + self._value.end()
