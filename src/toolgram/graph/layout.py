"""Where the nodes of a graph stand: in layers, from the top down.

In: boxes with their sizes, and lines between them, each with a box for its label. Out: the middle of each box, and of
the points that a line goes through.

How (Sugiyama, Tagawa, Toda 1981): lines that lead back are turned; each box comes into the layer behind the last of
those before it; lines over several layers get a point in each, the first of which is the label; the order in a layer is
that of the means of the neighbours, over and over, and the order with the fewest crossings is kept; then all are moved
towards their neighbours, as far as the order and the room allow.

Promise: the same graph gives the same places. It takes no longer than some hundred passes over the points.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

from .lines import Neighbour, placed

Key = Hashable
SWEEPS = 24
GAP = 26.0  # between the boxes of a layer
LAYER_GAP = 34.0
POINT = (2.0, 2.0)  # the size of a point of a line


class Box(NamedTuple):
    """What takes room: a node, or the label of a line."""

    width: float
    height: float


class Line(NamedTuple):
    """From one node to another; lines of one pair are told apart by their number."""

    source: str
    target: str
    number: int = 0


@dataclass
class Layout:
    """The middles of nodes, and for each line the points from its source to its target, with that of its label."""

    nodes: dict[str, tuple[float, float]] = field(default_factory=dict)
    lines: dict[Line, list[tuple[float, float]]] = field(default_factory=dict)
    labels: dict[Line, tuple[float, float]] = field(default_factory=dict)
    width: float = 0.0
    height: float = 0.0


class _Point(NamedTuple):
    """Where a line crosses a layer."""

    line: Line
    layer: int


def lay_out(nodes: Mapping[str, Box], lines: Mapping[Line, Box]) -> Layout:
    """Find the places; no line leads from a node to itself. Nodes are given in the order in which one reads them."""
    turned = _leading_back(list(nodes), list(lines))
    down = {line: (line.target, line.source) if line in turned else (line.source, line.target) for line in lines}
    layer_of = _layers(list(nodes), list(down.values()))
    chains = {line: _chain(line, *ends, layer_of) for line, ends in down.items()}
    label_at = {chain[-2] if line in turned else chain[1]: line for line, chain in chains.items()}
    sizes: dict[Key, Box] = dict(nodes.items())
    for chain in chains.values():
        sizes |= {point: lines[label_at[point]] if point in label_at else Box(*POINT) for point in chain[1:-1]}
    layers = _ordered(_first_order(list(nodes), layer_of, chains), _links(chains))
    xs = placed(layers, {key: box.width for key, box in sizes.items()}, _neighbours(chains), GAP)
    ys, height = _heights(layers, sizes)
    left = min(xs[key] - sizes[key].width / 2 for key in sizes)
    found = Layout(height=height, width=max(xs[key] + sizes[key].width / 2 for key in sizes) - left)
    places = {key: (xs[key] - left, ys[key]) for key in sizes}
    found.nodes = {key: places[key] for key in nodes}
    for line, chain in chains.items():
        points = [places[key] for key in chain]
        found.lines[line] = points[::-1] if line in turned else points
    found.labels = {line: places[point] for point, line in label_at.items()}
    return found


def _leading_back(nodes: Sequence[Key], lines: Sequence[Line]) -> set[Line]:
    """The lines that close a circle, on a walk from the first node on."""
    after: dict[Key, list[Line]] = defaultdict(list)
    for line in lines:
        after[line.source].append(line)
    found: set[Line] = set()
    state: dict[Key, bool] = {}  # whether the walk is still below a node
    for first in nodes:
        walk = [] if first in state else [(first, iter(after[first]))]
        if walk:
            state[first] = True
        while walk:
            node, rest = walk[-1]
            way = next(rest, None)
            if way is None:
                state[node] = False
                walk.pop()
            elif state.get(way.target):
                found.add(way)
            elif way.target not in state:
                state[way.target] = True
                walk.append((way.target, iter(after[way.target])))
    return found


def _layers(nodes: Sequence[Key], down: Sequence[tuple[Key, Key]]) -> dict[Key, int]:
    """The layer of each node: two behind the last of those before it, so that a label fits between."""
    before: dict[Key, list[Key]] = defaultdict(list)
    after: dict[Key, list[Key]] = defaultdict(list)
    for source, target in down:
        before[target].append(source)
        after[source].append(target)
    found: dict[Key, int] = {}
    waiting = [node for node in nodes if not before[node]]
    missing = {node: len(before[node]) for node in nodes}
    while waiting:
        node = waiting.pop(0)
        found[node] = max((found[one] + 2 for one in before[node]), default=0)
        for target in after[node]:
            missing[target] -= 1
            if not missing[target]:
                waiting.append(target)
    for node in sorted(nodes, key=found.__getitem__, reverse=True):  # nearer to what follows, if nothing is before it
        if not before[node] and after[node]:
            found[node] = min(found[one] for one in after[node]) - 2
    return found


def _chain(line: Line, upper: Key, lower: Key, layer_of: Mapping[Key, int]) -> list[Key]:
    points = [_Point(line, layer) for layer in range(layer_of[upper] + 1, layer_of[lower])]
    return [upper, *points, lower]


def _links(chains: Mapping[Line, list[Key]]) -> dict[Key, tuple[list[Key], list[Key]]]:
    """For each key those above it and those below."""
    found: dict[Key, tuple[list[Key], list[Key]]] = defaultdict(lambda: ([], []))
    for chain in chains.values():
        for upper, lower in pairwise(chain):
            found[upper][1].append(lower)
            found[lower][0].append(upper)
    return found


def _neighbours(chains: Mapping[Line, list[Key]]) -> dict[Key, tuple[list[Neighbour], list[Neighbour]]]:
    """The same with weights: a line wants to be straight between its points more than at its ends."""
    found: dict[Key, tuple[list[Neighbour], list[Neighbour]]] = defaultdict(lambda: ([], []))
    for chain in chains.values():
        for upper, lower in pairwise(chain):
            inner = sum(isinstance(key, _Point) for key in (upper, lower))
            weight = (1.0, 2.0, 8.0)[inner]
            found[upper][1].append(Neighbour(lower, weight))
            found[lower][0].append(Neighbour(upper, weight))
    return found


def _first_order(
    nodes: Sequence[Key], layer_of: Mapping[Key, int], chains: Mapping[Line, list[Key]]
) -> list[list[Key]]:
    """The layers, their boxes as a walk from the first node meets them."""
    below = {key: links[1] for key, links in _links(chains).items()}
    layers: list[list[Key]] = [[] for _ in range(max(layer_of.values(), default=0) + 1)]
    seen: set[Key] = set()
    for first in sorted(nodes, key=layer_of.__getitem__):
        walk = [first]
        while walk:
            key = walk.pop()
            if key not in seen:
                seen.add(key)
                layers[key.layer if isinstance(key, _Point) else layer_of[key]].append(key)
                walk += reversed(below.get(key, []))
    return layers


def _ordered(layers: list[list[Key]], links: Mapping[Key, tuple[list[Key], list[Key]]]) -> list[list[Key]]:
    """The layers in the order that has the fewest crossings of those that were tried."""
    best, fewest = layers, _crossings(layers, links)
    for sweep in range(SWEEPS):
        up = sweep % 2
        layers = [list(layer) for layer in layers]
        for number in range(len(layers) - 2, -1, -1) if up else range(1, len(layers)):
            fixed = {key: at for at, key in enumerate(layers[number + 1 if up else number - 1])}
            middles = {}
            for at, key in enumerate(layers[number]):
                places = [fixed[one] for one in links[key][up]] if key in links else []
                middles[key] = sum(places) / len(places) if places else float(at)
            layers[number].sort(key=middles.__getitem__)
        crossings = _crossings(layers, links)
        if crossings < fewest:
            best, fewest = layers, crossings
    return best


def _crossings(layers: list[list[Key]], links: Mapping[Key, tuple[list[Key], list[Key]]]) -> int:
    found = 0
    for upper, lower in pairwise(layers):
        places = {key: at for at, key in enumerate(lower)}
        ends: list[int] = []
        for key in upper:
            own = sorted(places[one] for one in links[key][1]) if key in links else []
            found += sum(len(ends) - bisect_right(ends, at) for at in own)
            for at in own:
                insort(ends, at)
    return found


def _heights(layers: list[list[Key]], sizes: Mapping[Key, Box]) -> tuple[dict[Key, float], float]:
    found: dict[Key, float] = {}
    top = 0.0
    for number, layer in enumerate(layers):
        height = max((sizes[key].height for key in layer), default=0.0)
        found |= dict.fromkeys(layer, top + height / 2)
        top += height + (LAYER_GAP / 2 if number + 1 < len(layers) else 0)
    return found, top
