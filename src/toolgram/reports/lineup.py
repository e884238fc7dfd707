"""A text lined up with what it became: each character's part, the reasons, and what was held back meanwhile.

In: a parser that keeps a trace, and the text in pieces. Out: `Part`s, which cover all the text that has come; reasons,
each with its place; `Hold`s: what was held, since when, until when, and why.

How: behind each piece the parser is asked how many of the last characters it holds. It counts some of a value twice, as
text and as the JSON that comes of it; what was decided stays decided, so the first of them is none of those before.
Pieces behind which the first is the same one make one hold. So what is seen of holds depends on how the text was cut;
what the characters became does not.

Promises: the parts cover the text; what a character is said to be, other than held, it stays; at the end the parts and
the reasons are the same however the text was cut.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ..runtime.core.reasons import REASONS
from ..runtime.events import Event
from ..runtime.parser import Parser
from ..runtime.tables.limits import BLANKS

MARKUP, SKIPPED, HELD = "markup", "skipped", "held"
# What a character can become, and what that is.
MEANINGS = {
    "content": "text that a user sees",
    "reasoning": "text in which the model thinks",
    "name": "the name of a tool",
    "id": "the id of a call",
    "key": "the key of an argument",
    "value": "the value of an argument, or all arguments",
    "source": "the source of a citation",
    "markup": "delimiters, and the blanks beside them",
    "skipped": "left out: it belongs to nothing",
    HELD: "not decided when the text ended, or the next piece was to come",
}
# The words of a trace, by what they are here; every other one is a word of `MEANINGS`.
BECAME = {
    "blanks": "markup",
    "type": "markup",
    "skip": "skipped",
    **dict.fromkeys(("arguments", "json", "string", "python"), "value"),
}
UNDECIDED = "undecided"
# Why text is held: that a call is undecided, or the bound that holds (`Parser.reads`).
HELD_BECAUSE = {
    UNDECIDED: "whether a call has begun, or counts, is not known yet",
    "content": "it may be part of a delimiter",
    "reasoning": "it may be part of a delimiter",
    "string argument": "it may be the end of the value",
    "typed argument": "of which type the value is shows at its end",
    "nested argument": "an element may still come",
    "loose argument": "the member that holds the arguments may still come",
    "copied JSON": "the word is not complete",
    "": "what it is shows at its end",
}


class Part(NamedTuple):
    """Characters that became one thing, from `begin` to `end`, which is not included."""

    kind: str
    begin: int
    end: int


class Reason(NamedTuple):
    """Why what stands at a place, or ended there, became what it became: a word of `REASONS`."""

    at: int
    word: str


class Hold(NamedTuple):
    """Characters that were held back: those from `begin` to `end` at most, until so many had come as `until` says."""

    begin: int
    end: int
    until: int
    because: str
    """A word of `HELD_BECAUSE`: what was so when the most of it was held."""


class LineUp:
    """Reads one message with a parser that keeps a trace, and lines it up."""

    def __init__(self, parser: Parser) -> None:
        if parser.trace is None:
            raise ValueError("the parser keeps no trace: make it with trace=True")
        self.parser = parser
        self.holds: list[Hold] = []
        self._pieces: list[str] = []
        self._chars = 0
        self._open: Hold | None = None  # what is held now
        self._decided = 0  # characters
        self._finished = False

    def feed(self, text: str, token_ids: Sequence[int] | None = None) -> list[Event]:
        """Read more text; return its events. Raises ValueError after `finish`."""
        events = self.parser.feed(text, token_ids)
        self._pieces.append(text)
        self._chars += len(text)
        self._look()
        return events

    def finish(self, *, cut: bool = False) -> list[Event]:
        """Say that the text has ended; return the last events."""
        events = self.parser.finish(cut=cut)
        self._finished = True
        self._look()
        return events

    @property
    def text(self) -> str:
        """All that has come."""
        return "".join(self._pieces)

    @property
    def held(self) -> Hold | None:
        """What is held back now."""
        return self._open

    @property
    def parts(self) -> list[Part]:
        """What each character became so far; what is held is held."""
        found: list[Part] = []
        at = 0
        for word, text in self.parser.trace or ():
            end = min(at + len(text), self._decided)
            if end > at:
                _add(found, Part(BECAME.get(word, word), at, end))
                at = end
        if at < self._chars:
            found.append(Part(HELD, at, self._chars))
        return _settled(found, self.text, open_at=None if self._finished else self._decided)

    @property
    def reasons(self) -> list[Reason]:
        """Why something became what it became, where that is not plain."""
        found: list[Reason] = []
        at = 0
        for word, text in self.parser.trace or ():
            if not text and word in REASONS:
                found.append(Reason(at, word))
            at += len(text)
        return found

    def _look(self) -> None:
        """Note what the parser holds."""
        end, last = self._chars, self._open
        begin = self._decided = max(self._decided, end - self.parser.held_chars)
        if last is not None and begin != last.begin:
            self.holds.append(last._replace(until=end))
            last = None
        if begin == end:
            self._open = None
        elif last is None or end > last.end:
            because = UNDECIDED if self.parser.is_undecided else self.parser.reads
            self._open = Hold(begin, end, end, because if last is None or because else last.because)


def _settled(parts: list[Part], text: str, open_at: int | None) -> list[Part]:
    """Take the blanks behind what is skipped for markup. Whether they come with it depends on how the text was cut.

    At `open_at` more may be skipped, so there they are held.
    """
    found: list[Part] = []
    for part in parts:
        end = part.begin + len(text[part.begin : part.end].rstrip(BLANKS)) if part.kind == SKIPPED else part.end
        behind = HELD if part.end == open_at else MARKUP
        for one in (part._replace(end=end), Part(behind, end, part.end)):
            if one.end > one.begin:
                _add(found, one)
    return found


def _add(parts: list[Part], part: Part) -> None:
    """Add a part; neighbours of one kind are one."""
    if parts and parts[-1].kind == part.kind and parts[-1].end == part.begin:
        part = part._replace(begin=parts.pop().begin)
    parts.append(part)


def line_up(parser: Parser, text: str, size: int = 1, *, cut: bool = False) -> LineUp:
    """Line up a whole text, read so many characters at a time."""
    lined = LineUp(parser)
    for at in range(0, len(text), size):
        lined.feed(text[at : at + size])
    lined.finish(cut=cut)
    return lined
