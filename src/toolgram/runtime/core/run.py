"""Theory of operation: what a parser knows while it reads, as data.

In: a machine, the tools of the request, where generation begins. Out: `Run`, whose registers steps and moves change.

What never changes during a run stands in `Run` itself. What changes stands in groups, each small, each with one
question that it answers:

    `text`      where are we in the text?            (text.py)
    `place`     where are we in the machine?         state, stack of states to return to, machine
    `pending`   what has come of a short part?       a name, a key, an id, a type, a source, before it is used
    `open`      what is being read?                  the call, and the value inside it
    `message`   what has come of the message?        whatever later text depends on
    `stretch`   is it undecided whether this is a call, and since where?       (tentative.py)
    `draft`     is it undecided whether this call is a draft, or an example?   (drafts.py)

Groups are replaced, never cleared. When a stretch of text begins that may turn out to be no call, it keeps the groups
as they are and the run goes on with new ones; if no call comes of it, the old ones are put back. So there is no list of
registers to reset, and a new register, in whatever group it stands, cannot be forgotten.

What is ugly: a few steps leave a word for themselves in `open` (`skipping`, `nest`), because a step may end in the
middle of what it does when a delta ends, and must find its way back with the next one.
"""

from __future__ import annotations

from typing import Final, Iterable, List, Optional, Tuple, Union

from toolgram.runtime.core.call import Call
from toolgram.runtime.core.citations import Citations
from toolgram.runtime.core.code_blocks import CodeAround, code_behind
from toolgram.runtime.core.echo import Echo
from toolgram.runtime.core.examples_seen import ExamplesSeen
from toolgram.runtime.core.half_object import HalfObject
from toolgram.runtime.core.output import Output, SoFar
from toolgram.runtime.core.short_string import ShortString
from toolgram.runtime.core.special_tokens import SpecialTokens
from toolgram.runtime.core.text import Recording, Text
from toolgram.runtime.core.trace import Trace
from toolgram.runtime.near_json.scan import ValueScanner
from toolgram.runtime.near_json.value_text import ValueText
from toolgram.runtime.schema.kept_tools import whole_tool_set
from toolgram.runtime.schema.tools import ToolSet
from toolgram.runtime.tables.machine import PreparedMachine
from toolgram.runtime.tables.nests import Nest
from toolgram.runtime.tables.states import Edge, State
from toolgram.runtime.values.elements import ElementWriter
from toolgram.runtime.values.entities import EntityDecoder

MARKUP: Final = ("markup", "blanks")  # what consumed text was, when it says nothing
TEXTS: Final = ("content", "reasoning")
# Junk to be skipped: a word, at least one character of it; what follows of it; a piece, up to what may be a delimiter.
SKIPS_WORD: Final = "word"
SKIPS_REST: Final = "rest"
SKIPS_PIECE: Final = "piece"


class Place:
    """Where a parser is in the machine."""

    __slots__ = ("machine", "stack", "state")

    def __init__(self, machine: PreparedMachine, state: State, stack: List[int]) -> None:
        self.machine = machine
        self.state = state
        self.stack = stack  # the states to return to, at the end of a rule that was entered from another


class Pending:
    """Short parts of a call that have come, as a whole or in part, and are not used yet."""

    __slots__ = ("id", "id_follows", "id_is_open", "key", "name", "source", "string", "type")

    def __init__(self) -> None:
        self.name = self.id = self.key = self.type = ""
        self.id_follows = False  # the name waits for it
        self.id_is_open = False  # what is read now is part of the id
        self.source = ""  # of the citation that is being read
        self.string: Optional[ShortString] = None  # a key or a name in quotes, so far


class Open:
    """What is being read: a call, the value inside it, and what a step left off in the middle of."""

    __slots__ = (
        "call",
        "call_depth",
        "element",
        "entities",
        "half",
        "is_cut",
        "nest",
        "scanned",
        "scanner",
        "skipping",
        "told",
    )

    def __init__(self, call: Optional[Call] = None, call_depth: int = 0) -> None:
        self.call = call
        self.call_depth = call_depth  # of the stack, when the call was opened
        self.scanner: Optional[ValueScanner] = None  # of a value that ends by itself
        self.scanned: Optional[Tuple[str, int]] = None  # what it has made of the buffer already, and up to where
        self.told: Optional[ValueText] = None  # of such a value that is content or reasoning
        self.half: Optional[HalfObject] = None  # of all arguments, while nothing of them has come but a bracket
        self.element: Optional[ElementWriter] = None  # of a value built of elements
        self.entities: Optional[EntityDecoder] = None  # of a text in which they are decoded
        # The nested example inside a value, how deep it is nested, and whether a real token ends it.
        self.nest: Optional[Tuple[Nest, int, bool]] = None
        self.is_cut = False  # the text has ended inside the opener of a further argument
        self.skipping = ""  # junk: up to this quote, or what `SKIPS_WORD` and the others say

    @property
    def held_chars(self) -> int:
        """Characters of the text that have been read and of which nothing has been written."""
        held = self.entities.held if self.entities is not None else 0
        held += self.call.held_chars if self.call is not None else 0
        held += self.element.held if self.element is not None else 0
        held += self.half.held if self.half is not None else 0
        held += self.told.held if self.told is not None else 0
        return held + (self.scanner.held if self.scanner is not None else 0)


class Before:
    """What was known before a place of the text, to which the run may have to go back; the source since then."""

    __slots__ = ("events", "message", "open", "pending", "place", "recordings", "source", "tail", "traced")

    def __init__(self, run: Run) -> None:
        self.place = run.place
        self.pending = run.pending
        self.open = run.open
        self.message = run.message
        self.recordings = list(run.text.recordings)  # that ran before it
        self.source = Recording(run.text.position)
        self.tail = run.text.before(run.text.position) if run.examples is not None else ""  # what stands before it
        self.events = run.output.count()  # that came before it
        self.traced = run.trace.place if run.trace is not None else (0, 0)


class Stretch(Before):
    """Text of which it is undecided whether a call has begun: what was known before it, and what speaks for a call."""

    __slots__ = (
        "closes_citation",
        "is_cut_off",
        "is_named",
        "is_set_off",
        "is_vouched",
        "junk_from",
        "lacks_opener",
        "looked",
        "prose_from",
        "saw_body",
        "saw_call",
        "tag_end",
        "tells",
        "trusted",
        "word_from",
    )

    def __init__(self, run: Run) -> None:
        super().__init__(run)
        # A special token stands in it, or has opened the section that it stands in.
        self.trusted = run.place.state.region == "section" and run.message.section_trusted
        self.is_vouched = False  # a special token whose id is known stands in it
        self.is_set_off = False  # a line begins with it, or the text of the message
        self.prose_from: Optional[int] = None  # where prose between its openers begins, counted as `junk_from` is
        self.word_from: Optional[int] = None  # where the last word of a header begins, counted so as well
        self.tag_end: Optional[int] = None  # behind a tag that the format does not know, counted so as well
        self.looked = 0  # up to here it has been looked for an opener behind prose, counted so as well
        self.is_named = False  # a name has come that counts, and nothing of the call behind it
        self.lacks_opener = False  # a delimiter is missing in it
        self.junk_from: Optional[int] = None  # where junk began behind the name, counted from the beginning of all text
        self.tells = False  # a delimiter stands in it that is more than a bracket
        self.saw_call = False  # a call was opened in it
        self.saw_body = False  # something else than markup stands in it
        self.closes_citation = False  # it is a citation's closer, up to its end
        self.is_cut_off = False  # the text has ended in the middle of a call's markup


class Draft(Before):
    """A call in open thoughts or in code, and all behind it, while it may be no call after all: see drafts.py."""

    __slots__ = ("around", "begin", "in_thoughts")

    def __init__(self, run: Run, around: CodeAround, *, in_thoughts: bool) -> None:
        super().__init__(run)
        self.begin = run.text.base + run.text.position  # in the whole text
        self.around = around  # the code in which it stands
        self.in_thoughts = in_thoughts


class Run:
    """The registers of one parser. See the head of this file."""

    __slots__ = (
        "citations",
        "draft",
        "echo",
        "examples",
        "holds_drafts",
        "message",
        "open",
        "output",
        "pending",
        "place",
        "special",
        "stretch",
        "text",
        "tools",
        "trace",
        "work",
    )

    def __init__(
        self,
        machine: PreparedMachine,
        tools: Union[ToolSet, Iterable[object], None],
        inside: Optional[str],
        special: Optional[SpecialTokens],
        *,
        trace: bool,
        holds_drafts: bool = True,
    ) -> None:
        self.tools = whole_tool_set(tools)
        self.special = special
        self.examples = ExamplesSeen() if special is not None else None
        self.output = Output()
        self.citations = Citations(self.output) if machine.has_citations else None
        self.holds_drafts = holds_drafts
        self.echo = Echo() if machine.drops_echo else None
        self.trace = Trace() if trace else None  # what all the text became
        self.work = 0  # characters looked at or copied, but for those of the fast path

        self.text = Text(keeps_tail=special is not None)
        self.place = Place(machine, machine.states[machine.start if inside is None else machine.inside[inside]], [])
        self.pending = Pending()
        self.open = Open()
        self.message: SoFar = self.output.message
        self.message.saw_reasoning = inside == "reasoning"
        self.stretch: Optional[Stretch] = None
        self.draft: Optional[Draft] = None

    @property
    def undecided(self) -> Optional[Before]:
        """What may have to be given back: a draft, which begins before the stretches of its calls, or a stretch."""
        return self.draft or self.stretch

    def consume(self, kind: str, end: int) -> None:
        """Go on behind the text up to `end`; `kind` says what it was."""
        text = self.text
        if end <= text.position:
            return
        if self.trace is not None:
            self.trace.add(kind, text.buffer[text.position : end])
        if self.stretch is not None and kind not in MARKUP:
            self.stretch.saw_body = True
        code = self.message.code
        if kind in TEXTS or code.ticks or code.fences or code.in_info or text.buffer.find("`", text.position, end) >= 0:
            self._see_code(kind, end)
        text.position = end
        if text.looked < end:
            text.looked = end

    def because(self, why: str) -> None:
        """Note in the trace why what follows becomes what it becomes."""
        if self.trace is not None:
            self.trace.because(why)

    def skip(self, why: str, end: int) -> None:
        """Go on behind text that becomes nothing, for a reason."""
        if end > self.text.position:
            if self.trace is not None and not self.trace.skips:
                self.trace.because(why)
            self.consume("skipped", end)

    def _see_code(self, kind: str, end: int) -> None:
        """Know what code is open behind the text up to `end`, which is about to be consumed."""
        message, text = self.message, self.text
        is_text = kind in TEXTS
        is_beside = kind in MARKUP and self.open.call is None and self.place.state.region != "section"
        if is_text or (is_beside and self.stretch is None):
            piece, place = text.buffer[text.position : end], text.base + text.position
            if kind != "markup" or piece[:1] == "`":  # a fence that is a delimiter beside a call
                around = self.draft.around if self.draft is not None else None
                message.code = code_behind(message.code, kind if is_text else "", piece, place, around)
                return
        if message.code.ticks or message.code.in_info:
            message.code = message.code._replace(ticks=0, in_info=False)

    def is_real(self, edge: Edge, at: int) -> bool:
        """Whether the special tokens of a delimiter at `at` of the buffer came as tokens (docs/rules.md, rule 10)."""
        special = self.special
        base = self.text.base + at
        return special is None or all(special.is_real(token, base + place) for token, place in edge.special)

    @property
    def is_all_or_nothing(self) -> bool:
        """Whether a section is being read that is calls altogether or text altogether."""
        return self.stretch is not None and self.place.machine.commit == "section"
