"""Turn the text of one argument into JSON while it arrives.

In: the text between a parameter's delimiters, in pieces. Out: one JSON value.

How: a writer holds text only while its first characters leave open what it is (at most `SCALAR_MAX` of them, and as
many blanks on either side); then it hands over to a writer of one kind: a string, a long number, or a structured
value that streams through a `ValueScanner`. Where a string and an object are both allowed, text that looks like JSON
is held, at most `UNION_MAX` characters, until a check of strict JSON decides (`unions.py`).

Promises: all `write`s and `end` joined are one JSON value, the same for every split; nothing raises; a string is the
text verbatim, its blanks included; `plain` finds nothing in text that `write` would return unchanged.
"""

from __future__ import annotations

from typing import FrozenSet, Optional, Union

from toolgram.runtime.near_json.escape import PlainSearch, escape
from toolgram.runtime.near_json.scalars import PYTHON_NAMES, SCALAR_NAMES, may_be_number, number_json, scalar_json
from toolgram.runtime.near_json.strings import STRING_PREFIXES
from toolgram.runtime.schema.tools import ValueKind
from toolgram.runtime.tables.limits import BLANKS, SCALAR_MAX
from toolgram.runtime.values.numbers import NumberWriter
from toolgram.runtime.values.strings import StringWriter
from toolgram.runtime.values.structured import ScanWriter
from toolgram.runtime.values.unions import UnionWriter, UnwrappingWriter

NUMERIC_TYPES = frozenset(("integer", "number"))
ValueWriter = Union[StringWriter, ScanWriter, NumberWriter, UnionWriter, UnwrappingWriter]


class TypedWriter:
    """Write text as one of the types that a schema allows (docs/rules.md, rule 7).

    `depth` is how many containers are open around the value.
    """

    __slots__ = ("_depth", "_held", "_sink", "_types", "_work", "plain")
    python = False

    def __init__(self, kind: ValueKind, depth: int = 0) -> None:
        self._types = kind.types
        self._depth = depth
        self._held = ""
        self._sink: Optional[ValueWriter] = None
        self.plain: Optional[PlainSearch] = None
        self._work = 0

    @property
    def types(self) -> FrozenSet[str]:
        """The types that the value may have."""
        return self._types

    @property
    def so_far(self) -> str:
        """All of the text, while it is held."""
        return self._held if self._sink is None else ""

    @property
    def held(self) -> int:
        return len(self._held) + (self._sink.held if self._sink is not None else 0)

    @property
    def work(self) -> int:
        return self._work + (self._sink.work if self._sink is not None else 0)

    @property
    def whole(self) -> bool:
        """A structured value has ended by itself."""
        return isinstance(self._sink, (ScanWriter, UnionWriter)) and self._sink.whole

    @property
    def is_lossy(self) -> bool:
        """Something of the text is not in the value."""
        return isinstance(self._sink, (ScanWriter, UnionWriter, NumberWriter)) and self._sink.is_lossy

    @property
    def is_mended(self) -> bool:
        """A structured value was none of its language as it stood."""
        return isinstance(self._sink, (ScanWriter, UnionWriter)) and self._sink.is_mended

    def write(self, text: str) -> str:
        sink = self._sink
        if sink is None:
            self._work += len(text) + 1
            sink = self._sink = self._decide(self._held + text)
            if sink is None:
                return ""
            text, self._held = self._held, ""
        out = sink.write(text)
        self.plain = sink.plain
        return out

    def end(self) -> str:
        self.plain = None
        if self._sink is not None:
            return self._sink.end()
        held, self._held = self._held, ""
        scalar = self._scalar(held.strip(BLANKS))
        return scalar if scalar is not None else f'"{escape(held)}"'

    def _decide(self, text: str) -> Optional[ValueWriter]:
        """Hold the text, and choose who writes it if it shows what the value is."""
        # Note [the decision is the same for every split]: each test looks at a prefix of fixed length, or at the first
        # character that makes a difference, so that longer pieces decide what shorter ones would have decided.
        # Blanks beyond `SCALAR_MAX` on either side of what may be a scalar make it a string; where no string is
        # allowed they are dropped.
        body = text.lstrip(BLANKS)
        before = text[: len(text) - len(body)]
        if len(before) > SCALAR_MAX:
            before = before[: self._blanks_kept]
        self._held = before + body
        if len(before) > SCALAR_MAX:
            return StringWriter()
        word, behind = _first_word(body)
        if not word:
            return None
        sink = self._structure(word)
        if sink is not None or len(word) > SCALAR_MAX:
            return sink or (NumberWriter() if self._is_long_number(word[:SCALAR_MAX]) else StringWriter())
        if not self._may_be_scalar(word, bool(behind)):
            return StringWriter()
        rest = behind.lstrip(BLANKS)
        blanks = behind[: len(behind) - len(rest)][: self._blanks_kept]
        self._held = before + word + blanks + rest
        return StringWriter() if rest or len(blanks) > SCALAR_MAX else None

    @property
    def _blanks_kept(self) -> Optional[int]:
        return None if "string" in self._types else SCALAR_MAX

    def _structure(self, word: str) -> Optional[ValueWriter]:
        """Say who writes a structured value, if one begins so."""
        types = self._types
        if "string" in types:
            fits = (word[0] == "{" and "object" in types) or (word[0] == "[" and "array" in types)
            return UnionWriter(self._depth) if fits else None
        if "object" not in types and "array" not in types:
            return None
        if word[0] == '"':
            return UnwrappingWriter(self._depth)
        return ScanWriter(self.python, self._depth) if word[0] in "{[" else None

    def _is_long_number(self, begin: str) -> bool:
        whole = begin.lstrip("+-").isdigit()
        return ("number" in self._types or ("integer" in self._types and whole)) and may_be_number(begin)

    def _may_be_scalar(self, word: str, ended: bool) -> bool:
        """Say whether a word is the beginning of a scalar that is allowed."""
        if ended or self._scalar(word) is not None:
            return self._scalar(word) is not None
        low = word.lower()
        if "null" in self._types and ("null".startswith(low) or "none".startswith(low)):
            return True
        if "boolean" in self._types and ("true".startswith(low) or "false".startswith(low)):
            return True
        numeric = "integer" in self._types or "number" in self._types
        return numeric and (low in ("+", "-", ".", "+.", "-.") or may_be_number(low))

    def _scalar(self, text: str) -> Optional[str]:
        """Return the JSON of a whole text that is one of the scalars allowed."""
        types, low = self._types, text.lower()
        if not text:
            return "null" if "null" in types and "string" not in types else None
        if "null" in types and low in ("null", "none"):
            return "null"
        if "boolean" in types:
            if low in ("true", "false"):
                return low
            if low in ("0", "1") and not types.intersection(("integer", "number", "string")):
                return ("false", "true")[int(low)]
        number = number_json(text) if "integer" in types or "number" in types else None
        if number is not None and "integer" in types:
            whole, _, fraction = number.partition(".")
            if not fraction.strip("0") and "e" not in number.lower():
                return whole
        return number if "number" in types else None


class JsonWriter(TypedWriter):
    """Write JSON, whatever a schema says; text that is none becomes a string."""

    __slots__ = ()

    def __init__(self, depth: int = 0) -> None:
        super().__init__(ValueKind(frozenset(("null", "boolean", "number", "object", "array"))), depth)

    def _structure(self, word: str) -> Optional[ValueWriter]:
        return ScanWriter(self.python, self._depth) if word[0] in "{[\"'" else None

    def _may_be_scalar(self, word: str, ended: bool) -> bool:
        if not ended and any(name.startswith(word) for name in SCALAR_NAMES):
            return True
        return super()._may_be_scalar(word, ended)

    def _scalar(self, text: str) -> Optional[str]:
        return (scalar_json(text) or super()._scalar(text)) if text else None


class PythonWriter(JsonWriter):
    """Write a Python literal, whatever a schema says; text that is none becomes a string."""

    __slots__ = ()
    python = True

    def _structure(self, word: str) -> Optional[ValueWriter]:
        quoted = any(word[:size].lower() in STRING_PREFIXES and word[size : size + 1] in ("'", '"') for size in (1, 2))
        return ScanWriter(True, self._depth) if quoted or word[0] in "{[(\"'" else None

    def _may_be_scalar(self, word: str, ended: bool) -> bool:
        if not ended:
            number = word[0] in "+-.0123456789" and all(mark.isalnum() or mark in "+-._" for mark in word)
            if number or word.lower() in STRING_PREFIXES or any(name.startswith(word) for name in PYTHON_NAMES):
                return True
        return super()._may_be_scalar(word, ended)

    def _scalar(self, text: str) -> Optional[str]:
        return scalar_json(text, True) if text else None


def writer_for(kind: ValueKind, depth: int = 0) -> Union[StringWriter, TypedWriter]:
    """Choose the writer for a value of a kind; `depth` is how many containers are open around it."""
    return StringWriter() if kind.is_string or not kind.types else TypedWriter(kind, depth)


def _first_word(text: str) -> tuple[str, str]:
    """Split text at its first blank."""
    places = [place for place in map(text.find, BLANKS) if place >= 0]
    end = min(places, default=len(text))
    return text[:end], text[end:]
