"""Values that are made once and never changed: the events, the calls and the messages.

In: nothing. Out: the class below all of them, and what shows their parts.

How: a part is kept in a slot of its own, `_text`, and shown as `text`, which cannot be set. So `__init__` is plain
assignments: a class of `dataclasses` that is frozen takes three times as long to make, and importing that module takes
as long as everything else here.

Promises: two are equal if they are of one class and their parts are; equal ones have the same hash; `dataclasses` can
still read them (`asdict`, `fields`, `replace`).
"""

from __future__ import annotations

from functools import cache
from operator import attrgetter
from typing import Any, ClassVar, Tuple


def kept_in(slot: str) -> Any:
    """What shows the part that is kept in a slot."""
    return property(attrgetter(slot))


class FieldsOnDemand:
    """The fields as `dataclasses` wants them, made when somebody asks: most programs never import it."""

    __slots__ = ()

    def __get__(self, instance: object, owner: type) -> Any:
        return fields_of(owner)


@cache
def fields_of(owner: Any) -> Any:
    """Make the fields of a class, once."""
    from dataclasses import make_dataclass

    types = owner.__init__.__annotations__
    alike = make_dataclass(owner.__name__, [(name, types[name]) for name in owner.__match_args__])
    return vars(alike)["__dataclass_fields__"]


class Immutable:
    """A value made of parts: those that `__match_args__` names, in the order in which they are given."""

    __slots__ = ()
    __match_args__: ClassVar[Tuple[str, ...]] = ()

    __dataclass_fields__: ClassVar[Any] = FieldsOnDemand()

    def __eq__(self, other: object) -> bool:
        if other.__class__ is not self.__class__:
            return NotImplemented
        return all(getattr(self, name) == getattr(other, name) for name in self.__match_args__)

    def __hash__(self) -> int:
        return hash(tuple(getattr(self, name) for name in self.__match_args__))

    def __repr__(self) -> str:
        parts = (f"{name}={getattr(self, name)!r}" for name in self.__match_args__)
        return f"{self.__class__.__qualname__}({', '.join(parts)})"
