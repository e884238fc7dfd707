"""Whether the site shows what GitHub shows: the same words, lists, tables and blocks of code.

In: the pages of the checkout, and the built site. Out: one line for each difference. GitHub reads CommonMark with
tables, and so does markdown-it, which says here what a page should be; the site is made by Python-Markdown, which reads
some lists otherwise and says nothing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from markdown_it import MarkdownIt
from staging import NAMED, ROOT, place_of

COUNTED = ("h1", "h2", "h3", "h4", "li", "ol", "pre", "strong", "table", "td", "tr", "ul")
SHOWN_CHARS = 60


class _Shown(HTMLParser):
    """What an article shows: how many of each element, and its words without those of links."""

    def __init__(self, text: str, *, is_whole: bool) -> None:
        super().__init__()
        self.count: Counter[str] = Counter()
        self._words: list[str] = []
        self._is_inside = is_whole
        self._skipped = 0
        self.feed(text)

    @property
    def words(self) -> str:
        return re.sub(r"\s", "", "".join(self._words))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        self._is_inside |= tag == "article"
        if self._is_inside:
            self.count[tag] += tag in COUNTED
            self._skipped += tag in ("a", "button", "figure")

    def handle_endtag(self, tag: str) -> None:
        self._is_inside &= tag != "article"
        self._skipped -= self._is_inside and tag in ("a", "button", "figure")

    def handle_data(self, data: str) -> None:
        if self._is_inside and not self._skipped:
            self._words.append(data)


def differences(html: Path, root: Path = ROOT) -> Iterator[str]:
    """Say what the site shows otherwise than GitHub."""
    markdown = MarkdownIt("commonmark").enable("table")
    for path in [*(root / name for name in NAMED), *sorted((root / "docs").glob("*.md"))]:
        name = path.relative_to(root).as_posix()
        place = place_of(name)
        assert place is not None
        wanted = _Shown(markdown.render(path.read_text(encoding="utf-8")), is_whole=True)
        got = _Shown((html / place).with_suffix(".html").read_text(encoding="utf-8"), is_whole=False)
        for tag in COUNTED:
            if wanted.count[tag] != got.count[tag]:
                yield f"{name}: GitHub shows {wanted.count[tag]} <{tag}>, the site {got.count[tag]}"
        at = next(
            (at for at, pair in enumerate(zip(wanted.words, got.words, strict=False)) if len(set(pair)) > 1), None
        )
        if at is not None:
            ours, theirs = (one.words[max(at - 20, 0) : at + SHOWN_CHARS] for one in (got, wanted))
            yield f"{name}: GitHub shows {theirs!r}, the site {ours!r}"
