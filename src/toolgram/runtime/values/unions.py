"""Write text that may be a structured value or a string, once it is known which of the two it is.

In: the text of one value, in pieces. Out: the object or array that the text holds, or a JSON string of the text.

How: the text is held, at most `UNION_MAX` characters, while it may be either. A check of strict JSON, without repairs,
decides: prose and code that begin with a bracket are no JSON, and so stay what they are.

Promises: all `write`s and `end` joined are one JSON value, the same for every split.
"""

from __future__ import annotations

from typing import Optional, Union

from toolgram.runtime.near_json.escape import PlainSearch
from toolgram.runtime.near_json.json_check import JsonCheck
from toolgram.runtime.near_json.strings import StringReader
from toolgram.runtime.tables.limits import BLANKS, UNION_MAX
from toolgram.runtime.values.held_text import HeldText
from toolgram.runtime.values.strings import StringWriter
from toolgram.runtime.values.structured import ScanWriter


class UnionWriter:
    """Write text that begins like an object or an array, where a string is allowed too."""

    __slots__ = ("_check", "_depth", "_held", "_sink")

    def __init__(self, depth: int = 0) -> None:
        self._depth = depth
        self._held = HeldText()
        self._check = JsonCheck()
        self._sink: Optional[Union[StringWriter, ScanWriter]] = None

    @property
    def plain(self) -> Optional[PlainSearch]:
        return self._sink.plain if self._sink is not None else None

    @property
    def held(self) -> int:
        return self._held.size + (self._sink.held if self._sink is not None else 0)

    @property
    def work(self) -> int:
        return self._check.work + (self._sink.work if self._sink is not None else 0)

    @property
    def whole(self) -> bool:
        return isinstance(self._sink, ScanWriter) and self._sink.whole

    @property
    def is_lossy(self) -> bool:
        """It was JSON for as long as it was held, and something behind that is not in the value."""
        return isinstance(self._sink, ScanWriter) and self._sink.is_lossy

    @property
    def is_mended(self) -> bool:
        return isinstance(self._sink, ScanWriter) and self._sink.is_mended

    def write(self, text: str) -> str:
        if self._sink is not None:
            return self._sink.write(text)
        held = self._held
        possible = self._check.feed(text[: UNION_MAX - held.size])
        if possible and held.size + len(text) <= UNION_MAX:
            held.add(text)
            return ""
        self._sink = ScanWriter(False, self._depth) if possible else StringWriter()
        return self._sink.write(held.take() + text)

    def end(self) -> str:
        if self._sink is not None:
            return self._sink.end()
        self._sink = ScanWriter(False, self._depth) if self._check.complete else StringWriter()
        return self._sink.write(self._held.take()) + self._sink.end()


class UnwrappingWriter:
    """Write text that begins with a quote where only an object or an array is wanted: its content, if that is one."""

    __slots__ = ("_depth", "_held", "_sink", "work")
    plain: Optional[PlainSearch] = None

    def __init__(self, depth: int = 0) -> None:
        self._depth = depth
        self._held = HeldText()
        self._sink: Optional[StringWriter] = None  # past the bound it is a string
        self.work = 0

    @property
    def held(self) -> int:
        return self._held.size

    def write(self, text: str) -> str:
        self.work += len(text)
        if self._sink is not None:
            return self._sink.write(text)
        self._held.add(text)
        if self._held.size <= UNION_MAX:
            return ""
        self._sink = StringWriter()
        return self._sink.write(self._held.take())

    def end(self) -> str:
        if self._sink is not None:
            return self._sink.end()
        text = self._held.take()
        content = _structured_content(text)
        self.work += 2 * len(text)  # decoded and checked
        sink = ScanWriter(False, self._depth) if content else StringWriter()
        out = sink.write(content or text) + sink.end()
        self.work += sink.work
        return out


def _structured_content(text: str) -> str:
    """Return the object or array that a quoted string holds, nothing if the text is no such string."""
    reader, check = StringReader(), JsonCheck()
    content, end = reader.feed(text)
    if not reader.done or text[end:].strip(BLANKS) or content.lstrip(BLANKS)[:1] not in ("{", "["):
        return ""
    return content if check.feed(content) and check.complete else ""
