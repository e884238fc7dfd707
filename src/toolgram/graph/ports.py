"""Where lines meet their nodes: side by side along the upper and the lower border, in the order of where they lead.

In: the layout, and the sizes of the nodes. Out: the layout, the ends of its lines moved.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from .layout import Box, Layout, Line

STEP = 16.0  # between two lines, where there is room
INSET = 8.0  # from the corner of a box

End = tuple[Line, int]  # a line, and which of its points the end is


def spread_ends(found: Layout, sizes: Mapping[str, Box]) -> None:
    """Move the ends of lines from the middles of nodes to their borders."""
    sides: dict[tuple[str, bool], list[End]] = defaultdict(list)
    for line, points in found.lines.items():
        is_up = points[0][1] > points[-1][1]
        sides[line.source, is_up].append((line, 0))
        sides[line.target, not is_up].append((line, len(points) - 1))
    for (node, is_top), ends in sides.items():
        (x, y), box = found.nodes[node], sizes[node]
        ends.sort(key=lambda end: _beside(found, end))
        room = max(0.0, box.width - 2 * INSET)
        step = min(STEP, room / max(1, len(ends) - 1))
        border = y - box.height / 2 if is_top else y + box.height / 2
        for number, (line, at) in enumerate(ends):
            found.lines[line][at] = (x + (number - (len(ends) - 1) / 2) * step, border)


def _beside(found: Layout, end: End) -> float:
    """Where the point beside the end of a line stands."""
    line, at = end
    points = found.lines[line]
    return points[1][0] if at == 0 else points[-2][0]
