"""Pass: closers that close nothing vanish, next to a call or where reasoning could have ended (docs/rules.md, rule 5).

A `</tool_call>` behind a call whose opener was missing is markup; the same text in a sentence about it is text. So
these edges carry a guard that the parser checks against what came before. An opener of reasoning in a sentence is text
too, and its closer with it: an edge that is never taken lets the parser note it.
"""

from __future__ import annotations

from ..runtime.core.guards import TELLING
from .graph import Lit
from .lower import Lowering
from .lowered import Lowered
from .model import Edge


def add_strays(lowering: Lowering) -> None:
    """Let every state at message level swallow the closers of calls, of sections and of reasoning."""
    calls, reasoning, openers = closers(lowering, "call"), closers(lowering, "reasoning"), _openers(lowering)
    behind = _behind(lowering, reasoning)
    for number, lowered in enumerate(lowering.states):
        state = lowered.state
        if (
            state.region != "message"
            or not lowered.kernel
            or state.kind not in ("text", "gap")
            or _inside(lowering, lowered)
        ):
            continue
        known = {edge.literal for edge in state.edges}
        quotes = openers if state.sink == "content" else []
        for guard, texts in (("call", calls), ("reasoning", reasoning), ("quote", quotes)):
            for text in texts:
                if text not in known:
                    state.edges.append(
                        Edge.model_validate(
                            {
                                "literal": text,
                                "to": behind.get(text, number),
                                "blanks": "any",
                                "rank": 1,
                                "guard": guard,
                            }
                        )
                    )
                    known.add(text)


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
