"""A whole answer as a grammar: what a request lets the model write, in the format that the parser reads.

In: the outline of a format, the tools of a request and what it wants of them. Out: a grammar in EBNF.

Where a call is wanted (`Wish.FORCED`) the answer is: reasoning where the format has it, then calls, and no content.
Otherwise content is free up to what opens a call, and a call that is opened is written to its end.

Promise: whatever the grammar lets through, the parser reads: every call as a call of a tool of the request. A grammar
lets the same be written in several ways where the format does.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from toolgram.grammars.calls import NAME_CHARS, CallRules, ToolShape
from toolgram.grammars.ebnf import Ebnf, GrammarError, char_class, one_of, quoted
from toolgram.grammars.forms import (
    OPENED_CALL,
    behind_opener,
    from_text_on,
    with_a_call,
    without_last_token,
    without_optional,
)
from toolgram.grammars.graph import INLINED, WORDS, Part, PartReader, Paths, has_tags, uses, write

WORD_BEGIN = re.compile(r"[a-zA-Z0-9_]+")


class Wish(NamedTuple):
    """What a request wants: a call or none at all, one or several, and where the answer begins."""

    is_forced: bool
    is_single: bool = False
    may_be_open: bool = False  # the prompt may have opened the reasoning
    may_reason: bool = True
    openers: tuple[str, ...] = ()  # one of these may have been read before the grammar begins


def write_grammar(outline: Mapping[str, Any], tools: Sequence[ToolShape], wish: Wish, tokens: Mapping[str, int]) -> str:
    """Write the grammar of an answer. Raises GrammarError where there is none."""
    rules = outline["rules"]
    if "tool_call" not in rules:
        raise GrammarError("the format has no calls")
    ebnf = Ebnf(tokens)
    calls = CallRules(ebnf, outline)
    is_spaced = rules.get("content") == ["leaf", "TEXT"]
    body = with_a_call(rules["start"], is_spaced=is_spaced) if wish.is_forced else rules["start"]
    if "reasoning" in rules and not uses(body, "reasoning"):
        body = ["seq", ["rep", 0, 1, ["use", "reasoning"]], body]
    if wish.may_be_open and "reasoning" in rules:
        rest = ["in", "reasoning", from_text_on(rules["reasoning"])]
        body = ["alt", ["seq", rest, without_optional(body, "reasoning")], body]
    if wish.openers:
        rest = behind_opener(body, rules, wish.openers)
        body = body if rest is None else ["alt", body, rest]
    reader = MessageReader(calls, outline, tools, wish)
    root = write(ebnf, Paths(rules, body, "", INLINED), reader, "answer")
    if root is None:
        raise GrammarError("no tool of the request can be called in this format")
    return ebnf.source(root)


class MessageReader(PartReader):
    """Reads an answer: the state is how many calls there are (up to 1), and what has just been read."""

    start = (0, "")

    def __init__(self, calls: CallRules, outline: Mapping[str, Any], tools: Sequence[ToolShape], wish: Wish) -> None:
        self._calls = calls
        self._wish = wish
        self._names = [tool.name for tool in tools]
        self._words = words_of_headers(outline)
        self._tokens: Sequence[str] = outline["tokens"]
        call = calls.rules["tool_call"]
        nodes = {"tool_call": call, OPENED_CALL: behind_opener(call, calls.rules, wish.openers)}
        self._written = {name: self._ways_to_call(tools, node) for name, node in nodes.items() if node is not None}

    def _ways_to_call(self, tools: Sequence[ToolShape], node: Any) -> list[tuple[str, Any]]:
        """A call, and one without the special token that ends it: each with the state behind it."""
        closed = without_last_token(node, self._calls.ebnf)
        whole = self._rule_of_calls(tools, node)
        cut = None if closed is None else self._rule_of_calls(tools, closed)
        return [(rule, (1, last)) for rule, last in ((whole, "call"), (cut, "end")) if rule is not None]

    def _rule_of_calls(self, tools: Sequence[ToolShape], node: Any) -> str | None:
        written = [self._calls.call(tool, node) for tool in tools]
        found = [one for one in written if one is not None]
        return self._calls.ebnf.rule("calls", " | ".join(found)) if found else None

    def read(self, part: Part, state: Any) -> list[tuple[str, Any]]:
        count, last = state
        if part.sink == "reasoning" and not self._wish.may_reason:
            return []
        if part.sink == "content" and self._wish.is_forced:
            return []
        if part.kind == "literal":
            return [(self._calls.ebnf.literal(part.what), (count, part.sink or "markup"))]
        if part.kind == "use" and part.what in self._written:
            return [] if count and self._wish.is_single else self._written[part.what]
        if part.kind == "leaf" and part.sink == "source":
            chars = "\n" + "".join(text[0] for text in self._calls.without.get("source", ()))
            return [(f"{char_class(chars, negated=True)}{{1,64}}", (count, "source"))]
        if part.kind == "leaf" and part.what in WORDS:
            return [(self._word(part), (count, "word"))]
        if part.kind == "leaf":
            # Not twice without anything between: it would be the same text, cut in two.
            return [] if last == "text" else [(self._text(part.sink or "skip"), (count, "text"))]
        raise GrammarError(f"what stands beside the calls of this format cannot be written: {part.what}")

    def _text(self, sink: str) -> str:
        barred = set(self._calls.without.get(sink, ()))
        words = barred & self._words
        if words:
            barred = (barred | set(self._tokens)) - words
        return self._calls.ebnf.text_without(barred, not_last=words)

    def _word(self, part: Part) -> str:
        """A word of a header: the name of a tool, or any that is not part of a longer literal."""
        if part.what == "INT":
            return "[0-9]{1,4}"
        calls = self._calls
        names = [name for name in self._names if NAME_CHARS.fullmatch(name) and not calls.is_taken(name, part.before)]
        rests = [text[len(part.before) :] for text in calls.literals if text.startswith(part.before)]
        taken = {word.group() for word in map(WORD_BEGIN.match, rests) if word is not None}
        return one_of([*map(quoted, names), calls.ebnf.word_unlike(taken)])

    def may_end(self, state: Any) -> bool:
        return bool(state[0]) or not self._wish.is_forced

    def ends_anywhere(self, state: Any) -> bool:
        return bool(state[1] == "end")


def words_of_headers(outline: Mapping[str, Any]) -> frozenset[str]:
    """The plain words of a format that count only with a special token behind them: `to=`, a name, `<|message|>`.

    Text may hold them where it holds no special token, but it may not end with them.
    """
    rules, tokens = outline["rules"], outline["tokens"]
    inlined = INLINED | {"tool_call"}
    paths = Paths(rules, rules["start"], "", inlined - ({"element"} if has_tags(rules) else set()))
    found: dict[str, bool] = {}
    for edges in paths.edges:
        for part, target in edges:
            if part is not None and part.kind == "literal" and not any(token in part.what for token in tokens):
                found[part.what] = found.get(part.what, True) and _leads_to_a_token(paths, target, tokens)
    return frozenset(text for text, is_word in found.items() if is_word)


def _leads_to_a_token(paths: Paths, place: int, tokens: Sequence[str]) -> bool:
    """Whether nothing but words and blanks stands before the next special token."""
    waiting, seen = [place], {place}
    while waiting:
        at = waiting.pop()
        if paths.end in paths.closure(at):
            return False
        for part, target in paths.follow(at):
            if part.kind == "literal":
                if not any(token in part.what for token in tokens):
                    return False
            elif part.kind != "blank" and not part.may_be_word:
                return False
            elif target not in seen:
                seen.add(target)
                waiting.append(target)
    return True
