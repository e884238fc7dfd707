"""What generated parsers run on. Standard library only, CPython 3.9 and later.

Targets inline `MODULES`, and what they import, into every file that must stand alone.
"""

from __future__ import annotations

from importlib.machinery import ExtensionFileLoader, PathFinder

# What a stand-alone file needs; the modules that these import come along.
MODULES = ("parser", "message", "whole_text")

# Whether the parser is a compiled module, which Python prefers to the source beside it: see hatch_build.py.
_PARSER = PathFinder.find_spec(f"{__name__}.parser", __path__)
COMPILED = _PARSER is not None and isinstance(_PARSER.loader, ExtensionFileLoader)

VERSION = "0.1.0"  # of toolgram, for what a stand-alone file says of itself
