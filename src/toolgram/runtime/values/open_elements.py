"""The elements of one value that are open, and what may come next among them.

In: elements as they begin and end. Out: answers to the steps that read tags.

Promises: every answer costs the same however many elements are open.
"""

from __future__ import annotations

from typing import Dict, List

from toolgram.runtime.values.element import ARRAY_FORM, IN_SOURCE, OBJECT_FORM, TEXT_FORM, TOO_DEEP, Element


class OpenElements:
    """A stack of elements; as a truth value, whether any is open."""

    __slots__ = ("_places", "_stack")

    def __init__(self) -> None:
        self._stack: List[Element] = []
        self._places: Dict[str, List[int]] = {}  # of the open elements of each key

    def __len__(self) -> int:
        return len(self._stack)

    @property
    def innermost(self) -> Element:
        return self._stack[-1]

    def push(self, element: Element) -> None:
        self._places.setdefault(element.key, []).append(len(self._stack))
        self._stack.append(element)

    def pop(self) -> Element:
        """Remove the innermost element."""
        element = self._stack.pop()
        places = self._places[element.key]
        places.pop()
        if not places:
            del self._places[element.key]
        return element

    # --- what may come next -----------------------------------------------------------------------------------------

    @property
    def takes_elements(self) -> bool:
        """Whether an element may begin here; else its tag is text."""
        return self.innermost.form != TEXT_FORM

    @property
    def is_built(self) -> bool:
        """Whether elements have come already, so that text is only between them."""
        return self.innermost.form in (OBJECT_FORM, ARRAY_FORM)

    def expects(self, key: str) -> bool:
        """Whether the schema has a place for an element of that key here."""
        element = self.innermost
        schema = element.schema
        return element.form == ARRAY_FORM or "array" in schema.types or not schema.closed or schema.declares(key)

    def continues(self, key: str) -> bool:
        """Whether an element of that key may stand behind the innermost one: the schema has it there, and it is new."""
        if len(self._stack) < 2:
            return False
        around = self._stack[-2]
        return around.form == OBJECT_FORM and around.schema.declares(key) and key not in around.keys

    def closes(self, key: str) -> int:
        """How many elements the closer of a key ends; 0 for none."""
        places = self._places.get(key)
        return len(self._stack) - places[-1] if places else 0

    def is_mixed(self, depth: int) -> bool:
        """Whether text may stand between the elements of the one at a depth: it has some, or its source is text."""
        element = self._stack[depth - 1]
        return element.mixed.size > 0 or element.form in (TOO_DEEP, IN_SOURCE)
