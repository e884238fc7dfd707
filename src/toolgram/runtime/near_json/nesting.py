"""Write one JSON value as its parts become known: brackets, commas, keys, and what is left out.

In: values, keys and closers in order. Out: canonical JSON text (`take`).

How: a stack of open containers with the number of their items, so that a comma is written before an item and never
behind one. A Python parenthesis is a group or a tuple, a Python brace an object or a set: the first is held, at most
`GROUP_MAX` characters, until a comma decides; the second is decided by what follows its first key.
A muted value (`mute`) is read but not written.

Promises: everything written followed by all `pop`s is one JSON value; only the keys of the outermost object are
remembered.
"""

from __future__ import annotations

from toolgram.runtime.near_json.escape import escape

GROUP_MAX = 256  # characters of output held while a parenthesis is undecided

_OBJECT, _ARRAY, _BRACE, _PAREN, _GROUP = "{", "[", "?", "(", "g"


class Nesting:
    """The open containers of one value, and its output."""

    __slots__ = ("_counts", "_held", "_held_chars", "_in_long_key", "_keys", "_marks", "_mute", "_out", "kinds")

    def __init__(self) -> None:
        self.kinds: list[str] = []  # of the containers open: `{` `[`, `?` undecided brace, `(` undecided, `g` group
        self._counts: list[int] = []
        self._out: list[str] = []
        self._held: list[str] = []
        self._held_chars = 0
        self._marks: list[int] = []  # where in `_held` the bracket of each undecided parenthesis would stand
        self._keys: set[str] = set()
        self._in_long_key = False
        self._mute = -1  # nothing is written until the value at this depth has ended

    @property
    def held(self) -> int:
        return self._held_chars

    @property
    def top(self) -> str:
        return self.kinds[-1] if self.kinds else ""

    @property
    def clear(self) -> bool:
        """What is put is written at once."""
        return self._mute < 0 and not self._marks

    def put(self, text: str) -> None:
        if self._mute >= 0:
            return
        if not self._marks:
            self._out.append(text)
            return
        self._held.append(text)
        self._held_chars += len(text)
        if self._held_chars > GROUP_MAX:
            self.kinds = [_GROUP if kind == _PAREN else kind for kind in self.kinds]
            self._marks.clear()
            self._release()

    def take(self) -> str:
        """Return what has been written since the last call."""
        if not self._out:
            return ""
        text = "".join(self._out)
        self._out.clear()
        return text

    def mute(self) -> None:
        """Leave out the value that begins here."""
        if self._mute < 0:
            self._mute = len(self.kinds)

    def unmute(self) -> None:
        self._mute = -1

    def push(self, kind: str) -> None:
        if kind == _PAREN:
            if self._mute >= 0:
                kind = _ARRAY
            else:
                self._marks.append(len(self._held))
                self._held.append("")
        elif kind != _BRACE:
            self.put(kind)
        self.kinds.append(kind)
        self._counts.append(0)

    def item(self) -> None:
        """An item of the innermost container begins; of a member, its value."""
        if not self.kinds:
            return
        kind = self.kinds[-1]
        if kind == _PAREN and self._counts[-1]:
            self.comma()  # a missing one
            kind = self.kinds[-1]
        if kind == _BRACE:
            self.kinds[-1] = _ARRAY
            self.put("[")
        elif kind == _ARRAY and self._counts[-1]:
            self.put(", ")
        elif kind == _GROUP and self._counts[-1]:
            self.mute()  # it was held too long to become a tuple
        self._counts[-1] += 1

    def member(self, key: str) -> None:
        """A member of the innermost object begins; of two with one key, the first counts."""
        self._resolve_brace()
        if len(self.kinds) == 1:
            if key in self._keys:
                self.mute()
                return
            self._keys.add(key)
        self._member_comma()
        self.put(f'"{escape(key)}": ')

    def long_key(self, piece: str) -> None:
        """A piece of a key arrives that is too long to wait for; the first begins a member."""
        if not self._in_long_key:
            self._resolve_brace()
            self._member_comma()
            self.put('"')
            self._in_long_key = True
        self.put(piece)

    def end_long_key(self, behind: str) -> None:
        self._in_long_key = False
        self.put(behind)

    def _resolve_brace(self) -> None:
        if self.kinds[-1] == _BRACE:
            self.kinds[-1] = _OBJECT
            self.put("{")

    def _member_comma(self) -> None:
        if self._counts[-1]:
            self.put(", ")
        self._counts[-1] += 1

    def comma(self) -> None:
        """A comma was read: it makes a tuple of a parenthesis."""
        if self.top == _PAREN and self._counts[-1]:
            self.kinds[-1] = _ARRAY
            self._bracket("[")

    def ended(self) -> None:
        """A value has ended."""
        if self._mute == len(self.kinds):
            self._mute = -1

    def pop(self) -> None:
        """Close the innermost container."""
        kind, count = self.kinds.pop(), self._counts.pop()
        if kind == _PAREN:
            self._bracket("" if count else "[]")
        elif kind != _GROUP:
            self.put({_OBJECT: "}", _ARRAY: "]", _BRACE: "{}"}[kind])
        self.ended()

    def _bracket(self, text: str) -> None:
        """Decide the innermost undecided parenthesis."""
        self._held[self._marks.pop()] = text
        self._held_chars += len(text)
        if not self._marks:
            self._release()

    def _release(self) -> None:
        self._out.extend(self._held)
        self._held.clear()
        self._held_chars = 0
