"""What generated parsers run on. Standard library only, CPython 3.9 and later.

Targets inline `MODULES`, and what they import, into every file that must stand alone.
"""

from __future__ import annotations

# What a stand-alone file needs; the modules that these import come along.
MODULES = ("parser", "message")

VERSION = "0.1.0"  # of toolgram, for what a stand-alone file says of itself
