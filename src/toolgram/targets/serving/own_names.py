"""The names that only toolgram's parsers have in a server: those of the formats, behind a prefix.

Promise: standard library only and no other module of this package.
"""

from __future__ import annotations

PREFIX = "toolgram_"
