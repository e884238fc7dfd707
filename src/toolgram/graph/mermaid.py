"""A drawing as Mermaid, which pages of GitHub and of MkDocs show as a picture.

In: a `Drawing`. Out: the text of a `flowchart`. What Mermaid would take for markup is written as its number.
"""

from __future__ import annotations

import re

from .drawing import BEGIN, Drawing
from .words import caption, labels_of

PLAIN = re.compile(r"[^A-Za-z0-9 _./,:=|{}\[\]()?!+*-]")
CLASSES = {
    "content": "fill:#eef2f7,stroke:#5b6b7f",
    "reasoning": "fill:#f6e8fb,stroke:#8e3fb0",
    "name": "fill:#e3ecff,stroke:#2a56c6",
    "id": "fill:#e3ecff,stroke:#2a56c6",
    "key": "fill:#ddf4f5,stroke:#127f88",
    "value": "fill:#e2f5e5,stroke:#2b7d3b",
    "source": "fill:#ddf4f5,stroke:#127f88",
}


def to_mermaid(drawing: Drawing) -> str:
    """Write a drawing."""
    lines = ["flowchart TD", f"    {BEGIN}(( ))"]
    used: dict[str, list[str]] = {}
    for node in drawing.nodes.values():
        shown = f"{_text(node.name)}<br/>{_text(caption(node))}"
        lines.append(f'    {node.id}("{shown}")' if node.reads else f'    {node.id}["{shown}"]')
        used.setdefault(node.becomes, []).append(node.id)
    for arrow, labels in drawing.arrows.items():
        line = "-.->" if arrow.mends else "-->"
        shown = "<br/>".join(map(_text, labels_of(labels)))
        lines.append(f"    {arrow.source} {line}" + (f'|"{shown}"|' if shown else "") + f" {arrow.target}")
    for kind, style in CLASSES.items():
        if kind in used:
            lines.append(f"    classDef {kind} {style},color:#111")
            lines.append(f"    class {','.join(used[kind])} {kind}")
    return "\n".join(lines) + "\n"


def _text(text: str) -> str:
    """A text in which nothing is markup.

    >>> _text('<think> "a"')
    '#60;think#62; #34;a#34;'
    """
    return PLAIN.sub(lambda found: f"#{ord(found[0])};", text)
