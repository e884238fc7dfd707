"""Answers as token ids: their texts, and which of their tokens are delimiters.

In: a format and a tokenizer: whatever has `decode` and `convert_tokens_to_ids`, as those of transformers have. Out:
`TokenReader`: reports
of ids.

The ids say more than their text: characters of a special token that ordinary tokens spell are text (rule 10).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from ..formats import Format, Tools
from ..reports import Report, Span, offsets_of
from ..reports.make import report_of
from ..runtime.tables.suffix import with_suffix


class TokenReader:
    """Reads answers of one tokenizer in one format."""

    def __init__(self, fmt: Format, tokenizer: Any) -> None:
        self.format = fmt
        self._tokenizer = tokenizer
        names: dict[str, int] = getattr(tokenizer, "get_vocab", dict)()
        suffix = fmt.prepared.for_tokens(names).bound or ""
        literals = [with_suffix(literal, suffix) for literal in fmt.table["special_tokens"]]
        self.token_ids = {literal: number for literal in literals if (number := self.id_of(literal)) is not None}
        special = {*(getattr(tokenizer, "all_special_ids", None) or ())}
        special |= {getattr(tokenizer, f"{name}_token_id", None) for name in ("eos", "pad")}
        self._ends = special - {None, *self.token_ids.values()}

    def id_of(self, token: str) -> int | None:
        """The id of a token; None: the tokenizer has no such token."""
        number = self._tokenizer.convert_tokens_to_ids(token)
        unknown = getattr(self._tokenizer, "unk_token_id", None)
        return number if isinstance(number, int) and number >= 0 and number != unknown else None

    @property
    def stop_ids(self) -> list[int]:
        """The tokens that end a turn of the model, as far as the tokenizer has them."""
        found = (self.id_of(token) for token in self.format.table.get("end_tokens", ()))
        return [number for number in found if number is not None]

    def without_end(self, ids: Iterable[int]) -> list[int]:
        """Take the tokens away that stand behind an answer: its end, and what fills a batch up."""
        kept = [int(number) for number in ids]
        while kept and kept[-1] in self._ends:
            kept.pop()
        return kept

    def decode(self, ids: Sequence[int]) -> str:
        """The text of ids, special tokens included."""
        return str(self._tokenizer.decode(list(ids), skip_special_tokens=False)) if ids else ""

    def report(
        self, ids: Iterable[int], tools: Tools, inside: str | None = None, *, cut: bool = False, strict: bool = False
    ) -> Report:
        """Read a whole answer; see `Format.report`. Raises ValueError when the tools cannot be read."""
        kept = self.without_end(ids)
        reporter = self.format.reporter(tools, inside, token_ids=self.token_ids, decode=self.decode)
        length = self.format.call_id_length
        return report_of(reporter, self.decode(kept), length, cut=cut, strict=strict, ids=kept)

    def offsets(self, ids: Iterable[int]) -> list[Span]:
        """The place of each token in the text of an answer, without its end."""
        return offsets_of(self.without_end(ids), self.decode)[1]
