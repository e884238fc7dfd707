"""A grammar under construction.

In: expressions, and the ids of special tokens by their literals. Out: a `Grammar`.

Promises: rules are named by numbers, never by what a request says; equal rules are written once; what a grammar costs
is bounded by `GrammarBudget`; a literal with special tokens in it can be written by those tokens only, where their ids
are given: the parser reads the same characters, spelled by other tokens, as text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Optional, Tuple

from toolgram.grammars.budget import GrammarBudget
from toolgram.grammars.expressions import (
    IMPOSSIBLE,
    Expression,
    Grammar,
    RuleRef,
    TokenById,
    chars_in,
    chars_of,
    exactly,
    in_order,
    repeated,
)
from toolgram.grammars.notes import GrammarNotes
from toolgram.grammars.sharing import with_shared_rules

BLANKS_IN_ROW = 20  # a model may write so many, and no more, where blanks mean nothing


class GrammarBuilder:
    """Collects rules. `blanks` are blanks where there must be some, `may_blanks` where there may be none."""

    def __init__(
        self, tokens: Mapping[str, int], budget: Optional[GrammarBudget] = None, notes: Optional[GrammarNotes] = None
    ) -> None:
        self.budget = budget or GrammarBudget()
        self.notes = notes or GrammarNotes()
        self._tokens = dict(tokens)
        self._split = re.compile("|".join(re.escape(text) for text in sorted(tokens, key=len, reverse=True)) or r"\Z.")
        self._rules: dict[str, Expression] = {}
        self._known: dict[Any, RuleRef | None] = {}
        blank = chars_in(" \n\t")
        self.blanks = self.rule(repeated(blank, 1, BLANKS_IN_ROW))
        self.may_blanks = self.rule(repeated(blank, 0, BLANKS_IN_ROW))

    def finish(self, root: RuleRef) -> Grammar:
        """The grammar whose texts are those of `root`. Rules that nothing uses are left out; equal ones are one.

        Raises GrammarError: there is no such text.
        """
        return with_shared_rules(Grammar(root.name, self._rules))

    def new_rule(self) -> RuleRef:
        """Reserve a rule, so that others can use it before it is defined. Raises GrammarError: there are too many."""
        name = f"r{len(self._rules)}"
        self.budget.spend(len(name))
        self._rules[name] = IMPOSSIBLE
        return RuleRef(name)

    def define(self, rule: RuleRef, body: Expression) -> None:
        """Say what a reserved rule stands for. Raises GrammarError: the grammar would be too large."""
        self.budget.spend(len(rule.name) + chars_of(body))
        self._rules[rule.name] = body

    def rule(self, body: Expression) -> RuleRef:
        """Make an expression a rule; the same one becomes one rule."""
        return self.rule_of(body, lambda: self._defined(body))

    def _defined(self, body: Expression) -> RuleRef:
        rule = self.new_rule()
        self.define(rule, body)
        return rule

    def remembered(self, key: Any, make: Callable[[], Optional[RuleRef]]) -> Optional[RuleRef]:
        """Return the rule that is known under a key, made when it is first asked for; None when there is none."""
        if key not in self._known:
            self._known[key] = make()
        return self._known[key]

    def rule_of(self, key: Any, make: Callable[[], RuleRef]) -> RuleRef:
        """Like `remembered`, of what there always is."""
        rule = self.remembered(key, make)
        assert rule is not None
        return rule

    def is_token(self, text: str) -> bool:
        """Whether a text is one special token."""
        return text in self._tokens

    @property
    def tokens(self) -> Tuple[str, ...]:
        """The special tokens whose ids are known."""
        return tuple(self._tokens)

    def symbols(self, text: str) -> list[str]:
        """The special tokens of a text, and the characters between them."""
        return [symbol for piece in self._pieces(text) for symbol in ([piece] if self.is_token(piece) else piece)]

    def literal(self, text: str) -> Expression:
        """A text as it is, with its special tokens as tokens."""
        tokens = self._tokens
        return in_order(
            *(TokenById(tokens[piece]) if piece in tokens else exactly(piece) for piece in self._pieces(text))
        )

    def _pieces(self, text: str) -> Iterator[str]:
        """The special tokens of a text, and what stands between them."""
        at = 0
        for found in self._split.finditer(text):
            yield text[at : found.start()]
            yield found.group()
            at = found.end()
        yield text[at:]
