"""Scan one value of a known kind out of the model's text: any, an object, an array, a string, or a call's arguments.

In: raw text that begins with JSON or a Python literal, in pieces of any size. Out: canonical JSON, as
`json.dumps(value, ensure_ascii=False)` writes it, numbers with their own digits. Near-JSON is repaired on the way: bare
words, missing and doubled commas, wrong closers and so on.

How: one step for each place in a value, run by `read_on` (`state.py`). Arguments may come as a string that holds an
object (double-encoded): the string is decoded as it arrives, and what it holds runs through a scanner of its own.

Promises: never raises, never recurses on the text; every character is looked at a bounded number of times; every split
of a text gives the same output and the same end. Nothing written is ever taken back; what is held is at most `HELD_MAX`
characters; from any state, `close` completes what was written to one JSON value. At most `DEPTH_MAX` containers are
open: what is nested deeper is one string, its source text.
"""

from __future__ import annotations

from typing import Optional, Tuple

from toolgram.runtime.near_json.between import at_after, at_colon, at_key, finish_key, in_junk, in_key, pop_innermost
from toolgram.runtime.near_json.escape import PLAIN, PLAIN_SINGLE, PlainSearch
from toolgram.runtime.near_json.outermost import BEGINNINGS, WANTED, WRITTEN
from toolgram.runtime.near_json.state import (
    AT_VALUE,
    IN_BARE,
    IN_DEEP,
    IN_STRING,
    IS_OVER,
    TRIES_EACH,
    Scan,
    read_on,
    value_ended,
)
from toolgram.runtime.near_json.too_deep import end_deep, in_deep, skip_deep
from toolgram.runtime.near_json.value import at_value, end_bare, end_string, in_bare, in_string, take_string
from toolgram.runtime.near_json.whole import whole_value
from toolgram.runtime.tables.limits import DEPTH_MAX

IN_BODY = (IN_STRING, IN_DEEP)  # the places where text may be its own output

# In the order of the places in `state.py`; where the value is over, there is no step.
SCAN_STEPS = (at_value, at_key, at_colon, at_after, in_string, in_bare, in_key, in_junk, in_deep)


class ValueScanner:
    """Scan one value; `wants` is any, object, array, string, or arguments (an object in every spelling).

    Where a character cannot continue the value, `stuck` is set: the caller closes the value if a delimiter of its own
    stands there, and skips the character if none does. `depth` is how many containers are open around the value.
    With `ends`, the delimiters that may end it early, a quote ends a string only where what follows can follow it: see
    quotes.py; `around` are the brackets of the containers that the value stands in. Text that decides is not consumed
    before it has come, or the text is `final`.
    """

    __slots__ = ("_inner", "_plain_chars", "_scan", "done", "plain", "stuck")

    def __init__(
        self,
        python: bool = False,
        wants: str = "any",
        depth: int = 0,
        ends: Optional[Tuple[str, ...]] = None,
        around: str = "",
    ) -> None:
        self._scan = Scan(SCAN_STEPS, python, WANTED[wants], DEPTH_MAX - depth, ends, around)
        self._inner: Optional[ValueScanner] = None  # of the arguments in a string
        self.plain: Optional[PlainSearch] = None  # finds nothing in text that is its own output here
        self._plain_chars = 0  # that were their own output
        self.stuck = False  # the next character cannot continue the value
        self.done = False  # the value has ended, by itself or by `close`

    @property
    def word(self) -> str:
        """The bare word that is being read, if nothing is held before it."""
        scan = self._scan
        is_alone = scan.bare is not None and scan.deep is None and self._inner is None and scan.out.is_clear
        return scan.bare.text if is_alone and scan.bare is not None else ""

    @property
    def complete(self) -> bool:
        """The value has ended by itself."""
        return self._scan.complete

    @property
    def has_last_bracket(self) -> bool:
        """The object has ended, be it inside a string that has not, and its bracket was written: not if it is lossy."""
        has_ended = self.done or (self._inner is not None and self._inner.complete)
        return has_ended and not (self.lossy or self.wrong)

    @property
    def is_wrapped(self) -> bool:
        """The arguments stand in a string, so that their last bracket does not end the value."""
        return self._inner is not None

    @property
    def wrong(self) -> bool:
        """The value is not what is wanted."""
        return self._scan.wrong

    @property
    def lossy(self) -> bool:
        """Something of the text is not in the value."""
        return self._scan.lossy or (self._inner is not None and self._inner.lossy)

    @property
    def mended(self) -> bool:
        """The text was no value of its language as it stood."""
        return self._scan.mended or (self._inner is not None and self._inner.mended)

    @property
    def empty(self) -> bool:
        """`close` has found no value at all."""
        return self._scan.empty

    @property
    def work(self) -> int:
        return self._scan.work + self._plain_chars

    @property
    def held(self) -> int:
        """Characters consumed whose output is not written yet."""
        return self._scan.held + (self._inner.held if self._inner is not None else 0)

    def feed(self, text: str, pos: int = 0, final: bool = False) -> tuple[str, int]:
        """Return JSON text, and the place of the first character that was not consumed."""
        if self.plain is not None and not pos and self.plain(text) is None:
            self._plain_chars += len(text)
            return text, len(text)
        scan = self._scan
        scan.final, scan.waits, scan.tries = final, False, TRIES_EACH
        pos = read_on(scan, text, pos)
        if scan.decoded is not None:
            self._unwrap(scan.decoded)
        self.stuck, self.done = scan.stuck, scan.done
        self.plain = self._find_plain() if scan.place in IN_BODY else None
        return scan.out.take(), pos

    def read_whole(self, text: str, pos: int, final: bool) -> Optional[Tuple[str, int]]:
        """As `feed`, of a value that begins at `pos` and stands there whole and well-formed; see `whole_value`."""
        scan = self._scan
        begins, mark = scan.wanted.begins, text[pos]
        if scan.python or mark not in "{[" or (begins is not None and begins[BEGINNINGS[mark]] != WRITTEN):
            return None
        whole = whole_value(text, pos, scan.room, scan.evidence, final)
        if whole is not None:
            scan.work += whole[1] - pos
            value_ended(scan)
            self.done = True
        return whole

    @property
    def room(self) -> int:
        """Where it waits behind a quote: how many plain characters may come before that is decided, and one more."""
        reader = self._scan.reader
        return reader.room if reader is not None and self._scan.waits else 0

    @property
    def is_in_string(self) -> bool:
        """What stands in the way stands in a string: a delimiter, behind a quote that was none."""
        return self._scan.reader is not None and self._scan.reader.is_broken

    def pass_over(self) -> None:
        """It is no delimiter: go on with it as text of the string."""
        if self._scan.reader is not None:
            self._scan.reader.pass_over()
            self._scan.stuck = self.stuck = False

    def skip(self, text: str, pos: int) -> int:
        """Drop the character that stands in the way; return the place behind it."""
        self.stuck = self._scan.stuck = False
        self._scan.mended = True
        skip_deep(self._scan, text[pos : pos + 1])
        return min(pos + 1, len(text))

    def close(self) -> str:
        """End the input; return what makes one value of what was written, nothing if nothing was read."""
        scan = self._scan
        if self.is_in_string:  # its end is not known, so it is not ended
            scan.lossy = True
            scan.out.mute(0)
        if scan.place == IS_OVER:
            return ""
        self.plain = None
        end_scan_input(scan)
        if scan.decoded is not None:
            self._unwrap(scan.decoded)
        self.done = True
        return scan.out.take()

    def _unwrap(self, decoded: list[str]) -> None:
        """Scan what has been decoded of the string that holds the arguments."""
        scan, inner = self._scan, self._inner
        if inner is None:
            inner = self._inner = ValueScanner(wants="wrapped")
        for piece in decoded:
            at = 0
            while at < len(piece) and not inner.done:
                out, at = inner.feed(piece, at)
                scan.out.put(out)
                if inner.stuck:
                    at = inner.skip(piece, at)  # no delimiter can stand inside the string
        decoded.clear()
        if scan.reader is None:
            scan.out.put(inner.close())
            scan.wrong = inner.wrong
            scan.lossy, scan.mended = scan.lossy or inner.lossy, True  # arguments are no string
            scan.work += inner.work
            scan.decoded = self._inner = None

    def _find_plain(self) -> Optional[PlainSearch]:
        scan = self._scan
        reader = scan.reader if scan.deep is None else scan.deep.reader
        if reader is None or not scan.out.is_clear:
            return None
        outer = reader.plain
        if self._inner is None or outer is None:
            return outer
        inner = self._inner.plain
        return inner if inner is None or outer is PLAIN else PLAIN_SINGLE


def end_scan_input(scan: Scan) -> None:
    """The input has ended: write what makes one value of what was written."""
    containers = scan.containers
    if not containers.kinds and scan.reader is None and scan.bare is None and scan.deep is None:
        scan.out.put(scan.wanted.when_empty)
        scan.empty = not scan.wanted.when_empty
    elif scan.place == AT_VALUE and containers.top == "{":
        scan.out.put("null")
        containers.ended()
    elif scan.key is not None:
        scan.lossy = scan.lossy or not scan.key.long
        finish_key(scan, '": null')
        containers.ended()
    elif scan.place == IN_BARE and scan.bare is not None:
        end_bare(scan, scan.bare, half=bool(containers.kinds))
    elif scan.reader is not None:
        _end_half_string(scan)
    elif scan.deep is not None:
        end_deep(scan)
        containers.ended()
    while containers.kinds:
        pop_innermost(scan)
    scan.done, scan.place = True, IS_OVER


def _end_half_string(scan: Scan) -> None:
    """End a string that is not done; its closing quote may have been seen, where more could follow it."""
    reader = scan.reader
    if reader is not None:
        scan.complete = reader.whole and not scan.containers.kinds
        take_string(scan, reader.end())
        end_string(scan)
        scan.containers.ended()
