"""Write a value whose members are elements, each with its key in its tag, as JSON: nesting becomes objects and arrays.

In: the keys of elements as they open, their text, their ends. Out: one JSON value.

How: a stack of open elements. The schema says what an element is; where it does not, its first child does: one with the
name of items makes an array, any other an object. Text is held, at most `UNION_MAX` characters, while an element may
still come; then it is the value. An array whose items stand one after the other under its own name is left open until
another name comes. Where the schema does not say whether a name may come twice, what is written behind it is held, at
most `NESTED_MAX` characters, until the next name: a second one makes a list.

Promises: all that is written is one JSON value, the same for every split; no recursion; what is held is at most
`HELD_IN_ELEMENTS_MAX` characters besides those of the text's own writer.
"""

from __future__ import annotations

from typing import Any, List

from toolgram.runtime.near_json.escape import escape
from toolgram.runtime.schema.shapes import NO_SHAPE, Shape
from toolgram.runtime.schema.tools import ValueKind
from toolgram.runtime.tables.limits import BLANKS, DEPTH_MAX
from toolgram.runtime.values.open_elements import Element, ElementNames, is_array_only, is_leaf, item_shape
from toolgram.runtime.values.text_writers import UNION_MAX, StringWriter
from toolgram.runtime.values.typed import writer_for

NESTED_MAX = 4096  # characters of JSON held while a name may come again
HELD_IN_ELEMENTS_MAX = NESTED_MAX + 2 * UNION_MAX  # those, an element's text, and text between elements


class ElementWriter:
    """Writes the value of one parameter. `more`: it is a further item of an array that is open already."""

    def __init__(self, key: str, shape: Shape, names: ElementNames, more: bool, muted: bool) -> None:
        self._item_name, self._text_name = names
        self._more = more
        self.muted = muted
        self.open_key = key
        self.open_elements: List[Element] = []
        self.listed = False  # the value is an array that a further parameter of the name goes on with
        self._writer: Any = None
        self._out: List[str] = []
        self._held: List[str] = []
        self._held_chars = 0
        self._marks = 0  # places in what is held at which a bracket may still stand
        self._epoch = 0  # counts the times that all of it was released
        self._mixed_chars = 0
        self._mute = 0 if muted else -1  # from this depth on nothing is written
        self._push(key, item_shape(shape) if more else shape, not more)

    # --- what the text may be ---------------------------------------------------------------------------------------

    @property
    def takes_elements(self) -> bool:
        """Whether an element may begin here; else its tag is text."""
        return self.open_elements[-1].form != "text"

    @property
    def is_built(self) -> bool:
        """Whether elements have come already, so that text is only between them."""
        return self.open_elements[-1].form in ("{", "[")

    def expects(self, key: str) -> bool:
        """Whether the schema has a place for an element of that key here."""
        element = self.open_elements[-1]
        shape = element.shape
        return element.form == "[" or "array" in shape.types or not shape.closed or shape.declares(key)

    def continues(self, key: str) -> bool:
        """Whether an element of that key may stand behind the innermost one: the schema has it there, and it is new."""
        if len(self.open_elements) < 2:
            return False
        around = self.open_elements[-2]
        return around.form == "{" and around.shape.declares(key) and key not in around.keys

    def closes(self, key: str) -> int:
        """How many elements the closer of a key ends; 0 for none."""
        for count, element in enumerate(reversed(self.open_elements), 1):
            if element.key == key:
                return count
        return 0

    def is_mixed(self, depth: int) -> bool:
        """Whether text stands between the elements of the one at a depth."""
        return self.open_elements[depth - 1].mixed != ""

    @property
    def streams(self) -> bool:
        """Whether text goes out as it comes, but for its escapes."""
        writer = self._writer
        return self._mute < 0 and not self._marks and isinstance(writer, StringWriter) and writer.plain is not None

    @property
    def held(self) -> int:
        text = len(self.open_elements[-1].text) if self.open_elements else 0
        return text + self._held_chars + self._mixed_chars + (self._writer.held if self._writer is not None else 0)

    # --- what comes -------------------------------------------------------------------------------------------------

    def text(self, piece: str) -> str:
        """Take text of the innermost element."""
        element = self.open_elements[-1]
        if element.form == "text":
            self._put(self._writer.write(piece))
        elif element.form == "{":
            self._mix(element, piece)
        elif not element.form:
            element.text += piece
            body = element.text.lstrip(BLANKS)
            if len(element.text) > UNION_MAX or (body and is_leaf(element.shape.types, body)):
                self._begin_text(element)
        return self._take()

    def open(self, key: str) -> str:
        """Begin an element inside the innermost one."""
        element = self.open_elements[-1]
        if not element.form:
            self._begin_container(element, key)
        if element.form == "{":
            self._begin_member(element, key)
        else:
            self._put(", " if element.count else "")
            element.count += 1
            self._push(key, element.shape.item(), False)
        return self._take()

    def close(self) -> str:
        """End the innermost element."""
        element = self.open_elements[-1]
        if not element.form:
            self._end_undecided(element)
        if element.form == "text":
            self._put(self._writer.end())
            self._writer = None
        elif element.form == "{":
            self._end_object(element)
        elif element.form == "[":
            self._put("]")
        left_open = element.implicit and element.member
        self._put("]" if element.implicit and not left_open else "")
        self.open_elements.pop()
        if self.open_elements:
            self.open_elements[-1].listed = self.open_elements[-1].listed or left_open
        else:
            self.listed = left_open or self._more
        if self._mute == len(self.open_elements) and not self.muted:
            self._mute = -1
        return self._take()

    def end(self) -> str:
        """End all that is open."""
        parts = []
        while self.open_elements:
            parts.append(self.close())
        return "".join(parts)

    # --- objects and arrays -----------------------------------------------------------------------------------------

    def _push(self, key: str, shape: Shape, member: bool) -> None:
        element = Element(key, shape, member)
        self.open_elements.append(element)
        if shape.types == {"string"} or len(self.open_elements) == DEPTH_MAX:
            self._begin_text(element)

    def _begin_container(self, element: Element, key: str) -> None:
        """The first child has come: say whether it is a member or an item."""
        shape, before = element.shape, element.text.strip(BLANKS)
        element.text = ""
        is_item = key == self._item_name
        is_array, is_object = "array" in shape.types, "object" in shape.types
        if is_array and not is_object:
            element.form = "["
            if not is_item and shape.item().declares(key):
                element.implicit, element.shape, element.form = True, shape.item(), "{"
                self._put("[")
        else:
            element.form = "[" if is_item and is_array == is_object and not before else "{"
        self._put(element.form)
        if element.form == "{":
            self._mix(element, before)

    def _begin_member(self, element: Element, key: str) -> None:
        again = key == element.last and element.count > 0
        if again and self._is_marked(element):
            self._bracket(element, "[")
            element.listed = True
        if again and element.listed:
            self._put(", ")
            self._push(key, item_shape(element.last_shape), False)
        elif key in element.keys:  # of two the first counts
            if self._mute < 0:
                self._mute = len(self.open_elements)
            self._push(key, NO_SHAPE, False)
        else:
            self._end_member(element)
            self._put((", " if element.count else "") + f'"{escape(key)}": ')
            element.count += 1
            element.keys.add(key)
            element.last, element.last_shape = key, element.shape.member(key)
            self._mark(element)
            self._push(key, element.last_shape, True)

    def _end_member(self, element: Element) -> None:
        """Another name comes, or none: the last member is what it was."""
        if self._is_marked(element):
            self._bracket(element, "")
        if element.listed:
            element.listed = False
            self._put("]")

    def _end_object(self, element: Element) -> None:
        self._end_member(element)
        self._mixed_chars -= len(element.mixed)
        mixed = element.mixed.rstrip(BLANKS)
        if mixed:
            name = self._text_name
            while name in element.keys:
                name = "$" + name
            self._put((", " if element.count else "") + f'"{escape(name)}": "{escape(mixed)}"')
        self._put("}")

    def _mix(self, element: Element, piece: str) -> None:
        """Text between members; what is more than can be held is left out."""
        if not element.mixed:
            piece = piece.lstrip(BLANKS)
        piece = piece[: UNION_MAX - self._mixed_chars]
        element.mixed += piece
        self._mixed_chars += len(piece)

    # --- text -------------------------------------------------------------------------------------------------------

    def _begin_text(self, element: Element) -> None:
        """No element comes: the text is the value, or the first item of an array."""
        types, text = element.shape.types, element.text
        body = text.strip(BLANKS)
        element.form, element.text = "text", ""
        is_null = "null" in types and body.lower() in ("null", "none")
        if body and is_array_only(types) and body[0] not in '["' and not is_null:
            element.implicit = True
            self._put("[")
            types = element.shape.item().types
        self._writer = writer_for(ValueKind(types))
        self._put(self._writer.write(text))

    def _end_undecided(self, element: Element) -> None:
        types = element.shape.types
        if element.text.strip(BLANKS) or "string" in types or not types.intersection(("array", "object")):
            self._begin_text(element)
            return
        element.form = "empty"
        self._put("[]" if "array" in types else "{}")

    # --- writing ----------------------------------------------------------------------------------------------------

    def _mark(self, element: Element) -> None:
        """Remember where a bracket would stand if the member that begins here came again."""
        types = element.last_shape.types
        element.mark = (-1, 0)
        if self._mute < 0 and (not types or ("array" in types and not is_array_only(types))):
            element.mark = (self._epoch, len(self._held))
            self._held.append("")
            self._marks += 1

    def _is_marked(self, element: Element) -> bool:
        return element.mark[0] == self._epoch and self._marks > 0

    def _bracket(self, element: Element, text: str) -> None:
        self._held[element.mark[1]] = text
        element.mark = (-1, 0)
        self._marks -= 1
        if not self._marks:
            self._release()

    def _put(self, text: str) -> None:
        if self._mute >= 0 or not text:
            return
        if not self._marks:
            self._out.append(text)
            return
        self._held.append(text)
        self._held_chars += len(text)
        if self._held_chars > NESTED_MAX:
            self._release()

    def _release(self) -> None:
        """Nothing that is held can change any more, or too much is."""
        self._out += self._held
        self._held, self._held_chars, self._marks = [], 0, 0
        self._epoch += 1

    def _take(self) -> str:
        if not self._out:
            return ""
        text = "".join(self._out)
        self._out.clear()
        return text
