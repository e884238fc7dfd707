"""What all rules of one format's grammar share: the grammar under construction, the outline, its literals.

In: an outline. Out: `FormatRules`, which the modules that write calls, values and elements are given.
"""

from __future__ import annotations

from toolgram.grammars.builder import GrammarBuilder
from toolgram.grammars.outline import (
    ChoiceNode,
    Outline,
    OutlineNode,
    RepeatNode,
    SeqNode,
    UseNode,
    literals_in,
    uses_rule,
)
from toolgram.grammars.paths import INLINED, Paths
from toolgram.grammars.texts import WORD


class FormatRules:
    """One format, and the grammar that is written for it."""

    def __init__(self, builder: GrammarBuilder, outline: Outline) -> None:
        self.builder = builder
        self.outline = outline
        self.rules = outline.rules
        self.literals = literals_in(outline)
        self._inlined = INLINED - {"parameter"} - ({"element"} if outline.has_tags else set())
        self._paths: dict[tuple[OutlineNode, str], Paths] = {}
        self.lists: dict[str, OutlineNode] = {}
        self._listed = {name: self._with_lists(node) for name, node in self.rules.items()}
        if "arguments" in self.rules and uses_rule(self.rules["arguments"], "parameter"):
            self._inlined |= {"arguments"}

    def paths(self, node: OutlineNode, capture: str) -> Paths:
        """The graph of a node that stands in a capture; made once."""
        if (node, capture) not in self._paths:
            whole = self._with_lists(node)
            self._paths[node, capture] = Paths(self._listed, whole, capture, self._inlined)
        return self._paths[node, capture]

    def paths_of_list(self, name: str) -> Paths:
        """The graph of a list of parameters; its parts are uses of `parameter`, and what stands between."""
        key = (UseNode(name), name)
        if key not in self._paths:
            self._paths[key] = Paths(self.rules, self.lists[name], "tool_call", self._inlined)
        return self._paths[key]

    def _with_lists(self, node: OutlineNode) -> OutlineNode:
        """The same node, with uses of lists in the place of repeated parameters."""
        if isinstance(node, RepeatNode) and uses_rule(node, "parameter"):
            name = next((name for name, known in self.lists.items() if known == node), f"parameters {len(self.lists)}")
            self.lists[name] = node
            return UseNode(name)
        if isinstance(node, SeqNode):
            return SeqNode(tuple(map(self._with_lists, node.items)))
        if isinstance(node, ChoiceNode):
            return ChoiceNode(tuple(map(self._with_lists, node.options)))
        return node

    def paths_of_rule(self, name: str) -> Paths:
        """The graph of a rule."""
        return self.paths(self.rules[name], name)

    def begins_with_literal(self, word: str) -> bool:
        """Whether a key begins with a literal of other characters than those of words: `}`, which may end an object."""
        return any(word.startswith(text) for text in self.literals if text[0] not in WORD)

    def is_taken(self, word: str, before: str) -> bool:
        """Whether a word behind a literal is read as a longer literal: `user` behind `to=`, where there is `to=user`.

        Nor can it be a word that a literal of its own begins with: `json` where there is `json<|message|>`.
        """
        rests = (text[len(before) :] for text in self.literals if text.startswith(before))
        if any(rest and word.startswith(rest) for rest in rests):
            return True
        begins = (before + word, word)
        follow = (text[len(begin) :] for text in self.literals for begin in begins if text.startswith(begin))
        return any(rest and rest[0] not in WORD for rest in follow)
