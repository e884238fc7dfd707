"""The reasoning of a format as a grammar of its own: what may stand in front of an answer.

In: an outline. Out: a grammar of reasoning that may be missing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from toolgram.grammars.builder import GrammarBuilder
from toolgram.grammars.expressions import Expression, Grammar, GrammarError
from toolgram.grammars.outline import LiteralNode, Outline, RepeatNode, UseNode, nodes_below
from toolgram.grammars.paths import INLINED, Part, Paths
from toolgram.grammars.triggers import text_without_trains
from toolgram.grammars.values import any_string
from toolgram.grammars.walk import PartReader, write


def derive_thoughts(outline: Outline, tokens: Mapping[str, int]) -> Grammar:
    """Derive the grammar. Raises GrammarError: the format has no reasoning."""
    if "reasoning" not in outline.rules:
        raise GrammarError("the format has no reasoning")
    builder = GrammarBuilder(tokens)
    node = RepeatNode(UseNode("reasoning"), 0, 1)
    root = write(builder, Paths(outline.rules, node, "", INLINED), ThoughtReader(builder, outline))
    assert root is not None  # nothing at all is one of its texts
    return builder.finish(root)


class ThoughtReader(PartReader):
    """Reads reasoning. Its text may hold all but its own delimiters: nothing is called here."""

    start = ""

    def __init__(self, builder: GrammarBuilder, outline: Outline) -> None:
        self._builder = builder
        literals = (node for node in nodes_below(outline.rules["reasoning"]) if isinstance(node, LiteralNode))
        self._barred = [(node.text,) for node in literals]

    def read(self, part: Part, state: Any) -> list[tuple[Expression, Any]]:
        if part.kind == "literal":
            return [(self._builder.literal(part.what), "")]
        if part.kind == "leaf" and part.what == "TEXT":
            return [] if state == "text" else [(text_without_trains(self._builder, self._barred), "text")]
        if part.kind == "leaf" and part.what in ("JSON_STRING", "JSON"):
            return [(any_string(self._builder), "")]
        raise GrammarError(f"what stands in the reasoning of this format cannot be written: {part.what}")
