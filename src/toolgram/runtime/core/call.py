"""One call being read: its name, its id, and its arguments as JSON text.

In: the actions of the machine, in order. Out: text on the call's channel of `Output`.

Promises: nothing is written before the call is announced; what is written is a prefix of one JSON object; the
first of two parameters with one key wins (design.md, rule 6).
"""

from __future__ import annotations

from typing import Callable, Dict, FrozenSet, List, Optional, Set, Union

from toolgram.runtime.core.output import Output
from toolgram.runtime.events import CallEnd, CallStart
from toolgram.runtime.near_json.escape import escape
from toolgram.runtime.schema.tools import ToolSet, ValueKind
from toolgram.runtime.values.element import ElementNames
from toolgram.runtime.values.elements import ElementWriter
from toolgram.runtime.values.strings import StringWriter
from toolgram.runtime.values.typed import JsonWriter, PythonWriter, TypedWriter, writer_for

Writer = Union[StringWriter, TypedWriter, JsonWriter, PythonWriter]
WRITERS: Dict[str, Callable[[], Writer]] = {"string": StringWriter, "json": JsonWriter, "python": PythonWriter}
NO_WRAPPERS: FrozenSet[str] = frozenset()


class Call:
    """A call from its opener to its end."""

    __slots__ = (
        "_frames",
        "_listed",
        "_output",
        "_prefix",
        "_tools",
        "_unwraps",
        "_waiting",
        "_wrappers",
        "announced",
        "args_active",
        "args_open",
        "bad",
        "copied",
        "has_args",
        "id",
        "index",
        "key",
        "keys",
        "name",
        "param_open",
        "raw",
        "tag",
        "unwrapped",
        "wire_type",
        "writer",
    )

    def __init__(self, index: int, output: Output, tools: ToolSet, wrappers: FrozenSet[str] = NO_WRAPPERS) -> None:
        self.index = index
        self.name: Optional[str] = None
        self.id: Optional[str] = None
        self.announced = False
        self.copied = False  # the arguments are one copied object: no parameter adds to it
        self.bad = False  # its arguments are no object: never complete
        self.has_args = False  # something of the arguments has been written
        self.args_open = False  # the arguments object is being read
        self.args_active = False  # ... and is the one that counts
        self.raw = False  # a parameter's value is being copied from a scanner
        self.param_open = False
        self.key: Optional[str] = None  # None: the parameter is not to be written
        self.keys: Set[str] = set()
        self.wire_type = ""  # what the text itself says of the next value's type
        self.tag = ""  # the key as it was read
        self._listed: Optional[str] = None  # a parameter whose array is still open: one of its name goes on with it
        self.writer: Optional[Writer] = None
        self._waiting: List[str] = []
        self._prefix = ""  # a key that waits for its value
        self._frames: List[Optional[List[str]]] = []  # open containers: bracket, whether it has members; None: dropped
        self._output = output
        self._tools = tools
        self._wrappers = wrappers  # parameters whose object may be the arguments
        self._unwraps = False  # that is so if the value that comes next is an object
        self.unwrapped = False

    def announce(self, call_id: Optional[str]) -> None:
        """Commit: from here on it is a call."""
        self.id = call_id
        self.announced = True
        self._output.add(CallStart(self.index, self.name or "", call_id))
        for text in self._waiting:
            self._output.write(self.index, text)
        self._waiting = []

    def write(self, text: str) -> None:
        """Add JSON text to the arguments."""
        if not text:
            return
        if self._prefix:  # the key waits for its value
            if self._prefix[0] == "]":
                self._listed = None
            if self._unwraps and text[0] == "{":
                self.copied = self.unwrapped = True
            else:
                text = self._prefix + text
            self._prefix, self.has_args = "", True
        if self.announced:
            self._output.write(self.index, text)
        else:
            self._waiting.append(text)

    def open_parameter(self) -> None:
        self.param_open = True
        self.key = None
        self.wire_type = ""

    def may_name(self, key: str) -> bool:
        """Whether a parameter of this name counts."""
        return bool(self._frames) or (key != "" and key not in self.keys)

    def set_key(self, key: str) -> None:
        """Name the parameter, or the member of an object inside it. A second parameter of a name is dropped."""
        self.tag = key
        if self._frames:
            self.key = key
            return
        self._unwraps = self._is_wrapper(key)
        self.key = None if (key in self.keys and key != self._listed) or not key else key
        self.keys.add(key)

    def _is_wrapper(self, key: str) -> bool:
        """Whether an object of this key is the arguments: no other came before, and the tool has other parameters."""
        if key not in self._wrappers or self.keys or self.has_args or self.copied:
            return False
        tools, name = self._tools, self.name or ""
        return not tools.open(name) and not tools.knows(name, key)

    def _lead(self) -> Optional[str]:
        """What stands before the next value: a comma, a key; None when the value is not to be written."""
        if self.writer is not None or self.raw:
            return None
        key, self.key = self.key, None
        if not self._frames:
            if self.args_active:
                return None if self.has_args else ""
            if self.copied or key is None:
                return None
            if key == self._listed:
                return ", "
            return (
                ("]" if self._listed is not None else "") + (", " if self.has_args else "{") + '"' + escape(key) + '": '
            )
        frame = self._frames[-1]
        if frame is None or (frame[0] == "{" and key is None):
            return None
        comma = ", " if frame[1] else ""
        frame[1] = "more"
        return comma + ('"' + escape(key) + '": ' if frame[0] == "{" and key is not None else "")

    def begin_container(self, bracket: str) -> None:
        """An object or an array that is built by rules begins; inside one that is dropped, all is."""
        lead = self._lead()
        self._unwraps = False  # only what is read as one value is unwrapped
        self._frames.append(None if lead is None else [bracket, ""])
        if lead is not None:
            self.write(lead + bracket)
            self.has_args = True

    def end_container(self) -> None:
        """It ends."""
        frame = self._frames.pop() if self._frames else None
        if frame is not None:
            self.write("}" if frame[0] == "{" else "]")

    def begin_value(self, sink: str) -> None:
        """Write the key and choose how the value's text becomes JSON; `scan`: it comes as JSON already."""
        key, nested = self.key, bool(self._frames)
        lead = self._lead()
        if lead is None:
            return
        self._prefix = lead
        if self._unwraps and sink in ("string", "value"):
            self.writer = TypedWriter(ValueKind(self._kind(key or "").types | {"string", "object"}))
        elif sink == "value":
            self.writer = StringWriter() if nested else writer_for(self._kind(key or ""))
        elif sink == "scan":
            self.raw = True
        else:
            self.writer = WRITERS[sink]()

    def _kind(self, key: str) -> ValueKind:
        """The types that a value may have: the schema's, and the text's where the schema leaves it open."""
        if self.wire_type:
            return self._tools.kind_on_wire(self.name or "", key, self.wire_type)
        return self._tools.kind(self.name or "", key)

    def end_value(self) -> None:
        if self.writer is not None:
            self.write(self.writer.end())
            self.writer = None
        self.raw = self._unwraps = False
        self._prefix = ""

    def begin_element(self, names: ElementNames) -> ElementWriter:
        """A value begins that may be built of elements."""
        more = self.key is not None and self.key == self._listed
        lead = self._lead()
        self._unwraps = False  # as in `begin_container`
        self._prefix = lead or ""
        return ElementWriter(self.tag, self._tools.schema(self.name or "", self.tag), names, more, lead is None)

    def end_element(self, element: ElementWriter) -> None:
        """It ends, and all that is open in it."""
        self.write(element.end())
        self._prefix = ""
        if element.listed and not element.muted:
            self._listed = element.open_key

    def open_arguments(self) -> None:
        """A whole arguments object begins; only the first counts."""
        self.args_open = True
        self.args_active = not self.has_args and not self.bad
        self.copied = self.copied or self.args_active

    def close_arguments(self, wrong: bool) -> None:
        """It has ended; `wrong`: it was no object."""
        while self._frames:
            self.end_container()
        self.bad = self.bad or (self.args_active and wrong)
        self.args_open = self.args_active = False

    def copy(self, text: str) -> None:
        """Add JSON text that a scanner has made, where it counts."""
        if self.args_active or self.raw:
            self.has_args = self.has_args or (self.args_active and text != "")
            self.write(text)

    def close_parameter(self) -> None:
        self.end_value()
        while self._frames:
            self.end_container()
        self.param_open = False

    @property
    def is_whole(self) -> bool:
        """The arguments were one value, which has ended by itself; nothing of the parameter around it is missed."""
        writer = self.writer
        return (
            self.unwrapped and not self.raw and (writer is None or (isinstance(writer, TypedWriter) and writer.whole))
        )

    @property
    def held_chars(self) -> int:
        waiting = sum(map(len, self._waiting))
        return waiting + (self.writer.held if self.writer is not None else 0)

    def end(self, complete: bool) -> None:
        """Close the call; an incomplete one keeps the prefix it has, unclosed (design.md, rule 8)."""
        if complete and not self.bad:
            if not self.has_args:
                self.write("{}")
            elif not self.copied:
                self.write("]}" if self._listed is not None else "}")
        self._output.add(CallEnd(self.index, complete and not self.bad))
        self._output.after_call = True
