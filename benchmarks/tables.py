"""What the scripts with tables share: where a table stands, the machine, the options of those about chat templates.

In: a script's own words; a page with a comment before and behind the table. Out: options; the page, rewritten.
"""

from __future__ import annotations

import argparse
import platform
from collections.abc import Sequence
from pathlib import Path


def options_of(doc: str | None, page: str) -> argparse.ArgumentParser:
    """The options of all these scripts; `page` is where `--write` writes."""
    options = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("folders", nargs="+", type=Path, metavar="FOLDER")
    options.add_argument("--write", action="store_true", help=page)
    options.add_argument(
        "--only", default="", metavar="TEXT", help="only templates with this in source, file or format"
    )
    return options


def put_between(page: Path, begin: str, end: str, parts: Sequence[str], separator: str = "\n\n") -> None:
    """Put parts between two comments of a page, in the place of what stands there."""
    before, _, rest = page.read_text(encoding="utf-8").partition(begin)
    page.write_text(before + separator.join([begin, *parts, end]) + rest.partition(end)[2], encoding="utf-8")


def machine_name() -> str:
    """The processor's name, where the system tells it."""
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.exists() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return f"{models[0] if models else platform.processor()}, {len(models)} cores"
