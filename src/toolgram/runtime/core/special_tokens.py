"""Special tokens by their ids, where ids are known (docs/rules.md, rule 10).

In: the ids that came with each text, and the places at which a special token's text stands. Out: whether it is one.

Promises: a place keeps its answer; without ids every text of a special token is one. A text and its id need not
come together (a server may hold text back behind its ids): an id counts until the next place that can use it.
"""

from __future__ import annotations

from typing import Dict, Optional, Sequence, Set


class SpecialTokens:
    """Which special tokens are still to be seen in the text."""

    __slots__ = ("_confirmed", "_denied", "_literals", "_numbers", "_pending")

    def __init__(self, token_ids: Optional[Dict[str, int]]) -> None:
        self._literals = {number: literal for literal, number in (token_ids or {}).items()}
        self._numbers = frozenset(self._literals)
        self._pending: Dict[str, int] = {}
        self._confirmed: Set[int] = set()
        self._denied: Set[int] = set()

    def note(self, token_ids: Sequence[int]) -> None:
        """Remember the special tokens among the ids of a text."""
        if self._numbers.isdisjoint(token_ids):
            return
        for number in token_ids:
            literal = self._literals.get(number)
            if literal is not None:
                self._pending[literal] = self._pending.get(literal, 0) + 1

    def knows(self, literal: str) -> bool:
        """Whether the id of this special token is known."""
        return literal in self._literals.values()

    def is_real(self, literal: str, place: int) -> bool:
        """Whether the literal at a place of the whole text came as that token."""
        if not self.knows(literal) or place in self._confirmed:
            return True
        if place in self._denied:
            return False
        real = self.has_come(literal)
        (self._confirmed if real else self._denied).add(place)
        return real

    def has_come(self, literal: str) -> bool:
        """Whether the id of a token has come that no text has used yet; this one uses it."""
        real = self._pending.get(literal, 0) > 0
        if real:
            self._pending[literal] -= 1
        return real

    def forget(self, place: int) -> None:
        """No place before this one is asked for again."""
        if self._confirmed or self._denied:
            self._confirmed = {known for known in self._confirmed if known >= place}
            self._denied = {known for known in self._denied if known >= place}
