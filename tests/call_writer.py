"""Calls as a format writes them, made from its outline and from values, without the code that makes grammars.

In: an outline, the name of a tool, its arguments. Out: the text of an answer with that call, or None where the format
cannot write it. Which of several ways is taken is drawn at random.
"""

from __future__ import annotations

import json
import random
from typing import Any

from toolgram.grammars.forms import with_a_call
from toolgram.grammars.outline import (
    BlankNode,
    ChoiceNode,
    InsideNode,
    LeafNode,
    LiteralNode,
    Outline,
    OutlineNode,
    RepeatNode,
    SeqNode,
    UseNode,
    uses_rule,
)
from toolgram.runtime.schema.types import type_of

SCALAR_CAPTURES = ("value", "string", "json", "python")


class CannotWriteError(Exception):
    """This way does not lead to the call."""


class CallWriter:
    """Writes one answer."""

    def __init__(self, outline: Outline, name: str, arguments: dict[str, Any], seed: int) -> None:
        self._outline = outline
        self._name = name
        self._arguments = arguments
        self._draw = random.Random(seed)
        self._members = list(arguments.items())
        self._key = ""
        self._value: Any = None

    def answer(self) -> str | None:
        """The text of the answer."""
        start = with_a_call(self._outline.rules["start"], is_spaced=False)
        try:
            return self._write(start, "")
        except CannotWriteError:
            return None

    def _write(self, node: OutlineNode, sink: str) -> str:
        if isinstance(node, LiteralNode):
            return node.text
        if isinstance(node, BlankNode):
            return self._blank(node)
        if isinstance(node, SeqNode):
            return "".join(self._write(item, sink) for item in node.items)
        if isinstance(node, ChoiceNode):
            return self._choice(node, sink)
        if isinstance(node, RepeatNode):
            return self._repeat(node, sink)
        if isinstance(node, InsideNode):
            return self._write(node.item, node.capture)
        if isinstance(node, UseNode):
            return self._use(node.rule, sink)
        assert isinstance(node, LeafNode)
        return self._leaf(node.built_in, sink)

    def _blank(self, node: BlankNode) -> str:
        if node.what == "newline":
            return "\n" if node.least else self._draw.choice(["", "\n"])
        return self._draw.choice([" ", "\n"] if node.least else ["", " ", "\n"])

    def _choice(self, node: ChoiceNode, sink: str) -> str:
        options = list(node.options)
        self._draw.shuffle(options)
        options.sort(key=lambda option: not uses_rule(option, "tool_call"))
        for option in options:
            before = list(self._members), self._key, self._value
            try:
                return self._write(option, sink)
            except CannotWriteError:
                self._members, self._key, self._value = before
        raise CannotWriteError

    def _repeat(self, node: RepeatNode, sink: str) -> str:
        is_list = uses_rule(node, "parameter") or (sink == "object" and uses_rule(node, "key"))
        if not is_list and sink != "array":
            return "".join(self._write(node.item, sink) for _ in range(node.least))
        text = ""
        while self._members and (node.most is None or not text):
            left = len(self._members)
            text += self._write(node.item, sink)
            if len(self._members) == left:
                raise CannotWriteError
        return text

    def _use(self, rule: str, sink: str) -> str:
        rules = self._outline.rules
        if rule == "element" or (rule in ("object", "array") and rule not in rules):
            raise CannotWriteError  # elements in elements are not written here
        if rule == "parameter" or (rule == "key" and sink == "object") or sink == "array":
            self._next_member()
        if rule in ("object", "array"):
            return self._nested(rule)
        if rule == "tool_call":
            text = self._write(rules[rule], rule)
            if self._members and "parameter" in rules and "arguments" not in text:
                raise CannotWriteError
            return text
        return self._write(rules[rule], sink if rule == "citation" else rule)

    def _next_member(self) -> None:
        if not self._members:
            raise CannotWriteError
        self._key, self._value = self._members.pop(0)

    def _nested(self, rule: str) -> str:
        if type_of(self._value) != rule:
            raise CannotWriteError
        outer = self._members, self._key, self._value
        items = self._value
        self._members = list(items.items()) if rule == "object" else [("", item) for item in items]
        text = self._write(self._outline.rules[rule], rule)
        if self._members:
            raise CannotWriteError
        self._members, self._key, self._value = outer
        return text

    def _leaf(self, built_in: str, sink: str) -> str:
        if sink == "name":
            return json.dumps(self._name, ensure_ascii=False) if built_in.startswith("JSON") else self._name
        if sink == "key":
            return json.dumps(self._key, ensure_ascii=False) if built_in.startswith("JSON") else self._key
        if sink in ("type", "parameter"):
            return type_of(self._value)
        if sink == "arguments":
            return self._written(self._arguments, built_in)
        if sink in SCALAR_CAPTURES:
            return self._scalar(built_in, sink)
        if built_in == "INT":
            return "7"
        return '"a1b2c3d4e"' if built_in.startswith("JSON") else "a1b2c3d4e"

    def _scalar(self, built_in: str, sink: str) -> str:
        kind, rules = type_of(self._value), self._outline.rules
        if sink == "string" and kind != "string":
            raise CannotWriteError
        if sink == "json" and kind in rules:
            raise CannotWriteError
        if built_in in ("TEXT", "XML_TEXT"):
            return self._value if kind == "string" and sink != "json" else json.dumps(self._value, ensure_ascii=False)
        return self._written(self._value, built_in)

    def _written(self, value: Any, built_in: str) -> str:
        kind = type_of(value)
        if built_in == "PYTHON":
            return repr(value)
        if built_in not in ("JSON", f"JSON_{kind.upper()}"):
            raise CannotWriteError
        separators = self._draw.choice([(", ", ": "), (",", ":")])
        return json.dumps(value, ensure_ascii=False, separators=separators)
