"""Nodes of an outline rewritten: with a call in them for certain, without what may be left out, from a place on.

In: a node of the outline of a format. Out: another one, or None when nothing of the node is left.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from toolgram.grammars.ebnf import Ebnf, GrammarError
from toolgram.grammars.graph import uses

OPENED_CALL = "rest of a call"  # a rule in place of `tool_call`: what follows the opener of one


def with_a_call(node: Any, *, is_spaced: bool) -> Any:
    """The same node with at least one call in it, reasoning before it, and nothing that is neither.

    `is_spaced`: where there may be content between calls there may be blanks, which are nobody's.
    """
    if isinstance(node, str) or not uses(node, "tool_call") or node[0] == "use":
        return node
    if node[0] == "alt":
        return ["alt", *(with_a_call(option, is_spaced=is_spaced) for option in node[1:] if uses(option, "tool_call"))]
    if node[0] == "rep":
        item = with_a_call(node[3], is_spaced=is_spaced)
        if node[2] is not None:
            return item
        space = [["blank", "any", 0]] if is_spaced and uses(node[3], "content") else []
        return ["seq", _thoughts(node[3]), item, ["rep", 0, None, ["seq", *space, item]]]
    having = [at for at, item in enumerate(node[1:]) if uses(item, "tool_call")]
    if any(_always_calls(node[1 + at]) for at in having):
        items = (with_a_call(item, is_spaced=is_spaced) if _always_calls(item) else item for item in node[1:])
        return ["seq", *items]
    ways = [
        ["seq", *(_beside_a_call(item, at - own, is_spaced=is_spaced) for at, item in enumerate(node[1:]))]
        for own in having
    ]
    return ways[0] if len(ways) == 1 else ["alt", *ways]


def _beside_a_call(item: Any, side: int, *, is_spaced: bool) -> Any:
    """A part of a sequence with a call in one of its parts: before that only reasoning, behind it only calls."""
    if side == 0:
        return with_a_call(item, is_spaced=is_spaced)
    if isinstance(item, str) or item[0] != "rep" or item[1] or not uses(item, "tool_call"):
        return item
    return _thoughts(item[3]) if side < 0 else [*item[:3], with_a_call(item[3], is_spaced=is_spaced)]


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


def behind_opener(node: Any, rules: Mapping[str, Any], openers: Sequence[str]) -> Any:
    """What may follow in a node when an opener of a call has been read as its first part; None when none begins it."""
    if isinstance(node, str):
        return ["seq"] if node in openers else None
    kind = node[0]
    if kind == "use":
        if node[1] != "tool_call":
            return None
        return None if behind_opener(rules["tool_call"], rules, openers) is None else ["use", OPENED_CALL]
    if kind == "rep":
        rest = behind_opener(node[3], rules, openers)
        most = None if node[2] is None else node[2] - 1
        more = ["seq"] if most == 0 else ["rep", max(node[1] - 1, 0), most, node[3]]
        return None if rest is None else ["seq", rest, more]
    found = []
    if kind == "alt":
        found = [behind_opener(option, rules, openers) for option in node[1:]]
    elif kind == "seq":
        for at, item in enumerate(node[1:], 1):
            rest = behind_opener(item, rules, openers)
            found.append(None if rest is None else ["seq", rest, *node[at + 1 :]])
            if isinstance(item, str) or not ((item[:1] == ["seq"] and len(item) == 1) or _may_be_left_out(item)):
                break
    ways = [way for way in found if way is not None]
    return (ways[0] if len(ways) == 1 else ["alt", *ways]) if ways else None


def _may_be_left_out(node: Any) -> bool:
    return bool((node[0] == "rep" and not node[1]) or (node[0] == "blank" and not node[2]))


def without_optional(node: Any, rule: str) -> Any:
    """The same node without a part that may be left out."""
    if isinstance(node, str):
        return node
    if node[:3] == ["rep", 0, 1] and uses(node[3], rule) and not uses(node[3], "tool_call"):
        return ["seq"]
    return [without_optional(below, rule) if isinstance(below, list) else below for below in node]


def from_text_on(node: Any) -> Any:
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


def without_last_token(node: Any, ebnf: Ebnf) -> Any:
    """A call without the special token that ends it; None where none does.

    It may be one that ends the whole answer as well. Such a token is never in a grammar's text, but it may always come
    where a grammar may end. What stands before it must say by itself where it ends: a name does not.
    """
    if isinstance(node, str):
        return ["seq"] if ebnf.is_token(node) else None
    if node[0] == "alt":
        options = [(option, without_last_token(option, ebnf)) for option in node[1:]]
        cut = [short for _, short in options if short is not None]
        return ["alt", *cut] if cut else None
    if node[0] != "seq" or len(node) < 2:
        return None
    short = without_last_token(node[-1], ebnf)
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
