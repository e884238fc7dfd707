"""What lowering makes of items, and what it says about it: states with their nodes, conflicts, small questions.

In: items of `closure.py`. Out: values that `lower.py` and the passes behind it share.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from ..diagnostics import SourceRange
from ..runtime.tables.states import MESSAGE_SINKS
from .closure import Item, closure, literals
from .graph import VALUES, Enter, Graph, Lit, Scan, Text
from .model import Blanks, Region, State

FIRSTS = {"object": "{", "array": "[", "string": "\"'", "arguments": "{\"'", "python-arguments": None}

VALUE_SINKS = VALUES
SHORT_SINKS = ("name", "id", "key", "type", "source")


@dataclass(slots=True)
class Conflict:
    """Two readings of one text; turned into a diagnostic by the checks."""

    kind: str
    first: SourceRange
    second: SourceRange
    text: str
    state: str


@dataclass(slots=True)
class Lowered:
    """A state with what the passes need to know of it."""

    state: State
    kernel: tuple[int, ...]
    at: SourceRange
    roles: dict[str, str] = field(default_factory=dict)  # literal -> role of its delimiter


def group_literals(items: list[Item]) -> dict[str, list[Item]]:
    """The delimiters by their text."""
    groups: dict[str, list[Item]] = {}
    for item, label in literals(items):
        groups.setdefault(label.text, []).append(item)
    return groups


def signature(items: list[Item]) -> set[tuple[str, int, tuple[str, ...]]]:
    return {(label.text, item.target, item.actions) for item, label in literals(items)}


def sink_of(item: Item) -> str | None:
    return item.label.sink if isinstance(item.label, Text) else None


def label_at(item: Item) -> SourceRange:
    at = getattr(item.label, "at", None)
    assert isinstance(at, SourceRange)
    return at


def as_blanks(kind: str) -> Blanks:
    return "any" if kind == "any" else "newline" if kind == "newline" else "none"


def region_of(graph: Graph, kernel: tuple[int, ...], items: list[Item], sink: str) -> Region:
    """What is read at a set of nodes: text (message), a call, the source of a citation, or what is around calls."""
    contexts = [graph.nodes[node].context for node in kernel]
    if any("tool_call" in context for context in contexts):
        return "call"
    if sink == "source" or any(sink_of(item) == "source" for item in items):
        return "citation"
    if sink in MESSAGE_SINKS or any(context and context[0] in MESSAGE_SINKS for context in contexts):
        return "message"
    return "message" if any(sink_of(item) == "content" for item in items) else "section"


def blanks_of(items: list[Item]) -> Blanks:
    """The blanks that the spec lets stand before items: the most that any of them has."""
    return as_blanks(max((item.blanks for item in items), key=("none", "newline", "any").index, default="none"))


def firsts_of(graph: Graph, entry: int) -> str | None:
    """The characters that an entered rule can begin with; None when any can."""
    firsts = ""
    for item in closure(graph, (entry,)):
        match item.label:
            case Lit(text):
                firsts += text[0]
            case Enter(_, inner, _) if inner != entry:
                below = firsts_of(graph, inner)
                if below is None:
                    return None
                firsts += below
            case Scan(what) if FIRSTS.get(what):
                firsts += FIRSTS[what] or ""
            case _:
                return None
    return firsts


def place_of(items: list[Item]) -> SourceRange | None:
    """Where the spec says the first of the items."""
    for item in items:
        at = getattr(item.label, "at", None)
        if isinstance(at, SourceRange):
            return at
    return None


def name_of(graph: Graph, kernel: tuple[int, ...], sink: str) -> str:
    """A state's name: the captures it stands in."""
    context = graph.nodes[kernel[0]].context if kernel else ()
    parts = [*context, sink] if sink and (not context or context[-1] != sink) else list(context)
    return "/".join(parts) or "message"
