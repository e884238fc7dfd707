"""What the theme would fetch from elsewhere, put beside the pages.

Zensical's pages load a small worker for search without a server, and on pages with a diagram Mermaid, both from a
server of others. Both stand in the site instead. What else its script could load (players, editors, lightboxes) no page
of ours asks for; those addresses are taken out, so that nothing can be fetched by accident.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

SCRIPTS = "assets/javascripts"
MERMAID = re.compile(r"\"https://unpkg\.com/mermaid@[^\"]*\"")
SHIM = re.compile(r"https://unpkg\.com/iframe-worker/shim")
OTHERS = re.compile(r"\"https://(?:unpkg\.com|cdn\.jsdelivr\.net)/[^\"]*\"")
VENDORED = {"mermaid.min.js": "Mermaid 11.12.0, MIT", "shim.js": "iframe-worker 1.0.4, MIT"}


class ThemeChangedError(ValueError):
    """The theme fetches in another way than it did."""


def make_local(html: Path, vendor: Path) -> None:
    """Copy what the theme needs into the site, and make it load that."""
    for name in VENDORED:
        shutil.copy(vendor / name, html / SCRIPTS / name)
    # Every page sets `__md_scope` to the root of the site, so the path is right from a file, too.
    local = f'new URL("{SCRIPTS}/mermaid.min.js",__md_scope).href'
    bundles = [*(html / SCRIPTS).glob("bundle.*.js")]
    if not sum(_change(path, MERMAID, local) for path in bundles):
        raise ThemeChangedError("the theme loads Mermaid in another way than before: see site/local.py")
    for path in bundles:
        _change(path, OTHERS, '"about:blank"')
    for path in html.rglob("*.html"):
        depth = len(path.relative_to(html).parts) - 1
        _change(path, SHIM, f"{'../' * depth}{SCRIPTS}/shim.js")


def _change(path: Path, pattern: re.Pattern[str], by: str) -> int:
    text, count = pattern.subn(lambda _: by, path.read_text(encoding="utf-8"))
    if count:
        path.write_text(text, encoding="utf-8")
    return count
