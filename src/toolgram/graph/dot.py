"""A drawing as DOT, for Graphviz and what reads its language."""

from __future__ import annotations

from .drawing import BEGIN, Drawing
from .words import caption, labels_of


def to_dot(drawing: Drawing) -> str:
    """Write a drawing."""
    lines = ["digraph {", '  node [shape=box, fontname="monospace"]', '  edge [fontname="monospace"]']
    lines.append(f'  {BEGIN} [shape=point, label=""]')
    for node in drawing.nodes.values():
        style = ', style="rounded"' if node.reads else ""
        lines.append(f"  {node.id} [label={_quoted([node.name, caption(node)])}{style}]")
    for arrow, labels in drawing.arrows.items():
        style = ", style=dashed" if arrow.mends else ""
        lines.append(f"  {arrow.source} -> {arrow.target} [label={_quoted(labels_of(labels))}{style}]")
    return "\n".join([*lines, "}"]) + "\n"


def _quoted(lines: list[str]) -> str:
    r"""Lines as one text of DOT.

    >>> print(_quoted(['a "b"', "c\\"]))
    "a \"b\"\nc\\"
    """
    return '"' + "\\n".join(line.replace("\\", "\\\\").replace('"', '\\"') for line in lines) + '"'
