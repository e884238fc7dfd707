"""What all rules of one format's grammar share: the grammar under construction, the outline, its literals.

In: an outline. Out: `FormatRules`, which the modules that write calls, values and elements are given.
"""

from __future__ import annotations

from toolgram.grammars.builder import GrammarBuilder
from toolgram.grammars.outline import Outline, OutlineNode, literals_in, uses_rule
from toolgram.grammars.paths import INLINED, Paths
from toolgram.grammars.texts import WORD


class FormatRules:
    """One format, and the grammar that is written for it."""

    def __init__(self, builder: GrammarBuilder, outline: Outline) -> None:
        self.builder = builder
        self.outline = outline
        self.rules = outline.rules
        self.literals = literals_in(outline)
        self._inlined = INLINED - ({"element"} if outline.has_tags else set())
        if "arguments" in self.rules and uses_rule(self.rules["arguments"], "parameter"):
            self._inlined |= {"arguments"}

    def paths(self, node: OutlineNode, capture: str) -> Paths:
        """The graph of a node that stands in a capture."""
        return Paths(self.rules, node, capture, self._inlined)

    def paths_of_rule(self, name: str) -> Paths:
        """The graph of a rule."""
        return self.paths(self.rules[name], name)

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
