"""A machine as a drawing: Mermaid for pages, SVG for everything else, DOT for those who have Graphviz.

In: a machine. Out: text. `drawing.py` says what is drawn, `layout.py` and `lines.py` where; the others write it.

Note [why the layout is our own]
Of the packages that lay graphs out in layers, those with releases of this year are compiled and new (graphlay,
fast-sugiyama), the pure one rests since 2023 and is not under a licence that we could take for granted (grandalf), and
Graphviz is a program that most people do not have. What a drawing of 15 to 60 nodes needs of the method of Sugiyama,
Tagawa and Toda (1981) is two modules of the standard library, and the same bytes everywhere.
"""

from .dot import to_dot
from .drawing import Arrow, Drawing, Node, draw
from .mermaid import to_mermaid
from .svg import to_svg

WRITERS = {"mermaid": to_mermaid, "svg": to_svg, "dot": to_dot}

__all__ = ["WRITERS", "Arrow", "Drawing", "Node", "draw", "to_dot", "to_mermaid", "to_svg"]
