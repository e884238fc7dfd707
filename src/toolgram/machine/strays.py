"""Pass: closers that close nothing vanish, next to a call or where reasoning could have ended (docs/rules.md, rule 5).

A `</tool_call>` behind a call whose opener was missing is markup; the same text in a sentence about it is text. So
these edges carry a guard that the parser checks against what came before.

The same pass lets reasoning come again: a spec says where a message's first reasoning stands, and models think between
calls and behind results as well. Its opener gets an edge at message level, which counts where evidence stands around it
(`again`). In a sentence the opener is text, and its closer with it: the parser notes that. An opener that is a phrase
of words, such as `Thought:`, is no evidence of anything behind the first word of an answer; its edge is never taken
(`quote`).
"""

from __future__ import annotations

from typing import Literal

from ..runtime.tables.limits import TELLING
from .graph import Lit
from .lower import Lowering
from .lowered import Lowered
from .model import Edge

MARKS = frozenset("<>[]{}|")


def add_strays(lowering: Lowering) -> None:
    """Let every state at message level swallow the closers of calls, of sections and of reasoning, and think again."""
    calls, reasoning, openers = closers(lowering, "call"), closers(lowering, "reasoning"), _openers(lowering)
    phrases = [text for text in openers if not is_mark(text)]
    behind, again = _behind(lowering, reasoning), _first_openers(lowering, openers)
    for number, lowered in enumerate(lowering.states):
        state = lowered.state
        if (
            state.region != "message"
            or not lowered.kernel
            or state.kind not in ("text", "gap")
            or _inside(lowering, lowered)
        ):
            continue
        edges = [_stray(text, "call", behind.get(text, number)) for text in calls]
        edges += [_stray(text, "reasoning", behind.get(text, number)) for text in reasoning]
        edges += [edge.model_copy(update=AGAIN) for edge in again if is_mark(edge.literal)]
        edges += [_stray(text, "quote", number) for text in phrases if state.sink == "content"]
        for edge in edges:
            if all(known.literal != edge.literal for known in state.edges):
                state.edges.append(edge)


AGAIN = {"guard": "again", "blanks": "any", "rank": 1}


def _stray(text: str, guard: Literal["call", "reasoning", "quote"], to: int) -> Edge:
    return Edge(literal=text, to=to, blanks="any", rank=1, guard=guard)


def is_mark(text: str) -> bool:
    """Whether no sentence is likely to hold a delimiter: it has a bracket or a bar, as no phrase of words has."""
    return not MARKS.isdisjoint(text)


def _first_openers(lowering: Lowering, openers: list[str]) -> list[Edge]:
    """The edges of the reasoning's openers where the spec itself lets reasoning begin; each opener once."""
    found = {
        edge.literal: edge
        for lowered in reversed(lowering.states)
        for edge in lowered.state.edges
        if edge.literal in openers and edge.rank == 0 and edge.guard is None and "reasoning" in edge.actions
    }
    return [found[text] for text in openers if text in found]


def _behind(lowering: Lowering, reasoning: list[str]) -> dict[str, int]:
    """Where the reasoning's own closers lead: the blanks behind a stray one are treated alike."""
    return {
        edge.literal: edge.to
        for lowered in lowering.states
        if lowered.state.sink == "reasoning"
        for edge in lowered.state.edges
        if edge.rank == 0 and edge.literal in reasoning
    }


def _openers(lowering: Lowering) -> list[str]:
    """The openers of reasoning that a closer of its own ends."""
    found = [
        label.text
        for node in lowering.graph.nodes
        for label, _ in node.edges
        if isinstance(label, Lit) and label.role == "opener" and node.context[:1] == ("reasoning",)
    ]
    return [text for text in dict.fromkeys(found) if len(text) >= TELLING] if closers(lowering, "reasoning") else []


def closers(lowering: Lowering, of: str) -> list[str]:
    """The closers inside calls and their sections, or those of reasoning, in the order of the spec."""
    found: list[str] = []
    for node in lowering.graph.nodes:
        for label, _ in node.edges:
            if isinstance(label, Lit) and label.role == "closer" and len(label.text) >= TELLING:
                context = node.context if node.context[1:2] == ("citation",) else node.context[:1]
                belongs = context == ("reasoning",) if of == "reasoning" else context in (("tool_call",), ())
                if belongs and label.text not in found:
                    found.append(label.text)
    return found


def _inside(lowering: Lowering, lowered: Lowered) -> bool:
    """Whether a state stands inside reasoning, where its own closer means something."""
    if lowered.state.sink == "reasoning":
        return True
    contexts = [lowering.graph.nodes[node].context for node in lowered.kernel]
    return any("reasoning" in context for context in contexts)
