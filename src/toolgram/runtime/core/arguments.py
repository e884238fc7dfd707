"""The arguments of one call, as the text of one JSON object.

In: what the machine's actions say of parameters, keys and values, in order. Out: JSON text, on the call's channel.

    key `city`, value `Rome`, key `days`, value `3`     {"city": "Rome", "days": 3

Promises: what is written is a prefix of one JSON object; the first of two parameters with one key wins (docs/rules.md,
rule 6), but for a list whose items come one after the other under its own name.
"""

from __future__ import annotations

from functools import partial
from typing import FrozenSet, Optional, Set

from toolgram.runtime.core.built_containers import BuiltContainers
from toolgram.runtime.core.channel import Channel
from toolgram.runtime.core.loose_members import LooseMembers
from toolgram.runtime.core.parameter import Lead, Parameter, kind_of_value, member_lead, schema_of_value
from toolgram.runtime.core.text import Text
from toolgram.runtime.near_json.escape import escape
from toolgram.runtime.schema.tools import ToolSet
from toolgram.runtime.values.element import ElementNames
from toolgram.runtime.values.elements import ElementWriter
from toolgram.runtime.values.typed import TypedWriter
from toolgram.runtime.values.wired import WiredValue
from toolgram.runtime.values.wrappers import Declares
from toolgram.runtime.values.writers import Writer, new_writer


class Arguments:
    """The arguments object of one call."""

    __slots__ = (
        "_channel",
        "_tools",
        "_wrappers",
        "containers",
        "is_active",
        "is_copied",
        "is_empty",
        "is_mended",
        "is_open",
        "is_unwrapped",
        "is_wrong",
        "keys",
        "last",
        "lead",
        "listed",
        "loose",
        "may_be_all",
        "parameter",
        "saw_junk",
        "tool",
        "wired",
        "writer",
    )

    def __init__(self, channel: Channel, tools: ToolSet, wrappers: FrozenSet[str]) -> None:
        self.tool = ""  # the function's name, once it is known
        self.is_empty = True  # nothing of the object has been written
        self.is_copied = False  # it is one copied object: no parameter adds to it
        self.is_wrong = False  # what came is no object: the call is never complete
        self.is_mended = False  # what came is no JSON, or no literal, as it stands
        self.is_open = False  # the object as a whole is being read
        self.is_active = False  # ... and is the one that counts
        self.keys: Set[str] = set()  # of the parameters that have come
        self.loose = LooseMembers()  # those that stand beside the name
        self.parameter = Parameter()
        self.saw_junk = False  # text stood where the first parameter belongs that was none
        self.writer: Optional[Writer] = None  # of the value being read
        self.is_unwrapped = False  # a parameter's object turned out to be the arguments
        self._channel, self._tools = channel, tools
        self._wrappers = wrappers  # parameters whose object may be the arguments
        self.may_be_all: Optional[Declares] = None  # that is so if the value that comes next is an object
        self.wired: Optional[WiredValue] = None  # the value that comes as JSON, held to its types
        self.containers = BuiltContainers()  # those that the format's rules build
        self.last = ""  # bracket of the copied object: what stands behind it may show that it was not all
        self.lead: Optional[Lead] = None  # waits for the first text of its value
        self.listed: Optional[str] = None  # a parameter whose list is still open: one of its name goes on with it

    @property
    def held_chars(self) -> int:
        """Characters read that are not written yet."""
        held = sum(one.held for one in (self.wired, self.writer) if one is not None)
        return held + self.loose.held + len(self.last)

    @property
    def is_raw(self) -> bool:
        """The value being read comes as JSON, from a scanner."""
        return self.wired is not None

    @property
    def is_plain(self) -> bool:
        """Text of a scanner that is its own JSON goes out as it comes."""
        is_value = self.wired is not None and self.wired.is_plain and not self.loose.is_holding
        return (self.is_active and not self.is_wrong) or is_value

    @property
    def is_whole(self) -> bool:
        """Whether they were one value that has ended by itself: nothing of the parameter around it is missed."""
        writer, is_ended = self.writer, self.is_unwrapped and not self.is_raw
        return is_ended and (writer is None or (isinstance(writer, TypedWriter) and writer.whole))

    def write(self, text: str, *, is_last: bool = False) -> None:
        """Write JSON text, behind the key that waits for it; `is_last`: the value ends with it."""
        if not text:
            return
        if self.loose.is_holding:
            if self.loose.write(text, self.tool):
                self.settle()
            return
        lead, self.lead = self.lead, None
        text = text if lead is None else self._behind(lead, text)
        if self.is_unwrapped and (is_last or self.writer is not None):  # the last bracket waits: it may have lost some
            text = self.last + text
            self.last = "}" if text.endswith("}") else ""
            text = text.removesuffix("}")
        self._channel.write(escape(text) if self.containers.is_quoted else text)

    def _behind(self, lead: Lead, text: str) -> str:
        """The lead and the first text of its value; an object that turns out to be the arguments has no key."""
        if lead.ends_list:
            self.listed = None
        self.is_empty = False
        self.containers.has_item()
        if self.may_be_all and text[0] == "{":
            self.is_copied = self.is_unwrapped = True
            return text
        return lead.text + text

    def close(self) -> bool:
        """Write what makes the object whole; False when it is none, or open, or only junk stands for it."""
        if self.containers or (self.is_empty and self.saw_junk):
            return False
        if not self.is_wrong:
            end = self.last if self.is_copied else "]}" if self.listed is not None else "}"
            self.write("{}" if self.is_empty else end)
        return not self.is_wrong

    def open_parameter(self) -> None:
        """A parameter begins; its key is not known yet."""
        self.parameter = Parameter(is_open=True)

    def close_parameter(self) -> None:
        """It ends, and all that is open in it."""
        self.end_value()
        self.miss_value("")
        self.containers.close_all(self.write)
        self.parameter.is_open = False

    def may_name(self, key: str) -> bool:
        """Whether a parameter of this name counts."""
        return bool(self.containers) or (key != "" and key not in self.keys)

    def set_key(self, key: str) -> None:
        """Name the parameter, or the member of an object inside it. A second parameter of a name is dropped."""
        parameter = self.parameter
        self.miss_value("")
        parameter.tag = key
        if self.containers:
            parameter.key = self.containers.take_key(key)
            return
        self.may_be_all = partial(self._tools.knows, self.tool) if self._is_wrapper(key) else None
        is_second = key in self.keys and key != self.listed
        parameter.key = None if is_second or not key else key
        self.keys.add(key)

    def miss_value(self, half_key: str) -> None:
        """Something else stands where a value, or what ends `half_key`, belongs: they are not whole."""
        parameter = self.parameter
        waits = parameter.key is not None or (half_key != "" and parameter.is_open)
        if waits and not self.is_copied:
            parameter.key, self.is_wrong = None, True

    def _is_wrapper(self, key: str) -> bool:
        """Whether an object of this key is the arguments: no other came before, and the tool has other parameters."""
        if key not in self._wrappers or self.keys or not self.is_empty or self.is_copied:
            return False
        return not self._tools.open(self.tool) and not self._tools.knows(self.tool, key)

    def _take_lead(self) -> Optional[Lead]:
        """What stands before the next value; None when the value is not to be written. It uses the key up."""
        if self.writer is not None or self.is_raw:
            return None
        key, self.parameter.key = self.parameter.key, None
        if self.containers:
            inner = self.containers.lead(key)
            return None if inner is None else Lead(inner)
        if self.is_active:
            return Lead("") if self.is_empty else None
        if self.is_copied or key is None:
            return None
        return member_lead(key, self.listed, is_first=self.is_empty)

    def open_loose(self, key: str) -> None:
        """A member begins that may be an argument, though it stands beside the name of the call."""
        self.open_parameter()
        if self.loose.is_released:
            self.set_key(key)
        else:
            self.parameter.key = key
            self.loose.begin(key)

    def settle(self) -> None:
        """What stands beside the name counts: no arguments have come."""
        if self.loose.is_holding:
            is_whole = self.loose.settle(self._tools, self.tool, self.keys, self._channel)
            self.is_empty, self.is_wrong = not self.keys, self.is_wrong or not is_whole

    def begin_value(self, sink: str) -> None:
        """Choose how the text of the value becomes JSON; `scan`, `literal`: it comes as JSON, from JSON or Python."""
        kind = kind_of_value(self.parameter, self._tools, self.tool, self.containers)
        lead = Lead("") if self.loose.is_holding else self._take_lead()
        self.parameter.begin_value(sink)
        if lead is None:
            return
        self.lead = lead if lead.text or self.containers else None
        if sink in ("scan", "literal"):
            self.wired = WiredValue(kind.types if sink == "scan" else frozenset())
        else:
            self.writer = new_writer(sink, kind, self.containers.depth, self.may_be_all)

    def end_value(self) -> None:
        """The text of the value is over."""
        if self.writer is not None:
            self.write(self.writer.end())
            self.is_wrong = self.is_wrong or self.writer.is_lossy or self.parameter.is_quoting
            self.is_mended, self.writer = self.is_mended or self.writer.is_mended, None
        if self.wired is not None:
            self.write(self.wired.end(), is_last=True)
            self.wired = None
        self.may_be_all = None
        self.lead = None

    def begin_element(self, names: ElementNames) -> ElementWriter:
        """A value begins that may be built of elements."""
        parameter = self.parameter
        more = parameter.key is not None and parameter.key == self.listed
        lead = self._take_lead()
        self.may_be_all = None  # only what is read as one value can be all of the arguments
        self.lead = lead if lead is not None and lead.text else None
        schema = self._tools.schema(self.tool, parameter.tag)
        return ElementWriter(parameter.tag, schema, names, more, muted=lead is None)

    def end_element(self, element: ElementWriter) -> None:
        """It ends, and all that is open in it."""
        self.write(element.end())
        self.lead = None
        if element.listed and not element.muted:
            self.listed = element.open_key

    def begin_container(self, bracket: str, text: Text) -> None:
        """An object or an array begins that the format's rules build."""
        schema = schema_of_value(self.parameter, self._tools, self.tool, self.containers)
        lead = self._take_lead()
        self.may_be_all = None
        if lead is not None:
            self.is_empty = False
            self.listed = None if lead.ends_list else self.listed
        self.containers.open(bracket, None if lead is None else lead.text, schema, text, self.write)

    def end_container(self, *, wrong: bool) -> None:
        """The innermost one ends; `wrong`: its closer is one of another kind."""
        self.miss_value("")
        if self.containers:
            self.containers.close(self.write, wrong=wrong)

    def begin_object(self) -> None:
        """All the arguments begin, as one object; only the first counts, and nothing beside the name."""
        self.is_wrong = self.is_wrong or (self.loose.is_released and not self.is_copied)
        self.loose.drop()
        self.is_open = True
        self.is_active = self.is_empty and not self.is_wrong
        self.is_copied = self.is_copied or self.is_active

    def end_object(self, *, wrong: bool) -> None:
        """They have ended; `wrong`: they were no object."""
        self.containers.close_all(self.write)
        self.is_wrong = self.is_wrong or (self.is_active and wrong)
        self.is_open = self.is_active = False

    def copy(self, text: str, *, is_last: bool) -> None:
        """Write JSON text of all the arguments that a scanner has made, where it counts; the last bracket waits."""
        if text and self.is_active and not self.is_wrong:
            self.is_empty = False
            self.last = next((end for end in ("{}", "}") if is_last and text.endswith(end)), "")
            self.write(text.removesuffix(self.last))

    def copy_value(self, text: str, source: str, *, is_last: bool) -> None:
        """Write JSON text of one value that a scanner has made of the source, where it counts."""
        if self.wired is not None:
            self.write(self.wired.write(source, text), is_last=is_last)

    def skip_in_value(self, source: str) -> None:
        """What the scanner of one value skips is text where the value goes out as its source; else it is missed."""
        kept = self.wired.skip(source) if self.wired is not None else ""
        self.is_wrong = self.is_wrong or (self.wired is not None and not kept)
        self.write(kept)
        self.is_wrong = self.is_wrong or (self.is_active and source != ";")
