"""Write the text of a parameter that may hold all the arguments: an object, also as Python or JavaScript writes it.

In: the text, and which keys the tool declares. Out: one JSON value.

    {'city': 'Rome'}     {"city": "Rome"}: the first key is declared, so the object is the arguments
    {'x': 1}             a string, as any text that is no strict JSON

Promise: no more is held than `UnionWriter` holds, because few characters tell whether a declared key is the first.
"""

from __future__ import annotations

from typing import Callable, Optional

from toolgram.runtime.schema.tools import ValueKind
from toolgram.runtime.tables.limits import BLANKS
from toolgram.runtime.tables.search import match_on_demand
from toolgram.runtime.values.structured import ScanWriter
from toolgram.runtime.values.typed import TypedWriter, ValueWriter
from toolgram.runtime.values.unions import UnionWriter

GAP = f"[{BLANKS}]{{0,64}}"
NEAR_KEY = match_on_demand(rf"\{{{GAP}(?:'([^'\"\\]{{1,128}})'|([A-Za-z_]\w{{0,127}})){GAP}:")
HALF_NEAR_KEY = match_on_demand(rf"\{{{GAP}(?:'[^'\"\\]{{0,128}}'?|[A-Za-z_]\w{{0,127}})?{GAP}\Z")

Declares = Callable[[str], bool]


class WrapperUnion(UnionWriter):
    """Write text that begins like an object, while its first key may show that it is the arguments."""

    __slots__ = ("_begin", "_declares")

    def __init__(self, depth: int, declares: Declares) -> None:
        super().__init__(depth)
        self._declares = declares
        self._begin: Optional[str] = ""

    @property
    def held(self) -> int:
        return super().held + len(self._begin or "")

    def write(self, text: str) -> str:
        if self._begin is None:
            return super().write(text)
        self._begin += text
        if HALF_NEAR_KEY(self._begin):
            return ""
        begin, self._begin = self._begin, None
        found = NEAR_KEY(begin)
        if found is not None and self._declares(found.group(1) or found.group(2)):
            self._sink = ScanWriter(False, self._depth)
        return super().write(begin)

    def end(self) -> str:
        begin, self._begin = self._begin, None
        return (super().write(begin) if begin else "") + super().end()


class WrapperWriter(TypedWriter):
    """Write the value of a parameter that may hold all the arguments."""

    __slots__ = ("_declares",)

    def __init__(self, kind: ValueKind, depth: int, declares: Declares) -> None:
        super().__init__(ValueKind(kind.types | {"string", "object"}), depth)
        self._declares = declares

    def _structure(self, word: str) -> Optional[ValueWriter]:
        return WrapperUnion(self._depth, self._declares) if word[0] == "{" else super()._structure(word)
