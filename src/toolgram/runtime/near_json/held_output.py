"""Text that is written as soon as it is certain: behind a bracket that may still come, it waits.

In: pieces of JSON, in order, and places where a bracket may turn out to stand. Out: the text, when all is decided.

    put('{"a": ')  mark()  put('1')          nothing may go out behind the mark: `1` or `[1, 2]`?
    settle("[")    put(', 2]')               now it is decided, and `{"a": [1, 2]` goes out

How: what is put goes out at once while no mark is open. Otherwise it is held, at most `bound` characters; then all of
it is released, and no bracket can stand at the open marks any more. Marks are settled in reverse order, the last one
first. Besides, a value may be muted: what is put until it has ended is dropped.
"""

from __future__ import annotations

NOT_MUTED = -1


class HeldOutput:
    """The output of one value. `muted_at`: nothing is written until the value at this depth has ended."""

    __slots__ = ("_bound", "_held", "_marks", "_out", "held", "muted_at")

    def __init__(self, bound: int) -> None:
        self._bound = bound
        self._out: list[str] = []
        self._held: list[str] = []
        self._marks: list[int] = []  # the places of the open marks in `_held`
        self.held = 0  # characters
        self.muted_at = NOT_MUTED

    @property
    def is_clear(self) -> bool:
        """What is put goes out at once."""
        return self.muted_at < 0 and not self._marks

    @property
    def open_marks(self) -> int:
        """How many brackets may still come. If it is 0, the last mark was settled or has been released."""
        return len(self._marks)

    def put(self, text: str) -> None:
        if self.muted_at >= 0:
            return
        if not self._marks:
            self._out.append(text)
            return
        self._held.append(text)
        self.held += len(text)
        if self.held > self._bound:
            self._release()

    def take(self) -> str:
        """Return what has gone out since the last call."""
        if not self._out:
            return ""
        text = "".join(self._out)
        self._out.clear()
        return text

    def mute(self, depth: int) -> None:
        """Leave out the value that begins at this depth, unless it is inside one that is left out."""
        if self.muted_at < 0:
            self.muted_at = depth

    def mark(self) -> None:
        """Say that a bracket may turn out to stand here."""
        self._marks.append(len(self._held))
        self._held.append("")

    def settle(self, bracket: str) -> None:
        """Decide the last mark that is open: put a bracket there, or nothing."""
        self._held[self._marks.pop()] = bracket
        self.held += len(bracket)
        if not self._marks:
            self._release()

    def _release(self) -> None:
        self._out.extend(self._held)
        self._held.clear()
        self._marks.clear()
        self.held = 0
