"""How the reasoning detector reads an answer, by what stands behind it.

In: the deltas of one answer. Out: for each the reasoning, and what SGLang calls normal text.

    Handing         our tool detector of the same format is behind it: it is handed what was read
    Splitting       another tool detector, or nobody: it gets the source behind the reasoning, as it came
    Unwrapping      nobody, in a format that puts text into messages of its own: the client gets the text in them

Promises: each of them gives the same however the answer is cut; an answer without reasoning is normal text from its
first character on.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Tuple

from toolgram.runtime.events import Event, ReasoningDelta
from toolgram.targets.serving.seam import Seam, leading_reasoning
from toolgram.targets.serving.vocabulary import Vocabulary
from toolgram.targets.sglang.host.items import Items
from toolgram.targets.sglang.host.passed import Passed
from toolgram.targets.sglang.host.reader import Reader

Parts = Tuple[str, str]  # reasoning, normal text


class Handing:
    """Reads all of an answer, and hands on what is no reasoning."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def feed(self, text: str) -> Parts:
        """Read a delta."""
        return self._parts(self._reader.feed(text))

    def finish(self) -> Parts:
        """Say that the answer has ended."""
        return self._parts(self._reader.finish())

    def _parts(self, events: Sequence[Event]) -> Parts:
        reasoning: list[str] = []
        others: list[Event] = []
        for event in events:
            if isinstance(event, ReasoningDelta):
                reasoning.append(event.text)
            else:
                others.append(event)
        return "".join(reasoning), Passed(others)


class Unwrapping(Handing):
    """Reads all of an answer; a call in it is text, since nobody asked for one."""

    def __init__(self, reader: Reader, words: Vocabulary) -> None:
        super().__init__(reader)
        self._items = Items(words, wants_calls=False)

    def _parts(self, events: Sequence[Event]) -> Parts:
        reasoning, others = super()._parts(events)
        assert isinstance(others, Passed)
        return reasoning, self._items.sort(others.events)[0]


class Splitting:
    """Reads an answer up to the end of its reasoning."""

    def __init__(self, reader: Reader, words: Vocabulary) -> None:
        self._reader = reader
        self._seam = Seam(words.closer_texts)
        self._has_ended = False
        reader.keep_source(self._seam)

    def feed(self, text: str) -> Parts:
        """Read a delta."""
        if self._has_ended:
            return "", text
        events = self._reader.feed(text)
        core = self._reader.core
        if core is None:  # it has failed
            return self._rest("", self._seam.source + text)
        self._seam.read(core, text)
        return self._split(events)

    def finish(self) -> Parts:
        """Say that the answer has ended."""
        if self._has_ended:
            return "", ""
        events = self._reader.finish()
        core = self._reader.core
        if core is None:
            return self._rest("", self._seam.source)
        self._seam.read(core, "")
        return self._split(events)

    def _split(self, events: Sequence[Event]) -> Parts:
        texts, first = leading_reasoning(events)
        reasoning = "".join(texts)
        return (reasoning, "") if first is None else self._rest(reasoning, self._seam.behind_reasoning(first))

    def _rest(self, reasoning: str, rest: str) -> Parts:
        self._has_ended = True
        return reasoning, rest
