"""A plugin file run as a script: SGLang's server, with the detectors of the file.

SGLang reads plugins out of entry points of installed packages, and has no option for a file. But it starts its
processes by `spawn`, and each of those imports the script that the first was started with. So a file that registers its
detectors when it is imported, and is that script, is in all of them.
"""

from __future__ import annotations

import runpy
import warnings

LAUNCHER = "sglang.launch_server"


def launch() -> None:
    """Start SGLang's server with the options of the command line."""
    warnings.filterwarnings("ignore", message=".*launch_server.*")  # that there is another command for it
    runpy.run_module(LAUNCHER, run_name="__main__")
