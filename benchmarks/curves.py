"""The plot of `docs/speed.md`: microseconds a delta against the characters of an argument, for each library.

In: results of `peers.py`. Out: an SVG, made by hand: two panels with logarithmic axes, a line for each library, and its
name at the end. It has a title and a description, and colours for light and dark pages.
"""

from __future__ import annotations

import math
from html import escape
from pathlib import Path
from typing import NamedTuple

from processes import Results

PICTURE = Path(__file__).parents[1] / "docs" / "speed.svg"
FORMATS = ("hermes", "qwen3_coder")
LENGTHS = (250, 1_000, 4_000, 16_000, 64_000)
LENGTH_MAX = LENGTHS[-1]
COSTS = (0.1, 1, 10, 100, 1_000, 10_000)
COLOURS = {  # for light pages, for dark pages, and the dashes of the line
    "toolgram": ("#0b5fae", "#6cb6ff", ""),
    "compiled": ("#00707a", "#56d4dd", ""),
    "plugin": ("#0b5fae", "#6cb6ff", "6 3"),
    "vllm": ("#b3261e", "#ff938a", "6 3"),
    "hugging face": ("#8a5a00", "#e3b341", ""),
    "sglang": ("#6f42c1", "#d2a8ff", ""),
    "floor": ("#6e7781", "#8b949e", "2 3"),
}
WIDTH, HEIGHT = 960, 430
PANEL_WIDTH, PANEL_HEIGHT, LEFT, TOP, GAP = 300, 320, 60, 50, 170
LABEL_DISTANCE = 14


class Line(NamedTuple):
    """What a library has cost: characters, and microseconds a delta; whether the last reading was stopped."""

    points: list[tuple[float, float]]
    is_cut: bool


def lines_of(results: Results, format_id: str) -> dict[str, Line]:
    """What has been measured, by column."""
    found: dict[str, Line] = {}
    for column, (process, engine) in results.columns.items():
        rows = [row[2:] for row in results.processes[process].curve if row[:2] == [engine, format_id]]
        if rows and column in COLOURS:
            found[column] = Line([(length, mean) for length, mean, _, _ in rows], is_cut=rows[-1][-1])
    return found


def x_of(length: float) -> float:
    return PANEL_WIDTH * math.log(length / LENGTHS[0]) / math.log(LENGTH_MAX / LENGTHS[0])


def y_of(cost: float) -> float:
    low, high = COSTS[0], COSTS[-1]
    return PANEL_HEIGHT * (1 - math.log(min(max(cost, low), high) / low) / math.log(high / low))


def spread(places: dict[str, float]) -> dict[str, float]:
    """The heights of labels, moved so that none stands on another.

    >>> spread({"a": 10, "b": 12, "c": 90})
    {'a': 10, 'b': 24, 'c': 90}
    """
    found: dict[str, float] = {}
    last = -math.inf
    for name, y in sorted(places.items(), key=lambda item: item[1]):
        found[name] = last = max(y, last + LABEL_DISTANCE)
    return found


def panel(title: str, lines: dict[str, Line], titles: dict[str, str]) -> list[str]:
    parts = [f'<text class="head" x="0" y="-16">{escape(title)}</text>']
    for cost in COSTS:
        y = y_of(cost)
        parts.append(f'<line class="grid" x1="0" x2="{PANEL_WIDTH}" y1="{y:.1f}" y2="{y:.1f}"/>')
        parts.append(f'<text class="end" x="-8" y="{y + 4:.1f}">{cost:,}</text>')
    for length in LENGTHS:
        label = f"{length // 1000}k" if length >= 1000 else str(length)
        parts.append(f'<text class="middle" x="{x_of(length):.1f}" y="{PANEL_HEIGHT + 18}">{label}</text>')
    labels = spread({column: y_of(line.points[-1][1]) + 4 for column, line in lines.items()})
    for column, line in lines.items():
        places = [(x_of(length), y_of(cost)) for length, cost in line.points]
        name = column.replace(" ", "-")
        points = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
        parts.append(f'<polyline class="line {name}" points="{points}"/>')
        parts += [f'<circle class="{name}" cx="{x:.1f}" cy="{y:.1f}" r="3"/>' for x, y in places]
        text = escape(titles[column]) + (", stopped" if line.is_cut else "")
        parts.append(f'<text class="{name}" x="{places[-1][0] + 8:.1f}" y="{labels[column]:.1f}">{text}</text>')
    return parts


def style(mode: int) -> str:
    ink, grid = (("#1f2328", "#d0d7de"), ("#e6edf3", "#3d444d"))[mode]
    rules = [f"text {{ fill: {ink}; font: 12px sans-serif }}", f".grid {{ stroke: {grid} }}"]
    for column, colours in COLOURS.items():
        name, dash = column.replace(" ", "-"), colours[2]
        rules.append(
            f".{name} {{ stroke: {colours[mode]}; fill: {colours[mode]}; stroke-dasharray: {dash or 'none'} }}"
        )
        rules.append(f"text.{name}, circle.{name} {{ stroke: none }}")
    return "\n    ".join(rules)


def picture(panels: dict[str, dict[str, Line]], titles: dict[str, str]) -> str:
    """The whole SVG."""
    words = []
    for title, lines in panels.items():
        ends = [
            f"{titles[column]} from {points[0][1]:.1f} to {points[-1][1]:.1f} at {points[-1][0]:,} characters"
            for column, (points, _) in lines.items()
        ]
        words.append(f"{title}: {'; '.join(ends)}.")
    groups = []
    for number, (title, lines) in enumerate(panels.items()):
        x = LEFT + number * (PANEL_WIDTH + GAP)
        groups += [f'<g transform="translate({x},{TOP})">', *panel(title, lines, titles), "</g>"]
    middle = LEFT + PANEL_WIDTH + GAP / 2
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img"'
            ' aria-labelledby="title description">',
            '<title id="title">Microseconds a delta against the length of an argument</title>',
            f'<desc id="description">Both axes are logarithmic. {escape(" ".join(words))}</desc>',
            f"<style>\n    {style(0)}",
            "    .line { fill: none; stroke-width: 2 } .head { font-weight: bold }",
            "    .end { text-anchor: end } .middle { text-anchor: middle }",
            f"    @media (prefers-color-scheme: dark) {{\n    {style(1)}\n    .line {{ fill: none }}\n    }}",
            "</style>",
            *groups,
            f'<text class="middle" x="{middle:.0f}" y="{HEIGHT - 12}">characters of the argument</text>',
            f'<text class="middle" transform="translate(14,{TOP + PANEL_HEIGHT // 2}) rotate(-90)">'
            "microseconds a delta</text>",
            "</svg>",
            "",
        ]
    )


def write(results: Results, titles: dict[str, str]) -> None:
    names = {column: title.removeprefix("in vLLM: ") for column, title in titles.items()}
    names |= {"plugin": "our plugin in vLLM", "vllm": "vLLM's own"}
    PICTURE.write_text(picture({one: lines_of(results, one) for one in FORMATS}, names), encoding="utf-8")
