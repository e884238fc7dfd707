"""The outline of a format: its well-formed language as typed nodes.

In: the outline as the compiler writes it, a table of lists and texts. Out: an `Outline`, whose rules are trees of
`OutlineNode`s, and answers to questions about such trees.

How: a list begins with its kind, and the kind says which node it becomes:

    ["seq", node, ...]              SeqNode        its items, one after the other
    ["alt", node, ...]              ChoiceNode     one of its options
    ["rep", least, most, node]      RepeatNode     its item, at least and at most that often; most None: no end
    ["blank", what, least]          BlankNode      blanks of any kind, or one line break; least 0: they may be missing
    ["leaf", built-in]              LeafNode       what the spec language has built in: TEXT, JSON_OBJECT, NAME, ...
    ["use", rule]                   UseNode        another rule of the outline
    ["in", capture, node]           InsideNode     a node whose text belongs to a capture
    "text"                          LiteralNode    exactly this text

Promises: this is the only place that takes those lists apart; nodes are values, equal when what they hold is equal;
the literals of an outline that has been read are bound to the suffix of one checkpoint.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Optional, Tuple, Union

from toolgram.runtime.tables.suffix import NAME_PLACE, with_suffix


@dataclass(frozen=True)
class LiteralNode:
    """Exactly this text."""

    __slots__ = ("text",)
    text: str


@dataclass(frozen=True)
class SeqNode:
    """Nodes one after the other. Without items it is the empty text."""

    __slots__ = ("items",)
    items: Tuple[OutlineNode, ...]


@dataclass(frozen=True)
class ChoiceNode:
    """One of several nodes."""

    __slots__ = ("options",)
    options: Tuple[OutlineNode, ...]


@dataclass(frozen=True)
class RepeatNode:
    """A node several times; without `most` as often as one likes."""

    __slots__ = ("item", "least", "most")
    item: OutlineNode
    least: int
    most: Optional[int]


@dataclass(frozen=True)
class BlankNode:
    """Blanks: `what` is "any", or "newline" for one line break. They may be missing where `least` is 0."""

    __slots__ = ("least", "what")
    what: str
    least: int


@dataclass(frozen=True)
class LeafNode:
    """One of the built-ins of the spec language."""

    __slots__ = ("built_in",)
    built_in: str


@dataclass(frozen=True)
class UseNode:
    """Another rule of the outline."""

    __slots__ = ("rule",)
    rule: str


@dataclass(frozen=True)
class InsideNode:
    """A node whose text belongs to a capture, in one of the notations that the capture has."""

    __slots__ = ("capture", "item")
    capture: str
    item: OutlineNode


OutlineNode = Union[LiteralNode, SeqNode, ChoiceNode, RepeatNode, BlankNode, LeafNode, UseNode, InsideNode]

EMPTY_NODE = SeqNode(())


@dataclass(frozen=True)
class Outline:
    """The well-formed language of one format.

    `without` says for each capture which delimiters its raw text must not hold. `tokens` are the special tokens, and
    `item` is the name of an element that stands for one item of an array.
    """

    __slots__ = ("item", "names_tools", "rules", "tokens", "without")
    rules: Mapping[str, OutlineNode]
    without: Mapping[str, Tuple[str, ...]]
    tokens: Tuple[str, ...]
    item: str
    names_tools: bool  # the delimiters of a call hold the name of its tool

    @property
    def has_tags(self) -> bool:
        """Whether elements stand in elements, each with its key in its tags."""
        return "element" in self.rules and uses_rule(self.rules["element"], "element")

    def is_marked(self, text: str) -> bool:
        """Whether a special token stands in a text."""
        return any(token in text for token in self.tokens)

    def barred_from(self, capture: str) -> Tuple[str, ...]:
        """The delimiters that raw text of a capture must not hold."""
        return self.without.get(capture, ())


def read_outline(table: Mapping[str, Any], suffix: str = "") -> Outline:
    """Read an outline. Where literals have a place for a suffix, they get this one."""
    return Outline(
        rules={name: _read_node(node, suffix) for name, node in table["rules"].items()},
        without={capture: _bind_texts(texts, suffix) for capture, texts in table["without"].items()},
        tokens=_bind_texts(table["tokens"], suffix),
        item=table.get("item") or "item",
        names_tools=any(NAME_PLACE in text for texts in table["without"].values() for text in texts),
    )


def _bind_texts(texts: Sequence[str], suffix: str) -> Tuple[str, ...]:
    return tuple(with_suffix(text, suffix) for text in texts)


def _read_node(node: Any, suffix: str) -> OutlineNode:
    if isinstance(node, str):
        return LiteralNode(with_suffix(node, suffix))
    kind, *parts = node
    if kind == "seq":
        return SeqNode(tuple(_read_node(part, suffix) for part in parts))
    if kind == "alt":
        return ChoiceNode(tuple(_read_node(part, suffix) for part in parts))
    if kind == "rep":
        least, most, item = parts
        return RepeatNode(_read_node(item, suffix), least, most)
    if kind == "blank":
        return BlankNode(*parts)
    if kind == "leaf":
        return LeafNode(*parts)
    if kind == "use":
        return UseNode(*parts)
    capture, item = parts
    return InsideNode(capture, _read_node(item, suffix))


def children_of(node: OutlineNode) -> Tuple[OutlineNode, ...]:
    """The nodes directly below a node."""
    if isinstance(node, SeqNode):
        return node.items
    if isinstance(node, ChoiceNode):
        return node.options
    return (node.item,) if isinstance(node, (RepeatNode, InsideNode)) else ()


def nodes_below(node: OutlineNode) -> Iterator[OutlineNode]:
    """Yield a node and all nodes below it; what stands in other rules is not below it."""
    yield node
    for child in children_of(node):
        yield from nodes_below(child)


def uses_rule(node: OutlineNode, rule: str) -> bool:
    """Whether a node, or one below it, uses a rule."""
    return any(isinstance(below, UseNode) and below.rule == rule for below in nodes_below(node))


def literals_in(outline: Outline) -> Tuple[str, ...]:
    """The literals of all rules, in the order in which they stand there."""
    nodes = (below for node in outline.rules.values() for below in nodes_below(node))
    return tuple(node.text for node in nodes if isinstance(node, LiteralNode))


def choice_of(options: Sequence[OutlineNode]) -> Optional[OutlineNode]:
    """A choice between nodes: the only one itself, None when there is none."""
    if not options:
        return None
    return options[0] if len(options) == 1 else ChoiceNode(tuple(options))
