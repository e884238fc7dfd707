"""Special tokens by their ids, where ids are known (docs/rules.md, rule 10).

In: each text, with the ids of its tokens. Out: whether the characters of a special token at a place are that token.

    "<call>"              [9]               a text of one token: it stands where the text stands
    "is <call>, <call>"   [4, 7, 3, 2, 9]   which of the two is token 9? The others spell `is <call>, `: the second

Note [ids and places]
An id is bound to the place of its text when both have come, whether anybody asks for it there or not. Where a text has
the characters of a token more often than its id has come, the ordinary tokens are decoded: what they spell and the
tokens themselves come in the order of the ids. Without `decode` a text of one token tells, and a text that holds none
but real tokens; of any other text none counts, because a token that is taken for text calls nothing.

A server may hold text back behind its ids, to look for stop strings in it. So what has not come yet is expected, in
order, in the next `LAG_MAX` characters.

Promises: a place keeps its answer; without ids all characters of a special token are one; what is decoded and searched
is linear in the text and its ids.
"""

from __future__ import annotations

from collections import deque
from typing import Callable, Container, Deque, Dict, FrozenSet, List, Optional, Sequence, Set, Tuple

from toolgram.runtime.core.text import Text
from toolgram.runtime.tables.copies import copy_of

Decode = Callable[[List[int]], str]

LAG_MAX = 256  # characters that a text may come later than its ids
NO_PLACES: FrozenSet[int] = frozenset()
RECENT = 256  # texts that are remembered: at one token a text, more than the spelling of any special token has


def places_of(literal: str, text: str, tokens: Container[int] = ()) -> List[int]:
    """All places at which a literal stands, also where they overlap (`|a|a|` has `|a|` twice), but in a token."""
    places, at = [], text.find(literal)
    while at >= 0:
        places.append(at)
        at = text.find(literal, at + (len(literal) if at in tokens else 1))
    return places


class SpecialTokens:
    """Where the special tokens stand, as far as text and ids have come."""

    __slots__ = (
        "_decode",
        "_ends",
        "_expected",
        "_left",
        "_literals",
        "_longest",
        "_noted",
        "_numbers",
        "_places",
        "_recent",
        "known",
    )

    def __init__(self, token_ids: Optional[Dict[str, int]] = None, decode: Optional[Decode] = None) -> None:
        self._literals = {number: literal for literal, number in (token_ids or {}).items()}
        self._numbers = frozenset(self._literals)
        self.known = frozenset(self._literals.values())  # the texts whose ids are known
        self._longest = max(map(len, self.known), default=0)
        self._decode = decode
        self._places: Set[int] = set()  # places of tokens, counted from the beginning of all text
        self._recent: Deque[Tuple[str, Sequence[int]]] = deque(maxlen=RECENT)  # what has come behind the last token
        # Of each literal whether its next characters are the token, and the ones behind those, and so on.
        self._expected: Dict[str, Deque[bool]] = {}
        self._left = 0  # characters in which they must come
        self._ends: Dict[str, int] = {}  # of each literal, where the last token of it ends that was found
        self._noted = 0  # nothing that begins before it is noted again

    @property
    def is_waiting(self) -> bool:
        """Whether a token is still to come whose id has come, or the next text has been noted already."""
        return bool(self._expected) or self._noted > 0

    def is_only(self, text: str, token_ids: Sequence[int], place: int) -> bool:
        """Whether a text at a place, which has been noted, is one special token and nothing else."""
        is_one = len(token_ids) == 1 and self._literals.get(token_ids[0]) == text
        return is_one and not self.is_waiting and self.is_real(text, place)

    def pass_by(self, text: str, token_ids: Sequence[int], source: Text) -> None:
        """Take a text that has gone out without coming into `source`, in which nothing is undecided."""
        if not self.take(text, token_ids):
            self.note(text, token_ids, source.base)
        source.pass_by(text)

    def pass_all(self, deltas: Sequence[Tuple[str, Sequence[int]]], joined: str, source: Text) -> None:
        """As `pass_by`, of several texts without special tokens."""
        if self.is_waiting:
            for text, token_ids in deltas:
                self.pass_by(text, token_ids, source)
        else:
            self._recent.extend(deltas)
            source.pass_all(joined)

    def take(self, text: str, token_ids: Sequence[int]) -> bool:
        """Take a text of which nothing is to be known; False: it is to be noted."""
        if self._expected or self._noted or not self._numbers.isdisjoint(token_ids):
            return False
        self._recent.append((text, token_ids))
        return True

    def note(self, text: str, token_ids: Sequence[int], place: int) -> None:
        """Take a text that begins at `place` of all text, with the ids of its tokens."""
        if place < self._noted:
            return
        self._noted = 0
        is_plain = self._numbers.isdisjoint(token_ids)
        recent = self._recent
        if is_plain and not self._expected:
            recent.append((text, token_ids))
            return
        before = "".join([known for known, _ in recent])
        if not is_plain:
            self._expect(before, text, token_ids)
            ids = self._behind_last(token_ids)
        else:
            ids = [number for _, numbers in (*recent, ("", token_ids)) for number in numbers]
        tail = before[max(0, len(before) - self._longest + 1) :]
        rest = self._bind(tail, text, place)
        recent.clear()
        recent.append((tail + text if self._expected else (tail + text)[rest:], ids))

    def behind(self, begin: int, end: int) -> SpecialTokens:
        """The same for who reads only the text from `begin` on; up to `end` it has been noted already."""
        other = copy_of(self)
        other._places = {place - begin for place in self._places if place >= begin}
        other._ends = {literal: place - begin for literal, place in self._ends.items()}
        other._noted = end - begin
        return other

    def is_like(self, other: SpecialTokens) -> bool:
        """Whether both know the same ids."""
        return self._literals == other._literals

    def knows(self, literal: str) -> bool:
        """Whether the id of this special token is known."""
        return literal in self.known

    def is_real(self, literal: str, place: int) -> bool:
        """Whether the literal at a place of all text came as that token."""
        return place in self._places or literal not in self.known

    def _expect(self, before: str, text: str, token_ids: Sequence[int]) -> None:
        """Say what the characters of tokens will be that come next, or have come with the ids."""
        verdicts = self._by_decoding(before, token_ids)
        if verdicts is None:
            verdicts = self._by_counting(before, text, token_ids)
        for literal, found in verdicts.items():
            if found:
                self._expected.setdefault(literal, deque()).extend(found)
        self._left = LAG_MAX

    def _by_decoding(self, before: str, token_ids: Sequence[int]) -> Optional[Dict[str, List[bool]]]:
        """Of each literal what its characters are, in order; those behind the last token are none. None: no telling."""
        if self._decode is None:
            return None
        run = [number for _, numbers in self._recent for number in numbers]
        text = ""  # what the ids spell up to the last token
        tokens: Dict[str, Set[int]] = {}  # where they stand in it
        try:
            for number in token_ids:
                literal = self._literals.get(number)
                if literal is None:
                    run.append(number)
                    continue
                text += self._decode(run) if run else ""
                tokens.setdefault(literal, set()).add(len(text))
                text += literal
                run = []
        except Exception:  # it is not ours: ids that it does not know, for one
            return None
        seen = "" if self._expected else before
        verdicts: Dict[str, List[bool]] = {}
        for literal in self.known:
            if literal in text:
                real, count = tokens.get(literal, NO_PLACES), len(places_of(literal, seen))
                verdicts[literal] = [at in real for at in places_of(literal, text, real)][count:]
        return verdicts

    def _by_counting(self, before: str, text: str, token_ids: Sequence[int]) -> Dict[str, List[bool]]:
        """The same as far as the text alone tells."""
        verdicts: Dict[str, List[bool]] = {}
        for literal in {self._literals[number] for number in self._numbers.intersection(token_ids)}:
            count = sum(self._literals.get(number) == literal for number in token_ids)
            tail = before[max(0, len(before) - len(literal) + 1) :]
            come = len(places_of(literal, tail + text)) - len(self._expected.get(literal, ()))
            if come <= count:
                verdicts[literal] = [True] * count
            elif len(token_ids) == 1 and text.endswith(literal):
                verdicts[literal] = [*[False] * (come - 1), True]
        return verdicts

    def _bind(self, tail: str, text: str, place: int) -> int:
        """Find what is expected in a text and the `tail` before it; return where the last token in them ends."""
        window, begin, end = tail + text, place - len(tail), 0
        for literal, verdicts in list(self._expected.items()):
            for at in places_of(literal, window):
                is_new = at + len(literal) > len(tail) and begin + at >= self._ends.get(literal, 0)
                if is_new and verdicts and verdicts.popleft():
                    self._places.add(begin + at)
                    end = max(end, at + len(literal))
                    self._ends[literal] = begin + at + len(literal)
            if not verdicts:
                del self._expected[literal]
        self._left -= len(text)
        if self._left < 0:
            self._expected.clear()
        return end

    def _behind_last(self, token_ids: Sequence[int]) -> List[int]:
        """The ordinary ids behind the last special token."""
        last = max(at for at, number in enumerate(token_ids) if number in self._numbers)
        return list(token_ids[last + 1 :])
