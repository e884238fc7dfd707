"""A tokenizer for vLLM versions that are not installed: it learns every text that it is given."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any


class Tokenizer:
    """Special tokens, words and single characters; whatever is new gets the next id.

    `hides`: the markup is among the tokens that are no text unless a request asks for them.
    """

    END, TURN = "<|end of answer|>", "<|turn|>"

    def __init__(self, markup: Iterable[str], *, hides: bool = False) -> None:
        tokens = [self.END, self.TURN, *markup]
        self._ids = {token: number for number, token in enumerate(dict.fromkeys(tokens))}
        self._texts = dict(enumerate(self._ids))
        longest_first = sorted(self._ids, key=len, reverse=True)
        self._split = re.compile("|".join([*map(re.escape, longest_first), r" ?[A-Za-z]+", r"\s+", "."]), re.DOTALL)
        self.eos_token, self.eos_token_id = self.END, self._ids[self.END]
        self.all_special_tokens = list(self._ids) if hides else [self.END, self.TURN]
        self.all_special_ids = [self._ids[token] for token in self.all_special_tokens]

    def get_vocab(self) -> dict[str, int]:
        return self._ids

    vocab = property(get_vocab)

    def encode(self, text: str, **_: Any) -> list[int]:
        return [self._id(part) for part in self._split.findall(text)]

    def _id(self, part: str) -> int:
        number = self._ids.setdefault(part, len(self._ids))
        self._texts[number] = part
        return number

    def decode(self, ids: int | Sequence[int], *, skip_special_tokens: bool = False, **_: Any) -> str:
        hidden = self.all_special_ids if skip_special_tokens else ()
        shown = [ids] if isinstance(ids, int) else ids
        return "".join(self._texts[number] for number in shown if number not in hidden)

    def convert_tokens_to_ids(self, token: str) -> int | None:
        return self._ids.get(token)

    def convert_ids_to_tokens(self, ids: Sequence[int], **_: Any) -> list[str]:
        return [self._texts[number] for number in ids]
