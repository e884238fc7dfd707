"""Write text that is a string, or may turn out to be one.

In: the text of one value, in pieces. Out: a JSON string, or the object or array that the text holds.

Promises: what may be either is held, at most `UNION_MAX` characters, until a strict reading decides; a string is the
text verbatim, its blanks included.
"""

from __future__ import annotations

from typing import Optional, Union

from toolgram.runtime.near_json.escape import PLAIN, escape
from toolgram.runtime.near_json.strict import StrictReader
from toolgram.runtime.near_json.strings import StringReader
from toolgram.runtime.values.writers import PlainSearch, ScanWriter

UNION_MAX = 4096  # characters held while text may be JSON or a string
VALUE_BLANKS = " \t\n\r"


class StringWriter:
    """Write text as a JSON string."""

    __slots__ = ("_open", "plain", "work")
    held = 0

    def __init__(self) -> None:
        self._open = False
        self.plain: Optional[PlainSearch] = None
        self.work = 0

    def write(self, text: str) -> str:
        self.work += len(text)
        if self._open:
            return escape(text)
        if not text:
            return ""
        self._open, self.plain = True, PLAIN
        return '"' + escape(text)

    def end(self) -> str:
        self.plain = None
        return '"' if self._open else '""'


class UnionWriter:
    """Write text that begins like an object or an array, where a string is allowed too."""

    __slots__ = ("_held", "_sink", "_strict")

    def __init__(self) -> None:
        self._held = ""
        self._strict = StrictReader()
        self._sink: Optional[Union[StringWriter, ScanWriter]] = None

    @property
    def plain(self) -> Optional[PlainSearch]:
        return self._sink.plain if self._sink is not None else None

    @property
    def held(self) -> int:
        return len(self._held) + (self._sink.held if self._sink is not None else 0)

    @property
    def work(self) -> int:
        return self._strict.work + (self._sink.work if self._sink is not None else 0)

    @property
    def whole(self) -> bool:
        return isinstance(self._sink, ScanWriter) and self._sink.whole

    def write(self, text: str) -> str:
        if self._sink is not None:
            return self._sink.write(text)
        possible = self._strict.feed(text[: UNION_MAX - len(self._held)])
        held, self._held = self._held, ""
        if not possible:
            self._sink = StringWriter()
        elif len(held) + len(text) > UNION_MAX:
            self._sink = ScanWriter(python=False)
        else:
            self._held = held + text
            return ""
        return self._sink.write(held + text)

    def end(self) -> str:
        if self._sink is not None:
            return self._sink.end()
        sink = ScanWriter(python=False) if self._strict.complete else StringWriter()
        held, self._held = self._held, ""
        return sink.write(held) + sink.end()


class UnwrappingWriter:
    """Write text that begins with a quote where only an object or an array is wanted: its content, if that is one."""

    __slots__ = ("_held", "_sink", "work")
    plain: Optional[PlainSearch] = None

    def __init__(self) -> None:
        self._held = ""
        self._sink: Optional[StringWriter] = None  # past the bound it is a string
        self.work = 0

    @property
    def held(self) -> int:
        return len(self._held)

    def write(self, text: str) -> str:
        self.work += len(text)
        if self._sink is not None:
            return self._sink.write(text)
        self._held += text
        if len(self._held) <= UNION_MAX:
            return ""
        held, self._held = self._held, ""
        self._sink = StringWriter()
        return self._sink.write(held)

    def end(self) -> str:
        if self._sink is not None:
            return self._sink.end()
        reader, strict = StringReader(), StrictReader()
        inner, at = reader.feed(self._held)
        is_wrapped = (
            reader.done and not self._held[at:].strip(VALUE_BLANKS) and inner.lstrip(VALUE_BLANKS)[:1] in ("{", "[")
        )
        wanted = inner if is_wrapped and strict.feed(inner) and strict.complete else ""
        sink: Union[StringWriter, ScanWriter] = ScanWriter(python=False) if wanted else StringWriter()
        held, self._held = self._held, ""
        return sink.write(wanted or held) + sink.end()
