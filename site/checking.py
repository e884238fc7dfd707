"""What a built site must not have: links and anchors that lead nowhere, and anything that is loaded from outside.

In: the folder of a built site. Out: one line for each problem. It reads the HTML that readers get, whoever made it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

LOADED = {"script": "src", "img": "src", "link": "href", "source": "srcset", "iframe": "src", "use": "href"}
# What a script or a style may name of other servers without ever loading it.
NAMED = re.compile(
    r"https?://(?:www\.w3\.org/|fontawesome\.com|api\.github\.com/|\$\{)|https://[\w./-]*(?:LICENSE|license)[\w./-]*"
)
FETCHING = re.compile(r"""(?:fetch\(|import\(|src=|url\(|@import)\s*["'`]?(https?:)?//[^"'`)\s]+""")


class _Page(HTMLParser):
    """The ids of a page, where it leads, and what it loads."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.links: list[str] = []
        self.loads: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value for name, value in attrs if value is not None}
        self.ids |= {value for name, value in given.items() if name in ("id", "name")}
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        elif tag in LOADED and LOADED[tag] in given and given.get("rel") not in ("canonical", "prev", "next"):
            self.loads.append(given[LOADED[tag]])


@cache
def _read(path: Path) -> _Page:
    return _Page(path.read_text(encoding="utf-8"))


def problems(html: Path) -> list[str]:
    """Say what is wrong with a site: one line each, sorted."""
    found: set[str] = set()
    for path in html.rglob("*"):
        name = path.relative_to(html).as_posix()
        if path.suffix == ".html" and name != "404.html" and not name.startswith("source/"):
            found |= {f"{name}: {problem}" for problem in _of_page(path, html)}
        elif path.suffix in (".js", ".css"):
            text = path.read_text(encoding="utf-8")
            found |= {f"{name}: fetches {one[0]}" for one in FETCHING.finditer(text) if not NAMED.search(one[0])}
    return sorted(found)


def _of_page(path: Path, html: Path) -> Iterator[str]:
    page = _read(path)
    for target in page.loads:
        parts = urlsplit(target)
        if parts.scheme not in ("", "data") or parts.netloc:
            yield f"loads {target}"
        elif not parts.scheme and not _there(path, parts.path).exists():
            yield f"loads {target}, which is not there"
    for target in page.links:
        parts = urlsplit(target)
        if parts.scheme or parts.netloc:
            continue
        there = _there(path, parts.path) if parts.path else path
        if not there.is_file() or not there.is_relative_to(html):
            yield f"links to {target}, which is not there"
        elif parts.fragment and there.suffix == ".html" and unquote(parts.fragment) not in _read(there).ids:
            yield f"links to {target}, which has no such heading"


def _there(path: Path, target: str) -> Path:
    there = Path(os.path.normpath(path.parent / unquote(target)))
    return there / "index.html" if there.is_dir() else there
