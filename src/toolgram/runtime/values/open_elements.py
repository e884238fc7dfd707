"""The elements of one value that are open, and what may come next among them.

In: elements as they begin and end. Out: answers to the steps that read tags.

Promises: every answer costs the same however many elements are open.
"""

from __future__ import annotations

from typing import Dict, List

from toolgram.runtime.values.element import ARRAY_FORM, IN_SOURCE, OBJECT_FORM, TEXT_FORM, TOO_DEEP, Element


class OpenElements:
    """A stack of elements; as a truth value, whether any is open."""

    __slots__ = ("_places", "stack")

    def __init__(self) -> None:
        self.stack: List[Element] = []
        self._places: Dict[str, int] = {}  # of the innermost element of each key; -1: none is open

    def __len__(self) -> int:
        return len(self.stack)

    def push(self, element: Element) -> None:
        key = element.key
        element.place_around = self._places.get(key, -1)
        self._places[key] = len(self.stack)
        self.stack.append(element)

    def pop(self) -> Element:
        """Remove the innermost element."""
        element = self.stack.pop()
        self._places[element.key] = element.place_around
        return element

    # --- what may come next -----------------------------------------------------------------------------------------

    @property
    def takes_elements(self) -> bool:
        """Whether an element may begin here; else its tag is text."""
        return self.stack[-1].form != TEXT_FORM

    @property
    def is_built(self) -> bool:
        """Whether elements have come already, so that text is only between them."""
        return self.stack[-1].form in (OBJECT_FORM, ARRAY_FORM)

    def expects(self, key: str) -> bool:
        """Whether the schema has a place for an element of that key here."""
        element = self.stack[-1]
        schema = element.schema
        return element.form == ARRAY_FORM or "array" in schema.types or not schema.closed or schema.declares(key)

    def continues(self, key: str) -> bool:
        """Whether an element of that key may stand behind the innermost one: the schema has it there, and it is new."""
        if len(self.stack) < 2:
            return False
        around = self.stack[-2]
        return around.form == OBJECT_FORM and around.schema.declares(key) and key not in around.keys

    def closes(self, key: str) -> int:
        """How many elements the closer of a key ends; 0 for none."""
        place = self._places.get(key, -1)
        return len(self.stack) - place if place >= 0 else 0

    def is_mixed(self, depth: int) -> bool:
        """Whether text may stand between the elements of the one at a depth: it has some, or its source is text."""
        element = self.stack[depth - 1]
        return element.mixed is not None or element.form in (TOO_DEEP, IN_SOURCE)
