"""Spec -> outline: the well-formed language as plain data, for what makes a model write it (grammars for decoding).

In: a checked Spec and the states made of it. Out: a table of

- `rules`: `start` and the captures, each a node; everything else is put in the places where it is used;
- `without`: what raw text of a capture must not contain, so that a parser finds its end where the writer meant it: the
  delimiters that its states look for;
- `tokens`: the special tokens of the format, and `item`: what elements are called that are items of an array.

A node is a literal, or a list that begins with its kind:

    ["seq", node, ...]    ["alt", node, ...]    ["rep", min, max or None, node]
    ["blank", "any" or "newline", min]    ["leaf", built-in]    ["use", rule]    ["in", capture, node]

`in` is a capture in one of its two notations: `name: TEXT | JSON_STRING` is JSON in a JSON object, and text elsewhere.

The stage of decoding grammars reads such a table into typed nodes (`grammars/outline.py`).

The parser reads more than this: recovery is not in it, and neither are keys in another order.

Promise: a rule that is not a capture and contains itself is a rule of its own; nothing is lost.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, TypeAlias

from ..spec.ast import Call, Choice, Literal, Node, Ref, Repeat, Seq, Spec
from ..spec.builtins import BUILTINS, CAPTURES
from ..spec.follow import body_of, show
from .build_graph import reading
from .items import BLANKS, recursive_rules
from .model import Edge, Nest, State

Outline: TypeAlias = "str | list[Any]"

ANY_BLANK: Outline = ["blank", "any", 0]


def outline(spec: Spec, states: Iterable[State], nests: Iterable[Nest]) -> dict[str, Any]:
    """Write a spec down for those who make a model write it."""
    without = _without(list(states), list(nests))
    if "reasoning" in without:  # a call's delimiters in there, if they are tokens, may be the call itself
        without["reasoning"] = sorted({*without["reasoning"], *spec.meta.special_tokens})
    item = spec.meta.elements.item if spec.meta.elements else None
    return {
        "rules": _Outliner(spec).rules,
        "without": without,
        "tokens": list(spec.meta.special_tokens),
        "item": item,
    }


class _Outliner:
    """Collects the rules of one spec, from `start` on."""

    def __init__(self, spec: Spec) -> None:
        self.rules: dict[str, Outline] = {}
        self._spec = spec
        self._kept = {*CAPTURES, *recursive_rules(spec)}
        self._add("start")

    def _add(self, name: str) -> None:
        if name not in self.rules:
            self.rules[name] = []  # its place, so that the order is that of first use
            self.rules[name] = self._outline(self._spec.rules[name].body)

    def _outline(self, node: Node, *, in_json: bool = False) -> Outline:
        match node:
            case Literal(text):
                return text
            case Seq(items):
                return ["seq", *map(self._outline, items)]
            case Choice(options):
                return ["alt", *map(self._outline, options)]
            case Repeat(Ref(name), 0, 1) if name in BLANKS:
                return ["blank", BLANKS[name], 0]
            case Repeat(item, least, most):
                return ["rep", least, most, self._outline(item)]
            case Ref(name) if name in BLANKS:
                return ["blank", BLANKS[name], 1]
            case Ref(name) if name in BUILTINS:
                return ["leaf", name]
            case Ref(name) if name in self._kept:
                whole = self._spec.rules[name].body
                read = reading(whole, in_json=in_json)
                if read is not whole:
                    return ["in", name, self._outline(read)]
                self._add(name)
                return ["use", name]
            case Call("json_object", (member,)):
                found = self._members_in_order(member)
                is_reply = not any(value in ("name", "arguments", "id") for value, _ in found)
                return self._reply(found) if is_reply else self._object(found)
            case Call("json_array", (item,)):
                return self._array(self._outline(item))
            case Ref() | Call():
                body = body_of(self._spec, node)
                assert body is not None, node.name
                return self._outline(body)

    def _members_in_order(self, member: Node) -> list[tuple[str, list[Outline]]]:
        """What members read, each with the member; of two keys for one capture the first; none without a capture."""
        found: dict[str, list[Outline]] = {}
        for key, value in self._members(member):
            if _holds_capture(self._spec, value) and show(value) not in found:
                name = json.dumps(key.text, ensure_ascii=False) if isinstance(key, Literal) else self._outline(key)
                found[show(value)] = [name, ":", ANY_BLANK, self._outline(value, in_json=True), ANY_BLANK]
        return list(found.items())

    def _object(self, members: list[tuple[str, list[Outline]]]) -> Outline:
        """All members, in the order of the spec."""
        written: list[Outline] = []
        for _, member in members:
            written += [*([",", ANY_BLANK] if written else []), *member]
        return ["seq", "{", ANY_BLANK, *written, "}"]

    def _reply(self, members: list[tuple[str, list[Outline]]]) -> Outline:
        """An object around parts of the message: at least one of them, in the order of the spec."""
        ways: list[Outline] = []
        for number, (_, first) in enumerate(members):
            more = [["rep", 0, 1, ["seq", ",", ANY_BLANK, *member]] for _, member in members[number + 1 :]]
            ways.append(["seq", *first, *more])
        return ["seq", "{", ANY_BLANK, ways[0] if len(ways) == 1 else ["alt", *ways], "}"]

    def _members(self, node: Node) -> list[tuple[Node, Node]]:
        match node:
            case Choice(options) | Seq(options):
                return [member for option in options for member in self._members(option)]
            case Repeat(item):
                return self._members(item)
            case Call("json_member", (key, value)):
                return [(key, value)]
            case Ref() | Call():
                body = body_of(self._spec, node)
                return self._members(body) if body is not None else []
        return []

    def _array(self, item: Outline) -> Outline:
        more: Outline = ["rep", 0, None, ["seq", ANY_BLANK, ",", ANY_BLANK, item]]
        return ["seq", "[", ANY_BLANK, item, more, ANY_BLANK, "]"]


def _holds_capture(spec: Spec, node: Node, seen: frozenset[str] = frozenset()) -> bool:
    match node:
        case Call(name, args) if name not in spec.rules:
            return any(_holds_capture(spec, below, seen) for below in args)
        case Ref(name) | Call(name):
            if name in CAPTURES:
                return True
            body = None if name in seen else body_of(spec, node)
            return body is not None and _holds_capture(spec, body, seen | {name})
        case Seq(nodes) | Choice(nodes):
            return any(_holds_capture(spec, below, seen) for below in nodes)
        case Repeat(item):
            return _holds_capture(spec, item, seen)
    return False


def _without(states: list[State], nests: list[Nest]) -> dict[str, list[str]]:
    """What raw text of a capture must not contain: the delimiters that its states look for, and nested openers."""
    found: dict[str, set[str]] = {}
    for state in states:
        if state.kind not in ("text", "element"):
            continue
        inside_call = state.sink not in ("content", "reasoning")
        literals = found.setdefault(state.sink, set())
        # In a sentence a closer of nothing is text.
        literals.update(edge.literal for edge in state.edges if state.sink != "content" or _may_follow(edge))
        if state.tags is not None:
            literals.update((state.tags.open, state.tags.close))
        if inside_call:
            literals.update(literal for nest in nests for literal in (nest.path[0], nest.closer))
    # A word is found in any text, and a delimiter only where what follows it says so.
    return {sink: sorted(text for text in found[sink] if not text.isalnum()) for sink in sorted(found)}


def _may_follow(edge: Edge) -> bool:
    return edge.opens or (edge.rank == 0 and edge.guard is None)
