"""The Spec: what a `.lark` file says, every node with its place.

Comes out of `parse.py`, goes into the checks and into `machine.lower`. Sugar is gone: groups are just their content,
one option is no `Choice`, one item is no `Seq`, `[x]` is `x?`; a literal is its decoded text.

All nodes are frozen. Two nodes are equal only when they stand at the same place.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from ..diagnostics import Source, SourceRange
from .metadata import Metadata


@dataclass(frozen=True, slots=True)
class Literal:
    """Text as the model writes it; `text` is decoded."""

    text: str
    at: SourceRange


@dataclass(frozen=True, slots=True)
class Ref:
    """The use of a rule, a terminal, a built-in, or (inside a template) a parameter."""

    name: str
    at: SourceRange


@dataclass(frozen=True, slots=True)
class Call:
    """The use of a template, `json_object{_member}`; the arguments are literals, references or further uses."""

    name: str
    args: tuple[Node, ...]
    at: SourceRange


@dataclass(frozen=True, slots=True)
class Seq:
    """Two or more items, one after the other."""

    items: tuple[Node, ...]
    at: SourceRange


@dataclass(frozen=True, slots=True)
class Choice:
    """Two or more alternatives."""

    options: tuple[Node, ...]
    at: SourceRange


@dataclass(frozen=True, slots=True)
class Repeat:
    """`x?` is 0 to 1, `x*` is 0 to None, `x+` is 1 to None."""

    item: Node
    min: int
    max: int | None
    at: SourceRange


Node: TypeAlias = Literal | Ref | Call | Seq | Choice | Repeat


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule, a template (with `params`) or an author's terminal (its name is upper case)."""

    name: str
    params: tuple[str, ...]
    body: Node
    at: SourceRange
    name_at: SourceRange

    @property
    def is_terminal(self) -> bool:
        """True for `_SEP: ";" | "|"`."""
        return self.name.isupper()


@dataclass(frozen=True, slots=True)
class Spec:
    """One format: its metadata and its rules by name, imported ones first, in the order of the file.

    `imports` are the built-ins. `others` are the files that rules were imported from, by path.
    """

    source: Source
    meta: Metadata
    meta_at: SourceRange
    imports: dict[str, SourceRange]
    rules: dict[str, Rule]
    others: dict[str, Source] = field(default_factory=dict)

    def source_of(self, at: SourceRange) -> Source:
        """Return the file that a place is in."""
        return self.others.get(at.path, self.source)

    def text_of(self, at: SourceRange) -> str:
        """Return what is written at a place."""
        return self.source_of(at).text[at.start : at.end]


def children(node: Node) -> tuple[Node, ...]:
    """Return the nodes right below a node."""
    match node:
        case Seq(items=nodes) | Choice(options=nodes) | Call(args=nodes):
            return nodes
        case Repeat(item=item):
            return (item,)
        case Literal() | Ref():
            return ()


def walk(node: Node) -> list[Node]:
    """Return a node and all nodes below it, in the order of the source; references are not followed."""
    return [node, *(below for child in children(node) for below in walk(child))]


def all_nodes(spec: Spec) -> Iterator[Node]:
    """Yield the nodes of all rules, in the order of the source."""
    return (node for rule in spec.rules.values() for node in walk(rule.body))


def options_of(body: Node) -> tuple[Node, ...]:
    """Return the alternatives of a node: itself, where there are no others."""
    return body.options if isinstance(body, Choice) else (body,)


def repeated(node: Node) -> Node:
    """Return what a node repeats, or the node."""
    while isinstance(node, Repeat):
        node = node.item
    return node


def uses(rule: Rule) -> set[str]:
    """Return the names that a rule uses: rules, built-ins, templates."""
    return {node.name for node in walk(rule.body) if isinstance(node, Ref | Call)} - set(rule.params)


def reached(rules: Mapping[str, Rule], names: Iterable[str]) -> set[str]:
    """Return the names and all that they use, one through the other."""
    seen = set(names)
    todo = list(seen)
    while todo:
        rule = rules.get(todo.pop())
        new = uses(rule) - seen if rule else set()
        seen |= new
        todo += new
    return seen
