"""Read a call at once that stands whole and well-formed in the text.

In: the run, where the edge that opens a call is about to be taken. Out: the events of the call, and the run behind it;
or nothing was changed, and the steps read it.

How: the machine knows the ways that a well-formed call takes, as patterns (tables/call_ways.py). What they find is
asked for what the steps would ask: whether the request declares the name, whether a key comes twice, whether the JSON
is plain. The types of values come from the same writers.

Promises: what it gives is what the steps would give, event for event. It reads where nothing else has a say in it: no
ids, no trace, no code and no draft around the call, nothing undecided before it. Of tries that fail a parser makes at
most `TRIES_MAX`, so the work stays linear.
"""

from __future__ import annotations

import re
from typing import Final, FrozenSet, List, Optional, Tuple

from toolgram.runtime.core.call import Call
from toolgram.runtime.core.edges import blanks_from
from toolgram.runtime.core.flat_object import end_of_flat_object
from toolgram.runtime.core.run import Open, Pending, Run
from toolgram.runtime.events import ArgumentsDelta, CallEnd, CallStart
from toolgram.runtime.near_json.escape import escape
from toolgram.runtime.near_json.quotes import Evidence
from toolgram.runtime.near_json.whole import whole_value
from toolgram.runtime.schema.tools import ToolSet
from toolgram.runtime.tables.call_ways import ADDS_TO_ID, TAKES_KEY, TAKES_NAME, TAKES_VALUE, Fork, WayPart
from toolgram.runtime.tables.limits import DEPTH_MAX
from toolgram.runtime.tables.states import Edge
from toolgram.runtime.values.wired import WiredValue
from toolgram.runtime.values.writers import new_writer

CALL_MIN: Final = 12  # characters behind an opener that are worth a try
SCALAR: Final = re.compile(r"(?:-?(?:0|[1-9][0-9]{0,15})(?:\.[0-9]{1,15})?|true|false|null)(?=[ \t\n\r<])").match
IS_INT: Final = re.compile(r"-?(?:0|[1-9][0-9]{0,15})").fullmatch
INTS: Final = (frozenset(("integer",)), frozenset(("number",)))


def read_whole_call(run: Run, edge: Edge, at: int) -> bool:
    """Read the call that the edge opens whose literal stands at `at`; False: the steps read it."""
    text, place = run.text, run.place
    ways = place.machine.call_ways
    begin = at + len(edge.literal)
    if ways is None or len(text.buffer) < begin + CALL_MIN or not text.tries or not _is_alone(run, edge, at):
        return False
    fork = ways.behind(place.state, edge)
    if fork is None:
        return False
    call = WholeCall(run.tools, text.buffer, place.machine.unwrap, final=False)
    end = call.read(fork, begin)
    run.work += call.position - at
    if end is None:
        text.tries -= 1
        return False
    was_trusted = place.state.region == "section" and run.message.section_trusted
    _announce_whole(run, at)
    run.message.section_trusted = end.is_trusted or was_trusted
    text.position = text.looked = call.position
    if call.left is None:
        _write_whole(run, call)
        place.stack += end.stack
        place.state = place.machine.states[end.end]
    else:
        _leave_open(run, call, call.left)
    return True


def _is_alone(run: Run, edge: Edge, at: int) -> bool:
    """Whether nothing but the call itself decides how it is read."""
    if run.special is not None or run.trace is not None or run.draft is not None or run.tools.has_unusual:
        return False
    text, message = run.text, run.message
    if message.wrapper or edge.wraps is not None or run.open.call is not None or text.final:
        return False
    code = message.code
    place = text.base + at
    return not (code.ticks or code.in_info or code.in_block) and place >= text.no_key[1] and place != text.tried


def _announce_whole(run: Run, at: int) -> None:
    """The call is one: what comes before it is over."""
    if run.place.state.region == "message":
        run.output.boundary(run.text.buffer[run.text.position : at])
    run.output.flush()
    run.message.calls += 1


def _write_whole(run: Run, call: WholeCall) -> None:
    """Write all of the call."""
    index = run.message.calls - 1
    run.output.events += (
        CallStart(index, call.name, call.id or None),
        ArgumentsDelta(index, call.arguments),
        CallEnd(index, True),
    )
    run.message.after_call = True


def _leave_open(run: Run, call: WholeCall, left: Fork) -> None:
    """Write what has come of the call: all its arguments. The steps read what is left of it."""
    place, machine = run.place, run.place.machine
    opened = Call(run.message.calls - 1, run.output, run.tools, machine.unwrap)
    run.open, run.pending = Open(opened, len(place.stack) + left.way.depth), Pending()
    run.pending.name, run.pending.id = call.name, call.id
    opened.announce(call.name, call.id or None)
    opened.arguments.begin_object()
    opened.arguments.copy(call.arguments, is_last=True)
    opened.arguments.end_object(wrong=False)
    place.stack += left.way.stack
    place.state = left.state


class WholeCall:
    """What has come of a call that is read at once."""

    __slots__ = (
        "_buffer",
        "_final",
        "_key",
        "_keys",
        "_parts",
        "_tools",
        "_wrappers",
        "arguments",
        "id",
        "left",
        "name",
        "position",
    )

    def __init__(self, tools: ToolSet, buffer: str, wrappers: FrozenSet[str], *, final: bool) -> None:
        self._tools, self._buffer, self._final = tools, buffer, final
        self._wrappers = wrappers  # keys whose value may be all of the arguments
        self.name = self.id = self._key = self.arguments = ""
        self._keys: List[str] = []  # of the parameters that have come
        self._parts: List[str] = []
        self.position = 0  # up to here it has been read
        self.left: Optional[Fork] = None  # where it goes on, if nothing has come behind its arguments

    def read(self, fork: Optional[Fork], begin: int) -> Optional[WayPart]:
        """Read on up to the end of the call; return the part that ends it. None: it is not plain."""
        buffer = self._buffer
        self.position = begin
        part: Optional[WayPart] = None
        while fork is not None:
            found = fork.match(buffer, self.position)
            if found is None:
                return None
            part = fork.parts[found.lastindex]
            if part.takes and not self._take(part, found):
                return None
            self.position = found.end()
            if part.scans and not self._scan(part):
                return None
            fork = part.then
            if part.scans == "arguments" and self.position == len(buffer):
                self.left = fork
                break
        if not self.arguments:
            self.arguments = "".join(self._parts) + "}" if self._parts else "{}"
        return part if self.name else None

    def _take(self, part: WayPart, found: re.Match[str]) -> bool:
        """Take what the groups of a part hold; False: it is not plain."""
        for what, group, text, blanks in part.takes:
            if what == TAKES_KEY:
                self._key = found.group(group)
                if not self.name or self.arguments or self._key in self._keys or self._key in self._wrappers:
                    return False
                self._keys.append(self._key)
            elif what == ADDS_TO_ID:
                self.id += text
            elif what == TAKES_VALUE:
                if not self._take_value(found.start(group), found.end(group), text, blanks):
                    return False
            else:
                word = found.group(group)
                if what == TAKES_NAME and not self._take_name(word):
                    return False
                if text:
                    self.id += word
        return True

    def _take_name(self, name: str) -> bool:
        declared = self._tools.exactly(name)
        if self.name or declared is None:
            return False
        self.name = declared
        return True

    def _take_value(self, begin: int, end: int, sink: str, blanks: str) -> bool:
        kind = self._tools.kind(self.name, self._key)
        text = self._buffer[begin : blanks_from(self._buffer, begin, end, blanks)]
        if kind.is_string or (not kind.types and sink != "json"):
            value = f'"{escape(text)}"'
        elif kind.types in INTS and sink != "json" and IS_INT(text):
            value = text
        else:
            writer = new_writer(sink, kind, 0)
            value = writer.write(text)
            value += writer.end()
            if writer.is_lossy or writer.is_mended:
                return False
        self._add(value)
        return True

    def _scan(self, part: WayPart) -> bool:
        """Take the JSON that comes: all the arguments, or the value of a key."""
        begin, buffer = self.position, self._buffer
        scalar = SCALAR(buffer, begin) if part.scans == "value" else None
        if scalar is not None:
            json, self.position = scalar.group(), scalar.end()
        elif buffer.startswith("{}", begin):
            json, self.position = "{}", begin + 2
        else:
            end = end_of_flat_object(buffer, begin, part.ends, final=self._final)
            if end > 0:
                found: Optional[Tuple[str, int]] = (buffer[begin:end], end)
            elif buffer[begin] in "{[":
                found = whole_value(buffer, begin, DEPTH_MAX, Evidence((), False, part.ends), self._final)
            else:
                found = None
            if found is None:
                return False
            json, self.position = found
        if part.scans == "value":
            value = WiredValue(self._tools.kind(self.name, self._key).types)
            json = value.write(buffer[begin : self.position], json)
            self._add(json + value.end())
            return True
        if self._parts or self.arguments or not self.name:
            return False
        self.arguments = json
        return True

    def _add(self, value: str) -> None:
        self._parts.append(f'{", " if self._parts else "{"}"{self._key}": {value}')
