"""Pass: what a parser and a server's plugin ask of a machine as a whole.

In: the states, complete, the places of special tokens, and the delimiters around reasoning and calls. Out: fields of
the machine.

    `<|channel|>analysis<|message|>` opens reasoning, `<|channel|>final<|message|>` an answer:
    both are headers, text is wrapped, and `<|channel|>` alone does not say that reasoning begins
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..runtime.tables.suffix import SUFFIX_PLACE
from .model import State
from .special_places import Places


def message_facts(
    states: list[State],
    start: int,
    places: Places,
    reasoning: tuple[Sequence[str], Sequence[str]],
    call_openers: Sequence[str],
) -> dict[str, Any]:
    """Return the fields `content`, `has_citations`, `headers`, and what a reader of reasoning has to know.

    >>> text = State(name="message", kind="text", region="message", at="1:1", sink="content")
    >>> facts = message_facts([text], 0, {}, (["<think>"], ["</think>"]), [])
    >>> [name for name, value in facts.items() if value]
    ['opens_reasoning_only']
    """
    openers, closers = reasoning
    texts = _content_texts(states)
    verbs = {action.partition(":")[0] for state in states for edge in state.edges for action in edge.actions}
    headers = _headers(states[start], places)
    ends = {edge.literal for number in texts for edge in states[number].edges if not edge.rank}
    known = {*openers, *closers, *call_openers}
    return {
        "content": content_text(states),
        "has_citations": "open_citation" in verbs,
        "headers": headers,
        "opens_reasoning_only": ends.isdisjoint(closers) and _opens_reasoning_only(states, openers),
        "marks_reasoning": _marks_reasoning(states, reasoning),
        "wraps_content": not known.issuperset(headers) or not ends.isdisjoint(closers),
    }


def content_text(states: Sequence[State]) -> int | None:
    """The number of the state for content that has no other place."""
    return next(iter(_content_texts(states)), None)


def _content_texts(states: Sequence[State]) -> list[int]:
    return [number for number, state in enumerate(states) if (state.kind, state.sink) == ("text", "content")]


def _headers(start: State, places: Places) -> list[str]:
    """What begins a message, as it stands in prompts too: whatever was open before it is over."""
    return [
        edge.literal
        for edge in start.edges
        if edge.literal in places and not edge.rank and SUFFIX_PLACE not in edge.literal
    ]


def _opens_reasoning_only(states: list[State], openers: Sequence[str]) -> bool:
    """Whether an opener of reasoning opens nothing else, wherever it stands."""
    edges = [edge for state in states for edge in state.edges if edge.literal in openers and edge.guard is None]
    return all(edge.peek or "reasoning" in edge.actions for edge in edges)


def _marks_reasoning(states: list[State], reasoning: tuple[Sequence[str], Sequence[str]]) -> bool:
    """Whether other markup than its closers is read where reasoning begins: a name (`<|channel>thought`), citations."""
    openers, closers = reasoning
    edges = [edge for state in states for edge in state.edges if edge.literal in openers and not edge.rank]
    behind = [edge for number in {edge.to for edge in edges} for edge in states[number].edges if not edge.rank]
    return any(edge.literal not in closers for edge in behind)
