"""Build the site of the docs: `python site/build.py`, in an environment with toolgram and its extra `docs`.

In: the checkout. Out: `.site/html`, which any server of files can serve, and which needs no server to be read.

How: `staging.py` puts the pages at their places, `gallery.py` adds those of the formats, Zensical renders them with
warnings as errors, `local.py` puts what the theme would fetch from elsewhere beside the pages, and `checking.py` reads
what came of it: links, anchors, and anything that a page would load from outside.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from checking import problems
from gallery import add_gallery
from local import make_local
from sameness import differences
from staging import ROOT, Tree, stage

OUT = ROOT / ".site"
THEME = Path(__file__).parent / "theme"
NAVIGATION = re.compile(r"^( *)- formats/\*$", re.MULTILINE)


def site_tree(root: Path = ROOT) -> tuple[Tree, str]:
    """Put together what the site is made of, and its configuration."""
    tree = stage(root)
    entries = add_gallery(tree, root)
    for path in sorted(THEME.iterdir()):
        tree.files[f"theme/{path.name}"] = path
    settings = (root / "mkdocs.yml").read_text(encoding="utf-8")
    found = NAVIGATION.search(settings)
    assert found is not None
    listed = "\n".join(f"{found[1]}- {name}: {path}" for name, path in entries)
    return tree, settings[: found.start()] + listed + settings[found.end() :]


def build(vendor: Path) -> list[str]:
    """Build the site; return what is wrong with it."""
    shutil.rmtree(OUT / "pages", ignore_errors=True)
    shutil.rmtree(OUT / "html", ignore_errors=True)
    tree, settings = site_tree()
    tree.write(OUT / "pages")
    (OUT / "mkdocs.yml").write_text(settings, encoding="utf-8")
    zensical = Path(sys.executable).with_name("zensical")
    done = subprocess.run(
        [zensical, "build", "--strict", "--clean", "--config-file", OUT / "mkdocs.yml"],
        env=os.environ | {"NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        said = re.sub(r"\x1b\[[0-9;]*m", "", done.stdout + done.stderr)
        return [said.partition("Traceback")[0].strip() or said]
    make_local(OUT / "html", vendor)
    return [*problems(OUT / "html"), *differences(OUT / "html")]


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--vendor", type=Path, required=True, help="the folder of the scripts that local.py names")
    found = build(options.parse_args().vendor)
    print("\n".join(found) or f"{OUT / 'html' / 'index.html'}: {len([*(OUT / 'html').rglob('*.html')])} pages")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
