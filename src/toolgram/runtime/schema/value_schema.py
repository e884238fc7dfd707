"""What a schema says of one argument and, level by level, of the values inside it.

In: a schema and its root. Out: the types of the value, the schemas of its members and items.

Promises: never raises; what has been looked up for a declared key is kept, so that many elements cost one look.
"""

from __future__ import annotations

from typing import Any, Optional

from toolgram.runtime.schema.types import SchemaSearch


class ValueSchema:
    """What a schema says of a value and of what is inside it; `types` is empty where it says nothing."""

    __slots__ = ("_extra", "_item", "_members", "_properties", "_root", "_schema", "types")

    def __init__(self, root: Any, schema: Any) -> None:
        self._root = root
        self._schema = schema
        self.types = SchemaSearch(root).types(schema, 0)
        self._properties: Optional[dict[str, Any]] = None
        self._members: dict[str, ValueSchema] = {}  # of declared keys: as many as the schema has
        self._item: Optional[ValueSchema] = None
        self._extra: Optional[ValueSchema] = None

    def allows(self, name: str) -> bool:
        """Whether a value of this type is one that it says, or a string would be no better."""
        return name in self.types or "string" not in self.types

    def declares(self, key: str) -> bool:
        return key in self._declared()

    @property
    def closed(self) -> bool:
        """Whether it lists its keys, so that another one is a surprise."""
        return bool(self._declared())

    def member(self, key: str) -> ValueSchema:
        """Return the schema of a member of the object; `NO_SCHEMA` where nothing is said of it."""
        declared = self._declared()
        if key not in declared:
            if self._extra is None:
                self._extra = self._inside("additionalProperties")
            return self._extra
        found = self._members.get(key)
        if found is None:
            found = self._members[key] = ValueSchema(self._root, declared[key])
        return found

    def item(self) -> ValueSchema:
        """Return the schema of an item of the array; `NO_SCHEMA` where nothing is said of it."""
        if self._item is None:
            self._item = self._inside("items")
        return self._item

    def _inside(self, keyword: str) -> ValueSchema:
        schema = SchemaSearch(self._root).keyword(self._schema, keyword)
        return NO_SCHEMA if schema is None else ValueSchema(self._root, schema)

    def _declared(self) -> dict[str, Any]:
        if self._properties is None:
            self._properties = SchemaSearch(self._root).properties(self._schema)
        return self._properties


NO_SCHEMA = ValueSchema(None, None)
