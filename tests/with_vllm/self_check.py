"""The self-check of plugin files in vLLM versions that are only unpacked.

    python tests/with_vllm/self_check.py SOURCES/VERSION [FILE ...]

Each file is run as `python FILE --check` runs it, in one process; by default all of `generated/vllm`. Prints what those
say that do not work; the exit code is 1 then.
"""

from __future__ import annotations

import contextlib
import io
import os
import runpy
import sys
from pathlib import Path

HERE = Path(__file__).parent
PLUGINS = Path(os.environ.get("TOOLGRAM_GENERATED", HERE.parents[1] / "generated")) / "vllm"
sys.path[:0] = [str(HERE)]

from stand_ins import install  # noqa: E402


def run(path: Path) -> tuple[object, str]:
    """The exit code of a plugin file that is run with `--check`, and what it has printed."""
    said = io.StringIO()
    before, sys.argv = sys.argv, [str(path), "--check"]
    try:
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            runpy.run_path(str(path), run_name="__main__")
    except SystemExit as end:
        return end.code, said.getvalue()
    finally:
        sys.argv = before
    return None, said.getvalue()


def main(folder: str, *files: str) -> int:
    install(Path(folder).resolve())
    paths = [Path(file) for file in files] or sorted(PLUGINS.glob("[!_]*.py"))
    wrong = 0
    for path in paths:
        code, said = run(path)
        if code != 0 or files:
            print(f"{path.stem}: exit code {code}\n{said}")
        wrong += code != 0
    print(f"{folder}: {len(paths) - wrong} of {len(paths)} files work")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
