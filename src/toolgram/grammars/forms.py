"""Nodes of an outline rewritten for what a request asks: with a call for certain, or from a certain place on.

In: a node of an outline. Out: another node, or None when nothing of the node is left.

Promise: every text of the new node is a text of the old one, or the rest of one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Optional

from toolgram.grammars.builder import GrammarBuilder
from toolgram.grammars.expressions import GrammarError
from toolgram.grammars.outline import (
    EMPTY_NODE,
    BlankNode,
    ChoiceNode,
    InsideNode,
    LeafNode,
    LiteralNode,
    OutlineNode,
    RepeatNode,
    SeqNode,
    UseNode,
    choice_of,
    uses_rule,
)

OPENED_CALL = "rest of a call"  # a rule in place of `tool_call`: what follows the opener of a call
ANY_BLANKS = BlankNode("any", 0)


# --- at least one call -----------------------------------------------------------------------------------------------


def with_a_call(node: OutlineNode, *, is_spaced: bool) -> OutlineNode:
    """The same node with at least one call in it, reasoning before that call, and nothing that is neither.

    `is_spaced`: where there may be content between calls there may be blanks, which belong to nobody.
    """
    if not _may_call(node):
        return node
    if isinstance(node, ChoiceNode):
        options = filter(_may_call, node.options)
        return ChoiceNode(tuple(with_a_call(option, is_spaced=is_spaced) for option in options))
    if isinstance(node, RepeatNode):
        return _repeated_calls(node, is_spaced=is_spaced)
    if isinstance(node, SeqNode):
        return _call_in_sequence(node, is_spaced=is_spaced)
    return node


def _may_call(node: OutlineNode) -> bool:
    return uses_rule(node, "tool_call")


def _repeated_calls(node: RepeatNode, *, is_spaced: bool) -> OutlineNode:
    """A repeat with a call in its first round, and in every other."""
    item = with_a_call(node.item, is_spaced=is_spaced)
    if node.most is not None:
        return item
    space = (ANY_BLANKS,) if is_spaced and uses_rule(node.item, "content") else ()
    return SeqNode((_reasoning_before(node.item), item, RepeatNode(SeqNode((*space, item)), 0, None)))


def _call_in_sequence(node: SeqNode, *, is_spaced: bool) -> OutlineNode:
    """A sequence with a call in one of its parts. Where no part has one always, each of them in turn has it."""
    if any(map(_always_calls, node.items)):
        parts = (with_a_call(item, is_spaced=is_spaced) if _always_calls(item) else item for item in node.items)
        return SeqNode(tuple(parts))
    ways = [
        SeqNode(tuple(_beside_a_call(item, at - own, is_spaced=is_spaced) for at, item in enumerate(node.items)))
        for own, having in enumerate(node.items)
        if _may_call(having)
    ]
    return choice_of(ways) or node


def _beside_a_call(item: OutlineNode, side: int, *, is_spaced: bool) -> OutlineNode:
    """A part of a sequence whose call is in another part: reasoning if it stands before (`side` < 0), calls behind."""
    if side == 0:
        return with_a_call(item, is_spaced=is_spaced)
    if not isinstance(item, RepeatNode) or item.least or not _may_call(item):
        return item
    if side < 0:
        return _reasoning_before(item.item)
    return RepeatNode(with_a_call(item.item, is_spaced=is_spaced), item.least, item.most)


def _reasoning_before(node: OutlineNode) -> OutlineNode:
    """The reasoning that a node may be instead of a call; it may be left out."""
    found = _as_reasoning(node)
    return EMPTY_NODE if found is None else RepeatNode(found, 0, 1)


def _as_reasoning(node: OutlineNode) -> Optional[OutlineNode]:
    """The ways through a node that read reasoning and no call; None when there are none."""
    if not uses_rule(node, "reasoning"):
        return None
    if isinstance(node, ChoiceNode):
        return choice_of([way for way in map(_as_reasoning, node.options) if way is not None])
    if isinstance(node, RepeatNode):
        return _as_reasoning(node.item)
    if isinstance(node, SeqNode):
        items = [_as_reasoning(item) if uses_rule(item, "reasoning") else item for item in node.items]
        found = [item for item in items if item is not None and not _may_call(item)]
        return SeqNode(tuple(found)) if len(found) == len(items) else None
    return node


def _always_calls(node: OutlineNode) -> bool:
    """Whether every text of a node has a call in it."""
    if isinstance(node, ChoiceNode):
        return all(map(_always_calls, node.options))
    if isinstance(node, SeqNode):
        return any(map(_always_calls, node.items))
    if isinstance(node, RepeatNode):
        return node.least > 0 and _always_calls(node.item)
    return _may_call(node)


# --- the rest of an answer -------------------------------------------------------------------------------------------


def behind_opener(node: OutlineNode, rules: Mapping[str, OutlineNode], openers: Sequence[str]) -> Optional[OutlineNode]:
    """What may follow in a node when an opener of a call has been read as its first part; None when none begins it."""
    if isinstance(node, LiteralNode):
        return EMPTY_NODE if node.text in openers else None
    if isinstance(node, UseNode):
        is_opened = node.rule == "tool_call" and behind_opener(rules["tool_call"], rules, openers) is not None
        return UseNode(OPENED_CALL) if is_opened else None
    if isinstance(node, RepeatNode):
        rest = behind_opener(node.item, rules, openers)
        most = None if node.most is None else node.most - 1
        more = EMPTY_NODE if most == 0 else RepeatNode(node.item, max(node.least - 1, 0), most)
        return None if rest is None else SeqNode((rest, more))
    if isinstance(node, ChoiceNode):
        options = [behind_opener(option, rules, openers) for option in node.options]
        return choice_of([option for option in options if option is not None])
    if isinstance(node, SeqNode):
        return choice_of(_behind_opener_in(node, rules, openers))
    return None


def _behind_opener_in(node: SeqNode, rules: Mapping[str, OutlineNode], openers: Sequence[str]) -> list[OutlineNode]:
    """The ways to go on in a sequence: the opener begins its first part, or the next if that may be left out."""
    ways: list[OutlineNode] = []
    for at, item in enumerate(node.items):
        rest = behind_opener(item, rules, openers)
        if rest is not None:
            ways.append(SeqNode((rest, *node.items[at + 1 :])))
        if not _may_be_left_out(item):
            break
    return ways


def _may_be_left_out(node: OutlineNode) -> bool:
    return node == EMPTY_NODE or (isinstance(node, (RepeatNode, BlankNode)) and not node.least)


def without_optional(node: OutlineNode, rule: str) -> OutlineNode:
    """The same node without the parts with a rule that may be left out; parts with calls stay."""
    if isinstance(node, RepeatNode):
        is_optional = (node.least, node.most) == (0, 1) and uses_rule(node.item, rule) and not _may_call(node.item)
        return EMPTY_NODE if is_optional else RepeatNode(without_optional(node.item, rule), node.least, node.most)
    if isinstance(node, SeqNode):
        return SeqNode(tuple(without_optional(item, rule) for item in node.items))
    if isinstance(node, ChoiceNode):
        return ChoiceNode(tuple(without_optional(option, rule) for option in node.options))
    if isinstance(node, InsideNode):
        return InsideNode(node.capture, without_optional(node.item, rule))
    return node


def from_text_on(node: OutlineNode) -> OutlineNode:
    """The rest of the rule of reasoning from its text on: what is left to write when the prompt has opened it."""
    rest = _cut_before_text(node)
    if rest is None:
        raise GrammarError("the reasoning of this format has no text")
    return rest


def _cut_before_text(node: OutlineNode) -> Optional[OutlineNode]:
    if isinstance(node, LeafNode):
        return node
    if isinstance(node, ChoiceNode):
        return choice_of([rest for rest in map(_cut_before_text, node.options) if rest is not None])
    if isinstance(node, SeqNode):
        for at, item in enumerate(node.items):
            rest = _cut_before_text(item)
            if rest is not None:
                return SeqNode((rest, *node.items[at + 1 :]))
    return None


def up_to_text(node: OutlineNode) -> OutlineNode:
    """The rule of reasoning up to its text, without what closes it."""
    first = _cut_behind_text(node)
    if first is None:
        raise GrammarError("the reasoning of this format has no text")
    return first


def _cut_behind_text(node: OutlineNode) -> Optional[OutlineNode]:
    if isinstance(node, LeafNode) or (isinstance(node, RepeatNode) and _cut_behind_text(node.item) is not None):
        return node
    if isinstance(node, ChoiceNode):
        return choice_of([first for first in map(_cut_behind_text, node.options) if first is not None])
    if isinstance(node, SeqNode):
        for at, item in enumerate(node.items):
            first = _cut_behind_text(item)
            if first is not None:
                return SeqNode((*node.items[:at], first))
    return None


def from_call_on(node: OutlineNode) -> Optional[OutlineNode]:
    """The texts of a node that begin with a call, or with the section that a call stands in; None when none does."""
    if isinstance(node, UseNode):
        return node if node.rule == "tool_call" else None
    if isinstance(node, ChoiceNode):
        return choice_of([option for option in map(from_call_on, node.options) if option is not None])
    if isinstance(node, RepeatNode):
        first = from_call_on(node.item)
        most = None if node.most is None else node.most - 1
        return None if first is None else SeqNode((first, RepeatNode(node.item, max(node.least - 1, 0), most)))
    return choice_of(list(_calls_first_in(node))) if isinstance(node, SeqNode) else None


def _is_literal(node: OutlineNode) -> bool:
    if isinstance(node, ChoiceNode):
        return all(map(_is_literal, node.options))
    return isinstance(node, LiteralNode)


def _calls_first_in(node: SeqNode) -> Iterator[OutlineNode]:
    """The ways to begin a sequence with a call: in its first part, or in the next if that may be left out."""
    for at, item in enumerate(node.items):
        if _is_literal(item):  # the opener of a section: nothing but calls may stand in it
            rest = SeqNode(node.items[at:])
            if _may_call(rest) and not uses_rule(rest, "content") and not uses_rule(rest, "reasoning"):
                yield rest
            return
        first = from_call_on(item)
        if first is not None:
            yield SeqNode((first, *node.items[at + 1 :]))
        if not _may_be_left_out(item):
            return


# --- a call that the end of the answer ends ---------------------------------------------------------------------------


def without_last_token(node: OutlineNode, builder: GrammarBuilder) -> Optional[OutlineNode]:
    """A call without the special token that ends it; None where none does.

    That token may be one that ends the whole answer as well. Such a token is never in a grammar's text, but it may
    always come where a grammar may end. What stands before it must say by itself where it ends: a name does not.
    """
    if isinstance(node, LiteralNode):
        return EMPTY_NODE if builder.is_token(node.text) else None
    if isinstance(node, ChoiceNode):
        options = [without_last_token(option, builder) for option in node.options]
        return choice_of([option for option in options if option is not None])
    if not isinstance(node, SeqNode) or not node.items:
        return None
    *before, last = node.items
    short = without_last_token(last, builder)
    if short is None or (short == EMPTY_NODE and not _ends_by_itself(SeqNode(tuple(before)))):
        return None
    return SeqNode((*before, short))


def _ends_by_itself(node: OutlineNode) -> bool:
    """Whether the last thing that is read is a literal or arguments."""
    if isinstance(node, LiteralNode):
        return True
    if isinstance(node, ChoiceNode):
        return all(map(_ends_by_itself, node.options))
    if isinstance(node, RepeatNode):
        return _ends_by_itself(node.item)
    if isinstance(node, SeqNode):
        return _sequence_ends_by_itself(node)
    return isinstance(node, UseNode) and node.rule in ("arguments", "parameter")


def _sequence_ends_by_itself(node: SeqNode) -> bool:
    """Whether what is read last does; parts that may be missing at the end must do so, too, and blanks do not count."""
    for item in reversed(node.items):
        if isinstance(item, BlankNode):
            continue
        if not _ends_by_itself(item):
            return False
        if not (isinstance(item, RepeatNode) and not item.least):
            return True
    return False
