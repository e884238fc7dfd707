"""Write a value whose members are elements, each with its key in its tag, as JSON: nesting becomes objects and arrays.

In: the keys of elements as they open, their text, their ends. Out: one JSON value.

How: `open_elements.py` knows what is open, `element_json.py` writes the containers, and here stands what becomes of
text. The text of an element is held, at most `UNION_MAX` characters, while a child may still come; then it is the
value. Text between the members of an object becomes a member of its own. An element that is nested too deep to be a
container is a string: its source, tags and all.

Promises: all that is written is one JSON value, the same for every split; no recursion; what is held is at most
`HELD_IN_ELEMENTS_MAX` characters besides those of the text's own writer.
"""

from __future__ import annotations

from typing import Optional, Union

from toolgram.runtime.schema.tools import ValueKind
from toolgram.runtime.schema.value_schema import NO_SCHEMA, ValueSchema
from toolgram.runtime.tables.limits import BLANKS, UNION_MAX
from toolgram.runtime.values.element import (
    EMPTY_FORM,
    IN_SOURCE,
    OBJECT_FORM,
    TEXT_FORM,
    TOO_DEEP,
    UNDECIDED,
    Element,
    ElementNames,
    is_array_only,
    is_leaf,
    schema_of_further,
)
from toolgram.runtime.values.element_json import ElementJson
from toolgram.runtime.values.held_text import HeldText
from toolgram.runtime.values.open_elements import OpenElements
from toolgram.runtime.values.strings import StringWriter
from toolgram.runtime.values.typed import TypedWriter, writer_for


class ElementWriter:
    """Writes the value of one parameter. `more`: it is a further item of an array that is open already."""

    __slots__ = (
        "_first_mark",
        "_json",
        "_mixed_chars",
        "_more",
        "_out",
        "_text",
        "_writer",
        "listed",
        "muted",
        "open_elements",
        "open_key",
    )

    def __init__(self, key: str, schema: ValueSchema, names: ElementNames, more: bool, muted: bool) -> None:
        self.open_key = key
        self.open_elements = OpenElements()
        self.listed = False  # the value is an array that a further parameter of the name goes on with
        self.muted = muted  # nothing is written
        self._more = more
        self._text = HeldText()  # of the innermost element, while it is undecided what that is
        self._first_mark = ""  # the first character of that text that is no blank
        self._mixed_chars = 0  # of the text between members, in all that is open
        self._writer: Optional[Union[StringWriter, TypedWriter]] = None  # of the innermost element's text
        self._json = ElementJson(names, depth=1 if more else 0)
        self._out = self._json.out
        if muted:
            self._out.mute(0)
        self._push(Element(key, schema_of_further(schema) if more else schema, not more))

    # --- what the text may be ---------------------------------------------------------------------------------------

    @property
    def takes_elements(self) -> bool:
        """Whether an element may begin here; else its tag is text."""
        return self.open_elements.takes_elements

    @property
    def is_built(self) -> bool:
        """Whether elements have come already, so that text is only between them."""
        return self.open_elements.is_built

    def expects(self, key: str) -> bool:
        """Whether the schema has a place for an element of that key here."""
        return self.open_elements.expects(key)

    def continues(self, key: str) -> bool:
        """Whether an element of that key may stand behind the innermost one: the schema has it there, and it is new."""
        return self.open_elements.continues(key)

    def closes(self, key: str) -> int:
        """How many elements the closer of a key ends; 0 for none."""
        return self.open_elements.closes(key)

    def is_mixed(self, depth: int) -> bool:
        """Whether text may stand between the elements of the one at a depth."""
        return self.open_elements.is_mixed(depth)

    @property
    def streams(self) -> bool:
        """Whether text goes out as it comes, but for its escapes."""
        writer = self._writer
        return isinstance(writer, StringWriter) and writer.plain is not None and self._out.is_clear

    @property
    def held(self) -> int:
        writer = self._writer.held if self._writer is not None else 0
        return self._text.size + self._out.held + self._mixed_chars + writer

    # --- what comes -------------------------------------------------------------------------------------------------

    def text(self, piece: str) -> str:
        """Take text of the innermost element."""
        if self._writer is not None:
            self._out.put(self._writer.write(piece))
            return self._out.take()
        element = self.open_elements.stack[-1]
        if element.form == OBJECT_FORM:
            self._mix(element, piece)
        elif element.form == UNDECIDED:
            self._text.add(piece)
            self._first_mark = self._first_mark or piece.lstrip(BLANKS)[:1]
            is_value = self._first_mark and is_leaf(element.schema.types, self._first_mark)
            if is_value or self._text.size > UNION_MAX:
                self._begin_text(element)
        return self._out.take()

    def open(self, key: str, source: str = "") -> str:
        """Begin an element inside the innermost one; `source` is its tag, as it stands in the text."""
        stack = self.open_elements.stack
        element = stack[-1]
        if element.form == UNDECIDED:
            self._begin_container(element, key)
        if self._writer is not None:
            self._out.put(self._writer.write(source))
            child = Element(key, NO_SCHEMA, False)
            child.form = IN_SOURCE
            self.open_elements.push(child)
        elif element.form == OBJECT_FORM:
            self._push(self._json.begin_member(element, key, len(stack)))
        else:
            self._push(self._json.begin_item(element, key))
        return self._out.take()

    def close(self, source: str = "") -> str:
        """End the innermost element; `source` is its closer, as it stands in the text."""
        element = self.open_elements.stack[-1]
        if element.form == UNDECIDED:
            self._end_undecided(element)
        if element.form == IN_SOURCE:
            self._out.put(self._writer.write(source) if self._writer is not None else "")
        elif self._writer is not None:
            self._out.put(self._writer.end())
            self._writer = None
        elif element.form != EMPTY_FORM:
            self._mixed_chars -= element.mixed.size if element.mixed is not None else 0
            self._json.end_container(element)
        if element.has_own_array and not element.is_member:
            self._json.close_bracket("]")
        self._pop()
        return self._out.take()

    def end(self) -> str:
        """End all that is open."""
        parts = []
        while self.open_elements:
            parts.append(self.close())
        return "".join(parts)

    # --- elements ---------------------------------------------------------------------------------------------------

    def _push(self, element: Element) -> None:
        self.open_elements.push(element)
        if element.schema.types == {"string"}:
            self._begin_text(element)

    def _pop(self) -> None:
        element, stack = self.open_elements.pop(), self.open_elements.stack
        if stack:
            self._json.end_child(stack[-1], element, len(stack))
        else:
            self.listed = (element.has_own_array and element.is_member) or self._more

    def _begin_container(self, element: Element, first_key: str) -> None:
        """The first child has come: the element is an object or an array, or nested too deep to be one."""
        text = self._take_text()
        before = text.strip(BLANKS)
        if not self._json.begin_container(element, first_key, before != ""):
            element.form, self._writer = TOO_DEEP, StringWriter()
            self._out.put(self._writer.write(text))
        elif element.form == OBJECT_FORM:
            self._mix(element, before)

    # --- text -------------------------------------------------------------------------------------------------------

    def _mix(self, element: Element, piece: str) -> None:
        """Text between members; what is more than can be held is left out."""
        if element.mixed is None:
            piece = piece.lstrip(BLANKS)
        piece = piece[: UNION_MAX - self._mixed_chars]
        if piece:
            element.mixed = element.mixed or HeldText()
            element.mixed.add(piece)
            self._mixed_chars += len(piece)

    def _take_text(self) -> str:
        """The innermost element is decided: return the text that was held for it."""
        if not self._text.size:
            return ""
        self._first_mark = ""
        return self._text.take()

    def _begin_text(self, element: Element) -> None:
        """No child comes: the text is the value, or the first item of an array."""
        types, text, json = element.schema.types, self._take_text(), self._json
        body = text.strip(BLANKS)
        element.form = TEXT_FORM
        is_null = "null" in types and body.lower() in ("null", "none")
        if body and is_array_only(types) and body[0] not in '["' and not is_null and json.has_room():
            element.has_own_array = True
            json.open_bracket(element, "[")
            types = element.schema.item().types
        self._writer = writer_for(ValueKind(types), json.depth + self._out.open_marks)
        if text:
            self._out.put(self._writer.write(text))

    def _end_undecided(self, element: Element) -> None:
        """The element ends and had no child: it is its text, or an empty container where the schema wants one."""
        types = element.schema.types
        is_text = self._first_mark or "string" in types or not types.intersection(("array", "object"))
        if is_text or not self._json.has_room():
            self._begin_text(element)
            return
        element.form = EMPTY_FORM
        self._take_text()
        bracket, closer = ("[", "]") if "array" in types else ("{", "}")
        self._json.open_bracket(element, bracket)
        self._json.close_bracket(closer)
