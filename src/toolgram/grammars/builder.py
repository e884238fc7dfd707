"""A grammar under construction.

In: expressions, and the ids of special tokens by their literals. Out: a `Grammar`.

Promises: equal rules are written once; there are at most `RULES_MAX`; a literal with special tokens in it can be
written by those tokens only, where their ids are given: the parser reads the same characters, spelled by other tokens,
as text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from toolgram.grammars.expressions import (
    ExactText,
    Expression,
    Grammar,
    GrammarError,
    RuleRef,
    TokenById,
    chars_in,
    exactly,
    in_order,
    repeated,
    rules_used,
)

RULES_MAX = 20000  # a request whose grammar needs more goes without
IMPOSSIBLE = ExactText("\0")  # what a rule stands for until it is defined: no text of a model
BLANKS_IN_ROW = 20  # a model may write so many, and no more, where blanks mean nothing


class GrammarBuilder:
    """Collects rules. `blanks` are blanks where there must be some, `may_blanks` where there may be none."""

    def __init__(self, tokens: Mapping[str, int]) -> None:
        self._tokens = dict(tokens)
        self._split = re.compile("|".join(re.escape(text) for text in sorted(tokens, key=len, reverse=True)) or r"\Z.")
        self._rules: dict[str, Expression] = {}
        self._known: dict[Any, RuleRef] = {}
        blank = chars_in(" \n\t")
        self.blanks = self.rule("blanks", repeated(blank, 1, BLANKS_IN_ROW))
        self.may_blanks = self.rule("may_blanks", repeated(blank, 0, BLANKS_IN_ROW))

    def finish(self, root: RuleRef) -> Grammar:
        """The grammar whose texts are those of `root`; rules that nothing uses are left out."""
        used = {root.name}
        waiting = [root.name]
        while waiting:
            names = set(rules_used(self._rules[waiting.pop()])) - used
            used |= names
            waiting += names
        return Grammar(root.name, {name: body for name, body in self._rules.items() if name in used})

    def new_rule(self, hint: str) -> RuleRef:
        """Reserve a rule, so that others can use it before it is defined. Raises GrammarError: there are too many."""
        if len(self._rules) >= RULES_MAX:
            raise GrammarError("the grammar of these tools would be too large")
        name = f"{re.sub('[^a-zA-Z0-9_]', '_', hint)}_{len(self._rules)}"
        self._rules[name] = IMPOSSIBLE
        return RuleRef(name)

    def define(self, rule: RuleRef, body: Expression) -> None:
        """Say what a reserved rule stands for."""
        self._rules[rule.name] = body

    def rule(self, hint: str, body: Expression) -> RuleRef:
        """Make an expression a rule; the same one becomes one rule."""
        return self.remembered((hint, body), lambda: self._defined(hint, body))

    def _defined(self, hint: str, body: Expression) -> RuleRef:
        rule = self.new_rule(hint)
        self.define(rule, body)
        return rule

    def remembered(self, key: Any, make: Callable[[], RuleRef]) -> RuleRef:
        """Return the rule that is known under a key; make it when it is asked for the first time."""
        if key not in self._known:
            self._known[key] = make()
        return self._known[key]

    def is_token(self, text: str) -> bool:
        """Whether a text is one special token."""
        return text in self._tokens

    def literal(self, text: str) -> Expression:
        """A text as it is, with its special tokens as tokens."""
        parts: list[Expression] = []
        at = 0
        for found in self._split.finditer(text):
            parts += [exactly(text[at : found.start()]), TokenById(self._tokens[found.group()])]
            at = found.end()
        return in_order(*parts, exactly(text[at:]))
