"""Read what a request's tools say about names and arguments.

In: the `tools` of an OpenAI request. Out: which functions exist and of which JSON types each argument may be.

How: `given.py` reads the tools. A name is known here as the wire carries it, and as it is declared: Note [names as they
are read].

Promises: never raises, whatever is given; what cannot be read stands in `problems`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Dict, NamedTuple, Optional, Tuple

from toolgram.runtime.schema.given import member_of, read_given
from toolgram.runtime.schema.sorted_names import SortedNames
from toolgram.runtime.schema.types import SchemaSearch, wire_types
from toolgram.runtime.schema.value_schema import NO_SCHEMA, ValueSchema
from toolgram.runtime.tables.limits import BLANKS, NAME_MAX

# Note [names with more around them]
# Models put a namespace around a name (`google:mcp:create-pdf-file`, `functions.exec`) or number it (`exec_5`,
# `functionsexec5`). No client has a tool of such a name. It means the declared one that stands in it between such
# separators, when it is the only one there, or the one in which the others stand.
NAMESPACE = (":", ".", "/", "@", "__")  # between a namespace and a name
NAMESPACE_ENDS = re.compile(r"(?<=[:./@])|(?<=__)|\A").finditer
SEPARATORS = re.compile(r"[_\-.:/]*").match
ROOTS = ("functions", "function")  # namespaces that are written without a separator, too
NAMESPACED = re.compile(r"[\w.\-:/@#]+").fullmatch  # a name with more around it
NUMBER = re.compile(r"[_\-#]?[0-9]+").fullmatch
USUAL_NAME = re.compile(r"\w[\w.\-]*").fullmatch

# Note [names as they are read]
# Blanks around a name are markup, and so is the word `functions.` before it in formats that have it in a delimiter. So
# ` f` and `functions.f`, where a request declares such names, are read as `f`, and mean the declared name unless there
# is another tool `f`.
ROOT = "functions."


class ValueKind(NamedTuple):
    """The JSON types that a value may have."""

    types: frozenset[str]

    def allows(self, name: str) -> bool:
        return name in self.types

    @property
    def is_string(self) -> bool:
        """Nothing but a string: its text streams as it is."""
        return len(self.types) == 1 and "string" in self.types


class StandingName(NamedTuple):
    """A declared name in a text of `size` characters."""

    name: str
    after: str
    size: int
    is_rooted: bool  # one of `ROOTS` stands before it

    def ends_before(self, end: int) -> bool:
        """Whether it, up to an end of the text, has nothing behind it but a namespace or a number."""
        length = len(self.after) - self.size + end
        after = self.after[: max(0, length)]
        if not after:
            return length == 0
        is_numbered = NUMBER(after) is not None and (self.is_rooted or not after[0].isdigit())
        return is_numbered or after.startswith(NAMESPACE)


NUMERIC = frozenset(("integer", "number"))


class Memories(Dict[Any, Any]):
    """What parsers remember that were made with one set of tools; it stays in its process."""

    def __reduce__(self) -> Any:
        return Memories, ()


class ToolSet:
    """The tools of one request."""

    __slots__ = (
        "_all_keys",
        "_as_declared",
        "_keys",
        "_kinds",
        "_names",
        "_properties",
        "_schemas",
        "_value_schemas",
        "declared",
        "has_unusual",
        "memories",
        "problems",
        "unread",
        "unusual",
        "unusual_begin",
    )

    def __init__(self, tools: Any = None) -> None:
        self._schemas: dict[str, Any] = {}
        self._kinds: dict[tuple[str, str], ValueKind] = {}
        self._properties: dict[str, dict[str, Any]] = {}
        self._value_schemas: dict[str, ValueSchema] = {}
        given, self.problems = read_given(tools)
        for name, parameters in given:
            self._schemas.setdefault(name, parameters)
        self.declared = SortedNames(self._schemas)
        self.memories = Memories()
        self._as_declared: dict[str, str] = {}  # a name as it is read -> as it is declared
        self.unread: dict[str, str] = {}  # declared names that no format can carry, and why
        for name in tuple(self._schemas):
            self._note_wire_name(name)
        self._names = SortedNames(self._schemas)
        # Names with characters that the class `NAME` does not have at their place.
        self.unusual = SortedNames(n for n in self._schemas if USUAL_NAME(n) is None and len(n) <= NAME_MAX)
        self.has_unusual = bool(self.unusual)
        self._keys: dict[str, SortedNames] = {}  # of each tool that has been called
        self._all_keys: Optional[frozenset[str]] = None
        firsts = "".join(sorted({re.escape(name[0]) for name in self.unusual}))
        self.unusual_begin = re.compile(f"[{firsts}]").search if firsts else None  # where one of them may begin

    def _note_wire_name(self, name: str) -> None:
        """Know a declared name as it is read, too: Note [names as they are read]."""
        read = name.strip(BLANKS)
        if not read or len(read) > NAME_MAX:
            self.unread[name] = f"it is longer than {NAME_MAX} characters" if read else "it is nothing but blanks"
        elif read != name and read in self._schemas:
            self.unread[name] = f"without the blanks around it, it is the name of another tool, {read!r}"
        for known in (read, read.removeprefix(ROOT)):
            if known and known not in self._schemas:
                self._schemas[known] = self._schemas[name]
                self._as_declared[known] = name

    def has(self, name: str) -> bool:
        return name in self._schemas

    def exactly(self, name: str) -> Optional[str]:
        """Return the declared name that a name is as it is read, with nothing around it."""
        return self._as_declared.get(name, name) if name in self._schemas else None

    def means(self, name: str) -> bool:
        """Say whether a name, as written, means a declared tool."""
        return self.resolve(name) in self._schemas

    def resolve(self, name: str) -> str:
        """Return the tool that is meant, or the name itself: see Note [names with more around them]."""
        name = self.single(name)
        name = name if name in self._schemas else self._inside(name) or name
        return self._as_declared.get(name, name)

    def single(self, name: str) -> str:
        """Return the plain name of one written twice: a model that knows namespaces may write `f.f` for a plain `f`."""
        half = len(name) // 2
        once = name[:half]
        doubled = name == f"{once}.{once}" and name not in self._schemas and once in self._schemas
        return once if doubled else name

    def first_that_means(self, text: str, ends: Iterable[int]) -> int | None:
        """Return the first of some ends up to which a text, a name with namespaces, means a declared tool, if any."""
        names = self._names_in(text)
        return next((end for end in ends if self.single(text[:end]) in self._schemas or _chosen(names, end)), None)

    def _inside(self, text: str) -> str | None:
        """Return the declared name that stands in a text with nothing but namespaces and a number around it."""
        return _chosen(self._names_in(text), len(text))

    def _names_in(self, text: str) -> list[StandingName]:
        """Return the names that stand in a text where a name may begin, each with what is behind it."""
        if len(text) > NAME_MAX or NAMESPACED(text) is None:
            return []
        return [
            StandingName(name, text[at + len(name) :], len(text), is_rooted)
            for at, is_rooted in _places_of_names(text)
            if self._names.may_begin(text, at)
            for name in self._names.beginnings_of(text[at:])
        ]

    def is_prefix(self, text: str) -> bool:
        """Say whether the name of some tool, as `single` takes it, begins with text."""
        if self._names.any_begins_with(text):
            return True
        once = self._names.beginnings_of(text) if "." in text else ()
        return any(f"{name}.{name}".startswith(text) for name in once)

    def kind_on_wire(self, tool: str, key: str, name: str) -> ValueKind:
        """As `kind`, where the text names a type: it counts where the schema does not say, or has it among others."""
        known = self.kind(tool, key).types
        wired = wire_types(name)
        if not known:
            return ValueKind(wired)
        chosen = known & wired or (known & NUMERIC if wired & NUMERIC else frozenset())
        return ValueKind(chosen or known)

    def kind(self, tool: str, key: str) -> ValueKind:
        """Return the types that the schema says, none where it does not."""
        found = self._kinds.get((tool, key))
        if found is None:
            schema = self._property(tool, key)
            types = SchemaSearch(self._schemas[tool]).types(schema, 0) if schema is not None else frozenset()
            found = ValueKind(types)
            self._remember(tool, key, found)
        return found

    def schema(self, tool: str, key: str) -> ValueSchema:
        """Return what the schema says of an argument and of what is inside it."""
        if tool not in self._schemas:
            return NO_SCHEMA
        found = self._value_schemas.get(tool)
        if found is None:
            schema = self._schemas[tool]
            found = self._value_schemas[tool] = ValueSchema(schema, schema)
        return found.member(key)

    def knows(self, tool: str, key: str) -> bool:
        """Say whether the key is a declared property."""
        return key in self._declared_properties(tool)

    def begins_key(self, tool: str, text: str) -> bool:
        """Say whether some declared property begins with text."""
        keys = self._keys.get(tool)
        if keys is None:
            keys = SortedNames(key for key in self._declared_properties(tool) if isinstance(key, str))
            if tool in self._schemas:
                self._keys[tool] = keys
        return keys.any_begins_with(text)

    def any_knows(self, key: str) -> bool:
        """Say whether the key is a declared property of some tool."""
        if self._all_keys is None:
            self._all_keys = frozenset(key for tool in self._schemas for key in self._declared_properties(tool))
        return key in self._all_keys

    def open(self, tool: str) -> bool:
        """Say whether the tool declares no properties, so that any key may be one."""
        return not self._declared_properties(tool)

    def takes(self, tool: str, key: str) -> bool:
        """Say whether the key may be an argument: it is declared, or the tool declares none."""
        return self.knows(tool, key) or self.open(tool)

    def needs_none(self, tool: str) -> bool:
        """Say whether a call of the tool may have no arguments: it declares none, or says that it requires none."""
        return self.open(tool) or member_of(self._schemas.get(tool), "required") == []

    def _remember(self, tool: str, key: str, kind: ValueKind) -> None:
        if self.knows(tool, key):  # keys that the model made up are not kept
            self._kinds[tool, key] = kind

    def _property(self, tool: str, key: str) -> Any:
        properties = self._declared_properties(tool)
        if key in properties:
            return properties[key]
        more = self._schemas.get(tool)
        return member_of(more, "additionalProperties") if isinstance(more, Mapping) else None

    def _declared_properties(self, tool: str) -> dict[str, Any]:
        found = self._properties.get(tool)
        if found is None:
            if tool not in self._schemas:
                return {}
            root = self._schemas[tool]
            found = SchemaSearch(root).properties(root)
            self._properties[tool] = found
        return found


def _chosen(names: list[StandingName], end: int) -> str | None:
    """Return the one of some names that is meant up to an end: the one in which the others stand."""
    found = [one.name for one in names if one.ends_before(end)]
    longest = max(found, key=len, default=None)
    return longest if longest is not None and all(name in longest for name in found) else None


def _places_of_names(text: str) -> Iterator[Tuple[int, bool]]:
    """Yield where a name may begin that has a namespace before it, and whether that is one of `ROOTS`."""
    rooted = {at for root in ROOTS if text.startswith(root) for at in _behind_root(text, len(root))}
    places = rooted.union(found.end() for found in NAMESPACE_ENDS(text))
    yield from ((at, at in rooted) for at in places)


def _behind_root(text: str, at: int) -> range:
    """The places behind a root and behind each of the separators that follow it."""
    found = SEPARATORS(text, at)
    return range(at, at + 1 if found is None else found.end() + 1)
