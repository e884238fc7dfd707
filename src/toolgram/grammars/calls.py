"""Calls as rules of a grammar: one for each tool, with arguments by its schema.

In: the rules of a format, tools. Out: an expression for a call of a tool, or None when the format cannot write one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from toolgram.grammars.captures import CaptureRules, ObjectReader, ValueReader, fixed_text
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
from toolgram.grammars.request import ToolShape
from toolgram.grammars.schema_shapes import shape_type
from toolgram.grammars.values import QUOTE, ValueRules
from toolgram.grammars.walk import write

IDENTIFIER = repeated(chars_between("az", "AZ", "09"), 1, 12)
CALL_NUMBER = repeated(chars_between("09"), 1, 4)
SHAPES_MAX = 8  # shapes of one tool's arguments that are written


class CallRules:
    """Writes the calls of one format."""

    def __init__(self, fmt: FormatRules) -> None:
        self.fmt = fmt
        self._captures = CaptureRules(fmt)
        self._values: dict[str, ValueRules] = {}

    def call(self, tool: ToolShape, node: OutlineNode) -> RuleRef | None:
        """A call of a tool; `node` is the rule of calls or a part of it. None when the format cannot write it."""
        builder = self.fmt.builder
        values = self._values.setdefault(tool.name, ValueRules(builder, tool.parameters))
        paths = self.fmt.paths(node, "tool_call")
        shapes = [shape for shape in values.shapes(tool.parameters) if shape_type(shape) == "object"]
        if not shapes:
            raise GrammarError(f"the parameters of {tool.name} are no object")
        readers = (CallReader(self._captures, values, tool, shape) for shape in shapes[:SHAPES_MAX])
        found = [write(builder, paths, reader, tool.name) for reader in readers]
        ways = [one for one in found if one is not None]
        return builder.rule("call", either_of(ways)) if ways else None


class CallReader(ObjectReader):
    """Reads a call: the members of its arguments, its name, its id; or its arguments in one."""

    def __init__(self, captures: CaptureRules, values: ValueRules, tool: ToolShape, shape: Mapping[str, Any]) -> None:
        super().__init__(captures, values, shape)
        self._tool = tool
        self._shape = shape
        self._is_whole = "parameter" not in captures.fmt.rules

    def read(self, part: Part, state: Any) -> list[tuple[Expression, Any]]:
        if part.kind == "leaf" and part.sink == "name":
            without = self.fmt.outline.barred_from("name")
            is_taken = not part.what.startswith("JSON") and self.fmt.is_taken(self._tool.name, part.before)
            written = None if is_taken else fixed_text(self._tool.name, part.what, without)
            return [] if written is None else [(written, state)]
        if part.kind == "leaf" and part.sink in ("id", "tool_call"):
            written = CALL_NUMBER if part.what == "INT" else self.fmt.builder.rule("identifier", IDENTIFIER)
            return [(in_order(QUOTE, written, QUOTE) if part.what == "JSON_STRING" else written, state)]
        if part.kind == "use" and part.what == "arguments":
            written_arguments = self._arguments()
            return [] if written_arguments is None else [(written_arguments, state)]
        if part.kind == "use" and part.what in ("object", "array") and self._is_whole:
            return []
        if part.kind == "use" and part.what == "element":
            return self._elements(state)
        return super().read(part, state)

    def _elements(self, state: Any) -> list[tuple[Expression, Any]]:
        """Members that are elements, each with its key in its tags."""
        found = [
            (element(self.fmt, self.values, one.name, one.schema), (at + 1, None, ""))
            for at, one in self.members.next_from(state[0])
        ]
        return [(written, after) for written, after in found if written is not None]

    def _arguments(self) -> RuleRef | None:
        """The arguments in one piece: JSON or a Python dict; never as a string, encoded twice."""
        paths = self.fmt.paths_of_rule("arguments")
        return write(self.fmt.builder, paths, ArgumentsReader(self.captures, self.values, self._shape), "arguments")

    def may_end(self, state: Any) -> bool:
        return self._is_whole or super().may_end(state)


class ArgumentsReader(ValueReader):
    """Reads arguments in one piece."""

    def read(self, part: Part, state: Any) -> list[tuple[Expression, Any]]:
        return [] if part.what == "JSON_STRING" else super().read(part, state)
