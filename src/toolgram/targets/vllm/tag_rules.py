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

from toolgram.targets.vllm.call_rules import NAME_CHARS, CallRules, ToolShape
from toolgram.targets.vllm.ebnf import Ebnf, GrammarError, char_class, one_of, quoted
from toolgram.targets.vllm.tag_graph import INLINED, WORDS, Part, PartReader, Paths, has_tags, uses, write

WORD_BEGIN = re.compile(r"[a-zA-Z0-9_]+")


class Wish(NamedTuple):
    """What a request wants: a call or none at all, one or several, and where the answer begins."""

    is_forced: bool
    is_single: bool = False
    may_be_open: bool = False  # the prompt may have opened the reasoning
    may_reason: bool = True


def write_grammar(outline: Mapping[str, Any], tools: Sequence[ToolShape], wish: Wish, tokens: Mapping[str, int]) -> str:
    """Write the grammar of an answer. Raises GrammarError where there is none."""
    rules = outline["rules"]
    if "tool_call" not in rules:
        raise GrammarError("the format has no calls")
    ebnf = Ebnf(tokens)
    calls = CallRules(ebnf, outline)
    body = _with_a_call(rules["start"]) if wish.is_forced else rules["start"]
    if "reasoning" in rules and not uses(body, "reasoning"):
        body = ["seq", ["rep", 0, 1, ["use", "reasoning"]], body]
    if wish.may_be_open and "reasoning" in rules:
        rest = ["in", "reasoning", _from_text_on(rules["reasoning"])]
        body = ["alt", ["seq", rest, _without_optional(body, "reasoning")], body]
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
        self._call = self._rule_of_calls(tools, calls.rules["tool_call"])
        closed = _without_last_token(calls.rules["tool_call"], calls.ebnf)
        self._last_call = None if closed is None else self._rule_of_calls(tools, closed)

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
        if part.kind == "use" and part.what == "tool_call":
            return self._read_call(count)
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

    def _read_call(self, count: int) -> list[tuple[str, Any]]:
        if self._call is None or (count and self._wish.is_single):
            return []
        found = [(self._call, (1, "call"))]
        return [*found, (self._last_call, (1, "end"))] if self._last_call is not None else found

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


def _with_a_call(node: Any) -> Any:
    """The same node with at least one call in it, reasoning before it, and nothing that is neither."""
    if isinstance(node, str) or not uses(node, "tool_call") or node[0] == "use":
        return node
    if node[0] == "alt":
        return ["alt", *(_with_a_call(option) for option in node[1:] if uses(option, "tool_call"))]
    if node[0] == "rep":
        item = _with_a_call(node[3])
        return ["seq", _thoughts(node[3]), ["rep", 1, None, item]] if node[2] is None else item
    having = [at for at, item in enumerate(node[1:]) if uses(item, "tool_call")]
    if any(_always_calls(node[1 + at]) for at in having):
        return ["seq", *(_with_a_call(item) if _always_calls(item) else item for item in node[1:])]
    ways = [["seq", *(_beside_a_call(item, at - own) for at, item in enumerate(node[1:]))] for own in having]
    return ways[0] if len(ways) == 1 else ["alt", *ways]


def _beside_a_call(item: Any, side: int) -> Any:
    """A part of a sequence with a call in one of its parts: before that only reasoning, behind it only calls."""
    if side == 0:
        return _with_a_call(item)
    if isinstance(item, str) or item[0] != "rep" or item[1] or not uses(item, "tool_call"):
        return item
    return _thoughts(item[3]) if side < 0 else [*item[:3], _with_a_call(item[3])]


def _thoughts(node: Any) -> Any:
    """What may be left out: the reasoning that a node may be instead of a call."""
    found = _as_reasoning(node)
    return ["seq"] if found is None else ["rep", 0, 1, found]


def _as_reasoning(node: Any) -> Any:
    """The ways through a node that read reasoning and no call; None when there are none."""
    if isinstance(node, str) or not uses(node, "reasoning"):
        return None
    if node[0] == "use":
        return node
    if node[0] == "alt":
        found = [way for way in map(_as_reasoning, node[1:]) if way is not None]
        return (found[0] if len(found) == 1 else ["alt", *found]) if found else None
    if node[0] == "rep":
        return _as_reasoning(node[3])
    items = [_as_reasoning(item) if uses(item, "reasoning") else item for item in node[1:]]
    return None if any(item is None or uses(item, "tool_call") for item in items) else ["seq", *items]


def _always_calls(node: Any) -> bool:
    if isinstance(node, str) or not uses(node, "tool_call"):
        return False
    if node[0] == "alt":
        return all(map(_always_calls, node[1:]))
    if node[0] == "seq":
        return any(map(_always_calls, node[1:]))
    return bool(node[0] == "use" or (node[1] > 0 and _always_calls(node[3])))


def _without_optional(node: Any, rule: str) -> Any:
    """The same node without a part that may be left out."""
    if isinstance(node, str):
        return node
    if node[:3] == ["rep", 0, 1] and uses(node[3], rule) and not uses(node[3], "tool_call"):
        return ["seq"]
    return [_without_optional(below, rule) if isinstance(below, list) else below for below in node]


def _from_text_on(node: Any) -> Any:
    """The rest of a rule from its text on, which stands in the reasoning: what the prompt has not opened."""
    rest = _cut_before_text(node)
    if rest is None:
        raise GrammarError("the reasoning of this format has no text")
    return rest


def _cut_before_text(node: Any) -> Any:
    if isinstance(node, str):
        return None
    if node[0] == "leaf":
        return node
    if node[0] == "alt":
        found = [rest for rest in map(_cut_before_text, node[1:]) if rest is not None]
        return ["alt", *found] if found else None
    if node[0] == "seq":
        for at, item in enumerate(node[1:], 1):
            rest = _cut_before_text(item)
            if rest is not None:
                return ["seq", rest, *node[at + 1 :]]
    return None


def _without_last_token(node: Any, ebnf: Ebnf) -> Any:
    """A call without the special token that ends it; None where none does.

    It may be one that ends the whole answer as well. Such a token is never in a grammar's text, but it may always come
    where a grammar may end. What stands before it must say by itself where it ends: a name does not.
    """
    if isinstance(node, str):
        return ["seq"] if ebnf.is_token(node) else None
    if node[0] == "alt":
        options = [(option, _without_last_token(option, ebnf)) for option in node[1:]]
        cut = [short for _, short in options if short is not None]
        return ["alt", *cut] if cut else None
    if node[0] != "seq" or len(node) < 2:
        return None
    short = _without_last_token(node[-1], ebnf)
    if short is None or (short == ["seq"] and not _ends_by_itself(["seq", *node[1:-1]])):
        return None
    return ["seq", *node[1:-1], short]


def _ends_by_itself(node: Any) -> bool:
    """Whether the last thing that is read is a literal or arguments."""
    if isinstance(node, str):
        return True
    if node[0] == "seq":
        for item in reversed(node[1:]):
            if not isinstance(item, str) and (item[0] == "blank" or (item[0] == "rep" and not item[1])):
                if item[0] == "rep" and not _ends_by_itself(item[3]):
                    return False
                continue
            return _ends_by_itself(item)
        return False
    if node[0] == "alt":
        return all(map(_ends_by_itself, node[1:]))
    if node[0] == "rep":
        return _ends_by_itself(node[3])
    return bool(node[0] == "use" and node[1] in ("arguments", "parameter"))
