"""Pass: where special tokens stand in delimiters.

    `<|python_tag|>f(`   {"<|python_tag|>f(": [("<|python_tag|>", 0)]}

A delimiter may be built around a special token. Where ids of tokens are known, it counts only if the token came as one.
"""

from __future__ import annotations

from collections.abc import Iterable

from .model import State

Places = dict[str, list[tuple[str, int]]]


def special_places(states: Iterable[State], special_tokens: Iterable[str]) -> Places:
    """Find the special tokens in every delimiter, and at which character each begins.

    >>> state = State.model_validate({"name": "message", "kind": "gap", "region": "message", "at": "1:1", "edges": [
    ...     {"literal": "<s><call>", "to": 0}, {"literal": "[", "to": 0}]})
    >>> special_places([state], ["<s>", "<call>"])
    {'<s><call>': [('<call>', 3), ('<s>', 0)]}
    """
    tokens = sorted(special_tokens)
    literals = dict.fromkeys(edge.literal for state in states for edge in state.edges)
    found = {text: [(token, text.index(token)) for token in tokens if token in text] for text in literals}
    return {text: places for text, places in found.items() if places}
