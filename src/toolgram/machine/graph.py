"""The Graph: what may be read from which node; the form between a spec's rules and the machine's states.

Made by `build_graph.py`, read by `closure.py` and the passes. It never leaves this stage.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, TypeAlias

from ..diagnostics import SourceRange

VALUES = ("value", "string", "json", "python")


@dataclass(frozen=True, slots=True)
class Eps:
    """Nothing is read; the actions happen."""

    actions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Lit:
    """A delimiter. `role`: opener (first of its element), closer (last), part, or separator; `pair`: its closer.

    `element` numbers the sequence it stands in, so that the parts of one element know each other.
    """

    text: str
    role: str
    pair: str
    at: SourceRange
    element: int = -1


@dataclass(frozen=True, slots=True)
class Blank:
    kind: str


@dataclass(frozen=True, slots=True)
class Text:
    """Raw text for a capture, up to where its follow can match; `charset` limits its characters."""

    sink: str
    charset: str | None
    at: SourceRange
    entities: bool = False


@dataclass(frozen=True, slots=True)
class Scan:
    """A value whose own structure says where it ends."""

    what: str
    sink: str
    at: SourceRange


@dataclass(frozen=True, slots=True)
class Elements:
    """The inside of an element that is text or further elements, from behind its opener to behind its closer."""

    open: str
    open_end: str
    close: str
    close_end: str | None
    entities: bool
    at: SourceRange


@dataclass(frozen=True, slots=True)
class Member:
    """`key` is None when the key itself is the capture."""

    key: str | None
    entry: int


@dataclass(frozen=True, slots=True)
class Members:
    """The inside of a JSON object, from behind `{` to behind `}`."""

    members: tuple[Member, ...]
    at: SourceRange
    loose: int | None = None  # entry of an argument that stands beside the name: see `build_json.py`


@dataclass(frozen=True, slots=True)
class Enter:
    """A rule that contains itself."""

    rule: str
    entry: int
    at: SourceRange


@dataclass(frozen=True, slots=True)
class Return:
    """The end of what was entered; `owner` numbers what entered it (`Graph.owners` says where that goes on)."""

    owner: int


Label: TypeAlias = Eps | Lit | Blank | Text | Scan | Members | Elements | Enter | Return


@dataclass(slots=True)
class GraphNode:
    context: tuple[str, ...]
    edges: list[tuple[Label, int]] = field(default_factory=list)


@dataclass(slots=True)
class Graph:
    """Nodes by number; `start` and `accept` are those of the rule `start`."""

    nodes: list[GraphNode] = field(default_factory=list)
    start: int = 0
    accept: int = 0
    owners: dict[int, list[int]] = field(default_factory=dict)
    steps: int = 0  # from node to node so far: a measure of work, see `budget.py`
    # What `closure.py` has collected, and the steps that it took: of a kernel, with what is missing or without.
    closures: dict[tuple[tuple[int, ...], bool], tuple[list[Any], int]] = field(default_factory=dict)

    def add_node(self, context: tuple[str, ...]) -> int:
        """Make a node inside of these captures, the outermost first."""
        self.nodes.append(GraphNode(context))
        return len(self.nodes) - 1

    def connect(self, source: int, label: Label, target: int) -> int:
        """Let `target` be reached from `source` by reading the label; return it."""
        self.nodes[source].edges.append((label, target))
        self.closures.clear()
        return target

    def extend(self, source: int, label: Label, context: tuple[str, ...]) -> int:
        """Make a node that is reached from `source` by reading the label; return it."""
        return self.connect(source, label, self.add_node(context))
