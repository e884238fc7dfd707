"""A whole answer as a grammar: what a request lets a model write, in the format that the parser reads.

In: the outline of a format, the request, the ids of special tokens. Out: a grammar.

Where a call is wanted the answer is: reasoning where the format has it, then calls, and no content. Otherwise content
is free up to where a call begins, and a call that has begun is written to its end. A call ends the reasoning, as it
does for the parser. Where there may be one call only, it is the last of the answer.

Promise: whatever the grammar lets through, the parser reads: every call as a call of a tool of the request. A grammar
lets the same be written in several ways where the format does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Tuple

from toolgram.grammars.budget import GrammarBudget
from toolgram.grammars.builder import GrammarBuilder
from toolgram.grammars.calls import CALL_NUMBER, CallRules
from toolgram.grammars.captures import WORD_CHARS
from toolgram.grammars.expressions import (
    Expression,
    Grammar,
    GrammarError,
    RuleRef,
    chars_not_in,
    either_of,
    exactly,
    repeated,
)
from toolgram.grammars.format_rules import FormatRules
from toolgram.grammars.forms import (
    OPENED_CALL,
    behind_opener,
    from_call_on,
    from_text_on,
    up_to_text,
    with_a_call,
    without_last_token,
    without_optional,
)
from toolgram.grammars.headers import words_of_headers
from toolgram.grammars.notes import GrammarNotes
from toolgram.grammars.outline import (
    ChoiceNode,
    InsideNode,
    LeafNode,
    Outline,
    OutlineNode,
    RepeatNode,
    SeqNode,
    UseNode,
    uses_rule,
)
from toolgram.grammars.paths import INLINED, WORDS, Part, Paths, paths_into_calls
from toolgram.grammars.request import ANY_PARAMETERS, GrammarRequest, ToolShape
from toolgram.grammars.texts import text_without, word_unlike
from toolgram.grammars.triggers import CallTrains, asks_for_words, text_without_trains
from toolgram.grammars.values import any_string
from toolgram.grammars.walk import PartReader, write
from toolgram.runtime.schema.tools import ToolSet

WORD_BEGIN = re.compile(r"[a-zA-Z0-9_]+")
JSON_TEXTS = ("JSON_STRING", "JSON")  # what a part of the message may be, besides text
SOURCE_CHARS_MAX = 64  # of a cited source


def derive_grammar(
    outline: Outline,
    request: GrammarRequest,
    tokens: Mapping[str, int],
    *,
    notes: GrammarNotes | None = None,
    spent: GrammarBudget | None = None,
) -> Grammar:
    """Derive the grammar of an answer. What it is not, though the request asks for it, is written into the notes.

    Raises GrammarError where there is none, TooLargeError where it would cost more than the budget that is spent.
    """
    if "tool_call" not in outline.rules:
        raise GrammarError("the format has no calls")
    if outline.names_tools:
        raise GrammarError("the delimiters of a call are the names of tools")
    builder = GrammarBuilder(tokens, spent, notes)
    reader = MessageReader(FormatRules(builder, outline), request)
    root = write(builder, Paths(outline.rules, _answer(outline, request), "", INLINED), reader)
    if root is None:
        raise GrammarError("no tool of the request can be called in this format")
    return builder.finish(root)


def _answer(outline: Outline, request: GrammarRequest) -> OutlineNode:
    """The node of an answer as the request wants it."""
    rules = outline.rules
    answer = rules["start"]
    if request.is_forced:
        answer = with_a_call(answer, is_spaced=rules.get("content") == LeafNode("TEXT"))
    if "reasoning" in rules and not uses_rule(answer, "reasoning"):
        answer = SeqNode((RepeatNode(UseNode("reasoning"), 0, 1), answer))
    ways = [answer]
    if request.may_reason and "reasoning" in rules:
        ways = [*_other_ways_to_reason(answer, outline, request), answer]
    opened = behind_opener(answer, rules, request.openers)
    if opened is not None:
        ways.append(opened)
    return ways[0] if len(ways) == 1 else ChoiceNode(tuple(ways))


def _other_ways_to_reason(answer: OutlineNode, outline: Outline, request: GrammarRequest) -> Iterator[OutlineNode]:
    """The ways to begin with reasoning besides the format's own: the prompt has opened it, a call ends it, or both."""
    reasoning = outline.rules["reasoning"]
    behind = without_optional(answer, "reasoning")
    if request.may_be_open:
        yield SeqNode((InsideNode("reasoning", from_text_on(reasoning)), behind))
    call_first = from_call_on(behind)
    if call_first is not None and _ends_reasoning(call_first, outline):
        yield SeqNode((InsideNode("reasoning", up_to_text(reasoning)), call_first))
        if request.may_be_open:
            yield SeqNode((InsideNode("reasoning", LeafNode("TEXT")), call_first))


def _ends_reasoning(call: OutlineNode, outline: Outline) -> bool:
    """Whether a call ends the reasoning that nothing has closed: all that opens it stands in no reasoning."""
    barred = set(outline.barred_from("reasoning"))
    paths = paths_into_calls(outline, call)
    return not barred & words_of_headers(outline) and all(part.what in barred for part, _ in paths.follow(paths.start))


class MessageReader(PartReader):
    """Reads an answer: the state is how many calls there are (up to 1), and what has just been read."""

    start = (0, "")

    def __init__(self, fmt: FormatRules, request: GrammarRequest) -> None:
        self._fmt = fmt
        self._calls = CallRules(fmt)
        self._request = request
        self._tools = self._readable(request.tools)
        self._names = [tool.name for tool in self._tools]
        self._trains = CallTrains(fmt.outline, self._names)
        self._words = self._trains.words
        call = fmt.rules["tool_call"]
        nodes = {"tool_call": call, OPENED_CALL: behind_opener(call, fmt.rules, request.openers)}
        self._written = {name: self._ways_to_call(node) for name, node in nodes.items() if node is not None}

    def _ways_to_call(self, node: OutlineNode) -> list[tuple[Expression, Any]]:
        """A call, and one without the special token that ends it: each with the state behind it."""
        closed = without_last_token(node, self._fmt.builder)
        whole = self._rule_of_calls(node)
        cut = None if closed is None else self._rule_of_calls(closed)
        return [(rule, (1, last)) for rule, last in ((whole, "call"), (cut, "end")) if rule is not None]

    def _rule_of_calls(self, node: OutlineNode) -> RuleRef | None:
        written = {tool.name: self._calls.call(tool, node) for tool in self._tools}
        self._fmt.builder.notes.tools_left_out.update(
            {name: "the format cannot write it" for name, one in written.items() if one is None}
        )
        found = [one for one in written.values() if one is not None]
        return self._fmt.builder.rule(either_of(found)) if found else None

    def _readable(self, tools: Tuple[ToolShape, ...]) -> list[ToolShape]:
        """The tools whose names the parser can read at all."""
        declared = [{"name": tool.name, "parameters": ANY_PARAMETERS} for tool in tools]
        unread = ToolSet(declared).unread
        self._fmt.builder.notes.tools_left_out.update(unread)
        return [tool for tool in tools if tool.name not in unread]

    def read(self, part: Part, state: Any) -> list[tuple[Expression, Any]]:
        count, last = state
        if part.sink == "reasoning" and not self._request.may_reason:
            return []
        if part.sink == "content" and (self._request.is_forced or (count and self._request.is_single)):
            return []
        if part.kind == "literal":
            return [(self._fmt.builder.literal(part.what), (count, part.sink or "markup"))]
        if part.kind == "use" and part.what in self._written:
            return [] if count and self._request.is_single else self._written[part.what]
        if part.kind == "leaf" and part.sink == "source":
            chars = "\r\n" + "".join(text[0] for text in self._fmt.outline.barred_from("source"))
            return [(repeated(chars_not_in(chars), 1, SOURCE_CHARS_MAX), (count, "source"))]
        if part.kind == "leaf" and part.what in WORDS:
            return [(self._word(part), (count, "word"))]
        if part.kind == "leaf" and part.what in JSON_TEXTS:
            return [(any_string(self._fmt.builder), (count, "markup"))]
        if part.kind == "leaf":
            # Not twice without anything between: it would be the same text, cut in two.
            return [] if last == "text" else self._texts(part.sink or "skip", count)
        raise GrammarError(f"what stands beside the calls of this format cannot be written: {part.what}")

    def _texts(self, sink: str, count: int) -> list[tuple[Expression, Any]]:
        """Text of a capture; the last of an answer may end as it likes."""
        builder, barred = self._fmt.builder, set(self._fmt.outline.barred_from(sink))
        words = barred & self._words
        if words:
            barred = (barred | set(self._fmt.outline.tokens)) - words
            return [(text_without(builder, barred, not_last=words), (count, "text"))]
        if sink == "reasoning":  # what begins there and is no call would be content behind it
            return [(text_without(builder, barred), (count, "text"))]
        trains = self._trains.barred(barred)
        ways: list[tuple[Expression, Any]] = [(text_without_trains(builder, trains, is_last=False), (count, "text"))]
        if sink == "content" and asks_for_words(trains):
            ways.append((text_without_trains(builder, trains), (count, "end")))
        return ways

    def _word(self, part: Part) -> Expression:
        """A word of a header: the name of a tool, or any that is not part of a longer literal."""
        if part.what == "INT":
            return CALL_NUMBER
        fmt = self._fmt
        names = [name for name in self._names if WORD_CHARS.fullmatch(name) and not fmt.is_taken(name, part.before)]
        rests = [text[len(part.before) :] for text in fmt.literals if text.startswith(part.before)]
        taken = {word.group() for word in map(WORD_BEGIN.match, rests) if word is not None}
        return either_of([*map(exactly, names), word_unlike(fmt.builder, taken)])

    def may_end(self, state: Any) -> bool:
        return bool(state[0]) or not self._request.is_forced

    def ends_anywhere(self, state: Any) -> bool:
        return bool(state[1] == "end")
