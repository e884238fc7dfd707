"""An SVG made by hand: cells of text, words, lines; with colours for light and for dark pages.

The colours are classes, so that a page of the site can put its own in their place (see `inlined` in staging.py). Text
stands in cells of a fixed width, whatever font there is.
"""

from __future__ import annotations

from html import escape

CHAR, SIZE = 7.6, 12.5  # the width of a character in a cell; of its font
LOOKS = {  # ink and ground, for light pages and for dark ones
    "content": (("#0a4a1d", "#d3f2da"), ("#b7f0c4", "#123d1f")),
    "reasoning": (("#4a3a00", "#f3eccb"), ("#f0e3a8", "#3b3210")),
    "name": (("#4b1f86", "#e8dcfb"), ("#dcc6ff", "#38215c")),
    "value": (("#0b3d78", "#d6e8fd"), ("#b9dbff", "#12345c")),
    "markup": (("#6a737d", "none"), ("#8b949e", "none")),
    "held": (("#7a3b00", "#ffdfa3"), ("#ffd08a", "#5a3500")),
    "wrong": (("#8a1a12", "#ffd9d4"), ("#ffb8b0", "#5c1a14")),
}
INK, FAINT, GRID = ("#1f2328", "#e6edf3"), ("#6a737d", "#8b949e"), ("#d0d7de", "#3d444d")


def colours(mode: int) -> str:
    """The rules of light (0) or dark (1) pages."""
    rules = [f"text {{ fill: {INK[mode]} }} .faint {{ fill: {FAINT[mode]} }} .grid {{ stroke: {GRID[mode]} }}"]
    rules.append(
        f".new {{ stroke: {INK[mode]} }} .curve {{ stroke: {LOOKS['held'][mode][0]}; fill: {LOOKS['held'][mode][1]} }}"
    )
    for look, pair in LOOKS.items():
        rules.append(f"text.{look} {{ fill: {pair[mode][0]} }} rect.{look} {{ fill: {pair[mode][1]} }}")
    rules.append(f"rect.held {{ stroke: {LOOKS['held'][mode][0]} }}")
    return "\n".join(rules)


STYLE = f"""\
text {{ font: 12px sans-serif }} .cell {{ font: {SIZE}px ui-monospace, monospace }}
.end {{ text-anchor: end }} .middle {{ text-anchor: middle }} .head {{ font-weight: bold }}
.grid {{ fill: none }} .new {{ stroke-width: 2 }} rect.held {{ stroke-width: 1; stroke-dasharray: 3 2 }}
.curve {{ stroke-width: 1.5 }}
{colours(0)}
@media (prefers-color-scheme: dark) {{
{colours(1)}
}}"""


class Drawing:
    """Collects what is drawn."""

    def __init__(self, width: int, height: int, title: str, description: str) -> None:
        self._size = width, height
        self._title, self._description = title, description
        self._parts: list[str] = []

    def words(self, x: float, y: float, text: str, look: str = "") -> None:
        """A line of words."""
        self._parts.append(f'<text class="{look}" x="{x:g}" y="{y:g}">{_escaped(text)}</text>')

    def cells(self, x: float, y: float, text: str, look: str) -> float:
        """Text in cells, and what is behind it; returns where it ends."""
        width = round(len(text) * CHAR, 1)
        self._parts.append(f'<rect class="{look}" x="{x:.1f}" y="{y:g}" width="{width:g}" height="18" rx="2"/>')
        places = " ".join(f"{x + (at + 0.5) * CHAR:.1f}" for at in range(len(text)))
        self._parts.append(f'<text class="cell middle {look}" x="{places}" y="{y + 13.5:g}">{_escaped(text)}</text>')
        return x + width

    def key(self, x: float, y: float, look: str, words: str) -> float:
        """A word of the legend; returns where the next one begins."""
        self._parts.append(f'<rect class="{look}" x="{x:g}" y="{y - 11:g}" width="14" height="14" rx="2"/>')
        if look == "markup":
            self.words(x + 7, y, "<>", "cell middle markup")
        self.words(x + 20, y, words)
        return x + 34 + 6.6 * len(words)

    def underline(self, left: float, right: float, y: float) -> None:
        """A line under what has just come."""
        self._parts.append(f'<line class="new" x1="{left:.1f}" x2="{right:.1f}" y1="{y + 1.5:g}" y2="{y + 1.5:g}"/>')

    def shape(self, element: str) -> None:
        """Anything else."""
        self._parts.append(element)

    def svg(self) -> str:
        """The whole picture; no blank lines, so that it may stand in a page of Markdown."""
        width, height = self._size
        return "\n".join(
            [
                f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img"',
                f'aria-label="{escape(self._title)}">',
                f"<title>{escape(self._title)}</title>",
                f"<desc>{escape(self._description)}</desc>",
                f"<style>\n{STYLE}\n</style>",
                *self._parts,
                "</svg>",
                "",
            ]
        )


def _escaped(text: str) -> str:
    """Text whose blanks are kept one by one."""
    return escape(text).replace(" ", "\N{NO-BREAK SPACE}")
