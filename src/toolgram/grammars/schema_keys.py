"""Equal schemas by one number each, so that what is written for a schema is written once for all tools.

In: schemas. Out: keys for a memory, equal for schemas that are equal in what they say and in what they refer to.

Promise: a schema costs time in proportion to its size once, however often it or a part of it is asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Optional, Tuple

from toolgram.grammars.budget import GrammarBudget

PARTS_OF_A_CHAR = 4  # so many parts of schemas are numbered for the price of a character of grammar


class SchemaKeys:
    """Numbers schemas. What has been numbered is kept, so that no other object can take its place."""

    def __init__(self, budget: GrammarBudget) -> None:
        self._budget = budget
        self._numbers: dict[Any, int] = {}
        self._seen: dict[int, Tuple[Any, int, bool]] = {}
        self._parts = 0

    def key(self, schema: Any, root: Any) -> Tuple[int, Optional[int]]:
        """The key of a schema; if it refers to its root, the root is part of the key. Raises GrammarError."""
        number, has_refs = self._number(schema)
        return number, self._number(root)[0] if has_refs else None

    def _number(self, schema: Any) -> Tuple[int, bool]:
        """The number of a schema, or of a part of one, and whether there are references in it."""
        if not isinstance(schema, (Mapping, list, tuple)):
            return self._numbered((type(schema).__name__, repr(schema))), False
        known = self._seen.get(id(schema))
        if known is None:
            known = self._seen[id(schema)] = (schema, *self._compound(schema))
        return known[1:]

    def _compound(self, schema: Any) -> Tuple[int, bool]:
        if isinstance(schema, Mapping):
            parts = [(str(name), *self._number(part)) for name, part in schema.items()]
            has_refs = "$ref" in schema or any(part[2] for part in parts)
        else:
            parts = [("", *self._number(part)) for part in schema]
            has_refs = any(part[2] for part in parts)
        return self._numbered((isinstance(schema, Mapping), *(part[:2] for part in parts))), has_refs

    def _numbered(self, key: Any) -> int:
        self._parts += 1
        if self._parts % PARTS_OF_A_CHAR == 0:
            self._budget.spend(1)
        return self._numbers.setdefault(key, len(self._numbers))
