"""Whether the ids that a server tells with the text of an answer are those of that text.

In: the first deltas of an answer. Out: whether to believe their ids.

A tool half begins where a reasoning parser ended, and is given what that one says the ids of the rest are. A stream may
also begin with half a character, or with text that is held back behind its ids. So the ids of all deltas so far must
spell the text of all deltas so far, once; as long as they do not, special tokens are found by their text.
"""

from __future__ import annotations

from collections.abc import Sequence

from toolgram.runtime.core.special_tokens import SpecialTokens
from toolgram.targets.serving.vocabulary import Vocabulary

PROOF_IDS_MAX = 64  # so many without a proof are those of something else


class ContentIds(list[int]):
    """The token ids behind the reasoning. From 0.13 on this very list reaches the tool parser in the same step.

    `tokens` says which special tokens stand in that text, as the reasoning half has seen them come. `reasoning` is its
    last text: up to 0.22 the message of the tool parser replaces that of the reasoning parser.
    """

    reasoning = ""
    tokens: SpecialTokens | None = None


class IdsProof:
    """Compares text and ids until they agree, or so many have come that they never will."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.is_over = False  # it is known once and for all
        self.agrees = True  # as far as it is known
        self._vocabulary = vocabulary
        self._text = ""
        self._ids: list[int] = []

    def holds(self, text: str, token_ids: Sequence[int]) -> bool:
        """Whether the ids of the answer are to be believed, as far as one more delta of it."""
        self._text += text
        self._ids += token_ids
        if self._text.strip() and self._ids:
            self.agrees = self._vocabulary.spells(self._text, self._ids)
            self.is_over = self.agrees or len(self._ids) > PROOF_IDS_MAX
        return self.agrees
