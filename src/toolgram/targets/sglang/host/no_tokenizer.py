"""The vocabulary of a tokenizer, and what stands in its place where SGLang shows none, or one that cannot be asked."""

from __future__ import annotations

from typing import Any

from toolgram.targets.serving.vocabulary import Vocabulary, vocabulary_of
from toolgram.targets.sglang.host.served_format import ServedFormat


class NoTokenizer:
    """A tokenizer of no tokens."""

    eos_token_id = None

    def get_vocab(self) -> dict[str, int]:
        """No token has an id."""
        return {}


NO_TOKENIZER = NoTokenizer()


def words_of(fmt: ServedFormat, tokenizer: Any) -> Vocabulary:
    """What the format needs to know of a tokenizer, as far as it can be had."""
    if hasattr(tokenizer, "get_vocab"):
        try:
            return vocabulary_of(fmt, tokenizer)
        except Exception:  # a tokenizer of somebody's own: delimiters are found by their text
            pass
    return vocabulary_of(fmt, NO_TOKENIZER)
