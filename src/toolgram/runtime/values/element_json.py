"""Write the JSON that elements are: objects and arrays, their members and items.

In: elements as their children begin and end. Out: JSON text, put to a `HeldOutput`.

How: the schema says what an element is; where it does not, its first child does: one with the name of items makes an
array, any other an object. An array whose items stand one after the other under its own name is left open until another
name comes. Where the schema does not say whether a name may come twice, what is written behind it is held, at most
`NESTED_MAX` characters, until the next name: a second one of the same name makes a list. Where a mark is open in the
output when a member ends, the last one is that member's own: what is inside it has settled its marks.

    <p><a>1</a><b>2</b></p>      {"a": "1", "b": "2"}
    <p><a>1</a><a>2</a></p>      {"a": ["1", "2"]}
    <p><item>1</item></p>        ["1"], if `item` is the name of items

Promises: at most `DEPTH_MAX` brackets are open; of two members with the same key that make no list, the first is
written.
"""

from __future__ import annotations

from toolgram.runtime.near_json.escape import escape
from toolgram.runtime.near_json.held_output import NOT_MUTED, HeldOutput
from toolgram.runtime.schema.value_schema import NO_SCHEMA
from toolgram.runtime.tables.limits import BLANKS, DEPTH_MAX, NESTED_MAX
from toolgram.runtime.values.element import (
    ARRAY_FORM,
    OBJECT_FORM,
    Element,
    ElementNames,
    is_array_only,
    schema_of_further,
)


class ElementJson:
    """The output of one value that is built of elements; `depth` is how many brackets are open."""

    __slots__ = ("_item_name", "_text_name", "depth", "out")

    def __init__(self, names: ElementNames, depth: int) -> None:
        self._item_name, self._text_name = names
        self.depth = depth
        self.out = HeldOutput(NESTED_MAX)

    def has_room(self, brackets: int = 1) -> bool:
        """Whether so many more brackets may be opened."""
        return self.depth + brackets <= DEPTH_MAX

    def open_bracket(self, element: Element, bracket: str) -> None:
        self.out.put(bracket)
        self.depth += 1
        if self.depth > element.deepest:
            element.deepest = self.depth

    def close_bracket(self, bracket: str) -> None:
        self.out.put(bracket)
        self.depth -= 1

    # --- containers and their children ------------------------------------------------------------------------------

    def begin_container(self, element: Element, first_key: str, has_text: bool) -> bool:
        """The first child of an element has come: write what the element is; False: it is nested too deep."""
        types, is_item = element.schema.types, first_key == self._item_name
        is_array, is_object = "array" in types, "object" in types
        item = element.schema.item() if is_array and not is_object and not is_item else NO_SCHEMA
        if item.declares(first_key):
            if not self.has_room(2):
                return False
            element.has_own_array, element.schema = True, item
            self.open_bracket(element, "[")
            form = OBJECT_FORM
        else:
            says_either = is_array == is_object
            is_list = (is_item and not has_text) if says_either else is_array
            form = ARRAY_FORM if is_list else OBJECT_FORM
        if not self.has_room():
            return False
        element.form = form
        self.open_bracket(element, form)
        return True

    def begin_item(self, element: Element, key: str) -> Element:
        """A child of an array begins; return it."""
        if element.count:
            self.out.put(", ")
        element.count += 1
        return Element(key, element.schema.item(), False)

    def end_child(self, element: Element, child: Element, level: int) -> None:
        """A child has ended; `level` is how many elements are open around it."""
        if child.deepest > element.deepest:
            element.deepest = child.deepest
        if child.has_own_array and child.is_member:
            element.in_list = True
        if self.out.muted_at == level:
            self.out.muted_at = NOT_MUTED

    def begin_member(self, element: Element, key: str, level: int) -> Element:
        """A child of an object begins, inside so many open elements; return it."""
        again = key == element.last_key and element.count > 0
        if again and self._may_be_list(element):
            self.out.settle("[")
            self.depth += 1
            element.is_marked, element.deepest, element.in_list = False, element.deepest + 1, True
        if again and element.in_list:
            self.out.put(", ")
            return Element(key, schema_of_further(element.last_schema), False)
        if key in element.keys:
            self.out.mute(level)
            return Element(key, NO_SCHEMA, False)
        self._end_member(element)
        self.out.put((", " if element.count else "") + f'"{escape(key)}": ')
        element.count += 1
        element.keys.add(key)
        element.last_key, element.last_schema = key, element.schema.member(key)
        self._mark(element)
        return Element(key, element.last_schema, True)

    def _end_member(self, element: Element) -> None:
        """The last member is not followed by another of its name: it is what it was, or its list ends."""
        if element.is_marked and self.out.open_marks:
            self.out.settle("")
        element.is_marked = False
        if element.in_list:
            element.in_list = False
            self.close_bracket("]")

    def end_container(self, element: Element) -> None:
        """Close an object or an array, and write the text that stood between the members."""
        if element.form == ARRAY_FORM:
            self.close_bracket("]")
            return
        self._end_member(element)
        mixed = element.mixed.take().rstrip(BLANKS) if element.mixed is not None else ""
        if mixed:
            name = self._text_name
            while name in element.keys:
                name = "$" + name
            self.out.put((", " if element.count else "") + f'"{escape(name)}": "{escape(mixed)}"')
        self.close_bracket("}")

    # --- a name that may come again ---------------------------------------------------------------------------------

    def _mark(self, element: Element) -> None:
        """Remember where a bracket would stand if the member that begins here came again."""
        types = element.last_schema.types
        element.is_marked = self.out.muted_at < 0 and (not types or ("array" in types and not is_array_only(types)))
        if element.is_marked:
            self.out.mark()

    def _may_be_list(self, element: Element) -> bool:
        return element.is_marked and self.out.open_marks > 0 and element.deepest < DEPTH_MAX
