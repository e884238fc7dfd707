"""Calls as rules of a grammar: one for each tool, with arguments by its schema.

In: the rules of a format, tools. Out: an expression for a call of a tool, or None when the format cannot write one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from toolgram.grammars.captures import CaptureRules, MemberReader, ObjectReader, ValueReader, fixed_text
from toolgram.grammars.elements import element
from toolgram.grammars.expressions import (
    Expression,
    GrammarError,
    RuleRef,
    chars_between,
    either_of,
    in_order,
    repeated,
)
from toolgram.grammars.format_rules import FormatRules
from toolgram.grammars.outline import OutlineNode
from toolgram.grammars.paths import Part
from toolgram.grammars.request import ToolShape, quoted
from toolgram.grammars.schema_shapes import shape_type
from toolgram.grammars.values import QUOTE, ValueMemory, ValueRules
from toolgram.grammars.walk import PartReader, write

IDENTIFIER = repeated(chars_between("az", "AZ", "09"), 1, 12)
CALL_NUMBER = repeated(chars_between("09"), 1, 4)
SHAPES_MAX = 8  # shapes of one tool's arguments that are written


class CallRules:
    """Writes the calls of one format."""

    def __init__(self, fmt: FormatRules) -> None:
        self.fmt = fmt
        self._captures = CaptureRules(fmt)
        self._memory = ValueMemory(fmt.builder.budget)
        self._values: dict[str, ValueRules] = {}

    def call(self, tool: ToolShape, node: OutlineNode) -> RuleRef | None:
        """A call of a tool; `node` is the rule of calls or a part of it. None when the format cannot write it."""
        builder = self.fmt.builder
        values = self._values.setdefault(tool.name, ValueRules(builder, tool.parameters, self._memory))
        paths = self.fmt.paths(node, "tool_call")
        shapes = [shape for shape in values.shapes(tool.parameters) if shape_type(shape) == "object"]
        if not shapes:
            raise GrammarError(f"the parameters of {quoted(tool.name)} are no object")
        readers = (CallReader(self._captures, values, tool, shape) for shape in shapes[:SHAPES_MAX])
        found = [write(builder, paths, reader) for reader in readers]
        ways = [one for one in found if one is not None]
        return builder.rule(either_of(ways)) if ways else None


class ParametersReader(ObjectReader):
    """Reads members that have a rule of the format's own each."""

    def read(self, part: Part, state: Any) -> list[tuple[Expression, Any]]:
        if part.kind != "use" or part.what != "parameter":
            return super().read(part, state)
        parameter = self._parameter(state[0])
        return [] if parameter is None else [(parameter, (self.behind(state[0]), None, ""))]

    def _parameter(self, place: int) -> RuleRef | None:
        """The member at a place, as a rule of the format's own writes it; written once for all tools that have it."""
        one = self.members.at(place)
        if one is None and (self.members.others is None or self.fmt.outline.has_tags):
            return None
        names = tuple(each.name for each in self.members.declared) if one is None else one.name
        schema = self.schema_at(place)
        key = ("parameter", names, self.values.key_of(schema))
        return self.fmt.builder.remembered(key, lambda: self._written_parameter(place, schema))

    def _written_parameter(self, place: int, schema: Any) -> RuleRef | None:
        one = self.members.at(place)
        reader: PartReader = MemberReader(self.captures, self.values, schema, lambda what: self.key(place, what))
        if one is not None and self.fmt.outline.has_tags:
            reader = ElementReader(self.fmt, self.values, one.name, schema)
        return write(self.fmt.builder, self.fmt.paths_of_rule("parameter"), reader)

    def left_out(self, part: Part, state: Any) -> Any:
        is_parameter = part.kind == "use" and part.what == "parameter"
        return (state[0] + 1, None, "") if is_parameter and self.members.may_skip(state[0]) else None


class CallReader(ParametersReader):
    """Reads a call: the members of its arguments, its name, its id; or its arguments in one."""

    def __init__(self, captures: CaptureRules, values: ValueRules, tool: ToolShape, shape: Mapping[str, Any]) -> None:
        super().__init__(captures, values, shape)
        self._tool = tool
        self._shape = shape
        self._is_whole = "parameter" not in captures.fmt.rules
        self._all = (len(self.members.declared), None, "")  # the state behind all members

    def read(self, part: Part, state: Any) -> list[tuple[Expression, Any]]:
        if part.kind == "leaf" and part.sink == "name":
            without = self.fmt.outline.barred_from("name")
            is_taken = not part.what.startswith("JSON") and self.fmt.is_taken(self._tool.name, part.before)
            written = None if is_taken else fixed_text(self._tool.name, part.what, without)
            return [] if written is None else [(written, state)]
        if part.kind == "leaf" and part.sink in ("id", "tool_call"):
            written = CALL_NUMBER if part.what == "INT" else self.fmt.builder.rule(IDENTIFIER)
            return [(in_order(QUOTE, written, QUOTE) if part.what == "JSON_STRING" else written, state)]
        if part.kind == "use" and part.what == "arguments":
            written_arguments = self._arguments()
            is_first = self._is_whole or state == self.start
            return [(written_arguments, self._all)] if written_arguments is not None and is_first else []
        if part.kind == "use" and part.what in ("object", "array") and self._is_whole:
            return []
        if part.kind == "use" and part.what in self.fmt.lists:
            members = self._list(part) if state == self.start else None
            return [] if members is None else [(members, self._all)]
        return super().read(part, state)

    def _list(self, part: Part) -> RuleRef | None:
        """All parameters, written once for all tools that have the same."""
        key = (part.what, self.values.key_of(self._shape))
        reader, paths = ParametersReader(self.captures, self.values, self._shape), self.fmt.paths_of_list(part.what)
        return self.fmt.builder.remembered(key, lambda: write(self.fmt.builder, paths, reader))

    def _arguments(self) -> RuleRef | None:
        """The arguments in one piece: JSON or a Python dict; never as a string, encoded twice."""
        paths = self.fmt.paths_of_rule("arguments")
        return write(self.fmt.builder, paths, ArgumentsReader(self.captures, self.values, self._shape))

    def may_end(self, state: Any) -> bool:
        return self._is_whole or super().may_end(state)


class ElementReader(PartReader):
    """Reads a member that is an element, with its key in its tags. The state: whether it has been read."""

    start: Any = False

    def __init__(self, fmt: FormatRules, values: ValueRules, key: str, schema: Any) -> None:
        self._fmt = fmt
        self._values = values
        self._key = key
        self._schema = schema

    def read(self, part: Part, state: Any) -> list[tuple[Expression, Any]]:
        if part.kind == "literal":
            return [(self._fmt.builder.literal(part.what), state)]
        written = None if state else element(self._fmt, self._values, self._key, self._schema)
        return [] if written is None else [(written, True)]

    def may_end(self, state: Any) -> bool:
        return bool(state)


class ArgumentsReader(ValueReader):
    """Reads arguments in one piece."""

    def read(self, part: Part, state: Any) -> list[tuple[Expression, Any]]:
        return [] if part.what == "JSON_STRING" else super().read(part, state)
