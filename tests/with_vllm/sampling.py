"""A random model under a grammar: every text that it writes is one that the grammar lets through.

In: a grammar, the special tokens of a format. Out: sampled answers, as text and as token ids.

The model is untrained: its likings for tokens are drawn at random, anew for each answer, and it samples from them at
temperature 1 what xgrammar's mask leaves. Its tokenizer has a token for each character of ASCII, some of more bytes,
and longer ones: the format's special tokens, the text between them, ends of JSON. Those are liked better than the
others, so that markup stands where it is text as well as where it counts; who has written much likes what ends a value.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import torch
import xgrammar

torch.set_num_threads(1)  # its tensors are small

TOKENS_MAX = 3000
NOISE_ROWS = 100
LIKES_MARKUP = 2.5  # how much better
LIKES_TO_GO_ON = 6.0
PLAIN = [*(chr(code) for code in range(32, 127)), "\n", "\t", "é", "東", "\U0001f600"]
COMMON = ['"', "'", "}", "]", ")", '",', '"}', "</", ">"]


class Sample(NamedTuple):
    text: str
    token_ids: list[int]
    pieces: list[str]


class RandomModel:
    """Samples from one grammar after the other, over the vocabulary of one format."""

    def __init__(self, special_tokens: Sequence[str], literals: Iterable[str], ends: Iterable[str] = ()) -> None:
        literals = list(literals)
        split = re.compile("|".join(map(re.escape, special_tokens)) or r"\Z.")
        pieces = [piece for text in literals for piece in split.split(text) if piece]
        ends = {piece for text in ends for piece in (*split.split(text), *split.findall(text))}
        plain = list(dict.fromkeys([*PLAIN, *"".join(literals)]))
        markup = [text for text in dict.fromkeys([*pieces, *COMMON]) if text not in (*special_tokens, *plain)]
        self._texts = [*special_tokens, *markup, *plain]
        self._liked = len(special_tokens) + len(markup)
        self.token_ids = {text: number for number, text in enumerate(special_tokens)}
        self._end = len(self._texts)
        self._ends = torch.zeros(self._end + 1)
        for number, text in enumerate(self._texts):
            self._ends[number] = float(text in COMMON or text in ends)
        self._ends[self._end] = 1.0
        self._next: dict[str, set[int]] = {}  # markup of several tokens goes on as it began
        numbers = {text: number for number, text in enumerate(self._texts)}
        for text in literals:
            parts = [part for part in re.split(f"({split.pattern})", text) if part]
            for one, other in itertools.pairwise(parts):
                self._next.setdefault(one, set()).add(numbers[other])
        vocabulary = [text.encode() for text in self._texts] + [b"<end of the answer>"]
        info = xgrammar.TokenizerInfo(vocabulary, vocab_type=xgrammar.VocabType.RAW, stop_token_ids=[self._end])
        # Without its cache, which takes some rules of one grammar for those of another (xgrammar 0.2.8):
        # https://github.com/mlc-ai/xgrammar/pull/816
        self._compiler = xgrammar.GrammarCompiler(info, max_threads=1, cache_enabled=False)
        self._size = len(vocabulary)

    def samples(self, grammar: str, count: int, seed: int, *, is_tag: bool = False) -> list[Sample | None]:
        """Sample answers; None for one that did not end in `TOKENS_MAX` tokens. `is_tag`: it is a structural tag."""
        compiled = (self._compiler.compile_structural_tag if is_tag else self._compiler.compile_grammar)(grammar)
        return [self._sample(compiled, torch.Generator().manual_seed(seed * 100003 + at)) for at in range(count)]

    def _sample(self, compiled: Any, random: torch.Generator) -> Sample | None:
        matcher = xgrammar.GrammarMatcher(compiled)
        mask = xgrammar.allocate_token_bitmask(1, self._size)
        likings = torch.randn(self._size, generator=random)
        likings[: self._liked] += LIKES_MARKUP
        likings[self._end] += LIKES_MARKUP
        ids: list[int] = []
        for noise in self._noise(random):
            matcher.fill_next_token_bitmask(mask)
            logits = (likings + noise).unsqueeze(0)
            for number in self._next.get(self._texts[ids[-1]], ()) if ids else ():
                logits[0, number] += LIKES_TO_GO_ON
            if len(ids) >= 100:  # who has written much comes to an end
                logits[0] += self._ends * min(6, len(ids) // 100)
            xgrammar.apply_token_bitmask_inplace(logits, mask)
            number = int(logits.argmax())
            assert matcher.accept_token(number), f"the grammar leads nowhere behind {self._text(ids)!r}"
            if number == self._end:
                return Sample(self._text(ids), ids, [self._texts[one] for one in ids])
            ids.append(number)
        return None

    def _noise(self, random: torch.Generator) -> Iterator[torch.Tensor]:
        """What is added to the likings before each token: the likeliest is then one sampled (Gumbel's trick)."""
        for _ in range(0, TOKENS_MAX, NOISE_ROWS):
            drawn = torch.rand((NOISE_ROWS, self._size), generator=random)
            yield from torch.randn((NOISE_ROWS, self._size), generator=random) - (-drawn.log()).log()

    def _text(self, ids: Iterable[int]) -> str:
        return "".join(self._texts[number] for number in ids)
