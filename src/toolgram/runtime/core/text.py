"""The text of the model as far as it has come: what is decided, what is not, and what must be remembered of it.

In: pieces of text, in order. Out: `buffer[position:]`, the text that is not decided.

    "Hi <tool_c"    buffer "Hi <tool_c", position 3 (`Hi ` went out), looked 3: `<tool_c` may begin a delimiter

Promises: a place counted from the beginning of all the text is `base + index`; `looked` never lies before `position`;
what leaves the buffer is given to every `Recording` that is running, once and in order.
"""

from __future__ import annotations

from collections import deque
from typing import Deque, Final, List, Optional, Tuple

from toolgram.runtime.near_json.escape import PLAIN
from toolgram.runtime.tables.limits import BACK_MAX

TRIES_MAX: Final = 8  # to read a call at once, that may fail

# Note [waiting]
# Many deltas only go on with what is waited for: half a delimiter, half a name in quotes. Whoever waits for that, and
# for nothing else, says so here, and the parser adds such a delta to the buffer without reading. A proper beginning of
# the rest of a delimiter leaves it a beginning of that delimiter, the longest that may stand there. A name, or a key
# that says whether the quote before it was one, goes on with everything but a quote, a backslash and what JSON has not.


class Text:
    """What has arrived of the text. Only what is undecided stays in `buffer` between two deltas."""

    __slots__ = (
        "_tail",
        "base",
        "buffer",
        "delimiter",
        "final",
        "is_cut",
        "looked",
        "no_end",
        "no_key",
        "passed",
        "position",
        "recordings",
        "rest",
        "room",
        "tried",
        "tries",
    )

    def __init__(self, *, keeps_tail: bool = False) -> None:
        self.buffer = ""
        self.position = 0  # where the undecided text begins in `buffer`
        self.looked = 0  # up to here the state that reads now has looked: it need not look there again
        self.delimiter = 0  # where the delimiter begins that was taken last; of use only while its actions happen
        self.base = 0  # characters that came before `buffer`
        self.final = False  # no more will come
        self.is_cut = False  # ... because a limit of tokens has ended it
        self.no_key: Tuple[str, int] = ("", 0)  # a quote, and up to where in all the text it begins no key
        # A state, and where in all the text neither an end of its text nor a special token stands: from, up to.
        self.no_end: Tuple[int, int, int] = (-1, 0, 0)
        # What is waited for: see Note [waiting].
        self.rest = ""  # of a delimiter, which begins at the end of the buffer
        self.room = 0  # one more than what may come of a short string before its end
        self.tries = TRIES_MAX  # to read a call at once that are left: see whole_call.py
        self.tried = -1  # where in all the text that has failed, before anything was read here
        self.recordings: List[Recording] = []
        self._tail: Optional[str] = "" if keeps_tail else None  # the last that came before `buffer`
        self.passed: Deque[str] = deque(maxlen=BACK_MAX)  # texts behind that tail

    def add(self, piece: str) -> int:
        """Take more text; return how many characters that was with those that had to be copied for it."""
        self.buffer = self.buffer + piece if self.buffer else piece
        return len(self.buffer)

    def goes_on(self, piece: str) -> bool:
        """Take more text, if it only goes on with what is waited for."""
        size = len(piece)
        if self.rest:
            if size >= len(self.rest) or not self.rest.startswith(piece):
                return False
            self.rest = self.rest[size:]
        elif size >= self.room or PLAIN(piece) is not None:
            return False
        else:
            self.room -= size
        self.buffer += piece
        return True

    def pass_by(self, piece: str) -> None:
        """Text has been read that does not come here, where nothing is undecided."""
        self.base += len(piece)
        self.passed.append(piece)

    def begin_anew(self, place: int) -> None:
        """Go on at a place of all text where nothing is undecided or waited for; what stands before it is forgotten."""
        self.buffer, self.rest, self.room = "", "", 0
        self.position = self.looked = 0
        self.no_key, self.no_end = ("", 0), (-1, 0, 0)
        self.recordings = []
        self.base = place
        self.passed.clear()
        self._tail = None if self._tail is None else ""

    def pass_all(self, text: str) -> None:
        """As `pass_by`, of many pieces together."""
        self.base += len(text)
        if len(text) >= BACK_MAX:
            self.passed.clear()
        self.passed.append(text[-BACK_MAX:])

    def skip(self, count: int) -> None:
        """Count characters that nobody will read, where nothing is undecided."""
        self.base += count
        self.passed.clear()
        self._tail = None if self._tail is None else ""

    def before(self, at: int) -> str:
        """What stands before a place of the buffer, as far as it is known."""
        if self._tail is None:
            return self.buffer[max(0, at - BACK_MAX) : at]
        if self.passed:
            self._tail = (self._tail + "".join(self.passed))[-BACK_MAX:]
            self.passed.clear()
        return (self._tail + self.buffer[max(0, at - BACK_MAX) : at])[-BACK_MAX:]

    def trim(self) -> int:
        """Let go of what is decided; return how many characters were copied for it."""
        position = self.position
        if not position:
            return 0
        for recording in self.recordings:
            recording.keep(self.buffer[recording.begin : position])
        if self._tail is not None:
            self.passed.append(self.buffer[position - BACK_MAX if position > BACK_MAX else 0 : position])
        self.buffer = self.buffer[position:]
        self.looked -= position
        self.base += position
        self.position = 0
        return len(self.buffer)

    def put_back(self, kept: str, begin: int, tail: str) -> None:
        """Put text that had left the buffer back before it; all from `begin` on is undecided again.

        `tail`: what stands before that.
        """
        if kept:  # then it reaches up to the buffer's beginning
            self.buffer = kept + self.buffer
            self.base -= len(kept)
            if self._tail is not None:
                self.passed.clear()
                self._tail = tail
            for recording in self.recordings:
                recording.take_back(len(kept))
        self.position = self.looked = begin


class Recording:
    """Keeps the source from a place on, though it leaves the buffer."""

    __slots__ = ("_kept", "begin", "kept_chars")

    def __init__(self, begin: int) -> None:
        self.begin = begin  # in the buffer
        self.kept_chars = 0
        self._kept: List[str] = []

    def keep(self, source: str) -> None:
        """Source leaves the buffer; what comes next stands at the buffer's beginning."""
        self._kept.append(source)
        self.kept_chars += len(source)
        self.begin = 0

    def take_back(self, chars: int) -> None:
        """Source that had left the buffer is there again, at its beginning."""
        kept = self.kept
        self.kept_chars = len(kept) - chars
        self._kept = [kept[: self.kept_chars]]

    @property
    def kept(self) -> str:
        """What has left the buffer."""
        return "".join(self._kept)
