"""What is certain about a place at message level, without a run: which delimiter stands there, or that none does.

In: a state, the text, and a place in it. Out: an edge about which its literal alone decides; whether all is text there.

Promise: where `edges.py` would ask for more, or wait for it, nothing is certain.
"""

from __future__ import annotations

from typing import Optional

from toolgram.runtime.core.spelled import IS_TAG
from toolgram.runtime.core.verdicts import skip_blanks
from toolgram.runtime.tables.limits import TAG_BLANKS_MAX, TAG_MAX
from toolgram.runtime.tables.machine import PreparedMachine
from toolgram.runtime.tables.states import Edge, State


def edge_at(state: State, text: str, at: int) -> Optional[Edge]:
    """The edge whose literal stands at a place, the longest."""
    for edge in state.by_first.get(text[at], ()):
        if text.startswith(edge.literal, at):
            return edge
    return None


def is_certain(edge: Edge) -> bool:
    """Whether an edge is taken wherever its literal stands, and nothing has to be remembered of it."""
    return edge.is_plain and not (edge.peek or edge.drafts) and edge.tail is None


def is_text(machine: PreparedMachine, state: State, text: str, at: int) -> bool:
    """Whether no delimiter begins at a place where the literal of none stands."""
    rest = len(text) - at
    for edge in state.by_first.get(text[at], ()):
        if edge.tail is not None or (edge.stem and text.startswith(edge.stem, at)):
            return False
        if rest < len(edge.literal) and edge.literal.startswith(text[at:]):
            return False
    if text[at] != "<" or not state.unknown_tags:
        return True
    tag = IS_TAG(text[at : at + TAG_MAX])  # one that the format does not know, perhaps before the opener of a call
    if tag is None:
        return True
    end = skip_blanks(text, at + tag.end(), TAG_BLANKS_MAX)
    behind = text[end : end + 1]
    if machine.content is not None and behind in machine.states[machine.content].by_first:
        return False
    return behind not in state.by_first


def behind_blanks(state: State, text: str, at: int) -> int:
    """Where the blanks end that are markup in a gap; `BLANKS_MAX` of them at most."""
    if state.blanks == "any":
        return skip_blanks(text, at)
    if state.blanks == "newline":
        return at + (1 if text.startswith("\n", at) else 2 if text.startswith("\r\n", at) else 0)
    return at
