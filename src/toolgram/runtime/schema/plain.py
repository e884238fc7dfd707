"""Schemas of any objects as plain ones: what has keys as a dict, other collections as lists.

In: a schema of dicts and lists, or with anything else in it: mappings of somebody's own, models, sets, decimals. Out: a
schema of dicts, lists and what JSON has besides.

Promises: a plain schema is given back as it is; one that is in itself is copied so; whatever raises in foreign code is
a `ValueError`, and so is a schema without an end.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import Enum
from functools import lru_cache
from typing import Any, Dict, List, Tuple

PLAIN_VALUES = frozenset((str, int, float, bool, type(None)))
PLAIN_LISTS = frozenset((list, tuple))
KINDS_MAX = 256  # classes of which it is known how their parts are read
MAPPING, ITEMS, ATTRIBUTES = "mapping", "items", "attributes"
SCHEMA_VALUES_MAX = 200_000  # values of a schema that is copied


def is_mapping(value: Any) -> bool:
    """Whether a value has keys and items, be it declared as a mapping or not."""
    kind: Any = type(value)
    return access_to(kind, value.__class__) != ATTRIBUTES


@lru_cache(maxsize=KINDS_MAX)
def access_to(kind: Any, shown: Any) -> str:
    """How the parts of an object are read, by its class and the one that it shows: pydantic is slow to say so."""
    if issubclass(kind, Mapping) or issubclass(shown, Mapping):
        return MAPPING
    return ITEMS if hasattr(kind, "keys") and hasattr(kind, "__getitem__") else ATTRIBUTES


def plain_schema(value: Any) -> Any:
    """Return a schema that is made of dicts and lists. Raises ValueError."""
    if _is_plain(value):
        return value
    try:
        return _copied(value)
    except Exception as error:  # foreign code may raise anything
        raise ValueError("a schema that cannot be read") from error


def _is_plain(value: Any) -> bool:
    waiting, seen = [value], set()
    while waiting:
        one = waiting.pop()
        kind = type(one)
        if kind in PLAIN_VALUES:
            continue
        if kind is not dict and kind not in PLAIN_LISTS:
            return False
        if id(one) not in seen:
            seen.add(id(one))
            waiting.extend(one.values() if kind is dict else one)
    return True


def _copied(value: Any) -> Any:
    """Copy a schema, level by level; what stands in several places, or in itself, is copied once."""
    found: List[Any] = [None]
    known: Dict[int, Tuple[Any, Any]] = {}  # what is copied, and its copy; the first, so that its number stays its own
    waiting: List[Tuple[Any, Any, Any]] = [(found, 0, value)]
    while waiting:
        owner, key, one = waiting.pop()
        if id(one) not in known:
            made, inside = _opened(one)
            known[id(one)] = one, made
            waiting.extend((made, place, part) for place, part in inside)
            if len(known) + len(waiting) > SCHEMA_VALUES_MAX:
                raise ValueError("a schema without an end")
        owner[key] = known[id(one)][1]
    return found[0]


def _opened(value: Any) -> Tuple[Any, List[Tuple[Any, Any]]]:
    """Return what a value is copied to, still empty, and what is to come into it."""
    if hasattr(type(value), "model_dump"):
        value = value.model_dump()
    if is_mapping(value):
        return {}, [(key, value[key]) for key in value.keys()]  # noqa: SIM118  it may not be iterable
    if isinstance(value, (set, frozenset)):
        value = sorted(value, key=repr)  # in an order that is the same in every process
    if isinstance(value, Collection) and not isinstance(value, (str, bytes, bytearray)):
        items = list(value)
        return [None] * len(items), list(enumerate(items))
    return _value_of_json(value), []


def _value_of_json(value: Any) -> Any:
    """Return a value of any class as one that JSON has: what it is a kind of, else its text."""
    if isinstance(value, Enum):
        value = value.value
    if isinstance(value, (bytes, bytearray)):
        return value.decode("utf-8", "replace")
    if value is None or isinstance(value, bool):
        return value
    from decimal import Decimal  # hardly any schema has such values
    from numbers import Integral, Real

    if isinstance(value, Integral):
        return int(value)
    return float(value) if isinstance(value, (Real, Decimal)) else str(value)
