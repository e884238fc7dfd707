"""The special tokens of one tokenizer, as one format sees them.

In: a tokenizer, a format. Out: `Vocabulary`, which `vocabulary_of` makes once for both.

Promise: a tokenizer is looked at once. Its vocabulary can take a tenth of a second to list, and parsers are made
several times a request. No tokenizer is kept longer than its owner keeps it, where that is possible.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from toolgram.runtime.tables.suffix import NAME_PLACE, with_suffix
from toolgram.targets.serving.facts import FormatFacts

Made = TypeVar("Made")


def vocabulary_of(fmt: FormatFacts, tokenizer: Any) -> Vocabulary:
    """Return what the format needs to know of a tokenizer, looked up once for each tokenizer."""
    known, key = fmt.vocabularies, id(tokenizer)
    if key not in known:
        known[key] = (_guard(tokenizer, known, key), Vocabulary(tokenizer, fmt))
    found: Vocabulary = known[key][1]
    return found


def _guard(tokenizer: Any, known: dict[int, Any], key: int) -> Any:
    """What to keep beside an entry: a reference that removes it with its tokenizer, or the tokenizer itself.

    Without one of them another tokenizer could come to stand in the same place of memory, under the same id.
    """
    try:
        return weakref.ref(tokenizer, lambda _: known.pop(key, None))
    except TypeError:
        return tokenizer


class Vocabulary:
    """The special tokens of one tokenizer, seen by one format. Ids are missing where a literal is no single token."""

    def __init__(self, tokenizer: Any, fmt: FormatFacts) -> None:
        ids: Mapping[str, int] = tokenizer.get_vocab()
        self._tokenizer = _reference(tokenizer)
        self._made: dict[Any, Any] = {}
        # The delimiters as this tokenizer has them: with its suffix, where the format has a place for one.
        self.machine = fmt.machine.for_tokens(ids)
        suffix = self.machine.bound or ""
        self.opener_texts = tuple(with_suffix(literal, suffix) for literal in fmt.reasoning_openers)
        self.closer_texts = tuple(with_suffix(literal, suffix) for literal in fmt.reasoning_closers)
        self.call_texts = tuple(with_suffix(one, suffix) for one in fmt.call_openers if NAME_PLACE not in one)
        special_texts = tuple(with_suffix(literal, suffix) for literal in fmt.special_tokens)
        markup = (*special_texts, *self.opener_texts, *self.closer_texts, *self.call_texts)
        added = set(_ask(tokenizer, "get_added_vocab").values())
        special = set(getattr(tokenizer, "all_special_ids", None) or ()) | _hidden_ids(tokenizer)
        known = {ids[literal] for literal in markup if literal in ids}
        # A part of a delimiter may be a special token of this tokenizer, though the format does not ask for it.
        literals = "\0".join(self.machine.literals())
        known |= {number for literal, number in ids.items() if number in special and literal in literals}
        self.token_ids = {literal: ids[literal] for literal in special_texts if literal in ids}
        self.markup = frozenset(self.token_ids.values())
        self.hides_markup = not special.isdisjoint(known)
        # The format's own among the tokens that are left out of the text unless a request asks for them.
        self.hidden = {number: literal for literal, number in ids.items() if number in special & known}
        # Special tokens that the format does not know (end tokens, turns): never text, whatever was asked for.
        self.foreign = {number: literal for literal, number in ids.items() if number in special - known}
        delimiters = "\0".join((*self.opener_texts, *self.closer_texts))
        self.hides_reasoning = any(literal in delimiters for literal in self.hidden.values())
        self.turns = frozenset((special | added) - known)
        self.end_id = getattr(tokenizer, "eos_token_id", None)
        self.watched = self.markup | {*self.foreign, self.end_id}
        self.reasoning_openers = frozenset(ids[text] for text in self.opener_texts if text in ids)
        self.reasoning_closers = frozenset(ids[text] for text in self.closer_texts if text in ids)
        headers = {number for text, number in self.token_ids.items() if any(text in header for header in fmt.headers)}
        self.headers = frozenset(headers - self.reasoning_openers - self.reasoning_closers)
        # Whether ids alone say what is reasoning: not behind a header (`<|channel|>analysis<|message|>`), whose end
        # opens other texts too, and not where markup stands in the reasoning (`<|channel>thought`).
        has_ids = bool(self.reasoning_openers and self.reasoning_closers)
        self.delimits_by_id = has_ids and fmt.opens_reasoning_only and not fmt.machine.marks_reasoning
        self.call_openers = frozenset(self.token_ids[text] for text in self.call_texts if text in self.token_ids)

    def ids_in(self, text: str) -> list[int]:
        """The ids of the format's special tokens whose literals stand in `text`."""
        return [number for literal, number in self.token_ids.items() for _ in range(text.count(literal))]

    def made_once(self, make: Callable[[FormatFacts, Vocabulary], Made], fmt: FormatFacts) -> Made:
        """What is made of the format and this vocabulary, made when it is first asked for."""
        if make not in self._made:
            self._made[make] = make(fmt, self)
        made: Made = self._made[make]
        return made

    def decode(self, token_ids: list[int]) -> str:
        """The text of ids. Raises what the tokenizer raises, and LookupError when there is none any more."""
        tokenizer = self._tokenizer()
        if tokenizer is None:
            raise LookupError("the tokenizer is gone")
        text: str = tokenizer.decode(token_ids)
        return text

    def spells(self, text: str, token_ids: Sequence[int]) -> bool:
        """Whether ids are those of a text, or of one that it stands in. If not, tokens are found by their text."""
        try:
            return text.strip() in self.decode(list(token_ids))
        except Exception:  # ids that are not the tokenizer's own, or a tokenizer that cannot decode
            return False

    def last_ids_of(self, text: str, token_ids: Sequence[int]) -> list[int]:
        """Of ids that spell more than a text, the last that spell all of it; all of them where none do."""
        few, many = 0, len(token_ids)
        while few < many:  # the last `few` are too few, or none; the last `many` spell it, if any do
            middle = (few + many) // 2
            if self.spells(text, token_ids[len(token_ids) - middle :]):
                many = middle
            else:
                few = middle + 1
        return list(token_ids[len(token_ids) - many :])

    def without_foreign(self, text: str, token_ids: Sequence[int]) -> str:
        """Take the literals of foreign special tokens out of a delta that they came in."""
        return _without_tokens(self.foreign, text, token_ids)

    def hidden_in(self, text: str) -> list[int]:
        """The ids of the hidden tokens whose literals stand in `text`."""
        return [number for number, literal in self.hidden.items() for _ in range(text.count(literal))]

    def without_hidden(self, text: str, token_ids: Sequence[int]) -> str:
        """Take the literals of hidden tokens out of a delta that they came in."""
        return _without_tokens(self.hidden, text, token_ids)

    def ends_with(self, text: str, token_ids: Sequence[int]) -> bool:
        """Whether a delta holds the end of the answer: the end token, or a special token that left no text."""
        last = token_ids[-1]
        return last == self.end_id or (not text and last in self.foreign)


def _without_tokens(literals: Mapping[int, str], text: str, token_ids: Sequence[int]) -> str:
    for number in token_ids:
        literal = literals.get(number)
        if literal and literal in text:
            text = text.replace(literal, "", 1)
    return text


def _reference(tokenizer: Any) -> Callable[[], Any]:
    """A function that returns the tokenizer, without keeping it alive where that is possible."""
    try:
        return weakref.ref(tokenizer)
    except TypeError:
        return lambda: tokenizer


def _ask(tokenizer: Any, name: str) -> Mapping[Any, Any]:
    """What a method or an attribute of a tokenizer gives; nothing where it has none: not all are of `transformers`."""
    try:
        answer = getattr(tokenizer, name, None)
        return (answer() if callable(answer) else answer) or {}
    except Exception:  # a slot that exists and does not work is as good as none
        return {}


def _hidden_ids(tokenizer: Any) -> set[int]:
    """The ids of added tokens that are left out of the text unless a request asks for them.

    `all_special_ids` has only some of them.
    """
    return {
        number for number, token in _ask(tokenizer, "added_tokens_decoder").items() if getattr(token, "special", False)
    }
