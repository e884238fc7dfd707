"""Write the containers of one JSON value: brackets, commas and keys, in canonical form.

In: values, keys and closers as they are read. Out: JSON text, put to a `HeldOutput`.

How: a stack of open containers with the number of their items, so that a comma is written before an item and never
behind one. Python has two brackets that do not say at once what they open. A parenthesis is a tuple or only a group
(`(1, 2)` and `(1)`): what is in it is held, at most `GROUP_MAX` characters, until a comma or its end decides. A brace
is an object or a set (`{1: 2}` and `{1, 2}`): what follows its first key decides.

Where a mark is open in the output, the last one is that of the innermost `PAREN`: those around it were opened before.

Promises: everything written, followed by a `pop` of every open container, is one JSON value; of the members of
one object with the same key, the first is written; keys that are too long to be held are not compared.
"""

from __future__ import annotations

from typing import Callable, Final, Optional

from toolgram.runtime.near_json.escape import escape
from toolgram.runtime.near_json.held_output import NOT_MUTED, HeldOutput

GROUP_MAX: Final = 256  # characters of output held while a parenthesis is undecided

# What a container is. An undecided parenthesis whose content was too long to be held stays `(`: it is a group.
OBJECT: Final = "{"
ARRAY: Final = "["
BRACE: Final = "?"
PAREN: Final = "("
TUPLE: Final = ")"
CLOSERS: Final = {OBJECT: "}", ARRAY: "]", TUPLE: "]", BRACE: "{}"}


class Containers:
    """The open containers of one value."""

    __slots__ = ("_counts", "_in_long_key", "_keys", "_out", "_put", "kinds", "open_parens")

    def __init__(self, out: HeldOutput) -> None:
        self.kinds: list[str] = []  # of the containers that are open, the outermost first
        self.open_parens = 0  # how many of them began with a parenthesis
        self._counts: list[int] = []
        self._keys: list[Optional[set[str]]] = []  # of each of them, those that have come
        self._in_long_key = False
        self._out = out
        self._put: Callable[[str], None] = out.put

    @property
    def top(self) -> str:
        return self.kinds[-1] if self.kinds else ""

    @property
    def has_items(self) -> bool:
        """The innermost one is not empty."""
        return bool(self._counts and self._counts[-1])

    def push(self, kind: str) -> None:
        """Open a container inside the innermost one; `item` has been called before."""
        if kind == PAREN:
            self.open_parens += 1
            if self._out.muted_at >= 0:
                kind = TUPLE
            else:
                self._out.mark()
        elif kind != BRACE:
            self._put(kind)
        self.kinds.append(kind)
        self._counts.append(0)
        self._keys.append(None)

    def item(self) -> None:
        """An item of the innermost container begins, or the value of its member."""
        if not self.kinds:
            return
        count = self._counts[-1]
        if count and self.kinds[-1] == PAREN:
            self.comma()  # a missing one
        kind = self.kinds[-1]
        if kind == BRACE:
            self.kinds[-1] = ARRAY
            self._put("[")
        elif count and kind in (ARRAY, TUPLE):
            self._put(", ")
        elif count and kind == PAREN:
            self._out.mute(len(self.kinds))  # it was held too long to become a tuple
        self._counts[-1] = count + 1

    def member(self, key: str) -> None:
        """A member of the innermost object begins."""
        self._brace_is_object()
        keys = self._keys[-1]
        if keys is None:
            self._keys[-1] = {key}
        elif key in keys:
            self._out.mute(len(self.kinds))
            return
        else:
            keys.add(key)
        self._member_comma()
        self._put(f'"{escape(key)}": ')

    def long_key(self, piece: str) -> None:
        """Write a piece of a key that is too long to be held; the first one begins the member."""
        if not self._in_long_key:
            self._brace_is_object()
            self._member_comma()
            self._put('"')
            self._in_long_key = True
        self._put(piece)

    def end_long_key(self, behind: str) -> None:
        self._in_long_key = False
        self._put(behind)

    def comma(self) -> None:
        """A comma was read: it makes a tuple of a parenthesis with an item in it."""
        if self.top == PAREN and self._counts[-1] and self._out.open_marks:
            self.kinds[-1] = TUPLE
            self._out.settle("[")

    def ended(self) -> None:
        """A value has ended; if it was left out, what comes behind it is not."""
        if self._out.muted_at == len(self.kinds):
            self._out.muted_at = NOT_MUTED

    def pop(self) -> None:
        """Close the innermost container."""
        kind, count = self.kinds.pop(), self._counts.pop()
        self._keys.pop()
        if kind in (PAREN, TUPLE):
            self.open_parens -= 1
        if kind != PAREN:
            self._put(CLOSERS[kind])
        elif self._out.open_marks:
            self._out.settle("" if count else "[]")
        self.ended()

    def _brace_is_object(self) -> None:
        if self.kinds[-1] == BRACE:
            self.kinds[-1] = OBJECT
            self._put("{")

    def _member_comma(self) -> None:
        if self._counts[-1]:
            self._put(", ")
        self._counts[-1] += 1
