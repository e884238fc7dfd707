"""A drawing as SVG: one file, which needs nothing and runs nothing; in light and in dark.

In: a `Drawing`. Out: the text of the file. Each place is a group with the numbers of its states (`data-states`), so
that a page can light the one that a parser is in.
"""

from __future__ import annotations

from itertools import pairwise
from unicodedata import east_asian_width
from xml.sax.saxutils import escape, quoteattr

from .drawing import BEGIN, Arrow, Drawing, Node
from .layout import Box, Layout, Line, lay_out
from .ports import spread_ends
from .words import caption, labels_of

FONT, SMALL = 13.0, 11.0
CHAR = 0.602  # width of a character of a monospaced font, of its size
LINE = 1.3  # height of a line
PAD, MARGIN = 9.0, 16.0
LOOP = 26.0  # how far a loop reaches out
# All of it below one class, so that a page may hold the drawing among others of its own.
STYLE = """
  .machine { background: #fff; color: #1b1f24 }
  .machine text { font: 13px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace }
  .machine text { fill: currentColor } .machine .label { font-size: 11px }
  .machine .small { font-size: 11px; opacity: .65 }
  .machine .box { fill: #f4f5f7; stroke: #8a94a3 } .machine .back { fill: #fff; opacity: .85 }
  .machine .line { fill: none; stroke: #59636e; stroke-width: 1.2 } .machine .tip { fill: #59636e }
  .machine .mends .line { stroke-dasharray: 4 3; stroke: #b4541a } .machine .mends .label { fill: #b4541a }
  .machine .content .box { fill: #eef2f7; stroke: #5b6b7f } .machine .reasoning .box { fill: #f6e8fb; stroke: #8e3fb0 }
  .machine .name .box, .machine .id .box { fill: #e3ecff; stroke: #2a56c6 }
  .machine .key .box, .machine .source .box { fill: #ddf4f5; stroke: #127f88 }
  .machine .value .box { fill: #e2f5e5; stroke: #2b7d3b }
  @media (prefers-color-scheme: dark) {
    .machine { background: #12161b; color: #e4e8ed } .machine .back { fill: #12161b }
    .machine .box { fill: #20262d; stroke: #77818d } .machine .line { stroke: #9aa5b1 } .machine .tip { fill: #9aa5b1 }
    .machine .mends .line { stroke: #e08a4f } .machine .mends .label { fill: #e08a4f }
    .machine .content .box { fill: #232d3a } .machine .reasoning .box { fill: #36203f }
    .machine .name .box, .machine .id .box { fill: #1d2a4d }
    .machine .key .box, .machine .source .box { fill: #12363a } .machine .value .box { fill: #17361f }
  }
"""


def to_svg(drawing: Drawing) -> str:
    """Write a drawing."""
    boxes = {BEGIN: Box(12, 12), **{node.id: _box_of(node) for node in drawing.nodes.values()}}
    lines = {Line(arrow.source, arrow.target, int(arrow.mends)): arrow for arrow in drawing.arrows}
    shown = {arrow: labels_of(labels) for arrow, labels in drawing.arrows.items()}
    loops = {line: arrow for line, arrow in lines.items() if line.source == line.target}
    for arrow in loops.values():  # room for it on both sides, so that the node stays in the middle
        box = boxes[arrow.source]
        room = 2 * (LOOP + _width(shown[arrow], SMALL))
        boxes[arrow.source] = box._replace(width=max(box.width, _box_of(drawing.nodes[arrow.source]).width + room))
    labels = {line: _label_box(shown[arrow]) for line, arrow in lines.items() if line not in loops}
    found = lay_out(boxes, labels)
    spread_ends(found, {id: Box(12, 12) if id == BEGIN else _box_of(drawing.nodes[id]) for id in boxes})
    parts = [_line(line, arrow, shown[arrow], found) for line, arrow in lines.items() if line not in loops]
    parts += [_node(node, *found.nodes[node.id]) for node in drawing.nodes.values()]
    parts += [_loop(arrow, shown[arrow], found, drawing.nodes[arrow.source]) for arrow in loops.values()]
    x, y = found.nodes[BEGIN]
    parts.append(f'<circle class="tip" cx="{x:.1f}" cy="{y:.1f}" r="6"/>')
    return _file(drawing, found, parts)


def _file(drawing: Drawing, found: Layout, parts: list[str]) -> str:
    width, height = found.width + 2 * MARGIN, found.height + 2 * MARGIN
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="machine" width="{width:.0f}" height="{height:.0f}" '
        f'viewBox="{-MARGIN:.0f} {-MARGIN:.0f} {width:.0f} {height:.0f}" role="img">'
    )
    tip = (
        '<marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto">'
        '<path class="tip" d="M0 0 8 4 0 8z"/></marker>'
    )
    title = f"<title>{escape(drawing.title)}</title>"
    return "\n".join([head, title, f"<style>{STYLE}</style>", f"<defs>{tip}</defs>", *parts, "</svg>"]) + "\n"


def _node(node: Node, x: float, y: float) -> str:
    box = _box_of(node)
    states = " ".join(map(str, node.states))
    return (
        f'<g class="{node.becomes}" data-states={quoteattr(states)}>'
        f"<title>{escape(node.name)}: {escape(caption(node))}; states {states}</title>"
        f'<rect class="box" x="{x - box.width / 2:.1f}" y="{y - box.height / 2:.1f}" width="{box.width:.1f}" '
        f'height="{box.height:.1f}" rx="{10 if node.reads else 2}"/>'
        + _text([node.name], x, y - SMALL * LINE / 2, FONT, "")
        + _text([caption(node)], x, y + FONT * LINE / 2, SMALL, "small")
        + "</g>"
    )


def _line(line: Line, arrow: Arrow, labels: list[str], found: Layout) -> str:
    points = found.lines[line]
    path = f"M{points[0][0]:.1f} {points[0][1]:.1f}"
    for (x, y), (to_x, to_y) in pairwise(points):
        middle = (y + to_y) / 2
        path += f"C{x:.1f} {middle:.1f} {to_x:.1f} {middle:.1f} {to_x:.1f} {to_y:.1f}"
    drawn = f'<path class="line" d="{path}" marker-end="url(#tip)"/>'
    if labels:
        x, y = found.labels[line]
        box = _label_box(labels)
        drawn += (
            f'<rect class="back" x="{x - box.width / 2:.1f}" y="{y - box.height / 2:.1f}" '
            f'width="{box.width:.1f}" height="{box.height:.1f}"/>'
        )
        drawn += _text(labels, x, y, SMALL, "label")
    return f'<g class="{"mends" if arrow.mends else "way"}">{drawn}</g>'


def _loop(arrow: Arrow, labels: list[str], found: Layout, node: Node) -> str:
    """A way from a place to itself, at its right side."""
    (x, y), box = found.nodes[node.id], _box_of(node)
    side, out = x + box.width / 2, x + box.width / 2 + LOOP
    path = f"M{side:.1f} {y - 7:.1f}C{out:.1f} {y - 20:.1f} {out:.1f} {y + 20:.1f} {side:.1f} {y + 7:.1f}"
    drawn = f'<path class="line" d="{path}" marker-end="url(#tip)"/>'
    drawn += _text(labels, out + _width(labels, SMALL) / 2, y, SMALL, "label") if labels else ""
    return f'<g class="{"mends" if arrow.mends else "way"}">{drawn}</g>'


def _text(lines: list[str], x: float, y: float, size: float, kind: str) -> str:
    top = y - (len(lines) - 1) * size * LINE / 2 + size * 0.35
    rows = (
        f'<text class="{kind}" x="{x:.1f}" y="{top + number * size * LINE:.1f}" text-anchor="middle" '
        f'xml:space="preserve">{escape(line)}</text>'
        for number, line in enumerate(lines)
    )
    return "".join(rows)


def _box_of(node: Node) -> Box:
    width = max(_width([node.name], FONT), _width([caption(node)], SMALL))
    return Box(width + 2 * PAD, (FONT + SMALL) * LINE + PAD)


def _label_box(labels: list[str]) -> Box:
    return Box(_width(labels, SMALL) + 6, len(labels) * SMALL * LINE + 4) if labels else Box(2, 2)


def _width(lines: list[str], size: float) -> float:
    cells = (sum(2 if east_asian_width(char) in "WF" else 1 for char in line) for line in lines)
    return max(cells, default=0) * size * CHAR
