"""The pages of the repository as pages of the site: where each one stands, and links that lead there.

In: the root of a checkout. Out: `Tree`, the text or the file of every path below the site's folder of pages. Pages are
plain Markdown that GitHub shows as well, so what the two read differently is put right here: links out of `docs/`,
words behind the name of a fence's language, and lists without a blank line before them.

Promise: a link to a file of the checkout leads to a page of the site or to a copy of the file; a link to nothing is an
error.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from functools import cache
from html import escape
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
NAMED = {"README.md": "index.md", "CONTRIBUTING.md": "contributing.md", "CHANGELOG.md": "changelog.md"}
WIDE = ("docs/formats.md",)  # pages that need the room of their list of headings
SOURCE = "source"  # the folder of copies of files that are no pages
LINK = re.compile(r"(!?)\[((?:[^\[\]]|\[[^\[\]]*\])*)\]\(([^()\s]+)\)")
CODE_BLOCK = re.compile(r"(^ *(?:`{3,}|~{3,})[^\n`]*\n(?:.*\n)*? *(?:`{3,}|~{3,}) *$)", re.MULTILINE)
FENCE = re.compile(r"^( *)(`{3,}|~{3,})([^\n`]*)$")
LANGUAGES = {one: one for one in ("js", "json", "mermaid", "pycon", "python", "sh", "ts", "xml")}
CODE = re.compile(r"(`+)(.+?)\1")
BAR = "\\|"
ITEM = re.compile(r"^ *(?:[-*]|\d+\.) +(?=\S)")


class BrokenLinkError(ValueError):
    """A link of a page leads to no file."""


@dataclass
class Tree:
    """What the site is made of: texts of pages, and files that are copied."""

    texts: dict[str, str] = field(default_factory=dict)
    files: dict[str, Path] = field(default_factory=dict)

    def write(self, folder: Path) -> None:
        """Write all of it below a folder."""
        for name, text in self.texts.items():
            put(folder / name, text.encode("utf-8"))
        for name, path in self.files.items():
            put(folder / name, path.read_bytes())


def put(path: Path, content: bytes) -> None:
    """Write a file and the folders that it needs."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def place_of(path: str) -> str | None:
    """Where a file of the checkout stands on the site; None for what is no page.

    >>> place_of("docs/rules.md"), place_of("formats/hermes.md"), place_of("README.md"), place_of("src/x.py")
    ('rules.md', 'formats/hermes.md', 'index.md', None)
    """
    if path in NAMED:
        return NAMED[path]
    if path.startswith("docs/") and path.endswith((".md", ".svg", ".png", ".json")):
        return path.removeprefix("docs/")
    return path if path.startswith("formats/") and path.endswith(".md") else None


def stage(root: Path = ROOT) -> Tree:
    """Put every page of the checkout, and the pictures of `docs/`, at its place on the site."""
    tree = Tree()
    for name in NAMED:
        tree.texts[NAMED[name]] = page(name, root, tree)
    for path in sorted((root / "docs").rglob("*")):
        name = path.relative_to(root).as_posix()
        place = place_of(name)
        if place is not None and place.endswith(".md"):
            tree.texts[place] = page(name, root, tree)
        elif place is not None:
            tree.files[place] = path
    return tree


def page(name: str, root: Path, tree: Tree, text: str | None = None) -> str:
    """Return the text of a page as the site wants it; the files it links to are added to the tree."""
    if text is None:
        text = (root / name).read_text(encoding="utf-8")
    parts = CODE_BLOCK.split(text)  # prose, and every second one a block of code
    here = place_of(name) or name
    parts[::2] = [LINK.sub(lambda found: _link(found, name, here, root, tree), prose) for prose in parts[::2]]
    return as_markdown(("---\nhide:\n  - toc\n---\n\n" if name in WIDE else "") + "".join(parts))


def as_markdown(text: str) -> str:
    """Return a page as the site's Markdown reads it."""
    lines: list[str] = []
    indents = _Indents()
    fence, before, parts = "", "", False  # `parts`: a blank line has come since the last item
    for line in text.split("\n"):
        found = FENCE.match(line)
        if fence:
            if found and found[2].startswith(fence) and not found[3].strip():
                fence = ""
            lines.append(indents.inside(line))
        elif found:
            fence = found[2]
            language = (found[3].split() or [""])[0]
            lines.append(indents.inside(f"{found[1]}{fence}{LANGUAGES.get(language, 'text')}"))
        else:
            if ITEM.match(line):
                if before.strip() and not ITEM.match(before) and (parts or not before.startswith(" ")):
                    lines.append("")
                parts = False
            parts |= not line.strip()
            lines.append(_escapes(_table_code(indents.next(line))))
        before = line
    return "\n".join(lines)


class _Indents:
    """How far lines stand in, as the site's Markdown wants it: four blanks for each list around them.

    GitHub wants as many as the mark of the item has characters: two behind `- `, three behind `1. `.
    """

    def __init__(self) -> None:
        self._marks: list[int] = []  # where the text of each item around begins
        self._is_after_blank = False

    def next(self, line: str) -> str:
        """The next line that is no code."""
        if not line.strip():
            self._is_after_blank = True
            return line
        stands = len(line) - len(line.lstrip(" "))
        found = ITEM.match(line)
        if found or self._is_after_blank:
            self._marks = [mark for mark in self._marks if mark <= stands]
        self._is_after_blank = False
        shown = self.inside(line)
        if found:
            self._marks.append(len(found[0]))
        return shown

    def inside(self, line: str) -> str:
        """The line at its place, whatever it is."""
        stands = len(line) - len(line.lstrip(" "))
        around = [mark for mark in self._marks if mark <= stands]
        return " " * (4 * len(around) + stands - around[-1]) + line.lstrip(" ") if around else line


@cache
def title_of(path: Path) -> str:
    """The first heading of a page."""
    return path.read_text(encoding="utf-8").partition("\n")[0].removeprefix("# ")


def inlined(svg: str, name: str) -> str:
    """A picture as a part of its page, so that its colours follow the page's switch and not only the system.

    Its style holds for itself alone, and what it says of dark systems holds where the page is dark.
    """
    style = svg[svg.index("<style>") + len("<style>") : svg.index("</style>")]
    style = style.replace("@media (prefers-color-scheme: dark) {", '[data-md-color-scheme="slate"] & {')
    picture = svg.replace(svg[svg.index("<style>") : svg.index("</style>")], f"<style>\n.picture-{name} {{{style}}}\n")
    lines = [line.strip() for line in picture.splitlines() if line.strip()]
    return f'<figure class="picture picture-{name}">{" ".join(lines)}</figure>'


def _table_code(line: str) -> str:
    r"""A row of a table: bars in its code are written so that the site shows them as GitHub does.

    >>> _table_code("| `a\\|b` |")
    '| <code>a&#124;b</code> |'
    """
    if not line.startswith("|") or "\\|" not in line:
        return line
    return CODE.sub(
        lambda found: (
            f"<code>{escape(found[2], quote=False).replace(BAR, '&#124;')}</code>" if BAR in found[2] else found[0]
        ),
        line,
    )


def _escapes(line: str) -> str:
    r"""A line without escapes that GitHub reads and the site does not.

    >>> _escapes(r'say \"a\" or `\"`')
    'say "a" or `\\"`'
    """
    return re.sub(r"(`+).+?\1|\\\"", lambda found: found[0] if found[1] else '"', line)


def _link(found: re.Match[str], name: str, here: str, root: Path, tree: Tree) -> str:
    mark, text, target = found.groups()
    path, sign, anchor = target.partition("#")
    if not path or re.match(r"[a-z]+:", path):
        return found[0]
    there = os.path.normpath(os.path.join(os.path.dirname(name), path))  # noqa: PTH118, PTH120  a path of links
    if not (root / there).exists():
        raise BrokenLinkError(f"{name}: {target}")
    if (root / there).is_dir():
        return f"<a>{text}</a>"
    place = place_of(there)
    if mark and there.endswith(".svg"):
        return inlined((root / there).read_text(encoding="utf-8"), Path(there).stem)
    if place is None:
        place = f"{SOURCE}/{there}"
        tree.files[place] = root / there
    elif re.fullmatch(r"[\w./-]+\.md", text):  # the name of a file says little where there are no files
        text = f"*{title_of(root / there)}*"
    relative = os.path.relpath(place, os.path.dirname(here) or ".")  # noqa: PTH120
    return f"{mark}[{text}]({relative}{sign}{anchor})"
