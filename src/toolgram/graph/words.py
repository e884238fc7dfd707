"""The words of a drawing, the same in all its forms.

In: nodes and labels. Out: short texts in which nothing moves or hides.
"""

from __future__ import annotations

from ..diagnostics import printable
from .drawing import NOTHING, RETURNS, Node

LABELS_MAX = 6  # that an arrow shows; of more, the rest is counted
LABEL_MAX = 36  # characters of one


def caption(node: Node) -> str:
    """What is read at a place, how many states it is, and where the spec says so."""
    at = "" if node.reads == RETURNS else node.at
    parts = [node.reads, at, f"{len(node.states)} states" if len(node.states) > 1 else ""]
    return ", ".join(part for part in parts if part)


def labels_of(labels: list[str]) -> list[str]:
    """The labels of an arrow, one a line."""
    shown = [_short(label) for label in labels if label != NOTHING]
    if len(shown) > LABELS_MAX:
        shown = [*shown[: LABELS_MAX - 1], f"and {len(shown) - LABELS_MAX + 1} others"]
    return shown


def _short(label: str) -> str:
    label = printable(label.replace("\n", "\\n").replace("\t", "\\t"))
    return label if len(label) <= LABEL_MAX else f"{label[: LABEL_MAX - 3]}..."
