"""What the plugin has to know of one format, and of one tokenizer that a format meets.

In: the constants of a generated file, and a tokenizer. Out: `PluginFormat`, `Vocabulary`.

Promise: a tokenizer is looked at once. Its vocabulary can take a tenth of a second to list, parsers are made several
times a request.
"""

from __future__ import annotations

import logging
import threading
import weakref
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from toolgram.runtime.tables.suffix import with_suffix
from toolgram.targets.vllm.host.habits import VLLM_VERSION


class PluginFormat:
    """One format: its machine, its names and the literals that the server's questions turn on.

    `begins_inside` is None, or the capture that the prompt opens, the chat template arguments that decide it (none:
    it is always open), what is assumed without them, and the texts by which they say no.
    """

    def __init__(
        self,
        machine: Any,
        format_id: str,
        *,
        aliases: Sequence[str] = (),
        special_tokens: Sequence[str] = (),
        begins_inside: tuple[str, Sequence[str], bool, Sequence[str]] | None = None,
        reasoning_openers: Sequence[str] = (),
        reasoning_closers: Sequence[str] = (),
        call_openers: Sequence[str] = (),
        version: str = "",
        spec: str | None = None,
        outline: Mapping[str, Any] | None = None,
    ) -> None:
        self.machine = machine
        self.names = [format_id, *aliases]
        self.version = version  # of toolgram
        self.spec = spec or format_id  # what toolgram's commands call it
        self.special_tokens = tuple(special_tokens)
        self.begins_inside = begins_inside
        self.reasoning_openers = tuple(reasoning_openers)
        self.reasoning_closers = tuple(reasoning_closers)
        self.call_openers = tuple(call_openers)
        self.opens_reasoning_only: bool = machine.opens_reasoning_only
        # What begins a message, as it stands in prompts too: whatever was open before it is over.
        self.headers: tuple[str, ...] = machine.headers
        self.wraps_content: bool = machine.wraps_content  # text is in messages of its own, not just between the calls
        self.outline: Mapping[str, Any] = outline or {}  # the well-formed language; without it nothing is constrained
        self.reasoning_half_is_used = False  # set by the first reasoning parser made: a server has it for all requests
        self.log = logging.getLogger("vllm.toolgram." + format_id)
        self.failures: set[tuple[str, str, int]] = set()  # that were logged
        self._in_use: set[str] = set()  # halves
        self.pair = Pair()
        self._vocabularies: dict[int, tuple[Any, Vocabulary]] = {}

    def vocabulary(self, tokenizer: Any) -> Vocabulary:
        """Return what the format needs to know of `tokenizer`, looked up once for each tokenizer."""
        key = id(tokenizer)
        known = self._vocabularies.get(key)
        if known is None:
            known = (self._hold(tokenizer, key), Vocabulary(tokenizer, self))
            self._vocabularies[key] = known
        return known[1]

    def note_use(self, half: str) -> None:
        """Say in the log, once a process, that a half of this plugin is at work."""
        if half not in self._in_use:
            self._in_use.add(half)
            self.log.info("toolgram %s reads %s (%s half, vLLM %s)", self.version, self.names[0], half, VLLM_VERSION)

    def asks_for_reasoning(self, template_arguments: Mapping[str, Any], *, default: bool) -> bool:
        """Whether a request's template arguments switch the reasoning on; `default` when they do not say."""
        _, names, _, off = self.begins_inside or ("", (), default, ())
        said = [template_arguments[name] for name in names if template_arguments.get(name) is not None]
        return all(value and value not in off for value in said) if said else default

    def _hold(self, tokenizer: Any, key: int) -> Any:
        """Keep the tokenizer's place in the table no longer than the tokenizer, where that is possible."""
        try:
            return weakref.ref(tokenizer, lambda _: self._vocabularies.pop(key, None))
        except TypeError:
            return tokenizer


class Pair(threading.local):
    """The two halves of one answer: servers from 0.19 on make one right after the other, the reasoning half first.

    Only the tool half is given the request's tools. A reasoning half that stays alone is given none.
    """

    def __init__(self) -> None:
        self._waiting: Any = None
        self._tokenizer_id = 0

    def begin(self, reasoning_half: Any, tokenizer: Any) -> None:
        """A reasoning half was made."""
        self._waiting, self._tokenizer_id = weakref.ref(reasoning_half), id(tokenizer)

    def complete(self, tokenizer: Any, tools: Any) -> None:
        """A tool half was made: the reasoning half before it, if there is one, belongs to it."""
        waiting, self._waiting = self._waiting, None
        half = waiting() if waiting is not None and self._tokenizer_id == id(tokenizer) else None
        if half is not None and tools:
            half.take_tools(tools)


def ask_for_markup(request: Any, *, is_hidden: bool) -> None:
    """Have a request's answer come as the model writes it, where the request can say so.

    Tokenizers written in Python put a blank on either side of every added token.
    """
    if is_hidden and hasattr(request, "skip_special_tokens"):
        request.skip_special_tokens = False
    if hasattr(request, "spaces_between_special_tokens"):
        request.spaces_between_special_tokens = False


class Vocabulary:
    """The special tokens of one tokenizer, seen by one format. Ids are missing where a literal is no single token."""

    def __init__(self, tokenizer: Any, fmt: PluginFormat) -> None:
        ids: Mapping[str, int] = tokenizer.get_vocab()
        self._tokenizer = _reference(tokenizer)
        # The delimiters as this tokenizer has them: with its suffix, where the format has a place for one.
        self.machine = fmt.machine.for_tokens(ids)
        suffix = self.machine.bound or ""
        self.opener_texts = tuple(with_suffix(literal, suffix) for literal in fmt.reasoning_openers)
        self.closer_texts = tuple(with_suffix(literal, suffix) for literal in fmt.reasoning_closers)
        self.call_texts = tuple(with_suffix(literal, suffix) for literal in fmt.call_openers)
        special_texts = tuple(with_suffix(literal, suffix) for literal in fmt.special_tokens)
        markup = (*special_texts, *self.opener_texts, *self.closer_texts, *self.call_texts)
        added = set(_ask(tokenizer, "get_added_vocab").values())
        special = set(getattr(tokenizer, "all_special_ids", None) or ()) | _hidden_ids(tokenizer)
        known = {ids[literal] for literal in markup if literal in ids}
        # A part of a delimiter may be a special token of this tokenizer, though the format does not ask for it.
        literals = "\0".join(self.machine.literals())
        known |= {number for literal, number in ids.items() if number in special and literal in literals}
        self.token_ids = {literal: ids[literal] for literal in special_texts if literal in ids}
        self.hides_markup = not special.isdisjoint(known)
        # Special tokens that the format does not know (end tokens, turns): never text, whatever was asked for.
        self.foreign = {number: literal for literal, number in ids.items() if number in special - known}
        self.turns = frozenset((special | added) - known)
        self.end_id = getattr(tokenizer, "eos_token_id", None)
        self.watched = frozenset([*self.token_ids.values(), *self.foreign, self.end_id])
        self.reasoning_openers = frozenset(ids[text] for text in self.opener_texts if text in ids)
        self.reasoning_closers = frozenset(ids[text] for text in self.closer_texts if text in ids)
        headers = {number for text, number in self.token_ids.items() if any(text in header for header in fmt.headers)}
        self.headers = frozenset(headers - self.reasoning_openers - self.reasoning_closers)
        # Whether ids alone say what is reasoning: not behind a header (`<|channel|>analysis<|message|>`), whose end
        # opens other texts too.
        self.delimits_by_id = bool(self.reasoning_openers and self.reasoning_closers) and fmt.opens_reasoning_only
        self.call_openers = frozenset(self.token_ids[text] for text in self.call_texts if text in self.token_ids)

    def ids_in(self, text: str) -> list[int]:
        """The ids of the format's special tokens whose literals stand in `text`."""
        return [number for literal, number in self.token_ids.items() for _ in range(text.count(literal))]

    def spells(self, text: str, token_ids: Sequence[int]) -> bool:
        """Whether ids are those of a text, as far as one can tell. Where they are not, special tokens go by text."""
        tokenizer = self._tokenizer()
        if not text.strip() or not token_ids or tokenizer is None:
            return True
        try:
            return text.strip() in tokenizer.decode(list(token_ids))
        except Exception:  # ids that are not the tokenizer's own, or a tokenizer that cannot decode
            return False

    def without_foreign(self, text: str, token_ids: Sequence[int]) -> str:
        """Take the literals of foreign special tokens out of a delta that they came in."""
        for number in token_ids:
            literal = self.foreign.get(number)
            if literal and literal in text:
                text = text.replace(literal, "", 1)
        return text

    def ends_with(self, text: str, token_ids: Sequence[int]) -> bool:
        """Whether a delta holds the end of the answer: the end token, or a special token that left no text."""
        last = token_ids[-1]
        return last == self.end_id or (not text and last in self.foreign)


def _reference(tokenizer: Any) -> Callable[[], Any]:
    """A way to the tokenizer that does not keep it, where that is possible."""
    try:
        return weakref.ref(tokenizer)
    except TypeError:
        return lambda: tokenizer


def _ask(tokenizer: Any, name: str) -> Mapping[Any, Any]:
    """What a tokenizer says, if it is of the kind that has it: not all of them come from `transformers`."""
    try:
        answer = getattr(tokenizer, name, None)
        return (answer() if callable(answer) else answer) or {}
    except Exception:  # a slot that exists and does not work is as good as none
        return {}


def _hidden_ids(tokenizer: Any) -> set[int]:
    """The added tokens that vanish from the text unless a request asks for them; `all_special_ids` is only a part."""
    return {
        number for number, token in _ask(tokenizer, "added_tokens_decoder").items() if getattr(token, "special", False)
    }
