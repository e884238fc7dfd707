"""Where the boxes of a layer stand from left to right, once their order is known.

In: layers in their order, the width of each box, and what each is linked with. Out: the middles.

How: from above and from below in turns, each box wants to stand at the weighted mean of its neighbours. What the boxes
of a layer want is fitted to their order and their room with the least squared error: subtract from each wish the room
that the boxes before it need, and the best places never fall. That is a regression under an order, which merging of
neighbours solves (pool adjacent violators).
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import NamedTuple

ROUNDS = 30


class Neighbour(NamedTuple):
    """What a box is linked with, and how much that counts."""

    key: Hashable
    weight: float


Links = Mapping[Hashable, tuple[list[Neighbour], list[Neighbour]]]  # above, below


def placed(
    layers: Sequence[Sequence[Hashable]], widths: Mapping[Hashable, float], links: Links, gap: float
) -> dict[Hashable, float]:
    """Find the middles of all boxes."""
    xs: dict[Hashable, float] = {}
    for layer in layers:
        xs |= zip(layer, _spread(layer, widths, gap), strict=True)
    for turn in range(ROUNDS):
        is_last = turn + 1 == ROUNDS
        for layer in layers if turn % 2 == 0 else reversed(layers):
            sides = (0, 1) if is_last else (turn % 2,)
            xs |= _moved(layer, xs, widths, links, sides, gap)
    return xs


def _spread(layer: Sequence[Hashable], widths: Mapping[Hashable, float], gap: float) -> list[float]:
    """Boxes side by side, around 0."""
    found, left = [], 0.0
    for key in layer:
        found.append(left + widths[key] / 2)
        left += widths[key] + gap
    return [x - (left - gap) / 2 for x in found]


def _moved(
    layer: Sequence[Hashable],
    xs: Mapping[Hashable, float],
    widths: Mapping[Hashable, float],
    links: Links,
    sides: Sequence[int],
    gap: float,
) -> dict[Hashable, float]:
    wishes, weights = [], []
    for key in layer:
        near = [one for side in sides for one in links[key][side]] if key in links else []
        weight = sum(one.weight for one in near)
        wishes.append(sum(xs[one.key] * one.weight for one in near) / weight if near else xs[key])
        weights.append(weight or 0.1)
    room = [x - _spread(layer, widths, gap)[0] for x in _spread(layer, widths, gap)]
    fitted = never_falling([wish - shift for wish, shift in zip(wishes, room, strict=True)], weights)
    return {key: x + shift for key, x, shift in zip(layer, fitted, room, strict=True)}


def never_falling(wishes: Sequence[float], weights: Sequence[float]) -> list[float]:
    """The numbers nearest to the wishes of which none is less than the one before it.

    >>> never_falling([1.0, 3.0, 1.0, 4.0], [1.0, 1.0, 1.0, 1.0])
    [1.0, 2.0, 2.0, 4.0]
    """
    groups: list[tuple[float, float, int]] = []  # mean, weight, how many
    for wish, weight in zip(wishes, weights, strict=True):
        group = (wish, weight, 1)
        while groups and groups[-1][0] > group[0]:
            mean, before, many = groups.pop()
            whole = before + group[1]
            group = ((mean * before + group[0] * group[1]) / whole, whole, many + group[2])
        groups.append(group)
    return [mean for mean, _, many in groups for _ in range(many)]
