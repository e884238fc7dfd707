"""Pass: which openers of calls may open a draft: those that end reasoning whose own closer may still come.

In: the states, with their recovery. Out: `drafts` of the edges that lead from an open reasoning to a call.

    `<tool_call>` in the thoughts of qwen3_coder: it may be a draft, if `</think>` comes behind it after all

A closer of reasoning that ends other texts as well (`<|end|>`) says nothing of thoughts, nor does a phrase of words.
"""

from __future__ import annotations

from .graph import Lit
from .lower import Lowering
from .strays import closers, is_mark


def add_drafts(lowering: Lowering) -> None:
    """Mark the edges, in formats whose reasoning has a closer of its own."""
    if not _own_closers(lowering):
        return
    for lowered in lowering.states:
        if lowered.state.sink == "reasoning":
            for edge in lowered.state.edges:
                edge.drafts = edge.opens and edge.rank > 0


def _own_closers(lowering: Lowering) -> bool:
    """Whether what closes reasoning closes nothing else, and is no phrase of words."""
    found = {text for text in closers(lowering, "reasoning") if is_mark(text)}
    others = {
        label.text
        for node in lowering.graph.nodes
        for label, _ in node.edges
        if isinstance(label, Lit) and node.context[:1] != ("reasoning",)
    }
    return bool(found) and found.isdisjoint(others)
