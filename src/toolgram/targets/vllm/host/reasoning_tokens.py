"""How many of an answer's tokens are reasoning: what the usage of a request says.

In: the token ids of an answer. Out: a number.

How: where the reasoning's delimiters are single tokens that mean nothing else, the ids between them are counted. Else
the core reads the answer again, and its trace says which characters are reasoning: a token with one of them counts.

Promise: asked again with more of the same answer, it reads on from where it was; servers ask after every delta.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from toolgram.runtime.parser import Parser
from toolgram.targets.serving.vocabulary import Vocabulary


class TokensBetweenDelimiters:
    """Counts the ids between an opener and a closer; delimiters do not count."""

    def __init__(self, vocabulary: Vocabulary, *, is_open: bool) -> None:
        self.count = 0
        self._openers = vocabulary.reasoning_openers
        self._ends = vocabulary.reasoning_closers | vocabulary.call_openers
        self._uncounted = vocabulary.foreign
        self._is_open = is_open

    def read(self, token_ids: Sequence[int]) -> None:
        """Read more token ids of the answer."""
        for number in token_ids:
            if number in self._openers:
                self._is_open = True
            elif number in self._ends:
                self._is_open = False
            elif self._is_open and number not in self._uncounted:
                self.count += 1


class TokensOfTrace:
    """Counts the tokens whose characters the core calls reasoning."""

    def __init__(self, core: Parser, vocabulary: Vocabulary, tokenizer: Any) -> None:
        self.count = 0
        self._core = core
        core.keep_trace()
        self._literals = {number: literal for literal, number in vocabulary.token_ids.items()}
        self._foreign = vocabulary.foreign
        self._decode = tokenizer.decode
        self._runs: list[tuple[int, str, list[int]]] = []  # where a run of tokens begins, its text and ids; unjudged
        self._end = 0  # characters fed
        self._at = 0  # characters judged
        self._traced = 0  # entries of the trace that are judged
        self._counted = 0  # tokens of the first run that are judged

    def read(self, token_ids: Sequence[int]) -> None:
        """Read more token ids of the answer."""
        run: list[int] = []
        for number in token_ids:
            if number not in self._literals and number not in self._foreign:
                run.append(number)
                continue
            self._feed(self._decode(run) if run else "", run)
            run = []
            if number in self._literals:
                self._feed(self._literals[number], [number])
        self._feed(self._decode(run) if run else "", run)
        self._judge()

    def _feed(self, text: str, run: list[int]) -> None:
        if text:
            self._runs.append((self._end, text, run))
            self._end += len(text)
            self._core.feed(text, run)

    def _judge(self) -> None:
        """Go through the part of the trace that cannot change any more."""
        core = self._core
        trace = core.trace or []
        certain = core.certain_traces
        for kind, text in trace[self._traced : certain]:
            begin, self._at = self._at, self._at + len(text)
            if kind == "reasoning":
                self._count(begin, self._at)
        self._traced = max(self._traced, certain)
        while self._runs and self._runs[0][0] + len(self._runs[0][1]) <= self._at:
            self._runs.pop(0)
            self._counted = 0

    def _count(self, begin: int, end: int) -> None:
        """Count the tokens with a character between two places, each once."""
        while self._runs and self._runs[0][0] < end:
            start, text, ids = self._runs[0]
            if start + len(text) > begin:
                first = 0 if begin <= start else self._token_at(begin - start)
                last = len(ids) if end >= start + len(text) else self._token_at(end - start - 1) + 1
                self.count += max(0, last - max(first, self._counted))
                self._counted = max(self._counted, last)
            if start + len(text) > end:
                return
            self._runs.pop(0)
            self._counted = 0

    def _token_at(self, place: int) -> int:
        """Which token of the first run has the character at a place of its text."""
        ids = self._runs[0][2]
        low, high = 0, len(ids) - 1
        while low < high:
            middle = (low + high) // 2
            if len(self._decode(ids[: middle + 1])) > place:
                high = middle
            else:
                low = middle + 1
        return low


class ReasoningTokens:
    """Counts, and remembers how far it has counted."""

    def __init__(self, vocabulary: Vocabulary, tokenizer: Any) -> None:
        self._vocabulary = vocabulary
        self._tokenizer = tokenizer
        self._ids: list[int] = []
        self._is_open = False
        self._counter: TokensBetweenDelimiters | TokensOfTrace | None = None

    def count(self, token_ids: Sequence[int], new_core: Callable[[], Parser], *, is_open: bool) -> int:
        """Count in an answer; `new_core` makes one that begins where the prompt ends."""
        known = len(self._ids)
        if self._counter is None or is_open != self._is_open or list(token_ids[:known]) != self._ids:
            known, self._ids, self._is_open = 0, [], is_open
            if self._vocabulary.delimits_by_id:
                self._counter = TokensBetweenDelimiters(self._vocabulary, is_open=is_open)
            else:
                self._counter = TokensOfTrace(new_core(), self._vocabulary, self._tokenizer)
        more = list(token_ids[known:])
        self._ids += more
        self._counter.read(more)
        return self._counter.count
