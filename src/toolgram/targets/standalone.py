"""Make a single file of a format, for those who have only this folder.

    python standalone.py NAME [--target vllm|vllm-no-constraints|python|sglang] [--out FILE]

In: the name of a format, and the folders beside this script. Out: one file, NAME.py here or FILE, the same that
`toolgram build --standalone NAME` writes: a plugin for vLLM, with or without the writer of
grammars; with `--target python` a parser; with `--target sglang` detectors for SGLang.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from toolgram.targets.single import join

TARGET_NAMES = ("vllm", "vllm-no-constraints", "python", "sglang")


def main() -> None:
    """Run the script."""
    reader = argparse.ArgumentParser(description="Make a single file of a format.")
    reader.add_argument("name", metavar="NAME", help="the id of a format")
    reader.add_argument("--target", default="vllm", choices=TARGET_NAMES, help="vllm (default), or another folder")
    reader.add_argument("--out", metavar="FILE", type=Path, help="where to write; NAME.py here by default")
    given = reader.parse_args()
    folder = Path(__file__).resolve().parent
    parts = (
        folder / given.target / f"{given.name}.py",
        folder / given.target / "_runtime.py",
        folder / "machine" / f"{given.name}.json",
    )
    for part in parts:
        if not part.is_file():
            sys.exit(f"there is no {part}: {_known(folder)}")
    try:
        text = join(*(part.read_bytes().decode("utf-8") for part in parts))
    except ValueError as error:
        sys.exit(f"{parts[0]}: {error}")
    out = given.out or Path(f"{given.name}.py")
    out.write_bytes(text.encode("utf-8"))
    print(f"{given.name}: wrote {out}")


def _known(folder: Path) -> str:
    names = sorted(path.stem for path in (folder / "machine").glob("*.json") if not path.stem.startswith("_"))
    return f"the formats are {', '.join(names)}"
