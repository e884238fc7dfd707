"""The command line. A command reads its options, calls one function, prints, and exits.

Exit status: 0 clean, 1 errors, 2 usage. Results go to stdout, problems to stderr, each as one message.

Promise: what a call does not use is not imported: `--version` needs nothing, and no command waits for the modules of
another.
"""

from __future__ import annotations

import sys

from ..runtime import COMPILED, VERSION

VERSION_LINE = f"toolgram {VERSION}{' (compiled)' if COMPILED else ''}"


def main() -> None:
    """Run the command line: the entry point of the console script."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:  # text of models holds what a terminal's encoding may not have
            reconfigure(encoding="utf-8", errors="backslashreplace")
    if sys.argv[1:] == ["--version"]:
        print(VERSION_LINE)
        return
    from .commands import app

    app()
